import * as vscode from 'vscode';
import type { Disposable } from '../core/ports.ts';
import type { TokenService } from '../core/tokenService.ts';
import type { Bindings } from './bindings/bindings.ts';
import type { ProfileStore } from './profileStore.ts';

/**
 * Gives tokens to new terminals, in the workspace folders that are bound to it. VS Code marks the terminals that are
 * open already as stale, by itself.
 */
export class Terminals implements Disposable {
  readonly #collection: vscode.GlobalEnvironmentVariableCollection;
  readonly #store: ProfileStore;
  readonly #bindings: Bindings;
  readonly #tokens: TokenService;
  readonly #subscriptions: readonly Disposable[];
  /** By folder and variable, what was given. */
  readonly #given = new Map<string, Map<string, string>>();

  constructor(collection: vscode.GlobalEnvironmentVariableCollection, store: ProfileStore, bindings: Bindings, tokens: TokenService) {
    this.#collection = collection;
    this.#store = store;
    this.#bindings = bindings;
    this.#tokens = tokens;
    // VS Code would keep the values on disk.
    collection.persistent = false;
    const update = () => {
      this.update();
    };
    this.#subscriptions = [
      bindings.onDidChange(update),
      tokens.onDidChange(update),
      store.onDidChange(update),
      vscode.workspace.onDidChangeWorkspaceFolders(update),
    ];
    this.update();
  }

  update(): void {
    const wanted = new Map<string, Map<string, string>>();
    const names = new Map<string, string[]>();
    for (const binding of this.#bindings.all) {
      const profile = this.#store.find(binding.profileId);
      const { token } = this.#tokens.status(binding.profileId);
      if (binding.kind !== 'terminal' || !profile || !token || !this.#bindings.state(binding).upToDate) continue;
      wanted.set(binding.uri, (wanted.get(binding.uri) ?? new Map<string, string>()).set(profile.variable, token.accessToken));
      names.set(binding.uri, [...(names.get(binding.uri) ?? []), profile.name]);
    }
    const folders = vscode.workspace.workspaceFolders?.map(({ uri }) => uri.toString()) ?? [];
    for (const uri of new Set([...wanted.keys(), ...this.#given.keys(), ...folders]))
      this.#bring(uri, wanted.get(uri) ?? new Map<string, string>(), names.get(uri) ?? []);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #bring(uri: string, wanted: ReadonlyMap<string, string>, names: readonly string[]): void {
    const collection = this.#scoped(uri);
    if (!collection) {
      this.#given.delete(uri);
      return;
    }
    // A folder that left and came back still has what it was given.
    if (!this.#given.has(uri)) collection.clear();
    const given = this.#given.get(uri) ?? new Map<string, string>();
    this.#given.set(uri, new Map(wanted));
    const gone = [...given.keys()].filter((variable) => !wanted.has(variable));
    const changed = [...wanted].filter(([variable, value]) => given.get(variable) !== value);
    if (gone.length === 0 && changed.length === 0) return;
    for (const variable of gone) collection.delete(variable);
    for (const [variable, value] of changed) collection.replace(variable, value);
    collection.description = names.length > 0 ? `Tokens of ${new Intl.ListFormat('en').format(names)}` : undefined;
  }

  /** Absent for a folder that left the workspace. */
  #scoped(uri: string): vscode.EnvironmentVariableCollection | undefined {
    if (uri === '') return this.#collection;
    const workspaceFolder = vscode.workspace.workspaceFolders?.find((folder) => folder.uri.toString() === uri);
    return workspaceFolder && this.#collection.getScoped({ workspaceFolder });
  }
}
