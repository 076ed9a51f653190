/**
 * Windows that renew for months of simulated time, with faults of every kind strewn in by a seeded generator.
 * Run with --expose-gc, and --no-flush-bytecode, as code let go of would make up for what leaks. SOAK_RENEWALS, SOAK_DAYS and SOAK_SEED say how much of it.
 */
import assert from 'node:assert/strict';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { GuardedSecretStore } from '../../src/core/guardedSecretStore.ts';
import type { Lease, Leases, Logger } from '../../src/core/ports.ts';
import { fetchToken } from '../../src/core/tokenClient.ts';
import { TokenService } from '../../src/core/tokenService.ts';
import { Vault } from '../../src/core/vault.ts';
import { tokenState, type TokenState } from '../../src/editor/tokenState.ts';
import { acmeCredentials, acmeProfile } from '../support/acme.ts';
import { FakeClock, MemoryNotes, MemorySecretStore } from '../support/fakes.ts';
import { startSoakServer } from './soakServer.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const renewals = Number(process.env.SOAK_RENEWALS ?? 10_000);
const days = Number(process.env.SOAK_DAYS ?? 90);
const seed = Number(process.env.SOAK_SEED ?? 1);
assert.ok(global.gc, 'run with --expose-gc');

/** Short, as every call's deadline stays in memory until its time. */
const callTimeout = 1000;

let state = seed;
/** Mulberry32. */
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
const chance = (probability: number) => random() < probability;
function any<T>(list: readonly T[]): T {
  const item = list[Math.floor(random() * list.length)];
  assert.ok(item !== undefined);
  return item;
}

class SoakStore extends MemorySecretStore {
  hangs = false;
  override get(key: string): Promise<string | undefined> {
    return this.hangs ? new Promise(() => undefined) : super.get(key);
  }
  override store(key: string, value: string): Promise<void> {
    return this.hangs ? new Promise(() => undefined) : super.store(key, value);
  }
}

class MemoryLeases implements Leases {
  readonly #held = new Set<string>();
  readonly #waiting = new Set<() => void>();
  get busy(): number {
    return this.#held.size + this.#waiting.size;
  }
  async acquire(name: string, signal: AbortSignal): Promise<Lease | undefined> {
    if (chance(0.002)) throw new Error('no file system');
    while (this.#held.has(name)) {
      if (signal.aborted) return undefined;
      await new Promise<void>((resolve) => {
        const end = () => {
          this.#waiting.delete(end);
          signal.removeEventListener('abort', end);
          resolve();
        };
        this.#waiting.add(end);
        signal.addEventListener('abort', end);
      });
    }
    if (signal.aborted) return undefined;
    this.#held.add(name);
    return {
      release: () => {
        this.#held.delete(name);
        for (const wake of [...this.#waiting]) wake();
        return Promise.resolve();
      },
    };
  }
}

/** The last lines of each profile in a window. */
class RecentLog implements Logger {
  readonly #lines = new Map<string, string[]>();
  info = (message: string) => {
    this.#note(message);
  };
  warn = this.info;
  error = this.info;
  of(name: string): readonly string[] {
    return this.#lines.get(name) ?? [];
  }
  #note(message: string): void {
    assert.doesNotMatch(message, /fake-(token|user|password)/);
    const name = message.slice(0, message.indexOf(':'));
    this.#lines.set(name, [...this.of(name), message].slice(-12));
  }
}

/** What has to stand in the log before a state is shown; the two that are not here come with time alone, or at the very start. */
const explanations: Partial<Record<TokenState, RegExp>> = {
  fetching: /renewing ahead|fetching a token/,
  valid: /token fetched from|taken over|another window’s token|another window was faster/,
  expired: /has expired/,
  failed: /does not answer|from a newer version/,
  credentialsNeeded: /credentials/i,
};

const clock = new FakeClock();
const store = new SoakStore();
const notes = new MemoryNotes();
const leases = new MemoryLeases();
const server = await startSoakServer({ random, lifetime: () => any([300, 1200, 3600, 3600, 7200]) });
const profiles = ['one', 'two', 'three', 'four'].map((id) => acmeProfile(`${server.origin}/token`, { id }));
const seeder = new Vault(store, notes);

class SoakWindow {
  readonly log = new RecentLog();
  readonly tokens: TokenService;
  readonly #states = new Map<string, TokenState>();

  constructor() {
    this.tokens = new TokenService({
      vault: new Vault(new GuardedSecretStore(store, clock), notes),
      clock,
      log: this.log,
      leases,
      client: () => Promise.resolve(fetchToken),
      timeout: () => callTimeout,
      allowed: () => true,
      renews: () => true,
    });
    this.tokens.onDidChange((id) => {
      this.#look(id);
    });
  }

  get busy(): boolean {
    return profiles.some(({ id }) => this.tokens.status(id).fetching);
  }

  #look(id: string): void {
    const profile = profiles.find((each) => each.id === id);
    assert.ok(profile);
    const status = this.tokens.status(id);
    const now = tokenState(status, clock.now());
    // Not read yet, or taken out of the settings.
    if (!status.fetching && !status.token && !status.credentials) {
      this.#states.delete(id);
      return;
    }
    const before = this.#states.get(id);
    if (now === before) return;
    this.#states.set(id, now);
    reached.set(now, (reached.get(now) ?? 0) + 1);
    // Read from the store by a window that has just opened.
    if (before === undefined && now !== 'fetching') return;
    const explanation = explanations[now];
    const lines = this.log.of(profile.name);
    // An attempt that failed or was cancelled leaves the token that was there.
    const kept = before === 'fetching' && status.token !== undefined;
    const failure = now === 'failed' || kept ? status.lastAttempt?.error?.message : undefined;
    if (
      explanation &&
      !lines.some(
        (line) => explanation.test(line) || (failure !== undefined && line.includes(failure)) || (kept && line.endsWith(': Cancelled.')),
      )
    )
      assert.fail(`${profile.name} went from ${String(before)} to ${now}, and the log says only:\n${lines.join('\n')}`);
  }
}

const reached = new Map<TokenState, number>();
let windows = [new SoakWindow(), new SoakWindow()];

/** Until nothing is under way any more; what waits for the clock gets it. */
async function settle(): Promise<void> {
  for (let turns = 0; ; turns++) {
    await turn();
    if (turns >= 12 && !windows.some((window) => window.busy)) return;
    if (turns > 0 && turns % 300 === 0) advance(second);
    assert.ok(turns < 300_000, 'something never ends');
  }
}

function advance(milliseconds: number): void {
  clock.advance(milliseconds);
  for (const wait of clock.waits) assert.ok(wait >= 0 && wait <= day, `a timer of ${String(wait)} ms`);
  clock.waits.length = 0;
  // One for the plan of each window, and a few for each flight.
  assert.ok(clock.pending <= windows.length * (1 + 4 * profiles.length), `${String(clock.pending)} timers`);
}

/** Each fault with how often it is met, per step. */
const events: readonly [number, () => void | Promise<void>][] = [
  [
    0.01,
    async () =>
      any(windows)
        .tokens.fetch(any(profiles))
        .then(undefined, () => undefined),
  ],
  [0.01, () => any(windows).tokens.reload(any(profiles).id)],
  [
    0.002,
    () => {
      const { id } = any(profiles);
      const { tokens } = any(windows);
      tokens.fetch(any(profiles)).catch(() => undefined);
      tokens.cancel(id);
    },
  ],
  [0.001, () => any(windows).tokens.forget(any(profiles).id)],
  [
    0.002,
    () => {
      store.entries.delete(any([...store.entries.keys(), 'none']));
    },
  ],
  [
    0.002,
    () => {
      store.entries.set(any([...store.entries.keys(), 'none']), any(['', '{', '{"version":2}', 'null']));
    },
  ],
  [
    0.002,
    async () => {
      await any(windows).tokens.setProfiles(profiles.slice(1));
      for (const { tokens } of windows) await tokens.setProfiles(profiles);
    },
  ],
  [
    0.003,
    () => {
      clock.sleep(random() * 12 * hour);
      for (const { tokens } of windows) tokens.wake();
    },
  ],
  [
    0.001,
    () => {
      clock.sleep(-random() * hour);
      for (const { tokens } of windows) tokens.wake();
    },
  ],
  [
    0.002,
    async () => {
      const [gone, stays] = windows;
      assert.ok(gone && stays);
      gone.tokens.dispose();
      windows = [stays, new SoakWindow()];
      await windows[1]?.tokens.setProfiles(profiles);
    },
  ],
];

async function mend(): Promise<void> {
  store.hangs = store.refusesToSave = store.refusesToRead = false;
  for (const profile of profiles) {
    const state = windows.map(({ tokens }) => tokens.status(profile.id));
    if (state.every(({ credentials, lastAttempt }) => credentials === 'present' && !lastAttempt?.error?.remedy?.startsWith('edit')))
      continue;
    if ((await seeder.credentials(profile)).state === 'newer') await seeder.deleteAll(profile.id);
    await seeder.storeCredentials(profile, acmeCredentials);
    for (const { tokens } of windows) await tokens.credentialsChanged(profile.id);
  }
  for (const profile of profiles)
    for (const { tokens } of windows) {
      const { token } = tokens.status(profile.id);
      if (!token || (token.expiresAt ?? 0) <= clock.now()) await tokens.usableToken(profile).catch(() => undefined);
    }
}

async function step(): Promise<void> {
  store.hangs = chance(0.003);
  store.refusesToSave = chance(0.01);
  store.refusesToRead = chance(0.003);
  advance(minute + random() * 3 * minute);
  const under: Promise<void>[] = [];
  for (const [probability, event] of events) if (chance(probability)) under.push(Promise.resolve(event()));
  // What waits for a store that hangs ends with the clock.
  const progress = { ended: false };
  void Promise.all(under).then(() => (progress.ended = true));
  for (let turns = 1; !progress.ended; turns++) {
    await turn();
    if (turns % 300 === 0) advance(second);
  }
  await settle();
  if (chance(0.1)) {
    store.hangs = false;
    await mend();
    await settle();
  }
}

/** Weak references and finalizers let go of what they held over several rounds only. */
async function usedMemory(): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < 12; round++) {
    global.gc?.();
    await delay(25);
    least = Math.min(least, process.memoryUsage().heapUsed);
  }
  return least;
}

/** With every window gone, as only then both measurements are of the same. */
async function atRest(): Promise<{ memory: number; resources: string }> {
  for (const { tokens } of windows) tokens.dispose();
  windows = [];
  await settle();
  advance(30 * second);
  server.closeIdle();
  await delay(callTimeout * 1.5);
  assert.equal(clock.pending, 0, 'a timer is left');
  assert.equal(leases.busy, 0, 'a lease is left');
  const names = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
  return { memory: await usedMemory(), resources: `${String(names.length)} timers, ${String(process.listenerCount('exit'))} listeners` };
}

async function open(): Promise<void> {
  windows = [new SoakWindow(), new SoakWindow()];
  for (const { tokens } of windows) await tokens.setProfiles(profiles);
}

for (const profile of profiles) await seeder.storeCredentials(profile, acmeCredentials);
for (const { tokens } of windows) await tokens.setProfiles(profiles);
await mend();

const began = clock.now();
// Until the engine has compiled what runs often, and its caches are full.
const warmUp = Math.min(renewals / 2, 1500);
while (server.requests < warmUp) await step();
const before = await atRest();
await open();
while (server.requests < renewals || clock.now() - began < days * day) await step();
store.hangs = store.refusesToSave = store.refusesToRead = false;
const after = await atRest();
const sockets = await server.openSockets();
await server.stop();

const growth = after.memory / before.memory - 1;
console.log(
  JSON.stringify({
    seed,
    requests: server.requests,
    failures: server.failures,
    days: Math.round((clock.now() - began) / day),
    states: Object.fromEntries(reached),
    memory: { before: before.memory, after: after.memory, growth: `${(growth * 100).toFixed(2)} %` },
    resources: [before.resources, after.resources],
    sockets,
  }),
);
for (const each of ['valid', 'fetching', 'expired', 'failed', 'credentialsNeeded'] as const) assert.ok(reached.has(each), `never ${each}`);
assert.ok(growth < 0.05, 'memory grew');
assert.equal(after.resources, before.resources);
assert.ok(sockets === 0, `${String(sockets)} sockets`);
