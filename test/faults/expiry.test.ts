import assert from 'node:assert/strict';
import type { AuthErrorCode } from '../../src/core/errors.ts';
import type { ExpiryFormat } from '../../src/core/provider.ts';
import { freshness, isUsable, renewalTime, type Token } from '../../src/core/token.ts';
import { acme, acmeProfile, fakeJwt } from '../support/acme.ts';
import { noon } from '../support/fakes.ts';
import { answering, answeringJson, startFaultServer, type Script } from '../support/faultServer.ts';
import { failureOf, FaultyWindow, fetchWithRetries } from '../support/faultyCalls.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** What the product makes of an answer; the server's own record shows that it sent it. */
async function answered(script: Script, expiry?: ExpiryFormat): Promise<{ promise: Promise<Token>; sent: number }> {
  await using server = await startFaultServer(script);
  const promise = fetchWithRetries(`${server.origin}/token`, expiry ? { provider: acme({ response: { expiry } }) } : {});
  await promise.catch(() => undefined);
  assert.equal(server.requests.length, 1);
  return { promise, sent: server.connections[0]?.sent ?? 0 };
}

async function tokenOf(value: unknown, expiry?: ExpiryFormat, headers: Readonly<Record<string, string>> = {}): Promise<Token> {
  const { promise, sent } = await answered(answeringJson({ token: 'fake-token', expires_in: value }, 200, headers), expiry);
  assert.ok(sent > JSON.stringify(value).length);
  return promise;
}

async function refused(value: unknown, expiry?: ExpiryFormat): Promise<AuthErrorCode> {
  const { promise } = await answered(answeringJson({ token: 'fake-token', expires_in: value }), expiry);
  return (await failureOf(promise)).code;
}

/** Answers with tokens that are numbered; the lifetime is in seconds. */
function numberedTokens(lifetime: unknown): Script {
  let issued = 0;
  return (peer) => answeringJson({ token: `fake-token-${String(++issued)}`, expires_in: lifetime })(peer);
}

describe('faults: expiry and time', () => {
  it('F35 expires_in as text', async () => {
    for (const value of ['3599', 3599]) assert.equal((await tokenOf(value)).expiresAt, noon + 3599 * second);
  });

  it('F36 expires_in of 0 or less', async () => {
    for (const value of [0, -1, '0', '-3600', -1e15]) {
      await using server = await startFaultServer(numberedTokens(value));
      await using window = await FaultyWindow.open(acmeProfile(`${server.origin}/token`));
      const token = await window.fetch();
      assert.equal(freshness(token, window.clock.now()), 'expired');
      assert.equal(renewalTime(token), undefined);
      await window.pass(2 * hour, minute);
      assert.equal(server.requests.length, 1);
      assert.equal(window.status.token, token);
    }
  });

  it('F36 expires_in of next to nothing: asked for again no more often than every 10 s', async () => {
    for (const value of [0.001, 0.05, 1, 5]) {
      await using server = await startFaultServer(numberedTokens(value));
      await using window = await FaultyWindow.open(acmeProfile(`${server.origin}/token`));
      await window.fetch();
      await window.pass(minute, 100);
      assert.ok(server.requests.length <= 7, `${String(server.requests.length)} requests in a minute for ${String(value)} s`);
    }
  });

  it('F45 a Date header that no clock can show is not believed', async () => {
    for (const date of [
      '-271821-04-20T00:00:00Z',
      '+275760-09-13T00:00:00Z',
      'Thu, 01 Jan 1970 00:00:00 GMT',
      'Fri, 31 Dec 9999 23:59:59 GMT',
      '2020',
    ]) {
      const { promise } = await answered(answeringJson({ token: fakeJwt({ exp: noon / 1000 + 3600 }), expires_in: 3600 }, 200, { date }));
      const { expiresAt = 0, clockSkew } = await promise;
      assert.ok(Math.abs(expiresAt - (noon + 3_600_000)) <= minute, date);
      assert.equal(clockSkew, undefined);
      const refused = await answered(answeringJson({}, 429, { date, 'retry-after': '999999999999' }));
      const failure = await failureOf(refused.promise);
      assert.equal(failure.code, 'tooManyRequests');
    }
  });

  it('F37 NaN, "1e3", "3600abc", true', async () => {
    for (const value of ['NaN', '1e3', '3600abc', true, '', ' 3600', '0x10', 'Infinity', null, [3600], { seconds: 3600 }]) {
      const token = await tokenOf(value);
      assert.equal('expiresAt' in token, false);
      assert.equal(freshness(token, noon + 3650 * day), 'unknownExpiry');
      assert.equal(renewalTime(token), undefined);
    }
    for (const value of ['NaN', 'Infinity', '+3600', '0x10', '03600']) {
      const { promise } = await answered(answering(200, {}, `{"token":"fake-token","expires_in":${value}}`));
      assert.equal((await failureOf(promise)).code, 'notJson');
    }
  });

  it('F38 expires_in of 1e12', async () => {
    await using server = await startFaultServer(numberedTokens(1e12));
    await using window = await FaultyWindow.open(acmeProfile(`${server.origin}/token`));
    const token = await window.fetch();
    assert.equal(token.expiresAt, noon + 3650 * day);
    await window.pass(60 * day, 12 * hour);
    assert.equal(server.requests.length, 1);
    assert.ok(window.clock.waits.length >= 60);
    for (const wait of window.clock.waits) assert.ok(wait >= 0 && wait <= day, String(wait));
    assert.equal((await tokenOf(1e300)).expiresAt, noon + 3650 * day);
  });

  it('F39 epoch seconds against milliseconds', async () => {
    const at = noon + hour;
    assert.equal((await tokenOf(at / second, { at: '/expires_in', as: 'epochSeconds' })).expiresAt, at);
    assert.equal((await tokenOf(at, { at: '/expires_in', as: 'epochMilliseconds' })).expiresAt, at);
    assert.equal(await refused(at, { at: '/expires_in', as: 'epochSeconds' }), 'badExpiry');
    assert.equal(await refused(at / second, { at: '/expires_in', as: 'epochMilliseconds' }), 'badExpiry');
    for (const value of [0, -1, 3600, 1e300]) assert.equal(await refused(value, { at: '/expires_in', as: 'epochSeconds' }), 'badExpiry');
  });

  it('F40 2026-09-10T12:34Z', async () => {
    const token = await tokenOf('2026-09-10T12:34Z', { at: '/expires_in', as: 'iso8601' });
    assert.equal(token.expiresAt, Date.UTC(2026, 8, 10, 12, 34));
  });

  it('F41 no zone, 30 February, seven digits of fraction, +0000', async () => {
    const iso: ExpiryFormat = { at: '/expires_in', as: 'iso8601' };
    const at = Date.UTC(2026, 8, 10, 12, 34, 56);
    assert.equal(await refused('2026-09-10T12:34:56', iso), 'badExpiry');
    assert.equal((await tokenOf('2026-09-10T12:34:56', { ...iso, zone: 'utc' })).expiresAt, at);
    for (const value of ['2026-02-30T12:34Z', '2027-02-29T00:00Z', '2026-13-01T00:00Z', '2026-09-10T24:01Z', '2026-09-10', 'soon', ''])
      assert.equal(await refused(value, iso), 'badExpiry', value);
    assert.equal((await tokenOf('2026-09-10T12:34:56.1234567Z', iso)).expiresAt, at + 123);
    assert.equal((await tokenOf('2026-09-10T12:34:56+0000', iso)).expiresAt, at);
    assert.equal((await tokenOf('2026-09-10T14:34:56+02:00', iso)).expiresAt, at);
  });

  it('F42 the token’s own exp is before the body’s expiry', async () => {
    const jwt = fakeJwt({ exp: (noon + hour) / second });
    const { promise } = await answered(answeringJson({ token: jwt, expires_in: 7200 }));
    const token = await promise;
    assert.equal(token.expiresAt, noon + hour);
    assert.equal(token.expiryDisagreement, hour);
  });

  it('F43 a malformed JWT, exp as text', async () => {
    for (const jwt of [
      fakeJwt({ exp: String((noon + minute) / second) }),
      fakeJwt({ exp: null }),
      fakeJwt({ exp: [1] }),
      fakeJwt({ exp: 1e300 }),
      fakeJwt({ exp: -1 }),
      fakeJwt({ exp: noon + minute }),
      fakeJwt({ exp: (noon + minute) / second }).slice(0, 30),
      'eyJ.eyJ.eyJ',
      'a.%%%.c',
      '..',
      '...',
      `${'a.'.repeat(2000)}a`,
    ]) {
      const { promise } = await answered(answeringJson({ token: jwt, expires_in: 3600 }));
      const token = await promise;
      assert.equal(token.accessToken, jwt);
      assert.equal(token.expiresAt, noon + hour);
    }
  });

  it('F44 a five-minute token', async () => {
    await using server = await startFaultServer(numberedTokens(300));
    await using window = await FaultyWindow.open(acmeProfile(`${server.origin}/token`));
    await window.fetch();
    const times = [window.clock.now()];
    for (let passed = 0; passed < hour; passed += 5 * second) {
      await window.pass(5 * second, 5 * second);
      if (server.requests.length > times.length) times.push(window.clock.now());
      assert.ok(isUsable(window.status.token ?? assert.fail('no token'), window.clock.now()));
    }
    assert.equal(server.requests.length, times.length);
    assert.equal(times.length, 1 + 15);
    times.slice(1).forEach((time, index) => {
      assert.ok(time - (times[index] ?? 0) >= 4 * minute);
    });
  });

  it('F45 a clock that is 10 minutes off', async () => {
    for (const off of [-10 * minute, 10 * minute]) {
      const date = new Date(noon + off).toUTCString();
      // By this machine's clock alone, the first would be over and the second would live three times as long.
      const at = noon + off + 5 * minute;
      const token = await tokenOf(at, { at: '/expires_in', as: 'epochMilliseconds' }, { date });
      assert.equal(token.expiresAt, noon + 5 * minute);
      assert.equal(token.clockSkew, off);
      assert.equal(freshness(token, noon), 'valid');
      const own = await (await answered(answeringJson({ token: fakeJwt({ exp: at / second }) }, 200, { date }))).promise;
      assert.equal(own.expiresAt, noon + 5 * minute);
      assert.equal(own.clockSkew, off);
    }
  });

  it('F46 a clock that is turned back', async () => {
    await using server = await startFaultServer(numberedTokens(3600));
    await using window = await FaultyWindow.open(acmeProfile(`${server.origin}/token`));
    await window.fetch();
    window.clock.turnBack(hour);
    // The timer that was set before comes due, finds that it is early by the clock, and is set again.
    assert.equal(window.clock.waits.length, 1);
    await window.pass(55 * minute, minute);
    assert.equal(window.clock.waits.length, 2);
    assert.equal(window.clock.waits[1], hour);
    assert.equal(server.requests.length, 1);
    await window.pass(hour, minute);
    assert.equal(server.requests.length, 2);
    assert.equal(window.status.token?.accessToken, 'fake-token-2');
  });

  it('F47 sleep past the expiry', async () => {
    await using server = await startFaultServer(numberedTokens(3600));
    await using window = await FaultyWindow.open(acmeProfile(`${server.origin}/token`));
    await window.fetch();
    window.clock.sleep(8 * hour);
    // Asked before any timer has fired: what is given out is a new one.
    assert.equal((await window.tokens.usableToken(window.profile)).accessToken, 'fake-token-2');
    assert.equal(server.requests.length, 2);
    window.clock.sleep(8 * hour);
    window.tokens.wake();
    await window.settled();
    assert.equal(window.status.token?.accessToken, 'fake-token-3');
    assert.equal(server.requests.length, 3);
  });
});
