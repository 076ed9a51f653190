import type * as vscode from 'vscode';
import { Emitter } from '../core/emitter.ts';
import type { Disposable } from '../core/ports.ts';
import type { Profile } from '../core/profile.ts';
import type { ProfileStore } from './profileStore.ts';

const key = 'activeProfile';

/** The profile that the status bar shows: chosen per workspace, else the first. */
export class ActiveProfile implements Disposable {
  readonly #state: vscode.Memento;
  readonly #store: ProfileStore;
  readonly #changed = new Emitter<void>();

  readonly onDidChange = this.#changed.event;

  constructor(state: vscode.Memento, store: ProfileStore) {
    this.#state = state;
    this.#store = store;
  }

  get profile(): Profile | undefined {
    return this.#store.find(this.#state.get<string>(key) ?? '') ?? this.#store.profiles[0];
  }

  async select(profileId: string | undefined): Promise<void> {
    if (this.#state.get<string>(key) === profileId) return;
    await this.#state.update(key, profileId);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
