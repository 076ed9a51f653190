import { parseCredentials, serializeCredentials, type CredentialValues } from './credentials.ts';
import { AuthError } from './errors.ts';
import { isSilence } from './guardedSecretStore.ts';
import type { Notes, SecretStore } from './ports.ts';
import type { Profile } from './profile.ts';
import { parseStoredToken, serializeToken } from './storedToken.ts';
import type { Token } from './token.ts';

/** What is known of a profile's credentials: there, never entered, entered and gone, for another origin, or unreadable. */
export type CredentialsState = 'present' | 'missing' | 'lost' | 'moved' | 'unreadable' | 'newer';

export interface StoredCredentials {
  readonly state: CredentialsState;
  readonly values?: CredentialValues;
  readonly revision?: string;
}

/** What the place of a profile's token holds; `foreign` is one that another endpoint issued. */
export type TokenPlace =
  { readonly state: 'present'; readonly token: Token } | { readonly state: 'empty' | 'foreign' | 'unreadable' | 'newer' };

type Kind = 'credentials' | 'token';

/** Credentials and tokens in the secret store: one key each per profile, parsed on every read. */
export class Vault {
  readonly #store: SecretStore;
  readonly #notes: Notes;

  /** @param notes remember whose credentials were entered: a store that loses those loses all that lies beside them */
  constructor(store: SecretStore, notes: Notes = noNotes) {
    this.#store = store;
    this.#notes = notes;
  }

  /** The profile's id that a key of the store belongs to. */
  static profileOf(key: string): string | undefined {
    return /^(?:credentials|token)\/(.+)$/.exec(key)?.[1];
  }

  async credentials(profile: Profile): Promise<StoredCredentials> {
    const text = await this.#store.get(keyOf('credentials', profile.id));
    if (text === undefined) return { state: this.#notes.get(noteOf(profile.id)) === true ? 'lost' : 'missing' };
    this.#note(profile.id);
    const credentials = parseCredentials(text);
    if (credentials === 'newer') return { state: 'newer' };
    if (!credentials) return { state: 'unreadable' };
    const { origin, values, revision } = credentials;
    return origin === profile.origin ? { state: 'present', values, revision } : { state: 'moved', revision };
  }

  /** @throws AuthError where a newer version of this extension has stored them */
  async storeCredentials(profile: Pick<Profile, 'id' | 'origin'>, values: CredentialValues): Promise<void> {
    const key = keyOf('credentials', profile.id);
    const before = await this.#store.get(key).then(undefined, (error: unknown) => {
      if (isSilence(error)) throw error;
      // What can no longer be read is what entering credentials again is for.
      return undefined;
    });
    if (before !== undefined && parseCredentials(before) === 'newer') throw newerVersion('credentials');
    await this.#store.store(key, serializeCredentials({ origin: profile.origin, values, revision: crypto.randomUUID() }));
    this.#note(profile.id);
  }

  async token(profile: Profile): Promise<Token | undefined> {
    const place = await this.tokenPlace(profile);
    return place.state === 'present' ? place.token : undefined;
  }

  async tokenPlace(profile: Profile): Promise<TokenPlace> {
    const text = await this.#store.get(keyOf('token', profile.id));
    if (text === undefined) return { state: 'empty' };
    const stored = parseStoredToken(text);
    if (stored === 'newer') return { state: 'newer' };
    if (!stored) return { state: 'unreadable' };
    const own = stored.tokenUrl === profile.tokenUrl && stored.provider === profile.provider.id;
    return own ? { state: 'present', token: stored.token } : { state: 'foreign' };
  }

  /** @throws AuthError where a newer version of this extension has stored one */
  async storeToken(profile: Profile, token: Token): Promise<void> {
    const key = keyOf('token', profile.id);
    const before = await this.#store.get(key);
    if (before !== undefined && parseStoredToken(before) === 'newer') throw newerVersion('token');
    await this.#store.store(key, serializeToken({ provider: profile.provider.id, tokenUrl: profile.tokenUrl, token }));
  }

  async deleteToken(profileId: string): Promise<void> {
    await this.#store.delete(keyOf('token', profileId));
  }

  /** Puts back what stood there before a token, unless something else has taken its place meanwhile. */
  async restoreToken(profile: Profile, { accessToken }: Token, before: Token): Promise<void> {
    if ((await this.token(profile))?.accessToken === accessToken) await this.storeToken(profile, before);
  }

  /** Deletes a token unless another has taken its place. */
  async withdrawToken(profile: Profile, { accessToken }: Token): Promise<void> {
    if ((await this.token(profile))?.accessToken === accessToken) await this.deleteToken(profile.id);
  }

  async deleteAll(profileId: string): Promise<void> {
    // First: whoever reads in between is to find nothing that was lost.
    await this.#notes.update(noteOf(profileId), undefined);
    // Each whatever becomes of the other.
    const outcomes = await Promise.allSettled([this.deleteToken(profileId), this.#store.delete(keyOf('credentials', profileId))]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Deletes every key of this extension, those of forgotten profiles too. */
  async clear(): Promise<void> {
    const forget = async () => {
      for (const key of this.#notes.keys()) if (key.startsWith(noteOf(''))) await this.#notes.update(key, undefined);
    };
    // First: whoever reads in between is to find nothing that was lost. And last, as it may have been noted anew.
    await forget();
    const outcomes = await Promise.allSettled((await this.#store.keys()).map((key) => this.#store.delete(key)));
    await forget();
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  #note(profileId: string): void {
    const key = noteOf(profileId);
    if (this.#notes.get(key) === true) return;
    // Not waited for: without it, lost credentials are called missing, and nothing worse.
    this.#notes.update(key, true).then(undefined, () => undefined);
  }
}

/** Said where something is asked for that only a newer version can do. */
export function newerVersion(what: Kind): AuthError {
  return new AuthError(
    'newerVersion',
    `The stored ${what} came from a newer version of Payment Auth and ${what === 'token' ? 'stays as it is' : 'stay as they are'}. Update this one, then reload the window.`,
  );
}

const noNotes: Notes = { get: () => undefined, update: () => Promise.resolve(), keys: () => [] };

function keyOf(kind: Kind, profileId: string): string {
  return `${kind}/${profileId}`;
}

function noteOf(profileId: string): string {
  return `credentialsEntered/${profileId}`;
}
