import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { isUsable, renewalMargin, type Token } from '../../src/core/token.ts';
import { TokenService } from '../../src/core/tokenService.ts';
import { Vault } from '../../src/core/vault.ts';
import { ProcessEnvironment } from '../../src/editor/processEnvironment.ts';
import type { ProfileStore } from '../../src/editor/profileStore.ts';
import { acmeCredentials, acmeProfile } from '../support/acme.ts';
import { FakeClock, MemoryLog, MemorySecretStore, noon } from '../support/fakes.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('Faults of time', () => {
  const profile = acmeProfile('http://127.0.0.1:1/token', { inject: ['processEnvironment'] });
  let clock: FakeClock;
  let vault: Vault;
  let tokens: TokenService;
  let environment: ProcessEnvironment;
  let variables: NodeJS.ProcessEnv;
  let lifetime: number;
  let fails: boolean;
  /** When each request was made. */
  let requests: number[];

  beforeEach(async () => {
    clock = new FakeClock();
    vault = new Vault(new MemorySecretStore());
    lifetime = hour;
    fails = false;
    requests = [];
    variables = {};
    tokens = new TokenService({
      vault,
      clock,
      log: new MemoryLog(),
      client: () => Promise.resolve(() => answer()),
      timeout: () => 2000,
      allowed: () => true,
      renews: () => true,
    });
    const store = { profiles: [profile], onDidChange: () => ({ dispose: () => undefined }) } as unknown as ProfileStore;
    environment = new ProcessEnvironment(store, tokens, clock, () => true, variables);
    await vault.storeCredentials(profile, acmeCredentials);
    await tokens.setProfiles([profile]);
  });

  afterEach(() => {
    environment.dispose();
    tokens.dispose();
    assert.equal(clock.pending, 0, 'a timer is left');
    for (const wait of clock.waits) assert.ok(wait >= 0 && wait <= day, `a timer of ${String(wait)} ms`);
  });

  function answer(): Promise<Token> {
    requests.push(clock.now());
    if (fails) return Promise.reject(new Error('down'));
    const obtainedAt = clock.now();
    return Promise.resolve({ accessToken: `fake-token-${String(requests.length)}`, obtainedAt, expiresAt: obtainedAt + lifetime });
  }

  async function settled(): Promise<void> {
    do for (let i = 0; i < 4; i++) await turn();
    while (tokens.status(profile.id).fetching);
  }

  /** Lets time pass in steps, and sees at each that nothing stale is injected. */
  async function pass(milliseconds: number, step: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += step) {
      clock.advance(step);
      await settled();
      assertNothingStale();
    }
  }

  function assertNothingStale(): void {
    const { token } = tokens.status(profile.id);
    const usable = token && isUsable(token, clock.now()) ? token.accessToken : undefined;
    assert.equal(variables[profile.variable], usable);
  }

  /** Time that a sleeping machine's timers do not see. */
  async function sleep(milliseconds: number): Promise<void> {
    clock.sleep(milliseconds);
    tokens.wake();
    assertNothingStale();
    await settled();
  }

  const lifetimes: [string, number, number][] = [
    ['60 s', minute, 2 * second],
    ['5 min', 5 * minute, 10 * second],
    ['1 h', hour, minute],
    ['24 h', day, 5 * minute],
    ['90 days', 90 * day, 6 * hour],
  ];

  for (const [name, life, step] of lifetimes) {
    it(`renews a token of ${name} in its time, ten times over, and is never without one`, async () => {
      lifetime = life;
      const first = await tokens.fetch(profile);
      const between = life - renewalMargin(first);
      await pass(between * 10 + step, step);
      assert.equal(requests.length, 11);
      for (const [index, at] of requests.slice(1).entries())
        assert.ok(Math.abs(at - (requests[index] ?? 0) - between) <= step, `renewal ${String(index)}`);
    });

    it(`wakes after ${name}, well past the expiry, to one renewal`, async () => {
      lifetime = life;
      await tokens.fetch(profile);
      await sleep(life + hour);
      assert.equal(requests.length, 2);
      assertNothingStale();
      await pass(4 * step, step);
      assert.equal(requests.length, 2);
    });

    it(`renews a token of ${name} once after the clock was set forward past it, and goes on`, async () => {
      lifetime = life;
      await tokens.fetch(profile);
      await sleep(life * 3);
      const before = requests.length;
      const { token } = tokens.status(profile.id);
      assert.ok(token);
      await pass(life - renewalMargin(token) + step, step);
      assert.deepEqual([before, requests.length], [2, 3]);
    });

    it(`keeps a token of ${name} through a clock set back, and renews it in its time`, async () => {
      lifetime = life;
      const first = await tokens.fetch(profile);
      await sleep(-life / 2);
      assert.equal(requests.length, 1);
      assert.equal(variables[profile.variable], 'fake-token-1');
      await pass(life * 1.5 - renewalMargin(first) + step, step);
      assert.equal(requests.length, 2);
    });
  }

  it('F44 a token of 5 minutes is renewed at most once in 4 minutes, whatever a day brings', async () => {
    lifetime = 5 * minute;
    await tokens.fetch(profile);
    for (let round = 0; round < 24; round++) {
      await pass(50 * minute, 20 * second);
      // A focus, a change of the settings, a look at the store: none of them is a reason to renew.
      tokens.wake();
      tokens.replan();
      await tokens.reload(profile.id);
      await settled();
      await sleep(10 * minute);
    }
    assert.ok(requests.length > 24 * 12, String(requests.length));
    for (const [index, at] of requests.slice(1).entries())
      assert.ok(at - (requests[index] ?? 0) >= 4 * minute, `${String(at - (requests[index] ?? 0))} ms after the one before`);
  });

  it('F46 the clock is turned back: looked at again, timers planned anew, no renewal out of turn', async () => {
    await tokens.fetch(profile);
    clock.waits.length = 0;
    await sleep(-6 * hour);
    assert.ok(clock.waits.length > 0, 'nothing was planned anew');
    assert.equal(clock.waits.at(-1), 6 * hour + 55 * minute);
    assert.equal(requests.length, 1);
    // Without anybody telling: the timer of before comes first, finds nothing due, and plans anew.
    clock.sleep(-6 * hour);
    await pass(6 * hour + 56 * minute, minute);
    assert.equal(requests.length, 1);
    await pass(6 * hour, minute);
    assert.equal(requests.length, 2);
    assert.equal((requests[1] ?? 0) - noon, 55 * minute);
  });

  it('F46 turned back further than a token lives, and forward again: one renewal', async () => {
    await tokens.fetch(profile);
    await sleep(-30 * day);
    assert.equal(requests.length, 1);
    await sleep(30 * day + 57 * minute);
    assert.equal(requests.length, 2);
  });

  it('F47 sleep past the expiry: renewed on waking, the stale one is out of the environment before the answer', async () => {
    await tokens.fetch(profile);
    assert.equal(variables[profile.variable], 'fake-token-1');
    clock.sleep(8 * hour);
    tokens.wake();
    assert.equal(tokens.status(profile.id).fetching, true);
    assert.equal(variables[profile.variable], undefined);
    await settled();
    assert.equal(variables[profile.variable], 'fake-token-2');
    assert.equal(requests.length, 2);
  });

  it('F47 sleep past the expiry, and no renewal can be had: nothing stale is injected, and it is tried again', async () => {
    await tokens.fetch(profile);
    fails = true;
    await sleep(8 * hour);
    assert.equal(variables[profile.variable], undefined);
    await pass(10 * minute, 10 * second);
    assert.ok(requests.length >= 3);
    fails = false;
    await pass(15 * minute, 10 * second);
    assert.equal(variables[profile.variable], `fake-token-${String(requests.length)}`);
  });

  it('F47 a command right after waking gets no stale token, though nobody told of the waking', async () => {
    await tokens.fetch(profile);
    clock.sleep(8 * hour);
    assert.equal((await tokens.usableToken(profile)).accessToken, 'fake-token-2');
  });
});
