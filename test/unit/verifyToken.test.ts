import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { AuthError } from '../../src/core/errors.ts';
import type { Provider } from '../../src/core/provider.ts';
import { findProvider } from '../../src/core/providers/index.ts';
import type { Token } from '../../src/core/token.ts';
import { fetchToken } from '../../src/core/tokenClient.ts';
import { judge, verifyToken, type Verdict, type Verification, type VerificationCall } from '../../src/core/verifyToken.ts';
import { accounts, startSandbox, type Sandbox, type SandboxAccount } from '../../src/sandbox/server.ts';
import { acme } from '../support/acme.ts';
import { assertTellsNothingOf, FakeClock, noon } from '../support/fakes.ts';
import { json, startTokenServer, type TokenServer } from '../support/tokenServer.ts';

const plain = acme();
const enveloped = acme({ response: { success: { at: '/success', equals: true }, status: '/statusCode' } });
const token: Token = { accessToken: 'fake-token', obtainedAt: noon };

function verify(url: string, options: Partial<VerificationCall> = {}, clock = new FakeClock()): Promise<Verification> {
  const defaults = { provider: plain, token, timeout: 2000, signal: new AbortController().signal };
  return verifyToken({ url, ...defaults, ...options }, clock);
}

/** Fails where a word of the server or of the token shows. */
function assertQuiet(verdict: Verdict): void {
  assertTellsNothingOf(verdict, 'fake-word', 'fake-token');
  if (verdict.verdict === 'unclear') assert.match(verdict.reason, /^\S.*[^.]\. [A-Z].*\.$/, 'it says what came and what to do');
}

describe('judge', () => {
  const cases: [string, Provider, number, unknown, Verdict['verdict'], number?][] = [
    ['200', plain, 200, {}, 'accepted'],
    ['204 without a body', plain, 204, undefined, 'accepted'],
    ['200 with a page', plain, 200, '<p>fake-word</p>', 'accepted'],
    ['200 that says it failed, where nobody asks the body', plain, 200, { success: false, statusCode: 401 }, 'accepted'],
    ['200 with a success', enveloped, 200, { success: true, data: 'fake-word' }, 'accepted'],
    ['200 with a failure and 401', enveloped, 200, { success: false, statusCode: 401, message: 'fake-word' }, 'refused', 401],
    ['200 with a failure and 403', enveloped, 200, { success: false, statusCode: 403 }, 'unclear', 403],
    ['200 with a failure and 500', enveloped, 200, { success: false, statusCode: 500 }, 'unclear', 500],
    ['200 with a failure alone', enveloped, 200, { success: false, message: 'fake-word' }, 'unclear', 200],
    ['200 with a failure and no status that is one', enveloped, 200, { success: false, statusCode: 'fake-word' }, 'unclear', 200],
    ['200 with JSON that is no object', enveloped, 200, [true], 'unclear', 200],
    ['200 with a page, where the body says it', enveloped, 200, '<p>fake-word</p>', 'unclear', 200],
    ['200 with nothing, where the body says it', enveloped, 200, undefined, 'unclear', 200],
    ['200 with JSON that can be read in two ways', enveloped, 200, '{"success":false,"success":true}', 'unclear', 200],
    ['401', plain, 401, { error: 'fake-word' }, 'refused'],
    ['401 with a success in its body', enveloped, 401, { success: true }, 'refused'],
    ['400 with 401 in its body', enveloped, 400, { success: false, statusCode: 401 }, 'unclear'],
    ...[301, 302, 304, 307, 308, 400, 402, 403, 404, 405, 407, 408, 410, 418, 429, 500, 502, 503, 504].map(
      (status): [string, Provider, number, unknown, Verdict['verdict']] => [
        String(status),
        plain,
        status,
        { error: 'fake-word' },
        'unclear',
      ],
    ),
  ];
  for (const [name, provider, status, body, expected, told = status] of cases)
    it(`takes ${name} for ${expected}`, () => {
      const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
      const verdict = judge(provider, 'api.acme.example', { status, headers: {}, body: new TextEncoder().encode(text) });
      assert.equal(verdict.verdict, expected);
      assert.equal(verdict.status, told);
      assertQuiet(verdict);
    });

  it('names host and status where it is unclear', () => {
    const verdict = judge(plain, 'api.acme.example', { status: 403, headers: {}, body: new Uint8Array() });
    assert.deepEqual(verdict, {
      verdict: 'unclear',
      status: 403,
      reason: 'api.acme.example answered 403: it seems to know the token, which may not do this. Send a request of your own instead.',
    });
  });
});

describe('verifyToken', () => {
  it('sends one GET with the token, and tells how long the answer took', async () => {
    const clock = new FakeClock();
    await using server = await startTokenServer((response, request) => {
      clock.advance(70);
      return json({ fake: 'fake-word' })(response, request);
    });
    assert.deepEqual(await verify(`${server.origin}/me`, {}, clock), { verdict: 'accepted', status: 200, duration: 70 });
    const [request, ...others] = server.requests;
    assert.deepEqual(others, []);
    assert.deepEqual([request?.method, request?.path, request?.body], ['GET', '/me', '']);
    assert.equal(request?.headers.authorization, 'Bearer fake-token');
    assert.equal(request.headers.cookie, undefined);
  });

  it('sends the type that the provider named', async () => {
    await using server = await startTokenServer(json({}));
    await verify(server.origin, { token: { ...token, tokenType: 'MadeUp' } });
    assert.equal(server.requests[0]?.headers.authorization, 'MadeUp fake-token');
  });

  it('follows no redirect', async () => {
    await using target = await startTokenServer(json({}));
    await using server = await startTokenServer(json({}, 302, { location: `${target.origin}/fake-word` }));
    const verdict = await verify(server.origin);
    assert.deepEqual([verdict.verdict, verdict.status], ['unclear', 302]);
    assertQuiet(verdict);
    assert.equal(target.requests.length, 0);
  });

  const unanswered: [string, TokenServer['answer'], RegExp][] = [
    ['breaks off', (response) => void response.destroy(), /The connection to 127\.0\.0\.1:\d+ broke/],
    ['says nothing in time', () => undefined, /did not answer within 1 s/],
    ['sends more than 1 MiB', (response) => void response.end(Buffer.alloc(1024 * 1024 + 1, 0x20)), /more than 1 MiB/],
  ];
  for (const [name, answer, reason] of unanswered)
    it(`finds it unclear where the server ${name}`, async () => {
      await using server = await startTokenServer(answer);
      const verdict = await verify(server.origin, { timeout: 200 });
      assert.ok(verdict.verdict === 'unclear');
      assert.match(verdict.reason, reason);
      assertQuiet(verdict);
    });

  it('finds it unclear, and sends nothing, without encryption to another machine', async () => {
    const verdict = await verify('http://payments.invalid/me');
    assert.ok(verdict.verdict === 'unclear');
    assert.match(verdict.reason, /not encrypted/);
    assert.equal(verdict.status, undefined);
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    await using server = await startTokenServer(() => {
      controller.abort();
    });
    await assert.rejects(
      verify(server.origin, { signal: controller.signal }),
      (error) => error instanceof AuthError && error.code === 'cancelled',
    );
  });
});

describe('verifyToken against the sandbox', function () {
  this.timeout(10_000);
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startSandbox();
  });

  after(() => sandbox.stop());

  function providerOf(account: SandboxAccount): Provider {
    const provider = findProvider(account.provider);
    assert.ok(provider);
    return provider;
  }

  function issued(account: SandboxAccount): Promise<Token> {
    const { credentials, tokenPath } = account;
    const signal = new AbortController().signal;
    const call = { provider: providerOf(account), tokenUrl: sandbox.origin + tokenPath, credentials, timeout: 5000, signal };
    return fetchToken(call, { now: () => Date.now(), schedule: () => ({ dispose: () => undefined }) });
  }

  async function verdictOn(account: SandboxAccount, presented: Token): Promise<[string, number | undefined]> {
    const verdict = await verify(sandbox.origin + account.resourcePath, { provider: providerOf(account), token: presented });
    assertTellsNothingOf(verdict, presented.accessToken);
    return [verdict.verdict, verdict.status];
  }

  for (const [index, account] of accounts.entries()) {
    it(`has a good token of ${account.name} accepted`, async () => {
      assert.deepEqual(await verdictOn(account, await issued(account)), ['accepted', 200]);
    });

    it(`has a forged token of ${account.name} refused`, async () => {
      const good = await issued(account);
      const middle = Math.floor(good.accessToken.length / 2);
      const other = good.accessToken.charAt(middle) === 'A' ? 'B' : 'A';
      const forged = good.accessToken.slice(0, middle) + other + good.accessToken.slice(middle + 1);
      assert.deepEqual(await verdictOn(account, { ...good, accessToken: forged }), ['refused', 401]);
    });

    it(`has the token of another account refused by ${account.name}`, async () => {
      const another = accounts[(index + 1) % accounts.length];
      assert.ok(another);
      assert.deepEqual(await verdictOn(account, await issued(another)), ['refused', 401]);
    });
  }

  it('has expired tokens refused', async () => {
    sandbox.setLifetime(1);
    const expired = await Promise.all(accounts.map((account) => issued(account)));
    sandbox.setLifetime(0);
    await delay(1100);
    for (const [index, account] of accounts.entries()) {
      const one = expired[index];
      assert.ok(one);
      assert.deepEqual(await verdictOn(account, one), ['refused', 401], account.name);
    }
  });
});
