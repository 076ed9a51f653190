import { parseCredentials, serializeCredentials, type CredentialValues } from './credentials.ts';
import type { SecretStore } from './ports.ts';
import type { Profile } from './profile.ts';
import { parseStoredToken, serializeToken } from './storedToken.ts';
import type { Token } from './token.ts';

/** What is known of a profile's credentials: there, never entered, entered for another origin, or unreadable. */
export type CredentialsState = 'present' | 'missing' | 'moved' | 'unreadable';

type Kind = 'credentials' | 'token';

/** Credentials and tokens in the secret store: one key each per profile, parsed on every read. */
export class Vault {
  readonly #store: SecretStore;

  constructor(store: SecretStore) {
    this.#store = store;
  }

  /** The profile's id that a key of the store belongs to. */
  static profileOf(key: string): string | undefined {
    return /^(?:credentials|token)\/(.+)$/.exec(key)?.[1];
  }

  async credentials(profile: Profile): Promise<{ state: CredentialsState; values?: CredentialValues; revision?: string }> {
    const text = await this.#store.get(keyOf('credentials', profile.id));
    if (text === undefined) return { state: 'missing' };
    const credentials = parseCredentials(text);
    if (!credentials) return { state: 'unreadable' };
    const { origin, values, revision } = credentials;
    return origin === profile.origin ? { state: 'present', values, revision } : { state: 'moved', revision };
  }

  async storeCredentials(profile: Pick<Profile, 'id' | 'origin'>, values: CredentialValues): Promise<void> {
    await this.#store.store(
      keyOf('credentials', profile.id),
      serializeCredentials({ origin: profile.origin, values, revision: crypto.randomUUID() }),
    );
  }

  async token(profile: Profile): Promise<Token | undefined> {
    const text = await this.#store.get(keyOf('token', profile.id));
    const stored = text === undefined ? undefined : parseStoredToken(text);
    return stored?.tokenUrl === profile.tokenUrl && stored.provider === profile.provider.id ? stored.token : undefined;
  }

  async storeToken(profile: Profile, token: Token): Promise<void> {
    await this.#store.store(
      keyOf('token', profile.id),
      serializeToken({ provider: profile.provider.id, tokenUrl: profile.tokenUrl, token }),
    );
  }

  async deleteToken(profileId: string): Promise<void> {
    await this.#store.delete(keyOf('token', profileId));
  }

  async deleteAll(profileId: string): Promise<void> {
    await this.deleteToken(profileId);
    await this.#store.delete(keyOf('credentials', profileId));
  }

  /** Deletes every key of this extension, those of forgotten profiles too. */
  async clear(): Promise<void> {
    for (const key of await this.#store.keys()) await this.#store.delete(key);
  }
}

function keyOf(kind: Kind, profileId: string): string {
  return `${kind}/${profileId}`;
}
