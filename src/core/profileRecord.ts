import type { CallAttempt } from './callAttempt.ts';
import type { AuthError } from './errors.ts';
import type { Obtained } from './obtainToken.ts';
import type { Profile } from './profile.ts';
import { notBeforeAfterCancel, notBeforeAfterFailure, notBeforeAfterSuccess } from './renewalPauses.ts';
import type { Renewable } from './renewalPlan.ts';
import { isUsable, type Token } from './token.ts';
import type { Turn } from './turn.ts';
import type { CredentialsState, StoredCredentials, TokenPlace } from './vault.ts';

/** The end of one attempt to fetch. */
interface Attempt {
  readonly at: number;
  readonly error?: AuthError;
}

const keptAttempts = 20;

/** All that is known of a profile's token in this window. */
export interface ProfileStatus {
  readonly token?: Token;
  /** The token is in this window's memory only: the secret store has refused to save it, or has lost it. */
  readonly unsaved?: true;
  readonly fetching: boolean;
  readonly lastAttempt?: Attempt;
  /** Absent until the secret store was asked; `unavailable` where it did not answer. */
  readonly credentials?: CredentialsState | 'unavailable';
}

interface Flight {
  readonly promise: Promise<Token>;
  readonly controller: AbortController;
  readonly turn: Turn | undefined;
}

/** One profile's token, credentials and attempts, as far as this window knows of them. */
export class ProfileRecord implements Renewable {
  profile: Profile;
  token?: Token;
  flight?: Flight;
  lastAttempt?: Attempt;
  /** The latest requests of this session, the newest last. */
  attempts: readonly CallAttempt[] = [];
  credentials?: CredentialsState | 'unavailable';
  /** Not before this time by itself; Infinity after a refusal, until the profile or its credentials change. */
  renewNotBefore = 0;
  /** Of the stored credentials; tells whether they were entered anew. */
  #revision: string | undefined;
  #failures = 0;
  #unsaved = false;
  #toldExpired: Token | undefined;

  constructor(profile: Profile) {
    this.profile = profile;
  }

  get status(): ProfileStatus {
    const { token, flight, lastAttempt, credentials } = this;
    return {
      fetching: flight !== undefined,
      ...(token && { token }),
      ...(token && this.#unsaved && { unsaved: true }),
      ...(lastAttempt && { lastAttempt }),
      ...(credentials && { credentials }),
    };
  }

  /** Takes what a fetch found of the credentials. */
  found({ state, revision }: Omit<StoredCredentials, 'state'> & { readonly state: CredentialsState | 'unavailable' }): void {
    this.credentials = state;
    if (state !== 'unavailable') this.#revision = revision;
  }

  attempted(attempt: CallAttempt): void {
    this.attempts = [...this.attempts, attempt].slice(-keptAttempts);
  }

  /** Takes what the secret store holds. @returns whether that changed anything */
  read(place: TokenPlace, { state, revision }: StoredCredentials, now: number): boolean {
    const before = this.token;
    const stored = place.state === 'present' ? place.token : undefined;
    const keepsOwn = before !== undefined && this.#outlives(before, place, state);
    const token = keepsOwn ? before : stored;
    const unsaved = keepsOwn && stored?.accessToken !== before.accessToken;
    const sameToken = token?.accessToken === before?.accessToken;
    if (sameToken && unsaved === this.#unsaved && state === this.credentials && revision === this.#revision) return false;
    if (revision !== this.#revision || (token && !sameToken)) {
      // Entered anew, or fetched by another window: what failed before says nothing any more.
      this.#failures = 0;
      this.renewNotBefore = 0;
      delete this.lastAttempt;
    }
    if (token) this.token = token;
    else delete this.token;
    this.#unsaved = unsaved;
    this.credentials = state;
    this.#revision = revision;
    // A token found dead is fetched on demand only: opening a window sends no credentials.
    if (token && !isUsable(token, now)) this.renewNotBefore = Infinity;
    return true;
  }

  /** Whether the token of this window stays, though the store holds another or none. */
  #outlives(own: Token, place: TokenPlace, state: CredentialsState): boolean {
    if (place.state === 'present') return this.#unsaved && place.token.obtainedAt <= own.obtainedAt;
    // What the store refused or lost is here still; a token that another window forgot leaves its place empty.
    return this.#unsaved || place.state === 'unreadable' || place.state === 'newer' || state === 'lost';
  }

  succeeded({ token, saved }: Obtained, known: Token | undefined, now: number): void {
    this.token = token;
    this.#unsaved = !saved;
    this.lastAttempt = { at: now };
    this.#failures = 0;
    this.renewNotBefore = notBeforeAfterSuccess(token, token.accessToken === known?.accessToken, now);
  }

  failed(error: AuthError, now: number): void {
    this.lastAttempt = { at: now, error };
    this.#failures += 1;
    this.renewNotBefore = notBeforeAfterFailure(error, this.#failures, now);
  }

  cancelled(now: number): void {
    this.renewNotBefore = Math.max(this.renewNotBefore, notBeforeAfterCancel(now));
  }

  /** Takes a token that no fetch has brought: what failed before says nothing of it. */
  adopted(token: Token): void {
    this.token = token;
    this.#unsaved = false;
    this.#failures = 0;
    this.renewNotBefore = 0;
    delete this.lastAttempt;
  }

  dropToken(): void {
    delete this.token;
    delete this.lastAttempt;
    this.#unsaved = false;
  }

  /** Whether the token has expired; `first` where that was not known before. */
  expiry(now: number): 'first' | 'known' | undefined {
    if (!this.token || isUsable(this.token, now)) return undefined;
    const first = this.#toldExpired !== this.token;
    this.#toldExpired = this.token;
    return first ? 'first' : 'known';
  }
}
