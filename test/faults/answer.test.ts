import assert from 'node:assert/strict';
import { parseEnv } from 'node:util';
import { gzipSync } from 'node:zlib';
import { parse as parseDotenv } from 'dotenv';
import { AuthError, type AuthErrorCode } from '../../src/core/errors.ts';
import { dotenv } from '../../src/core/injection/dotenv.ts';
import { applyEdits } from '../../src/core/injection/textEdit.ts';
import { insertValue } from '../../src/core/injection/valueTarget.ts';
import type { Provider } from '../../src/core/provider.ts';
import { authorizationScheme, isBearer } from '../../src/core/token.ts';
import { systemClock } from '../../src/editor/systemClock.ts';
import { acme, acmeCredentials, acmeProfile } from '../support/acme.ts';
import { answering, answeringJson, head, startFaultServer, type FaultServer, type Script } from '../support/faultServer.ts';
import { failureOf, FaultyWindow, fetchWithRetries, HastyClock } from '../support/faultyCalls.ts';

const mebibyte = 1024 * 1024;

/** Asks a server that follows the script; fails unless exactly one request came and the code is the expected one. */
async function refuses(script: Script, code: AuthErrorCode, check?: (error: AuthError, server: FaultServer) => void): Promise<void> {
  await using server = await startFaultServer(script);
  const clock = new HastyClock();
  const error = await failureOf(fetchWithRetries(`${server.origin}/token`, { clock }));
  assert.equal(error.code, code, error.message);
  assert.deepEqual(clock.waits, []);
  assert.equal(server.requests.length, 1);
  assert.ok(server.requests[0]?.body.includes(acmeCredentials.password));
  assert.ok((server.connections[0]?.sent ?? 0) > 0);
  check?.(error, server);
}

/** The token of an answer whose bytes are these. */
async function fetchedFrom(body: string | Uint8Array, provider?: Provider) {
  await using server = await startFaultServer(answering(200, {}, body));
  const token = await fetchWithRetries(`${server.origin}/token`, provider && { provider });
  assert.equal(server.requests.length, 1);
  return token;
}

/** Takes the request and says nothing. */
const receiving: Script = async (peer) => {
  await peer.request();
};

/** Runs a task and gives the most memory, in bytes, that it took at any time beyond what was taken before it. */
async function memoryOf(task: () => Promise<void>): Promise<number> {
  const taken = () => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = taken();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, taken());
  }, 1);
  try {
    await task();
  } finally {
    clearInterval(timer);
  }
  return Math.max(most, taken()) - before;
}

describe('faults: hostile answers', () => {
  it('F16 a body of 30 MiB', async () => {
    const script: Script = async (peer) => {
      await peer.request();
      await peer.send(head(200, { 'content-length': String(30 * mebibyte) }));
      const chunk = Buffer.alloc(mebibyte / 4, ' ');
      for (let at = 0; at < 120; at++) await peer.send(chunk);
    };
    const memory = await memoryOf(() =>
      refuses(script, 'responseTooLarge', (error, server) => {
        assert.match(error.message, /more than 1 MiB/);
        const sent = server.connections[0]?.sent ?? 0;
        // What the operating system buffers counts as sent.
        assert.ok(sent > mebibyte && sent < 20 * mebibyte, `${String(sent)} bytes were taken`);
      }),
    );
    assert.ok(memory < 64 * mebibyte, `${String(memory)} bytes`);
  });

  it('F17 200 KB of gzip that unpacks to 200 MiB', async () => {
    // Members of gzip follow each other (RFC 1952 section 2.2).
    const member = gzipSync(Buffer.alloc(mebibyte, ' '));
    const bomb = Buffer.concat(Array.from({ length: 200 }, () => member));
    assert.ok(bomb.length > 150_000 && bomb.length < 300_000);
    const memory = await memoryOf(() =>
      refuses(answering(200, { 'content-encoding': 'gzip' }, bomb), 'responseTooLarge', (_error, server) => {
        assert.ok((server.connections[0]?.sent ?? 0) > bomb.length);
      }),
    );
    assert.ok(memory < 64 * mebibyte, `${String(memory)} bytes`);
  });

  it('F18 JSON 200,000 levels deep', async () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const mixed = '[{"a":'.repeat(100_000) + '1' + '}]'.repeat(100_000);
    for (const body of [deep, mixed, `{"token":"fake-token","more":${deep}}`]) await refuses(answering(200, {}, body), 'responseTooLarge');
  });

  it('F19 headers over 16 KB', async () => {
    const body = '{"token":"fake-token"}';
    await refuses(answering(200, { 'x-long': 'a'.repeat(17 * 1024) }, body), 'responseTooLarge');
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`x-${String(index)}`, 'fake-token']));
    await refuses(answering(200, many, body), 'responseTooLarge');
  });

  it('F20 headers, then a body that drips', async () => {
    let drips = 0;
    const script: Script = async (peer) => {
      await peer.request();
      await peer.send(head(200, { 'content-length': '1000' }));
      for (;;) {
        await peer.send('{');
        drips += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await using server = await startFaultServer(script);
    const started = performance.now();
    const error = await failureOf(fetchWithRetries(`${server.origin}/token`, { timeout: 400, clock: systemClock }));
    assert.equal(error.code, 'timedOut');
    assert.ok(performance.now() - started < 900);
    assert.ok(drips > 5, String(drips));
    assert.equal(server.requests.length, 1);
  });

  it('F21 accepts and never answers', async () => {
    for (const script of [() => undefined, receiving] satisfies Script[]) {
      await using server = await startFaultServer(script);
      const started = performance.now();
      const error = await failureOf(fetchWithRetries(`${server.origin}/token`, { timeout: 300, clock: systemClock }));
      assert.equal(error.code, 'timedOut');
      assert.ok(performance.now() - started < 800);
      assert.equal(server.requests.length, 1);
      assert.equal(server.connections[0]?.sent, 0);
    }
  });

  it('F23 Content-Length together with chunked', async () => {
    const body = '{"token":"fake-token"}';
    for (const length of [body.length, 3, 1000]) {
      const script: Script = async (peer) => {
        await peer.request();
        await peer.send(head(200, { 'content-length': String(length), 'transfer-encoding': 'chunked' }));
        await peer.send(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
        peer.end();
      };
      await refuses(script, 'garbledResponse');
    }
  });

  it('F24 204, and 200 with an empty body', async () => {
    const nothing: Script = async (peer) => {
      await peer.request();
      await peer.send(head(204, { connection: 'close' }));
      peer.end();
    };
    for (const script of [nothing, answering(200), answering(200, { 'content-type': 'application/json' }), answering(201)])
      await refuses(script, 'emptyResponse', ({ message }) => {
        assert.match(message, /answered with nothing/);
      });
  });

  it('F25 HTML with status 200', async () => {
    const page = '<!doctype html><title>Sign in</title><p>fake-token';
    for (const headers of [{ 'content-type': 'text/html' }, { 'content-type': 'application/json' }])
      await refuses(answering(200, headers, page), 'notJson', ({ message }) => {
        assert.ok(!message.includes('Sign in') && !message.includes('<'));
        assert.match(message, /something other than JSON/);
      });
  });

  it('F26 truncated JSON that holds a token', async () => {
    const whole = '{"token":"fake-token-1234567890","expires_in":3600}';
    for (let length = 1; length < whole.length; length++)
      await refuses(answering(200, {}, whole.slice(0, length)), 'notJson', ({ message }) => {
        assert.ok(!/fake|123/.test(message));
      });
  });

  it('F27 a byte order mark, duplicate keys, __proto__', async () => {
    assert.equal((await fetchedFrom('\uFEFF{"token":"fake-token"}')).accessToken, 'fake-token');
    for (const body of [
      '{"token":"fake-token","token":"fake-token-2"}',
      '{"token":"fake-token","\\u0074oken":"fake-token-2"}',
      '{"token":"fake-token","more":{"a":1,"a":1}}',
      '{"token":"fake-token","__proto__":1,"__proto__":2}',
    ])
      await refuses(answering(200, {}, body), 'ambiguousJson');
    for (const body of [
      '{"__proto__":{"token":"fake-token"}}',
      '{"constructor":{"prototype":{"token":"fake-token"}}}',
      '{"toString":{"token":"fake-token"}}',
    ])
      await refuses(answering(200, {}, body), 'noToken');
    const polluting = '{"token":"fake-token","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const token = await fetchedFrom(polluting);
    assert.equal(Object.getPrototypeOf(token), Object.prototype);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    const inherited = acme({ response: { token: '/constructor/name' } });
    await using server = await startFaultServer(answering(200, {}, '{}'));
    assert.equal((await failureOf(fetchWithRetries(`${server.origin}/token`, { provider: inherited }))).code, 'noToken');
  });

  it('F28 status 200 with an error body', async () => {
    for (const body of [{ error: 'invalid_request' }, { errors: [{ status: '401' }] }, { message: 'fake-token' }])
      await refuses(answeringJson(body), 'noToken');
    const provider = acme({ response: { success: { at: '/success', equals: true }, status: '/statusCode' } });
    for (const [body, code] of [
      [{ success: false, token: 'fake-token' }, 'failureInBody'],
      [{ success: false, statusCode: 401, token: 'fake-token' }, 'credentialsRefused'],
      [{ token: 'fake-token' }, 'failureInBody'],
    ] as const) {
      await using server = await startFaultServer(answeringJson(body));
      assert.equal((await failureOf(fetchWithRetries(`${server.origin}/token`, { provider }))).code, code);
      assert.equal(server.requests.length, 1);
    }
  });

  it('F29 a token that is missing, null, a number, an array', async () => {
    for (const body of [
      {},
      { token: null },
      { token: 1234567 },
      { token: ['fake-token'] },
      { token: { token: 'fake-token' } },
      { token: true },
      { token: '' },
    ])
      await refuses(answeringJson(body), 'noToken');
  });

  it('F30 a token with CR, LF or NUL', async () => {
    for (const bad of ['\r', '\n', '\0', '\r\nX-Evil: 1', '\u2028', '\u0085', '\t', '\x7f'])
      for (const token of [`fake-token${bad}`, `${bad}fake-token`, `fake${bad}-token`]) await refuses(answeringJson({ token }), 'badToken');
  });

  it('F31 a token with #, $, quotes, spaces', async () => {
    for (const token of [
      'a#b',
      '#ab',
      'a$b',
      '${HOME}',
      "a'b",
      'a"b',
      'a`b',
      `a'b"c`,
      `a"b\`c`,
      `a'b\`c`,
      'a=b',
      '=',
      'a#b$c"d',
      "'quoted'",
      '"quoted"',
    ]) {
      const { accessToken } = await fetchedFrom(JSON.stringify({ token }));
      assert.equal(accessToken, token);
      const text = applyEdits('OTHER=1\n', insertValue(dotenv, 'OTHER=1\n', ['ACME_TOKEN'], accessToken).edits);
      for (const read of [parseDotenv, parseEnv]) assert.deepEqual({ ...read(text) }, { OTHER: '1', ACME_TOKEN: token }, text);
    }
    // A backslash is an escape to some readers and none to others.
    for (const token of [`a'b"c\`d`, 'a\\nb']) {
      const { accessToken } = await fetchedFrom(JSON.stringify({ token }));
      assert.throws(
        () => insertValue(dotenv, '', ['ACME_TOKEN'], accessToken),
        (error) => error instanceof AuthError && error.code === 'valueNotWritable' && !error.message.includes(token),
      );
    }
    for (const token of ['a b', ' ab', 'ab ', 'a\u00a0b']) await refuses(answeringJson({ token }), 'badToken');
  });

  it('F32 a token over 16 KiB', async () => {
    await refuses(answeringJson({ token: 'a'.repeat(16 * 1024 + 1) }), 'badToken');
    assert.equal((await fetchedFrom(JSON.stringify({ token: 'a'.repeat(16 * 1024) }))).accessToken.length, 16 * 1024);
  });

  it('F33 invalid UTF-8', async () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf5, 0x80, 0x80, 0x80]]) {
      const body = Buffer.concat([Buffer.from('{"token":"fake-token","name":"'), Buffer.from(bytes), Buffer.from('"}')]);
      await refuses(answering(200, {}, body), 'notJson');
    }
    for (const encoding of ['utf16le', 'latin1'] as const)
      await refuses(answering(200, {}, Buffer.from('{"token":"fake-token","name":"é"}', encoding)), 'notJson');
  });

  it('F34 a token type other than Bearer', async () => {
    for (const type of ['MAC', 'DPoP', 'JWT']) {
      const token = await fetchedFrom(JSON.stringify({ token: 'fake-token', token_type: type }));
      assert.equal(isBearer(token), false);
      assert.equal(authorizationScheme(token), type);
    }
    for (const type of ['Bearer', 'bearer', 'BEARER'])
      assert.equal(isBearer(await fetchedFrom(JSON.stringify({ token: 'fake-token', token_type: type }))), true);
    for (const type of ['Bearer\r\nX-Evil: 1', '$(id)', '{{process.exit()}}', '[x](command:evil)', 'a b'])
      await refuses(answeringJson({ token: 'fake-token', token_type: type }), 'badToken');
  });

  it('F55 401 that echoes the client secret', async () => {
    const echo: Script = async (peer) => {
      const { body, headers } = await peer.request();
      const json = JSON.stringify({
        error: `wrong: ${body.toString()}`,
        error_description: acmeCredentials.password,
        headers: [...headers],
      });
      await peer.answer(401, { 'www-authenticate': `Bearer error="${acmeCredentials.password}"`, 'x-echo': acmeCredentials.user }, json);
    };
    await using server = await startFaultServer(echo);
    await using window = await FaultyWindow.open(acmeProfile(`${server.origin}/token`));
    const error = await failureOf(window.fetch());
    assert.equal(error.code, 'credentialsRefused');
    assert.equal(window.status.lastAttempt?.error, error);
    assert.equal(server.requests.length, 1);
    assert.ok((server.connections[0]?.sent ?? 0) > 200);
    assert.match(window.log.text, /refused these credentials \(401\)/);
  });

  it('F73 server text such as [x](command:…)', async () => {
    const evil = '[x](command:evil) $(alert) <img src=x> https://evil.example';
    const document = { error: evil, error_description: evil, message: evil, errors: [{ code: evil, detail: evil }], token_name: evil };
    for (const status of [200, 201, 301, 400, 401, 403, 404, 407, 409, 422]) {
      const script: Script = async (peer) => {
        await peer.request();
        const body = JSON.stringify(document);
        await peer.send(
          `HTTP/1.1 ${String(status)} ${evil}\r\nContent-Length: ${String(body.length)}\r\nLocation: ${evil}\r\nConnection: close\r\n\r\n${body}`,
        );
        peer.end();
      };
      await using server = await startFaultServer(script);
      await using window = await FaultyWindow.open(
        acmeProfile(`${server.origin}/token`, { provider: acme({ response: { errorMessage: '/error' } }) }),
      );
      const error = await failureOf(window.fetch(), 'evil', 'command:', '$(', '<img');
      assert.equal(server.requests.length, 1, error.message);
      assert.ok((server.connections[0]?.sent ?? 0) > evil.length * 6);
      for (const text of [error.message, window.log.text]) assert.ok(!/evil|command:|\$\(|<|\]\(/.test(text), text);
    }
  });

  it('F74 a secret with quotes, &, backslashes, line breaks', async () => {
    const secrets = [
      'fake"secret',
      'fake&secret=1',
      'fake\\secret\\n',
      'fake\nsecret\r\n',
      'fake secret+%2B',
      'fäke-sécret-€',
      "fake'${secret}`",
      '{"fake":"secret"}',
    ];
    const parameters = [{ in: 'basic', username: 'user', password: 'password' }] as const;
    const asJson = acme();
    const asForm = acme({ request: { parameters: [{ in: 'form', name: 'secret', field: 'password' }] } });
    const asQuery = acme({ request: { method: 'GET', parameters: [{ in: 'query', name: 'secret', field: 'password' }] } });
    const asBasic = acme({ request: { method: 'GET', parameters } });
    const asHeader = acme({ request: { method: 'GET', parameters: [{ in: 'header', name: 'X-Secret', field: 'password' }] } });
    for (const password of secrets) {
      await using server = await startFaultServer(answeringJson({ token: 'fake-token' }));
      const send = (provider: Provider) =>
        fetchWithRetries(`${server.origin}/token`, { provider, credentials: { user: 'fake-user', password } });
      for (const provider of [asJson, asForm, asQuery, asBasic]) await send(provider);
      const [json, form, query, basic] = server.requests;
      assert.deepEqual(JSON.parse(json?.body.toString() ?? ''), { user: 'fake-user', password });
      assert.deepEqual([...new URLSearchParams(form?.body.toString())], [['secret', password]]);
      assert.deepEqual([...new URL(query?.line.split(' ')[1] ?? '', server.origin).searchParams], [['secret', password]]);
      assert.equal(query?.line.split(' ').length, 3);
      const [scheme, encoded = ''] = basic?.headers.get('authorization')?.split(' ') ?? [];
      assert.equal(scheme, 'Basic');
      assert.equal(Buffer.from(encoded, 'base64').toString(), `fake-user:${password}`);
      if (/^[\x20-\x7e]+$/.test(password)) {
        await send(asHeader);
        assert.equal(server.requests[4]?.headers.get('x-secret'), password);
      } else {
        assert.equal((await failureOf(send(asHeader), password)).code, 'credentialNotSendable');
        assert.equal(server.accepted, 4);
      }
    }
  });
});
