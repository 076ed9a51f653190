import type { CredentialValues } from './credentials.ts';
import { Emitter } from './emitter.ts';
import { AuthError } from './errors.ts';
import type { Clock, Disposable, Logger } from './ports.ts';
import type { Profile } from './profile.ts';
import { notBeforeAfterCancel, notBeforeAfterFailure, notBeforeAfterSuccess } from './renewalPauses.ts';
import { isUsable, renewalTime, type Token } from './token.ts';
import type { TokenCall } from './tokenClient.ts';
import type { CredentialsState, Vault } from './vault.ts';

/** The end of one attempt to fetch. */
interface Attempt {
  readonly at: number;
  readonly error?: AuthError;
}

/** All that is known of a profile's token in this window. */
export interface ProfileStatus {
  readonly token?: Token;
  readonly fetching: boolean;
  readonly lastAttempt?: Attempt;
  /** Absent until the secret store has answered. */
  readonly credentials?: CredentialsState;
}

export interface TokenServiceOptions {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Logger;
  /** Loads the HTTP client when it is first needed. */
  readonly client: () => Promise<(call: TokenCall, clock: Clock) => Promise<Token>>;
  /** Milliseconds for one token call. */
  readonly timeout: () => number;
  /** Whether anything may be sent at all; false in a workspace that is not trusted. */
  readonly allowed: () => boolean;
  /** Whether a profile's token is renewed ahead of its expiry. */
  readonly renews: (profile: Profile) => boolean;
}

interface Flight {
  readonly promise: Promise<Token>;
  readonly controller: AbortController;
}

interface Entry {
  profile: Profile;
  token?: Token;
  flight?: Flight;
  lastAttempt?: Attempt;
  credentials?: CredentialsState;
  /** Of the stored credentials; tells whether they were entered anew. */
  revision?: string | undefined;
  /** Not before this time by itself; Infinity after a refusal, until the profile or its credentials change. */
  renewNotBefore: number;
  failures: number;
}

const idle: ProfileStatus = { fetching: false };
/** Of a timer: a day keeps far under the 2^31 ms beyond which Node's fire at once. */
const longestWait = 86_400_000;

/** The one holder of token state: cache, single flight, renewal. Everything that shows or injects tokens follows `onDidChange`. */
export class TokenService implements Disposable {
  readonly #options: TokenServiceOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Emitter<string>();
  #timer: Disposable | undefined;

  /** Fires with a profile's id whenever its status may read differently. */
  readonly onDidChange = this.#changed.event;

  constructor(options: TokenServiceOptions) {
    this.#options = options;
  }

  status(profileId: string): ProfileStatus {
    const entry = this.#entries.get(profileId);
    if (!entry) return idle;
    const { token, flight, lastAttempt, credentials } = entry;
    return {
      fetching: flight !== undefined,
      ...(token && { token }),
      ...(lastAttempt && { lastAttempt }),
      ...(credentials && { credentials }),
    };
  }

  /** Takes over the profiles of the settings: forgets those that are gone, and what was known of another endpoint. */
  async setProfiles(profiles: readonly Profile[]): Promise<void> {
    for (const [id, entry] of this.#entries) {
      const now = profiles.find((profile) => profile.id === id);
      if (now?.tokenUrl === entry.profile.tokenUrl && now.provider === entry.profile.provider) continue;
      entry.flight?.controller.abort();
      this.#entries.delete(id);
      this.#changed.fire(id);
    }
    const added: Profile[] = [];
    for (const profile of profiles) {
      const entry = this.#entries.get(profile.id);
      if (!entry) {
        this.#entries.set(profile.id, { profile, renewNotBefore: 0, failures: 0 });
        added.push(profile);
      } else if (entry.profile !== profile) {
        entry.profile = profile;
        // What the provider refused before may be right now; a token that is dead waits for a person all the same.
        if (entry.token && isUsable(entry.token, this.#options.clock.now())) entry.renewNotBefore = 0;
        this.#changed.fire(profile.id);
      }
    }
    this.#plan();
    await Promise.all(added.map((profile) => this.reload(profile.id)));
  }

  /** Reads a profile's secrets again, as after a change by another window. */
  async reload(profileId: string): Promise<void> {
    const entry = this.#entries.get(profileId);
    if (!entry) return;
    const before = entry.token;
    try {
      const [token, { state, revision }] = await Promise.all([
        this.#options.vault.token(entry.profile),
        this.#options.vault.credentials(entry.profile),
      ]);
      // Fetched or forgotten while the store was read: what was read is older, and the store tells of the newer.
      if (this.#entries.get(profileId) !== entry || entry.token !== before) return;
      const sameToken = token?.accessToken === entry.token?.accessToken;
      if (sameToken && state === entry.credentials && revision === entry.revision) return;
      if (revision !== entry.revision || (token && !sameToken)) {
        // Entered anew, or fetched by another window: what failed before says nothing any more.
        entry.failures = 0;
        entry.renewNotBefore = 0;
        delete entry.lastAttempt;
      }
      if (token) entry.token = token;
      else delete entry.token;
      entry.credentials = state;
      entry.revision = revision;
      // A token found dead is fetched on demand only: opening a window sends no credentials.
      if (token && !isUsable(token, this.#options.clock.now())) entry.renewNotBefore = Infinity;
    } catch {
      this.#options.log.error(`${entry.profile.name}: the secret storage could not be read.`);
      entry.credentials = 'unreadable';
    }
    this.#update(profileId);
  }

  /** Stores a profile's credentials and has the next fetch use them. */
  async setCredentials(profile: Profile, values: CredentialValues): Promise<void> {
    await this.#options.vault.storeCredentials(profile, values);
    await this.credentialsChanged(profile.id);
  }

  /** To be called after new credentials were stored, before they are used. */
  async credentialsChanged(profileId: string): Promise<void> {
    const entry = this.#entries.get(profileId);
    if (!entry) return;
    // What is under way still carries the earlier ones.
    entry.flight?.controller.abort();
    delete entry.flight;
    await this.reload(profileId);
  }

  /** A token that can be used now: the present one, or a new one. */
  async usableToken(profile: Profile): Promise<Token> {
    const token = this.#entries.get(profile.id)?.token;
    return token && this.#options.allowed() && isUsable(token, this.#options.clock.now()) ? token : this.fetch(profile);
  }

  /**
   * Fetches a token. However many ask at once, one request is made and all get its outcome.
   * @throws AuthError
   */
  fetch(profile: Profile): Promise<Token> {
    const entry = this.#entries.get(profile.id);
    if (!entry) return Promise.reject(new AuthError('profileDeleted', 'The profile was deleted.'));
    if (!this.#options.allowed())
      return Promise.reject(new AuthError('untrustedWorkspace', 'Nothing is sent from a workspace that is not trusted. Trust it first.'));
    if (entry.flight) return entry.flight.promise;
    const controller = new AbortController();
    const promise = this.#fetch(entry, controller.signal);
    entry.flight = { promise, controller };
    this.#changed.fire(profile.id);
    return promise;
  }

  cancel(profileId: string): void {
    this.#entries.get(profileId)?.flight?.controller.abort();
  }

  async forget(profileId: string): Promise<void> {
    const entry = this.#entries.get(profileId);
    this.cancel(profileId);
    if (entry) {
      delete entry.token;
      delete entry.lastAttempt;
      this.#update(profileId);
    }
    await this.#options.vault.deleteToken(profileId);
  }

  /** Looks at the clock again, as after sleep, when timers are late. */
  wake(): void {
    this.#due();
  }

  /** Plans renewals anew, as after a change of the settings. */
  replan(): void {
    this.#plan();
  }

  dispose(): void {
    this.#timer?.dispose();
    for (const entry of this.#entries.values()) entry.flight?.controller.abort();
    // What is under way ends later, and would plan the next renewal.
    this.#entries.clear();
    this.#changed.dispose();
  }

  async #fetch(entry: Entry, signal: AbortSignal): Promise<Token> {
    const { clock, log, vault } = this.#options;
    const { profile } = entry;
    const started = clock.now();
    try {
      const token = await this.#call(entry, signal);
      // Deleted, or moved to another origin, while the answer was under way: it belongs to nobody.
      if (this.#entries.get(profile.id) !== entry) throw new AuthError('profileDeleted', 'The profile was deleted or changed meanwhile.');
      if (signal.aborted) throw new AuthError('cancelled', 'Cancelled.');
      const repeated = token.accessToken === entry.token?.accessToken;
      entry.token = token;
      entry.credentials = 'present';
      entry.lastAttempt = { at: clock.now() };
      entry.failures = 0;
      entry.renewNotBefore = notBeforeAfterSuccess(token, repeated, clock.now());
      log.info(`${profile.name}: token fetched from ${profile.origin} in ${String(clock.now() - started)} ms.`);
      await vault.storeToken(profile, token).then(undefined, () => {
        log.warn(`${profile.name}: the secret storage refused to save the token; it is kept in memory until this window closes.`);
      });
      return token;
    } catch (error) {
      // New credentials cut a flight short: what the earlier ones came to no longer counts.
      const failure = signal.aborted
        ? new AuthError('cancelled', 'Cancelled.')
        : error instanceof AuthError
          ? error
          : new AuthError('connectionLost', 'Fetching failed unexpectedly. Try again.');
      if (!(error instanceof AuthError))
        log.error(`${profile.name}: unexpected ${error instanceof Error ? error.name : typeof error} while fetching.`);
      if (failure.code === 'cancelled') {
        entry.renewNotBefore = Math.max(entry.renewNotBefore, notBeforeAfterCancel(clock.now()));
      } else if (this.#entries.get(profile.id) === entry) {
        entry.lastAttempt = { at: clock.now(), error: failure };
        entry.failures += 1;
        entry.renewNotBefore = notBeforeAfterFailure(failure, entry.failures, clock.now());
      }
      log.warn(`${profile.name}: ${failure.message}`);
      throw failure;
    } finally {
      // A flight that new credentials cut short may have been followed by another.
      if (entry.flight?.controller.signal === signal) delete entry.flight;
      this.#update(profile.id);
    }
  }

  async #call(entry: Entry, signal: AbortSignal): Promise<Token> {
    const { clock, log, vault, client, timeout } = this.#options;
    const { profile } = entry;
    const { state, values, revision } = await vault
      .credentials(profile)
      .catch((): Awaited<ReturnType<Vault['credentials']>> => ({ state: 'unreadable' }));
    if (signal.aborted) throw new AuthError('cancelled', 'Cancelled.');
    entry.credentials = state;
    entry.revision = revision;
    if (state === 'moved')
      throw new AuthError('credentialsMoved', `The credentials were entered for another server, not ${profile.origin}. Enter them again.`);
    if (state === 'unreadable') throw new AuthError('credentialsLost', 'The stored credentials cannot be read. Enter them again.');
    if (!values) throw new AuthError('credentialsMissing', 'No credentials are stored. Enter them.');
    const fetchToken = await client();
    const onRetry = ({ message }: AuthError, pause: number) => {
      log.warn(`${profile.name}: ${message} The next attempt follows in ${(pause / 1000).toFixed(1)} s.`);
    };
    const call = { provider: profile.provider, tokenUrl: profile.tokenUrl, credentials: values, timeout: timeout(), signal, onRetry };
    return fetchToken(call, clock);
  }

  #update(profileId: string): void {
    this.#plan();
    this.#changed.fire(profileId);
  }

  /** One timer, set for the next renewal or expiry of any profile. */
  #plan(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    const now = this.#options.clock.now();
    let next = Infinity;
    for (const entry of this.#entries.values()) {
      const expiresAt = entry.token?.expiresAt;
      if (expiresAt !== undefined && expiresAt > now) next = Math.min(next, expiresAt);
      next = Math.min(next, this.#renewalOf(entry) ?? Infinity);
    }
    if (next === Infinity) return;
    this.#timer = this.#options.clock.schedule(Math.min(Math.max(next - now, 0), longestWait), () => {
      this.#due();
    });
  }

  #renewalOf(entry: Entry): number | undefined {
    if (!entry.token || entry.flight || !this.#options.allowed() || !this.#options.renews(entry.profile)) return undefined;
    const time = renewalTime(entry.token);
    const earliest = time === undefined ? Infinity : Math.max(time, entry.renewNotBefore);
    return earliest === Infinity ? undefined : earliest;
  }

  #due(): void {
    const now = this.#options.clock.now();
    for (const [id, entry] of this.#entries) {
      const renewal = this.#renewalOf(entry);
      if (renewal !== undefined && renewal <= now) {
        this.#options.log.info(`${entry.profile.name}: renewing ahead of the expiry.`);
        // The failure stands in the status and in the log; nobody waits for this promise.
        this.fetch(entry.profile).catch(() => undefined);
      } else if (entry.token?.expiresAt !== undefined && entry.token.expiresAt <= now) this.#changed.fire(id);
    }
    this.#plan();
  }
}
