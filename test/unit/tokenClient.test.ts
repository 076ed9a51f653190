import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import type { CallAttempt } from '../../src/core/callAttempt.ts';
import { AuthError, type AuthErrorCode } from '../../src/core/errors.ts';
import type { Provider } from '../../src/core/provider.ts';
import { findProvider } from '../../src/core/providers/index.ts';
import type { Token } from '../../src/core/token.ts';
import { fetchToken, type TokenCall } from '../../src/core/tokenClient.ts';
import { acme, acmeCredentials } from '../support/acme.ts';
import { assertTellsNothingOf, FakeClock, noon } from '../support/fakes.ts';
import { selfSigned } from '../support/certificates.ts';
import { json, startTokenServer, type TokenServer } from '../support/tokenServer.ts';

const clock = new FakeClock();

function call(tokenUrl: string, options: Partial<TokenCall> = {}): Promise<Token> {
  const defaults = { provider: acme(), credentials: acmeCredentials, timeout: 2000, signal: new AbortController().signal };
  return fetchToken({ tokenUrl, ...defaults, ...options }, clock);
}

/** The failure of a call, which shows neither a credential nor the fake token that answers carry. */
async function failureOf(promise: Promise<Token>): Promise<AuthError> {
  const error: unknown = await promise.then(
    () => assert.fail('a token was fetched'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AuthError, String(error));
  assertTellsNothingOf(error, acmeCredentials.user, acmeCredentials.password, 'fake-token');
  return error;
}

describe('tokenClient', () => {
  it('sends one request and returns the token of its answer', async () => {
    await using server = await startTokenServer(json({ token: 'fake-token', expires_in: 300 }));
    const token = await call(`${server.origin}/token`);
    assert.deepEqual(token, { accessToken: 'fake-token', obtainedAt: noon, expiresAt: noon + 300_000, statedExpiresAt: noon + 300_000 });
    assert.equal(server.requests.length, 1);
  });

  describe('what arrives at the server', () => {
    const cases: {
      provider: string;
      credentials: Record<string, string>;
      contentType: string;
      body: unknown;
      answer: unknown;
      status: number;
    }[] = [
      {
        provider: 'papaya',
        credentials: { api_key: 'fake-api-key', client_secret: 'fake-client-secret' },
        contentType: 'application/json',
        body: { api_key: 'fake-api-key', client_secret: 'fake-client-secret' },
        status: 201,
        answer: { valid_until: '2026-06-16T12:00Z', token: 'fake-token', token_name: 'fake-name' },
      },
      {
        provider: 'pay4Power',
        credentials: { publicKey: 'PUB_KEY_fake', privateKey: 'PRIV_KEY_fake', environment: 'TEST' },
        contentType: 'application/json',
        body: { publicKey: 'PUB_KEY_fake', privateKey: 'PRIV_KEY_fake', environment: 'TEST' },
        status: 200,
        answer: { success: true, statusCode: 200, data: { token: 'fake-token', expiresAt: noon / 1000 + 3600, tokenType: 'Bearer' } },
      },
      {
        provider: 'payConnect',
        credentials: { client_id: 'fake-client-id', client_secret: 'fake-client-secret' },
        contentType: 'application/json',
        body: { grant_type: 'client_credentials', client_id: 'fake-client-id', client_secret: 'fake-client-secret' },
        status: 200,
        answer: { access_token: 'fake-token', expires_in: '3600', token_type: 'Bearer', scope: 'default' },
      },
      {
        provider: 'b2BinPay',
        credentials: { client_id: 'fake-client-id', client_secret: 'fake-client-secret' },
        contentType: 'application/vnd.api+json',
        body: { data: { type: 'auth-token', attributes: { client_id: 'fake-client-id', client_secret: 'fake-client-secret' } } },
        status: 200,
        answer: { data: { type: 'auth-token', id: '0', attributes: { access: 'fake-token', expires_in: 3599, token_type: 'Bearer' } } },
      },
    ];
    for (const { provider: id, credentials, contentType, body, answer, status } of cases) {
      it(`is the documented call of ${id}, byte for byte where it counts`, async () => {
        await using server = await startTokenServer(json(answer, status));
        const provider = findProvider(id);
        assert.ok(provider);
        const token = await call(`${server.origin}/v1/auth/token/`, { provider, credentials });
        assert.equal(token.accessToken, 'fake-token');
        const [request] = server.requests;
        assert.ok(request);
        assert.equal(request.method, 'POST');
        assert.equal(request.path, '/v1/auth/token/');
        assert.equal(request.headers['content-type'], contentType);
        assert.equal(request.headers.accept, 'application/json');
        assert.equal(request.headers.authorization, undefined);
        assert.equal(request.headers.cookie, undefined);
        assert.deepEqual(JSON.parse(request.body), body);
      });
    }

    it('is a GET without a body where the provider has it so', async () => {
      await using server = await startTokenServer(json({ token: 'fake-token' }));
      const provider = acme({ request: { method: 'GET', parameters: [{ in: 'basic', username: 'user', password: 'password' }] } });
      await call(`${server.origin}/token`, { provider });
      const [request] = server.requests;
      assert.equal(request?.method, 'GET');
      assert.equal(request.body, '');
      assert.equal(request.headers.authorization, `Basic ${Buffer.from('fake-user-0001:fake-password-0002').toString('base64')}`);
    });
  });

  describe('tells of the attempt', () => {
    const provider = acme({ response: { correlationId: '/id' } });

    /** What is told of one call, whatever it comes to; the clock goes on by 70 ms while the server is asked. */
    async function toldOf(answer: TokenServer['answer'], options: Partial<TokenCall> = {}): Promise<CallAttempt[]> {
      const told: CallAttempt[] = [];
      const own = new FakeClock();
      await using server = await startTokenServer((response, request) => {
        own.advance(70);
        return answer(response, request);
      });
      const defaults = { provider, credentials: acmeCredentials, timeout: 2000, signal: new AbortController().signal };
      const onAttempt = (attempt: CallAttempt) => told.push(attempt);
      await fetchToken({ tokenUrl: `${server.origin}/token`, ...defaults, onAttempt, ...options }, own).catch(() => undefined);
      return told;
    }

    it('that succeeded', async () => {
      assert.deepEqual(await toldOf(json({ token: 'fake-token', id: '00000000-0000-4000-8000-000000000000' }, 201)), [
        { at: noon, duration: 70, attempt: 1, status: 201, correlationId: '00000000-0000-4000-8000-000000000000' },
      ]);
    });

    it('that was refused, under the status of the answer', async () => {
      const envelope = acme({ response: { correlationId: '/id', success: { at: '/success', equals: true }, status: '/status' } });
      const [attempt] = await toldOf(json({ success: false, status: 401, id: 'fake-id-1' }), { provider: envelope, attempt: 3 });
      const { error, ...rest } = attempt ?? {};
      assert.deepEqual(rest, { at: noon, duration: 70, attempt: 3, status: 200, correlationId: 'fake-id-1' });
      assert.equal(error?.code, 'credentialsRefused');
    });

    it('that got no whole answer', async () => {
      const [broken] = await toldOf((response) => void response.destroy());
      assert.equal(broken?.error?.code, 'connectionLost');
      assert.deepEqual(Object.keys(broken), ['at', 'duration', 'attempt', 'error']);
      const [large] = await toldOf((response) => void response.end(Buffer.alloc(1024 * 1024 + 1, 0x20)));
      assert.deepEqual([large?.status, large?.error?.code], [200, 'responseTooLarge']);
    });

    it('that was cancelled', async () => {
      const controller = new AbortController();
      const [attempt] = await toldOf(
        () => {
          controller.abort();
        },
        { signal: controller.signal },
      );
      assert.equal(attempt?.error?.code, 'cancelled');
      assert.equal(attempt.status, undefined);
    });

    it('and not of one that was never sent', async () => {
      const unsent: Partial<TokenCall>[] = [
        { signal: AbortSignal.abort() },
        { credentials: {} },
        { tokenUrl: 'http://payments.invalid/token' },
      ];
      for (const options of unsent) assert.deepEqual(await toldOf(json({ token: 'fake-token' }), options), []);
    });

    it('with no time less than none where the clock is turned back', async () => {
      const own = new FakeClock();
      const told: CallAttempt[] = [];
      await using server = await startTokenServer((response, request) => {
        own.turnBack(1000);
        return json({ token: 'fake-token' })(response, request);
      });
      const defaults = { provider, credentials: acmeCredentials, timeout: 2000, signal: new AbortController().signal };
      await fetchToken({ tokenUrl: `${server.origin}/token`, ...defaults, onAttempt: (attempt) => told.push(attempt) }, own);
      assert.deepEqual(
        told.map(({ duration }) => duration),
        [0],
      );
    });

    const noIdentifiers: [string, unknown][] = [
      ['a number', 1],
      ['empty', ''],
      ['a sentence', 'made up, and no identifier'],
      ['longer than 64 characters', 'a'.repeat(65)],
      ['a credential', acmeCredentials.password],
      ['around a credential', `id-${acmeCredentials.password}`],
      ['a part of a credential', acmeCredentials.password.slice(0, 9)],
      ['the token', 'fake-token'],
      ['around the token', 'fake-token-1'],
      ['a part of the token', 'ke-tok'],
    ];
    for (const [name, id] of noIdentifiers)
      for (const status of [200, 400])
        it(`without an identifier that is ${name}, under ${String(status)}`, async () => {
          const [attempt] = await toldOf(json({ token: 'fake-token', id }, status));
          assert.equal(attempt?.status, status);
          assert.equal(attempt.correlationId, undefined);
          assertTellsNothingOf(attempt, ...Object.values(acmeCredentials), 'fake-token');
        });

    it('with an identifier though a credential is empty', async () => {
      const [attempt] = await toldOf(json({ token: 'fake-token', id: 'id.1' }), { credentials: { ...acmeCredentials, extra: '' } });
      assert.equal(attempt?.correlationId, 'id.1');
    });
  });

  describe('redirects', () => {
    const get: Provider = acme({ request: { method: 'GET', parameters: [{ in: 'query', name: 'key', field: 'password' }] } });
    for (const status of [301, 302, 303, 307, 308])
      for (const [method, provider] of [
        ['POST', acme()],
        ['GET', get],
      ] as const)
        it(`are not followed: ${String(status)} to another origin after a ${method}`, async () => {
          await using target = await startTokenServer(json({ token: 'fake-token' }));
          await using server = await startTokenServer(json({}, status, { location: `${target.origin}/token` }));
          const error = await failureOf(call(`${server.origin}/token`, { provider }));
          assert.equal(error.code, 'redirected');
          assert.equal(error.status, status);
          assert.equal(server.requests.length, 1);
          assert.equal(target.requests.length, 0);
        });

    it('are not followed on the same origin either', async () => {
      await using server = await startTokenServer(json({}, 307, { location: '/elsewhere?secret=fake-token' }));
      assert.equal((await failureOf(call(`${server.origin}/token`))).code, 'redirected');
      assert.equal(server.requests.length, 1);
    });
  });

  describe('failures that the server states', () => {
    const cases: [number, AuthErrorCode][] = [
      [400, 'requestRefused'],
      [401, 'credentialsRefused'],
      [403, 'credentialsRefused'],
      [404, 'notFound'],
      [429, 'tooManyRequests'],
      [500, 'serverError'],
      [503, 'serverError'],
    ];
    for (const [status, code] of cases)
      it(`${String(status)} is ${code} after one request, though the body echoes the credentials`, async () => {
        await using server = await startTokenServer((response, { body }) => {
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: `wrong: ${body}` }));
        });
        const error = await failureOf(call(`${server.origin}/token`));
        assert.equal(error.code, code);
        assert.equal(error.status, status);
        assert.equal(server.requests.length, 1);
      });
  });

  it('asks a GET endpoint once only, too: when to try again is for the caller to say', async () => {
    const provider = acme({ request: { method: 'GET', parameters: [{ in: 'query', name: 'key', field: 'password' }] } });
    await using server = await startTokenServer(json({}, 503, { 'retry-after': '0' }));
    assert.equal((await failureOf(call(`${server.origin}/token`, { provider }))).code, 'serverError');
    assert.equal(server.requests.length, 1);
  });

  describe('bodies that are no answer', () => {
    const cases: [string, AuthErrorCode, string | Buffer, Record<string, string>?][] = [
      ['an empty one', 'emptyResponse', ''],
      ['a page', 'notJson', '<!doctype html><title>Sign in</title>fake-token'],
      ['JSON that was cut off', 'notJson', '{"token":"fake-token'],
      ['JSON 200,000 levels deep', 'responseTooLarge', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
      ['text that is not UTF-8', 'notJson', Buffer.from('{"token":"fake-token","name":"\xff"}', 'latin1')],
      ['more than 1 MiB', 'responseTooLarge', Buffer.alloc(1024 * 1024 + 1, 0x20)],
      [
        'a small one that unpacks to 20 MiB',
        'responseTooLarge',
        gzipSync(Buffer.alloc(20 * 1024 * 1024, 0x20)),
        { 'content-encoding': 'gzip' },
      ],
      ['one that is not the gzip it says', 'garbledResponse', 'not gzip', { 'content-encoding': 'gzip' }],
    ];
    for (const [name, code, body, headers] of cases)
      it(`${name}: ${code}`, async () => {
        await using server = await startTokenServer((response) => {
          response.writeHead(200, headers).end(body);
        });
        assert.equal((await failureOf(call(`${server.origin}/token`))).code, code);
      });

    it('204: emptyResponse', async () => {
      await using server = await startTokenServer((response) => {
        response.writeHead(204).end();
      });
      assert.equal((await failureOf(call(`${server.origin}/token`))).code, 'emptyResponse');
    });

    it('exactly 1 MiB is still read', async () => {
      const answer = JSON.stringify({ token: 'fake-token' }).padEnd(1024 * 1024);
      await using server = await startTokenServer((response) => {
        response.end(answer);
      });
      assert.equal((await call(`${server.origin}/token`)).accessToken, 'fake-token');
    });

    it('an endless one is given up after 1 MiB', async () => {
      let sent = 0;
      await using server = await startTokenServer(async (response) => {
        const chunk = Buffer.alloc(256 * 1024, 0x20);
        const closed = once(response, 'close');
        while (!response.destroyed && sent < 30 * 1024 * 1024) {
          sent += chunk.length;
          if (!response.write(chunk)) await Promise.race([once(response, 'drain'), closed]);
        }
        response.destroy();
      });
      assert.equal((await failureOf(call(`${server.origin}/token`))).code, 'responseTooLarge');
      assert.ok(sent < 30 * 1024 * 1024, `${String(sent)} bytes were taken`);
    });
  });

  describe('connections', () => {
    it('that nobody accepts are refused', async () => {
      const server = await startTokenServer(json({}));
      await server[Symbol.asyncDispose]();
      const error = await failureOf(call(`${server.origin}/token`));
      assert.equal(error.code, 'connectionRefused');
      assert.ok(error.message.includes(`127.0.0.1:${String(server.port)}`));
    });

    it('to a host without a name are told as that', async () => {
      assert.equal((await failureOf(call('https://payments.invalid/token'))).code, 'hostNotFound');
    });

    it('that break in mid body are lost', async () => {
      await using server = await startTokenServer((response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"token":"fake-token"', () => response.destroy());
      });
      assert.equal((await failureOf(call(`${server.origin}/token`))).code, 'connectionLost');
    });

    it('that give no answer end at the timeout', async () => {
      await using server = await startTokenServer(() => undefined);
      const error = await failureOf(call(`${server.origin}/token`, { timeout: 40 }));
      assert.equal(error.code, 'timedOut');
      assert.equal(error.remedy, 'retry');
    });

    it('whose body drips end at the same timeout', async () => {
      await using server = await startTokenServer((response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write(' '), 5);
        response.on('close', () => {
          clearInterval(drip);
        });
      });
      assert.equal((await failureOf(call(`${server.origin}/token`, { timeout: 40 }))).code, 'timedOut');
    });

    it('with headers of more than 16 KB are a failure that says so', async () => {
      await using server = await startTokenServer(json({ token: 'fake-token' }, 200, { 'x-long': 'a'.repeat(17 * 1024) }));
      assert.equal((await failureOf(call(`${server.origin}/token`))).code, 'responseTooLarge');
    });

    it('whose answer has both a length and chunks are a failure', async () => {
      const body = '{"token":"fake-token"}';
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => {
          socket.end(
            `HTTP/1.1 200 OK\r\nContent-Length: ${String(body.length)}\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
          );
        });
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      try {
        assert.equal(
          (await failureOf(call(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/token`))).code,
          'garbledResponse',
        );
      } finally {
        server.close();
      }
    });

    it('unencrypted to another machine are not opened', async () => {
      assert.equal((await failureOf(call('http://payments.invalid/token'))).code, 'insecureUrl');
    });
  });

  describe('cancelling', () => {
    it('ends a call within 100 ms', async () => {
      const controller = new AbortController();
      let cancelledAt = 0;
      await using server = await startTokenServer(() => {
        cancelledAt = performance.now();
        controller.abort();
      });
      const error = await failureOf(call(`${server.origin}/token`, { signal: controller.signal }));
      assert.equal(error.code, 'cancelled');
      assert.ok(performance.now() - cancelledAt < 100);
    });

    it('ends the reading of a body', async () => {
      const controller = new AbortController();
      await using server = await startTokenServer((response) => {
        response.writeHead(200);
        response.write('{', () => {
          setTimeout(() => {
            controller.abort();
          }, 10);
        });
      });
      assert.equal((await failureOf(call(`${server.origin}/token`, { signal: controller.signal }))).code, 'cancelled');
    });

    it('before the call sends nothing', async () => {
      await using server = await startTokenServer(json({ token: 'fake-token' }));
      assert.equal((await failureOf(call(`${server.origin}/token`, { signal: AbortSignal.abort() }))).code, 'cancelled');
      assert.equal(server.requests.length, 0);
    });
  });

  describe('certificates', () => {
    const here = [127, 0, 0, 1];
    const before = getCACertificates('default');
    afterEach(() => {
      setDefaultCACertificates(before);
    });

    it('that nobody vouches for are refused, and nothing is sent', async () => {
      await using server = await startTokenServer(json({ token: 'fake-token' }), selfSigned(here));
      assert.equal((await failureOf(call(`${server.origin}/token`))).code, 'tls');
      assert.equal(server.requests.length, 0);
    });

    it('of an authority that the user added work', async () => {
      const own = selfSigned(here);
      setDefaultCACertificates([...before, own.cert]);
      await using server = await startTokenServer(json({ token: 'fake-token' }), own);
      assert.equal((await call(`${server.origin}/token`)).accessToken, 'fake-token');
    });

    const wrong: [string, () => { key: string; cert: string }][] = [
      ['another host', () => selfSigned([127, 0, 0, 2])],
      ['a time that is over', () => selfSigned(here, Date.now() - 86_400_000)],
    ];
    for (const [name, make] of wrong)
      it(`for ${name} are refused, and nothing is sent`, async () => {
        const own = make();
        setDefaultCACertificates([...before, own.cert]);
        await using server = await startTokenServer(json({ token: 'fake-token' }), own);
        assert.equal((await failureOf(call(`${server.origin}/token`))).code, 'tls');
        assert.equal(server.requests.length, 0);
      });

    it('are not asked of a server that speaks no TLS', async () => {
      await using server = await startTokenServer(json({ token: 'fake-token' }));
      assert.equal((await failureOf(call(`https://127.0.0.1:${String(server.port)}/token`))).code, 'tls');
      assert.equal(server.requests.length, 0);
    });
  });

  it('corrects for a clock that is ten minutes off, by the date of the answer', async () => {
    const provider = acme({ response: { expiry: { at: '/expires_at', as: 'epochSeconds' } } });
    const date = new Date(noon + 600_000).toUTCString();
    await using server = await startTokenServer(json({ token: 'fake-token', expires_at: (noon + 900_000) / 1000 }, 200, { date }));
    const token = await call(`${server.origin}/token`, { provider });
    assert.equal(token.clockSkew, 600_000);
    assert.equal(token.expiresAt, noon + 300_000);
  });
});
