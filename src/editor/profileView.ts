import * as vscode from 'vscode';
import type { Clock, Disposable } from '../core/ports.ts';
import type { TokenService } from '../core/tokenService.ts';
import { viewId } from '../manifest.ts';
import type { ActiveProfile } from './activeProfile.ts';
import type { Bindings } from './bindings/bindings.ts';
import type { ProfileStore } from './profileStore.ts';
import { ProfileTree, type TreeNode } from './profileTree.ts';
import { untilAnyStateChanges } from './tokenState.ts';

/** The view in the side bar. While it is seen, one timer is set for the next change of a text in it. */
export class ProfileView implements Disposable {
  readonly #store: ProfileStore;
  readonly #tokens: TokenService;
  readonly #clock: Clock;
  readonly #tree: ProfileTree;
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #subscriptions: readonly Disposable[];
  #timer: Disposable | undefined;

  constructor(store: ProfileStore, active: ActiveProfile, tokens: TokenService, bindings: Bindings, clock: Clock) {
    this.#store = store;
    this.#tokens = tokens;
    this.#clock = clock;
    this.#tree = new ProfileTree(store, active, tokens, bindings, clock);
    this.#view = vscode.window.createTreeView(viewId, { treeDataProvider: this.#tree, showCollapseAll: true });
    const refreshAll = () => {
      this.#tree.refreshAll();
      this.#plan();
    };
    this.#subscriptions = [
      this.#view,
      this.#view.onDidChangeVisibility(() => {
        this.#refreshTexts();
      }),
      store.onDidChange(refreshAll),
      active.onDidChange(refreshAll),
      bindings.onDidChange((id) => {
        if (store.find(id)) this.#tree.refreshProfile(id);
        else refreshAll();
      }),
      tokens.onDidChange((id) => {
        this.#tree.refreshProfile(id);
        this.#plan();
      }),
    ];
  }

  dispose(): void {
    this.#timer?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Time has passed; which rows there are has not changed. */
  #refreshTexts(): void {
    for (const { id } of this.#store.profiles) this.#tree.refreshProfile(id);
    this.#plan();
  }

  #plan(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (!this.#view.visible) return;
    const statuses = this.#store.profiles.map(({ id }) => this.#tokens.status(id));
    const wait = untilAnyStateChanges(statuses, this.#clock.now());
    if (wait === undefined) return;
    this.#timer = this.#clock.schedule(wait, () => {
      this.#refreshTexts();
    });
  }
}
