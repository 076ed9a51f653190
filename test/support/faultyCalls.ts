import assert from 'node:assert/strict';
import { AuthError } from '../../src/core/errors.ts';
import type { Clock, Disposable } from '../../src/core/ports.ts';
import type { Profile } from '../../src/core/profile.ts';
import { retrying } from '../../src/core/retry.ts';
import type { Token } from '../../src/core/token.ts';
import { fetchToken, type TokenCall } from '../../src/core/tokenClient.ts';
import { TokenService } from '../../src/core/tokenService.ts';
import { Vault } from '../../src/core/vault.ts';
import { acme, acmeCredentials } from './acme.ts';
import { assertTellsNothingOf, FakeClock, MemoryLog, MemorySecretStore } from './fakes.ts';

/** What no failure and no log may hold: the credentials, and the word that all answers carry as their token. */
export const unspeakable = [
  ...Object.values(acmeCredentials),
  Buffer.from(`${acmeCredentials.user}:${acmeCredentials.password}`).toString('base64'),
  'fake-token',
];

/** A clock that does not keep those waiting who wait: its time leaps to the end of every wait. */
export class HastyClock implements Clock {
  /** What was waited for, in milliseconds. */
  readonly waits: number[] = [];
  readonly #clock: FakeClock;

  constructor(clock = new FakeClock()) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  schedule(milliseconds: number, callback: () => void): Disposable {
    this.waits.push(milliseconds);
    const timer = this.#clock.schedule(milliseconds, callback);
    setImmediate(() => {
      this.#clock.advance(milliseconds);
    });
    return timer;
  }
}

/** Fetches a token as the product does, attempts included. */
export function fetchWithRetries(
  tokenUrl: string,
  { clock = new HastyClock(), random = Math.random, ...options }: Partial<TokenCall> & CallOptions = {},
): Promise<Token> {
  const defaults = { provider: acme(), credentials: acmeCredentials, timeout: 5000, signal: new AbortController().signal };
  return retrying(fetchToken, random)({ tokenUrl, ...defaults, ...options }, clock);
}

/** The failure of a promise, which shows nothing that is unspeakable. */
export async function failureOf(promise: Promise<unknown>, ...secrets: readonly string[]): Promise<AuthError> {
  const error: unknown = await promise.then(
    () => assert.fail('it did not fail'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AuthError, String(error));
  assertTellsNothingOf(error, ...unspeakable, ...secrets);
  return error;
}

interface CallOptions {
  /** Of the pauses between attempts, where they are to take real time. */
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** A token service on fake ports with one profile; disposing of it checks the log and that no timer is left. */
export class FaultyWindow implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly hasty = new HastyClock(this.clock);
  readonly store = new MemorySecretStore();
  readonly vault = new Vault(this.store);
  readonly log = new MemoryLog();
  readonly tokens: TokenService;
  profile: Profile;

  private constructor(profile: Profile, { clock = this.hasty, random = Math.random }: CallOptions) {
    this.profile = profile;
    this.tokens = new TokenService({
      vault: this.vault,
      clock: this.clock,
      log: this.log,
      client: () => Promise.resolve((call) => retrying(fetchToken, random)(call, clock)),
      timeout: () => 5000,
      allowed: () => true,
      renews: () => true,
    });
  }

  static async open(profile: Profile, options: CallOptions = {}): Promise<FaultyWindow> {
    const window = new FaultyWindow(profile, options);
    await window.vault.storeCredentials(window.profile, acmeCredentials);
    await window.tokens.setProfiles([window.profile]);
    return window;
  }

  get status() {
    return this.tokens.status(this.profile.id);
  }

  fetch(): Promise<Token> {
    return this.tokens.fetch(this.profile);
  }

  /** Edits the profile. */
  async edit(profile: Profile): Promise<void> {
    this.profile = profile;
    await this.tokens.setProfiles([profile]);
  }

  /** Lets time pass in steps, and every call that starts come to its end. */
  async pass(milliseconds: number, step: number): Promise<void> {
    const end = this.clock.now() + milliseconds;
    while (this.clock.now() < end) {
      this.clock.advance(Math.min(step, end - this.clock.now()));
      await this.settled();
    }
  }

  async settled(): Promise<void> {
    while (this.status.fetching)
      await new Promise<void>((resolve) => {
        const subscription = this.tokens.onDidChange(() => {
          subscription.dispose();
          resolve();
        });
      });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.tokens.dispose();
    assert.equal(this.clock.pending, 0, 'a timer is left');
    for (const secret of unspeakable) assert.ok(!this.log.text.includes(secret), `the log holds “${secret}”`);
    return Promise.resolve();
  }
}
