import { AuthError } from '../../core/errors.ts';
import type { Disposable } from '../../core/ports.ts';
import type { Profile } from '../../core/profile.ts';
import type { ProfileStore } from '../profileStore.ts';

/** What a person is about to have done with a token. */
export type ProductionUse = 'fetch' | 'renew' | 'renewAll' | 'copy' | 'insert' | 'refresh' | 'send' | 'handOut';

export interface ProductionGuardOptions {
  readonly store: Pick<ProfileStore, 'find' | 'onDidChange'>;
  /** Whether production is asked about at all. */
  readonly asks: () => boolean;
  /** Whether tokens of production may be written out where they are not referred to. */
  readonly literals: () => boolean;
  /** Asks a person. Rejects where they do not go on. */
  readonly ask: (use: ProductionUse, profiles: readonly Profile[]) => Promise<void>;
}

/** Knows which profiles of production a person has confirmed in this window, until it is reloaded. Automatic renewal does not ask it. */
export class ProductionGuard implements Disposable {
  readonly #options: ProductionGuardOptions;
  readonly #subscription: Disposable;
  /** The deployment that was confirmed, by the id of its profile. */
  readonly #confirmed = new Map<string, string>();
  #lastQuestion: Promise<unknown> = Promise.resolve();

  constructor(options: ProductionGuardOptions) {
    this.#options = options;
    // A profile that comes back to what it was is asked about anew.
    this.#subscription = options.store.onDidChange(() => {
      for (const [id, deployment] of this.#confirmed) {
        const profile = options.store.find(id);
        if (!profile || deploymentOf(profile) !== deployment) this.#confirmed.delete(id);
      }
    });
  }

  /** Whether a person has yet to confirm the use of a profile. */
  isOpen(profile: Profile): boolean {
    return profile.environment.production && this.#options.asks() && this.#confirmed.get(profile.id) !== deploymentOf(profile);
  }

  /** Asks once for all that have yet to be confirmed; rejects where the person does not go on. @throws AuthError */
  async confirm(use: ProductionUse, ...profiles: readonly Profile[]): Promise<void> {
    if (!profiles.some((profile) => this.isOpen(profile))) return;
    // One question at a time: its answer may be that of the next.
    const question = this.#lastQuestion.then(() => this.#confirm(use, profiles));
    this.#lastQuestion = question.catch(() => undefined);
    return question;
  }

  /** Whether a profile's token may be written into files and commands, rather than referred to. */
  allowsLiterals({ environment }: Profile): boolean {
    return !environment.production || this.#options.literals();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #confirm(use: ProductionUse, profiles: readonly Profile[]): Promise<void> {
    const { store, ask } = this.#options;
    const open = profiles.filter((profile) => this.isOpen(profile));
    if (open.length === 0) return;
    const before = open.map(({ id }) => store.find(id));
    await ask(use, open);
    // What was asked about is what is used.
    const changed = open.find(({ id }, index) => store.find(id) !== before[index]);
    if (changed) throw new AuthError('profileDeleted', `${changed.name} was deleted or changed meanwhile.`);
    for (const profile of open) this.#confirmed.set(profile.id, deploymentOf(profile));
  }
}

function deploymentOf({ provider, environment, origin }: Profile): string {
  return `${provider.id} ${environment.id} ${origin}`;
}
