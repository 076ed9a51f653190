import type { CallAttempt } from './callAttempt.ts';
import type { CredentialValues } from './credentials.ts';
import { Emitter } from './emitter.ts';
import { AuthError } from './errors.ts';
import { isSilence } from './guardedSecretStore.ts';
import { obtainToken, type Obtained, type Reason, type Surroundings } from './obtainToken.ts';
import type { Disposable, Lease, Leases } from './ports.ts';
import type { Profile } from './profile.ts';
import { ProfileRecord, type ProfileStatus } from './profileRecord.ts';
import { comingExpiry, plannedRenewal, RenewalPlan } from './renewalPlan.ts';
import { isUsable, type Token } from './token.ts';
import { Turn } from './turn.ts';

export type { ProfileStatus };

export interface TokenServiceOptions extends Surroundings {
  /** Whether anything may be sent at all; false in a workspace that is not trusted. */
  readonly allowed: () => boolean;
  /** Whether a profile's token is renewed ahead of its expiry. */
  readonly renews: (profile: Profile) => boolean;
  /** Shared with the other windows; absent where there are none. */
  readonly leases?: Leases;
}

/** Milliseconds: one who switches to and fro between windows is not to keep a keyring busy. */
const betweenLooks = 30_000;

/** For the log; what a view says is its own. */
const inWords: Record<Exclude<NonNullable<ProfileStatus['credentials']>, 'present'>, string> = {
  missing: 'no credentials are stored',
  lost: 'the secret storage has lost the credentials',
  moved: 'the credentials were entered for another server',
  unreadable: 'the stored credentials cannot be read',
  unavailable: 'the secret storage does not answer',
  newer: 'the stored credentials came from a newer version of Payment Auth',
};

/** The one holder of token state: cache, single flight, renewal. Everything that shows or injects tokens follows `onDidChange`. */
export class TokenService implements Disposable {
  readonly #options: TokenServiceOptions;
  readonly #records = new Map<string, ProfileRecord>();
  readonly #changed = new Emitter<string>();
  readonly #plan: RenewalPlan;
  #disposed = false;
  /** When all profiles were last read anew. */
  #lookedAt = -Infinity;

  /** Fires with a profile's id whenever its status may read differently. */
  readonly onDidChange = this.#changed.event;

  constructor(options: TokenServiceOptions) {
    this.#options = options;
    this.#plan = new RenewalPlan(options.clock, () => {
      this.#due();
    });
  }

  status(profileId: string): ProfileStatus {
    return this.#records.get(profileId)?.status ?? { fetching: false };
  }

  /** The latest requests for a profile's token in this session, the newest last. */
  attempts(profileId: string): readonly CallAttempt[] {
    return this.#records.get(profileId)?.attempts ?? [];
  }

  /** Takes over the profiles of the settings: forgets those that are gone, and what was known of another endpoint. */
  async setProfiles(profiles: readonly Profile[]): Promise<void> {
    for (const [id, record] of this.#records) {
      const now = profiles.find((profile) => profile.id === id);
      if (now?.tokenUrl === record.profile.tokenUrl && now.provider === record.profile.provider) continue;
      record.flight?.controller.abort();
      this.#records.delete(id);
      this.#changed.fire(id);
    }
    const added: Profile[] = [];
    for (const profile of profiles) {
      const record = this.#records.get(profile.id);
      if (!record) {
        this.#records.set(profile.id, new ProfileRecord(profile));
        added.push(profile);
      } else if (record.profile !== profile) {
        record.profile = profile;
        // What the provider refused before may be right now; a token that is dead waits for a person all the same.
        if (record.token && isUsable(record.token, this.#options.clock.now())) record.renewNotBefore = 0;
        this.#changed.fire(profile.id);
      }
    }
    this.replan();
    await Promise.all(added.map((profile) => this.reload(profile.id)));
  }

  /** Reads a profile's secrets again, as after a change by another window. */
  async reload(profileId: string): Promise<void> {
    const record = this.#records.get(profileId);
    if (!record) return;
    const before = record.token;
    const { vault, clock, log } = this.#options;
    const wasKnown = record.credentials;
    try {
      const [place, credentials] = await Promise.all([vault.tokenPlace(record.profile), vault.credentials(record.profile)]);
      // Fetched or forgotten while the store was read: what was read is older, and the store tells of the newer.
      if (this.#records.get(profileId) !== record || record.token !== before) return;
      if (!record.read(place, credentials, clock.now())) return;
    } catch (error) {
      if (this.#records.get(profileId) !== record) return;
      const state = isSilence(error) ? 'unavailable' : 'unreadable';
      if (state === record.credentials) return;
      record.credentials = state;
    }
    const { credentials, token } = record;
    if (wasKnown && token !== before)
      log.info(`${record.profile.name}: ${token ? 'another window’s token was read' : 'the token is gone'} from the secret storage.`);
    if (credentials !== undefined && credentials !== 'present' && credentials !== wasKnown)
      log.warn(`${record.profile.name}: ${inWords[credentials]}.`);
    this.#update(profileId);
  }

  /** Stores a profile's credentials and has the next fetch use them. */
  async setCredentials(profile: Profile, values: CredentialValues): Promise<void> {
    await this.#options.vault.storeCredentials(profile, values);
    await this.credentialsChanged(profile.id);
  }

  /** To be called after new credentials were stored, before they are used. */
  async credentialsChanged(profileId: string): Promise<void> {
    const record = this.#records.get(profileId);
    if (!record) return;
    // What is under way still carries the earlier ones.
    record.flight?.controller.abort();
    delete record.flight;
    await this.reload(profileId);
  }

  /** A token that can be used now: the present one, or a new one. */
  async usableToken(profile: Profile): Promise<Token> {
    const token = this.#records.get(profile.id)?.token;
    return token && this.#options.allowed() && isUsable(token, this.#options.clock.now()) ? token : this.#fly(profile, 'needed');
  }

  /**
   * Fetches a token. However many ask at once, one request is made and all get its outcome.
   * @throws AuthError
   */
  fetch(profile: Profile): Promise<Token> {
    return this.#fly(profile, 'asked');
  }

  /** Takes over a token that a person has from elsewhere. @throws AuthError */
  async adopt(profile: Profile, token: Token): Promise<void> {
    const record = this.#records.get(profile.id);
    if (!record) throw new AuthError('profileDeleted', 'The profile was deleted.');
    await this.#options.vault.storeToken(profile, token);
    record.adopted(token);
    this.#options.log.info(`${profile.name}: a token from elsewhere was taken over.`);
    this.#update(profile.id);
  }

  cancel(profileId: string): void {
    this.#records.get(profileId)?.flight?.controller.abort();
  }

  async forget(profileId: string): Promise<void> {
    const record = this.#records.get(profileId);
    const flight = record?.flight;
    this.cancel(profileId);
    const drop = () => {
      if (!record) return;
      record.dropToken();
      this.#update(profileId);
    };
    drop();
    if (flight) {
      // It may be storing its token just now.
      await flight.promise.catch(() => undefined);
      drop();
    }
    await this.#options.vault.deleteToken(profileId);
    if (record) this.#options.log.info(`${record.profile.name}: token forgotten.`);
  }

  /** Looks at the clock again, as after sleep, when timers are late. */
  wake(): void {
    this.#due();
    const now = this.#options.clock.now();
    const recently = now >= this.#lookedAt && now - this.#lookedAt < betweenLooks;
    if (!recently) this.#lookedAt = now;
    // Other windows went on, and what is told of their changes may have been lost.
    for (const [id, { flight, credentials }] of this.#records)
      if (!flight && (!recently || credentials === 'unavailable')) void this.reload(id);
  }

  /** Plans renewals anew, as after a change of the settings. */
  replan(): void {
    const now = this.#options.clock.now();
    this.#plan.set([...this.#records.values()].flatMap((record) => [this.#renewalOf(record), comingExpiry(record, now)]));
  }

  dispose(): void {
    this.#disposed = true;
    this.#plan.dispose();
    for (const record of this.#records.values()) record.flight?.controller.abort();
    // What is under way ends later, and would plan the next renewal.
    this.#records.clear();
    this.#changed.dispose();
  }

  #fly(profile: Profile, reason: Reason): Promise<Token> {
    const record = this.#records.get(profile.id);
    if (!record) return Promise.reject(new AuthError('profileDeleted', 'The profile was deleted.'));
    if (!this.#options.allowed())
      return Promise.reject(new AuthError('untrustedWorkspace', 'Nothing is sent from a workspace that is not trusted. Trust it first.'));
    if (record.flight) {
      if (reason !== 'due') record.flight.turn?.hurry();
      return record.flight.promise;
    }
    const { leases, clock, log } = this.#options;
    log.info(`${profile.name}: ${reason === 'due' ? 'renewing ahead of the expiry' : 'fetching a token'}.`);
    const controller = new AbortController();
    const turn = leases && new Turn(leases, clock, reason !== 'due');
    const promise = this.#fetch(record, reason, controller.signal, turn);
    record.flight = { promise, controller, turn };
    this.#changed.fire(profile.id);
    return promise;
  }

  async #fetch(record: ProfileRecord, reason: Reason, signal: AbortSignal, turn: Turn | undefined): Promise<Token> {
    const { clock, log } = this.#options;
    const { profile } = record;
    const known = record.token;
    try {
      const obtained = await obtainToken(this.#options, {
        profile,
        reason,
        known,
        signal,
        turn: () => this.#turn(profile, turn, signal),
        attempted: (attempt) => {
          record.attempted(attempt);
        },
        found: (credentials) => {
          // New credentials cut a flight short: what it found is the earlier ones'.
          if (!signal.aborted) record.found(credentials);
        },
      });
      await this.#confirm(record, known, obtained, signal);
      record.succeeded(obtained, known, clock.now());
      return obtained.token;
    } catch (error) {
      // New credentials cut a flight short: what the earlier ones came to no longer counts.
      const failure = signal.aborted
        ? new AuthError('cancelled', 'Cancelled.')
        : error instanceof AuthError
          ? error
          : new AuthError('connectionLost', 'Fetching failed unexpectedly. Try again.');
      if (!(error instanceof AuthError))
        log.error(`${profile.name}: unexpected ${error instanceof Error ? error.name : typeof error} while fetching.`);
      if (failure.code === 'cancelled') record.cancelled(clock.now());
      else if (this.#records.get(profile.id) === record) record.failed(failure, clock.now());
      log.warn(`${profile.name}: ${failure.message}`);
      throw failure;
    } finally {
      // A flight that new credentials cut short may have been followed by another.
      if (record.flight?.controller.signal === signal) delete record.flight;
      this.#update(profile.id);
    }
  }

  async #turn({ id, name }: Profile, turn: Turn | undefined, signal: AbortSignal): Promise<Lease | undefined> {
    try {
      return await turn?.take(id, signal);
    } catch {
      this.#options.log.warn(`${name}: the windows cannot agree on who renews; this one goes on by itself.`);
      return undefined;
    }
  }

  /** Takes back what was stored for a profile that was deleted, or a call that was cancelled, at that very moment. */
  async #confirm(record: ProfileRecord, known: Token | undefined, { token, fetched, saved }: Obtained, signal: AbortSignal): Promise<void> {
    const { vault } = this.#options;
    const { profile } = record;
    const gone = this.#records.get(profile.id) !== record;
    if (!gone && !signal.aborted) return;
    if (fetched && saved && !this.#disposed) {
      // What was forgotten meanwhile is not brought back.
      const back = gone ? undefined : record.token && known;
      const undone = back ? vault.restoreToken(profile, token, back) : vault.withdrawToken(profile, token);
      await undone.catch(() => undefined);
    }
    throw gone
      ? new AuthError('profileDeleted', 'The profile was deleted or changed meanwhile.')
      : new AuthError('cancelled', 'Cancelled.');
  }

  #update(profileId: string): void {
    this.#tellExpiry(profileId);
    this.replan();
    this.#changed.fire(profileId);
  }

  #renewalOf(record: ProfileRecord): number {
    return !record.flight && this.#options.allowed() && this.#options.renews(record.profile) ? plannedRenewal(record) : Infinity;
  }

  /** Whether a profile's token has expired; the log hears of it once. */
  #tellExpiry(profileId: string): boolean {
    const record = this.#records.get(profileId);
    const expiry = record?.expiry(this.#options.clock.now());
    if (expiry === 'first') this.#options.log.info(`${record?.profile.name ?? ''}: the token has expired.`);
    return expiry !== undefined;
  }

  #due(): void {
    const now = this.#options.clock.now();
    for (const [id, record] of this.#records) {
      if (this.#renewalOf(record) <= now) {
        // The failure stands in the status and in the log; nobody waits for this promise.
        this.#fly(record.profile, 'due').catch(() => undefined);
        continue;
      }
      if (this.#tellExpiry(id)) {
        this.#changed.fire(id);
        // Another window may have had a reason to fetch a new one.
        if (!record.flight) void this.reload(id);
      }
    }
    this.replan();
  }
}
