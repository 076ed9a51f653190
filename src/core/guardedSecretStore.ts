import { AuthError } from './errors.ts';
import type { Clock, SecretStore } from './ports.ts';
import { within } from './within.ts';

/** A locked keyring may wait for a person for ever; nothing else is to wait with it. */
const patience = 3000;

/** A secret store that answers in time: what it leaves open too long or refuses becomes an AuthError. */
export class GuardedSecretStore implements SecretStore {
  readonly #store: SecretStore;
  readonly #clock: Clock;

  constructor(store: SecretStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  get(key: string): Promise<string | undefined> {
    return this.#guard(() => this.#store.get(key), 'could not be read');
  }

  store(key: string, value: string): Promise<void> {
    return this.#guard(() => this.#store.store(key, value), 'refused to save');
  }

  delete(key: string): Promise<void> {
    return this.#guard(() => this.#store.delete(key), 'refused to delete');
  }

  keys(): Promise<string[]> {
    return this.#guard(() => this.#store.keys(), 'could not be read');
  }

  async #guard<T>(task: () => PromiseLike<T>, failed: string): Promise<T> {
    try {
      return await within(this.#clock, patience, task(), () => {
        throw new AuthError(
          'secretStoreSilent',
          'The secret storage did not answer within 3 s. Unlock the keyring of this machine, then try again.',
        );
      });
    } catch (error) {
      if (error instanceof AuthError) throw error;
      // The store's own message may quote what it was to save.
      throw new AuthError('secretStoreFailed', `The secret storage ${failed}. Check the keyring of this machine, then try again.`);
    }
  }
}

/** Whether a failure is that the secret store does not answer, which says nothing of what it holds. */
export function isSilence(error: unknown): error is AuthError {
  return error instanceof AuthError && error.code === 'secretStoreSilent';
}
