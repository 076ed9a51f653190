import assert from 'node:assert/strict';
import type { AuthErrorCode } from '../../src/core/errors.ts';
import { systemClock } from '../../src/editor/systemClock.ts';
import { acmeCredentials, acmeProfile } from '../support/acme.ts';
import { noon } from '../support/fakes.ts';
import { answering, answeringJson, head, startFaultServer, type Script } from '../support/faultServer.ts';
import { failureOf, FaultyWindow, fetchWithRetries, HastyClock } from '../support/faultyCalls.ts';
import { fakeNames } from '../support/names.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const good = answeringJson({ token: 'fake-token', expires_in: 3600 });
const busy = (status: number, retryAfter?: string, date?: number) =>
  answeringJson({ error: 'fake-token' }, status, {
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    ...(date === undefined ? {} : { date: new Date(date).toUTCString() }),
  });
const resetInMidBody: Script = async (peer) => {
  await peer.request();
  await peer.send(`${head(200, { 'content-length': '1000' })}{"token":"fake-token"`);
  await peer.reset();
};

describe('faults: attempts, pauses and ends', () => {
  it('F22 a connection reset in mid body', async () => {
    await using server = await startFaultServer([resetInMidBody, resetInMidBody, good]);
    const clock = new HastyClock();
    assert.equal((await fetchWithRetries(`${server.origin}/token`, { clock })).accessToken, 'fake-token');
    assert.deepEqual(
      server.connections.map(({ ending }) => ending),
      ['reset', 'reset', 'ended'],
    );
    for (const { sent } of server.connections) assert.ok(sent > 50);
    assert.equal(clock.waits.length, 2);

    await using dead = await startFaultServer(resetInMidBody);
    assert.equal((await failureOf(fetchWithRetries(`${dead.origin}/token`))).code, 'connectionLost');
    assert.equal(dead.requests.length, 3);
    const cut: Script[] = [
      (peer) => peer.reset(),
      (peer) => {
        peer.end();
      },
      async (peer) => {
        await peer.request();
        await peer.send('HTTP/1.1 200 O');
        peer.end();
      },
    ];
    for (const script of cut) {
      await using server = await startFaultServer([script, good]);
      assert.equal((await fetchWithRetries(`${server.origin}/token`)).accessToken, 'fake-token');
      assert.equal(server.accepted, 2);
    }
  });

  it('F48 429 with Retry-After: 2', async () => {
    await using server = await startFaultServer([busy(429, '2'), good]);
    await fetchWithRetries(`${server.origin}/token`, { clock: systemClock });
    const [first, next] = server.connections;
    assert.ok(first && next && server.connections.length === 2);
    const pause = next.openedAt - first.openedAt;
    assert.ok(pause >= 2000 && pause < 3000, String(pause));
  }).timeout(10_000);

  it('F49 Retry-After as an HTTP date', async () => {
    for (const serversNow of [undefined, noon, noon + hour, noon - hour]) {
      const date = new Date((serversNow ?? noon) + 3 * second).toUTCString();
      await using server = await startFaultServer([busy(503, date, serversNow), good]);
      const clock = new HastyClock();
      await fetchWithRetries(`${server.origin}/token`, { clock });
      const [wait = 0] = clock.waits;
      assert.ok(wait >= 3 * second && wait < 3.5 * second, String(wait));
      assert.equal(server.requests.length, 2);
    }
  });

  it('F50 Retry-After: 3000000', async () => {
    for (const status of [429, 503])
      for (const after of ['3000000', '61', new Date(noon + 3_000_000 * second).toUTCString()]) {
        await using server = await startFaultServer([good, busy(status, after)]);
        await using window = await FaultyWindow.open(acmeProfile(`${server.origin}/token`));
        const token = await window.fetch();
        const error = await failureOf(window.fetch());
        assert.deepEqual(window.hasty.waits, []);
        assert.equal(server.requests.length, 2);
        const retryAt = noon + (after === '61' ? 61 : 3_000_000) * second;
        assert.equal(error.retryAt, retryAt);
        assert.match(error.message, after === '61' ? /Try again after .*:01/ : /Try again after .*2026/);
        assert.equal(window.status.token, token);
        // What the answer asked for holds for automatic renewal, too.
        if (after !== '61') {
          await window.pass(30 * day, hour);
          assert.equal(server.requests.length, 2);
        }
      }
  });

  it('F51 Retry-After that is garbage or negative', async () => {
    for (const value of [
      '-5',
      'soon',
      '1.5',
      '1e9',
      '9'.repeat(30),
      '',
      '2 s',
      'Mon, 99 Jun 2026 99:00:00 GMT',
      new Date(noon - hour).toUTCString(),
    ]) {
      await using server = await startFaultServer([busy(503, value), good]);
      const clock = new HastyClock();
      await fetchWithRetries(`${server.origin}/token`, { clock, random: () => 0.9 });
      assert.deepEqual(clock.waits, [450], value);
      assert.equal(server.requests.length, 2);
    }
  });

  it('F52 500, 500, 200', async () => {
    const waits: (readonly number[])[] = [];
    for (const random of [0, 0.25, 0.75, undefined, undefined]) {
      await using server = await startFaultServer([busy(500), busy(500), good]);
      const clock = new HastyClock();
      await fetchWithRetries(`${server.origin}/token`, random === undefined ? { clock } : { clock, random: () => random });
      assert.equal(server.requests.length, 3);
      waits.push(clock.waits);
    }
    assert.deepEqual(waits.slice(0, 3), [
      [0, 0],
      [125, 250],
      [375, 750],
    ]);
    const [one, other] = waits.slice(3);
    assert.notDeepEqual(one, other);
    await using server = await startFaultServer([busy(408), busy(429), good]);
    await fetchWithRetries(`${server.origin}/token`);
    assert.equal(server.requests.length, 3);
  });

  it('F53 503 for ever', async () => {
    await using server = await startFaultServer([good, busy(503)]);
    await using window = await FaultyWindow.open(acmeProfile(`${server.origin}/token`));
    const token = await window.fetch();
    // The renewal falls due and comes to its end, its pauses included.
    window.clock.advance(55 * minute);
    await window.settled();
    assert.equal(server.requests.length, 1 + 3);
    assert.equal(window.status.lastAttempt?.error?.code, 'serverError');
    assert.equal(window.status.token, token);
    await window.pass(29 * second, second);
    assert.equal(server.requests.length, 1 + 3);
    await window.pass(2 * second, second);
    assert.equal(server.requests.length, 1 + 6);
    const counted = server.requests.length;
    await window.pass(day, 5 * minute);
    const cooled = (server.requests.length - counted) / 3;
    assert.ok(cooled <= 4 * 24 + 6, `${String(cooled)} renewals in a day`);
    assert.match(window.log.text, /\(503\)\. Try again later\. The next attempt follows in \d\.\d s\./);
  });

  it('F54 400, 401, 403', async () => {
    for (const [status, code] of [
      [400, 'requestRefused'],
      [401, 'credentialsRefused'],
      [403, 'credentialsRefused'],
    ] satisfies [number, AuthErrorCode][]) {
      await using server = await startFaultServer([good, busy(status, '1')]);
      await using window = await FaultyWindow.open(acmeProfile(`${server.origin}/token`));
      const token = await window.fetch();
      await window.pass(59 * minute, minute);
      assert.equal(server.requests.length, 2);
      assert.equal(window.status.lastAttempt?.error?.code, code);
      assert.equal(window.status.token, token);
      // Only a change of the credentials brings the next attempt, and that is one.
      await window.tokens.setCredentials(window.profile, { ...acmeCredentials, password: 'fake-password-0003' });
      await window.pass(2 * day, 10 * minute);
      assert.equal(server.requests.length, 3);
      assert.match(server.requests[2]?.body.toString() ?? '', /fake-password-0003/);
      assert.deepEqual(window.hasty.waits, []);
    }
    await using server = await startFaultServer([good, busy(401), good]);
    await using window = await FaultyWindow.open(acmeProfile(`${server.origin}/token`));
    await window.fetch();
    await window.pass(56 * minute, minute);
    assert.equal(server.requests.length, 2);
    await window.edit({ ...window.profile, name: 'Edited' });
    await window.pass(minute, second);
    assert.equal(server.requests.length, 3);
    assert.equal(window.status.lastAttempt?.error, undefined);
  });

  it('F56 name not found, offline', async () => {
    for (const [fault, code] of [
      [{ code: 'ENOTFOUND' }, 'hostNotFound'],
      [{ code: 'EAI_AGAIN' }, 'hostNotFound'],
      [{ code: 'ENETUNREACH' }, 'offline'],
      // Nobody has a route for TCP to the broadcast address.
      [{ address: '255.255.255.255' }, 'offline'],
    ] as const) {
      await using server = await startFaultServer(good);
      await using window = await FaultyWindow.open(acmeProfile(`http://localhost:${String(server.port)}/token`));
      using online = fakeNames({ address: '127.0.0.1' });
      const token = await window.fetch();
      assert.equal(server.requests.length, 1);
      {
        using names = fakeNames(fault);
        await window.pass(56 * minute, minute);
        const error = window.status.lastAttempt?.error;
        assert.equal(error?.code, code);
        assert.match(error.message, /this machine is offline/i);
        assert.ok(names.asked.length >= 3);
        assert.equal(server.accepted, 1);
        assert.equal(window.status.token, token);
      }
      await window.pass(2 * minute, second);
      assert.equal(server.requests.length, 2);
      assert.equal(window.status.lastAttempt?.error, undefined);
      assert.ok(online.asked.length >= 2);
    }
  });

  it('F58 cancelled in mid request', async () => {
    const silent: Script = async (peer) => {
      await peer.request();
    };
    const dripping: Script = async (peer) => {
      await peer.request();
      await peer.send(`${head(200, { 'content-length': '1000' })}{"token":"fake-token"`);
    };
    const hello: Script = () => undefined;
    for (const script of [hello, silent, dripping, busy(503, '3'), answering(500), resetInMidBody]) {
      await using server = await startFaultServer([good, script]);
      await using window = await FaultyWindow.open(acmeProfile(`${server.origin}/token`), { clock: systemClock, random: () => 0.9 });
      const token = await window.fetch();
      const stored = window.store.entries.get('token/acme-1');
      const promise = failureOf(window.fetch());
      while (server.accepted < 2) await new Promise((resolve) => setTimeout(resolve, 1));
      // Long enough for the failure of the others to have arrived: they wait for their next attempt by now.
      await new Promise((resolve) => setTimeout(resolve, 60));
      const cancelledAt = performance.now();
      window.tokens.cancel(window.profile.id);
      const error = await promise;
      assert.ok(performance.now() - cancelledAt < 100);
      assert.equal(error.code, 'cancelled');
      const { length } = server.received;
      await new Promise((resolve) => setTimeout(resolve, 50));
      // Where one was broken off, undici opens another connection and closes it: not a byte goes over it.
      assert.equal(server.received.length, length);
      for (const { closedAt } of server.connections) assert.ok(closedAt !== undefined, 'a connection is left open');
      assert.equal(window.status.token, token);
      assert.equal(window.store.entries.get('token/acme-1'), stored);
    }
  }).timeout(10_000);
});
