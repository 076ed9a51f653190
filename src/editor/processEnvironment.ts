import type { Clock, Disposable } from '../core/ports.ts';
import { isUsable } from '../core/token.ts';
import type { TokenService } from '../core/tokenService.ts';
import type { ProfileStore } from './profileStore.ts';

/**
 * Keeps tokens in the environment variables of this process while they are valid, for the profiles that have it on:
 * REST Client and httpYac run in the same process and read `{{$processEnv NAME}}` at the moment of sending.
 */
export class ProcessEnvironment implements Disposable {
  readonly #store: ProfileStore;
  readonly #tokens: TokenService;
  readonly #clock: Clock;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #allowed: () => boolean;
  readonly #subscriptions: readonly Disposable[];
  /** By variable: what this class put there, and what stood there before. */
  readonly #held = new Map<string, { value: string; before: string | undefined }>();

  constructor(store: ProfileStore, tokens: TokenService, clock: Clock, allowed: () => boolean, environment: NodeJS.ProcessEnv) {
    this.#store = store;
    this.#tokens = tokens;
    this.#clock = clock;
    this.#allowed = allowed;
    this.#environment = environment;
    this.#subscriptions = [
      store.onDidChange(() => {
        this.update();
      }),
      tokens.onDidChange(() => {
        this.update();
      }),
    ];
    this.update();
  }

  update(): void {
    const wanted = new Map<string, string>();
    if (this.#allowed()) {
      for (const { id, variable, inject } of this.#store.profiles) {
        const { token } = this.#tokens.status(id);
        if (token && inject.includes('processEnvironment') && isUsable(token, this.#clock.now())) wanted.set(variable, token.accessToken);
      }
    }
    for (const variable of [...this.#held.keys()]) if (!wanted.has(variable)) this.#release(variable);
    for (const [variable, value] of wanted) {
      const held = this.#held.get(variable);
      if (held?.value === value) continue;
      this.#held.set(variable, { value, before: held ? held.before : this.#environment[variable] });
      this.#environment[variable] = value;
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const variable of [...this.#held.keys()]) this.#release(variable);
  }

  #release(variable: string): void {
    const held = this.#held.get(variable);
    this.#held.delete(variable);
    // Somebody else has set it since: it is theirs.
    if (!held || this.#environment[variable] !== held.value) return;
    if (held.before === undefined) Reflect.deleteProperty(this.#environment, variable);
    else this.#environment[variable] = held.before;
  }
}
