import * as vscode from 'vscode';
import { isSamePlace, parseBindings, renamed, type Binding } from '../../core/binding.ts';
import { Emitter } from '../../core/emitter.ts';
import { AuthError } from '../../core/errors.ts';
import type { Cursor } from '../../core/injection/valueTarget.ts';
import type { Clock, Disposable, Logger } from '../../core/ports.ts';
import type { Profile } from '../../core/profile.ts';
import { isUsable } from '../../core/token.ts';
import type { TokenService } from '../../core/tokenService.ts';
import { notWrittenOut } from '../production/notWrittenOut.ts';
import type { ProfileStore } from '../profileStore.ts';
import { settings } from '../settings.ts';
import type { Effort, Removal, Wanted } from './bindingText.ts';
import { BoundFiles } from './boundFiles.ts';

export interface BindingState {
  readonly upToDate: boolean;
  /** "up to date", or why it is not. */
  readonly words: string;
  /** Of the place, counted from 0, where it was found. */
  readonly line?: number;
}

interface BindingsOptions {
  readonly state: vscode.Memento;
  readonly store: ProfileStore;
  readonly tokens: TokenService;
  readonly clock: Clock;
  readonly log: Logger;
  readonly allowed: () => boolean;
  /** Whether a profile's token may be written into files. */
  readonly allowsLiterals: (profile: Profile) => boolean;
}

const key = 'bindings';

/** The places of this workspace that hold tokens. The one that knows them, their state, and has them follow renewals. */
export class Bindings implements Disposable {
  readonly #options: BindingsOptions;
  readonly #changed = new Emitter<string>();
  readonly #files: BoundFiles;
  readonly #subscriptions: readonly Disposable[];
  readonly #states = new Map<string, BindingState>();
  /** By profile, what its places were last brought to. */
  readonly #applied = new Map<string, Wanted>();
  /** Profiles whose token is to stand nowhere, until there is another. */
  readonly #forgotten = new Set<string>();
  /** By file: what is under way there, one after the other. */
  readonly #queues = new Map<string, Promise<void>>();
  #bindings: readonly Binding[];

  /** Fires with the profile's id. */
  readonly onDidChange = this.#changed.event;

  constructor(options: BindingsOptions) {
    this.#options = options;
    this.#bindings = parseBindings(options.state.get(key));
    this.#files = new BoundFiles(options.clock);
    this.#subscriptions = [
      options.tokens.onDidChange((profileId) => {
        this.#follow(profileId);
      }),
      options.store.onDidChange(() => {
        this.update();
      }),
      this.#files,
      this.#files.onDidChange((uri) => {
        for (const binding of this.#bindings) if (binding.uri === uri) void this.#synchronize(binding.id, 'look');
      }),
      vscode.workspace.onDidRenameFiles(({ files }) => void this.#rename(files)),
    ];
    this.#watch();
    this.update();
  }

  get all(): readonly Binding[] {
    return this.#bindings;
  }

  of(profileId: string): readonly Binding[] {
    return this.#bindings.filter((binding) => binding.profileId === profileId);
  }

  find(id: string): Binding | undefined {
    return this.#bindings.find((binding) => binding.id === id);
  }

  /** The binding that writes into a place already. */
  at(place: Pick<Binding, 'kind' | 'uri' | 'path'>): Binding | undefined {
    return this.#bindings.find((binding) => isSamePlace(binding, place));
  }

  state(binding: Binding): BindingState {
    if (binding.kind !== 'terminal') return this.#states.get(binding.id) ?? { upToDate: false, words: 'not looked at yet' };
    if (binding.uri !== '' && !vscode.workspace.workspaceFolders?.some(({ uri }) => uri.toString() === binding.uri))
      return { upToDate: false, words: 'its folder left the workspace' };
    const { value, why } = this.#wanted(binding.profileId);
    return value === undefined || why !== '' ? { upToDate: false, words: why } : { upToDate: true, words: 'up to date' };
  }

  /** Whether a place on disk gets no token: its profile became one of production after it was made, and no setting allows it. */
  withholds({ kind, profileId, production }: Binding): boolean {
    const profile = this.#options.store.find(profileId);
    return kind !== 'terminal' && production !== true && profile !== undefined && !this.#options.allowsLiterals(profile);
  }

  /** Writes a token into a new place and remembers it. @throws AuthError, after which the place is not bound */
  async add(draft: Omit<Binding, 'id' | 'written' | 'production'>, value: string, cursor?: Cursor): Promise<void> {
    const present = this.at(draft);
    const profile = this.#options.store.find(draft.profileId);
    // It may have become one of production while a question stood open.
    if (profile && draft.kind !== 'terminal' && !this.#options.allowsLiterals(profile)) throw notWrittenOut(profile);
    const binding: Binding = {
      ...present,
      ...draft,
      id: present?.id ?? crypto.randomUUID(),
      written: present?.written ?? [],
      ...(profile?.environment.production && { production: true }),
    };
    if (!present) await this.#store([...this.#bindings, binding]);
    if (binding.kind !== 'terminal')
      await this.#enqueue(binding.uri, async () => {
        const { holds, insert } = await import('./bindingText.ts');
        try {
          await insert(binding, value, cursor, (next) => this.#remember(next));
        } catch (error) {
          // What stands in the editor, though it could not be saved, is still ours to keep fresh and to take out.
          if (!present && !(await holds(binding, value))) await this.#drop(binding.id);
          throw error;
        }
      });
    // The token may have been renewed while it was written.
    await this.#synchronize(binding.id, 'write');
    this.#changed.fire(binding.profileId);
  }

  /** Writes the present token whatever stands there now. */
  async refresh(id: string): Promise<void> {
    await this.#synchronize(id, 'overwrite');
  }

  /** Brings a profile's places up to date, those too where that failed before. */
  async bring(profileId: string): Promise<void> {
    await Promise.all(this.of(profileId).map(({ id }) => this.#synchronize(id, 'write')));
  }

  /** Takes the token out again and forgets the place. @throws AuthError where it cannot be taken out; then it stays */
  async remove(id: string): Promise<Removal> {
    const binding = this.find(id);
    if (!binding) return 'taken out';
    let removal: Removal = 'taken out';
    if (binding.kind !== 'terminal') {
      if (!this.#options.allowed())
        throw new AuthError('untrustedWorkspace', 'Nothing is changed in a workspace that is not trusted. Trust it first.');
      await this.#enqueue(binding.uri, async () => {
        const { remove } = await import('./bindingText.ts');
        removal = await remove(this.find(id) ?? binding, this.#wanted(binding.profileId).value);
      });
    }
    await this.forget(id);
    return removal;
  }

  /** Forgets a place without touching it. */
  async forget(id: string): Promise<void> {
    const binding = this.find(id);
    if (!binding) return;
    await this.#enqueue(binding.uri, () => this.#drop(id));
    this.#changed.fire(binding.profileId);
  }

  /** Empties the places of a profile whose token was forgotten, as soon as that is allowed. */
  async blank(profileId: string): Promise<void> {
    this.#forgotten.add(profileId);
    this.#follow(profileId);
    await this.settled();
  }

  /** Looks at everything again, as after a change of trust, of a setting or of the profiles. */
  update(): void {
    for (const profileId of new Set(this.#bindings.map((binding) => binding.profileId))) this.#follow(profileId);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#queues.values());
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  /** After a change of a token: nothing where its places are at it already. */
  #follow(profileId: string): void {
    const own = this.of(profileId);
    if (own.length === 0) return;
    const { credentials, token } = this.#options.tokens.status(profileId);
    // The secret store has not answered yet.
    if ((credentials === undefined || credentials === 'unavailable') && !token && this.#options.store.find(profileId)) return;
    if (token) this.#forgotten.delete(profileId);
    const wanted = { ...this.#wanted(profileId), withheld: own.some((binding) => this.withholds(binding)) };
    const applied = this.#applied.get(profileId);
    if (applied?.value === wanted.value && applied?.why === wanted.why && applied.withheld === wanted.withheld) return;
    this.#applied.set(profileId, wanted);
    for (const { id } of own) void this.#synchronize(id, 'write');
    this.#changed.fire(profileId);
  }

  #wanted(profileId: string): Wanted {
    const { store, tokens, clock, allowed } = this.#options;
    if (!store.find(profileId)) return { why: 'its profile was deleted' };
    if (!allowed()) return { why: 'this workspace is not trusted' };
    const { token } = tokens.status(profileId);
    if (!token) return { why: 'no token', ...(this.#forgotten.has(profileId) && { value: '' }) };
    if (isUsable(token, clock.now())) return { value: token.accessToken, why: '' };
    return { why: 'the token has expired', ...(settings.blankExpired.value && { value: '' }) };
  }

  async #synchronize(id: string, effort: Effort): Promise<void> {
    const binding = this.find(id);
    if (!binding || binding.kind === 'terminal') return;
    await this.#enqueue(binding.uri, async () => {
      // Removed, or changed, while it waited its turn.
      const current = this.find(id);
      if (!current) return;
      const state = await this.#stateAfter(current, effort);
      const before = this.#states.get(id);
      if (!this.find(id) || (before?.words === state.words && before.line === state.line)) return;
      this.#states.set(id, state);
      this.#changed.fire(current.profileId);
    });
  }

  async #stateAfter(binding: Binding, effort: Effort): Promise<BindingState> {
    const wanted = { ...this.#wanted(binding.profileId), withheld: this.withholds(binding) };
    if (!this.#options.allowed()) return { upToDate: false, words: wanted.why };
    try {
      const { synchronize } = await import('./bindingText.ts');
      return await synchronize(binding, wanted, effort, (next) => this.#remember(next));
    } catch (error) {
      const words = error instanceof AuthError ? error.message : 'could not be read or written';
      this.#options.log.warn(`Binding ${binding.path.at(-1) ?? ''}: ${error instanceof AuthError ? error.code : 'failed unexpectedly'}.`);
      return { upToDate: false, words };
    }
  }

  #enqueue(uri: string, task: () => Promise<void>): Promise<void> {
    const turn = (this.#queues.get(uri) ?? Promise.resolve()).then(task);
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (this.#queues.get(uri) === settled) this.#queues.delete(uri);
      });
    this.#queues.set(uri, settled);
    return turn;
  }

  /** Keeps what was written; the place itself may have been renamed or forgotten meanwhile. */
  async #remember({ id, written, added, created, uses, production }: Binding): Promise<void> {
    await this.#store(
      this.#bindings.map((binding) =>
        binding.id === id
          ? {
              ...binding,
              written,
              ...(added && { added }),
              ...(created && { created }),
              ...(uses !== undefined && { uses }),
              ...(production && { production }),
            }
          : binding,
      ),
    );
  }

  async #drop(id: string): Promise<void> {
    this.#states.delete(id);
    await this.#store(this.#bindings.filter((each) => each.id !== id));
  }

  async #rename(files: readonly { readonly oldUri: vscode.Uri; readonly newUri: vscode.Uri }[]): Promise<void> {
    const before = this.#bindings;
    const after = files.reduce((all, { oldUri, newUri }) => renamed(all, oldUri.toString(), newUri.toString()), before);
    if (after.every((binding, index) => binding === before[index])) return;
    await this.#store(after);
    for (const { uri } of after) this.#files.lookSoon(uri);
  }

  async #store(bindings: readonly Binding[]): Promise<void> {
    this.#bindings = bindings;
    this.#watch();
    await this.#options.state.update(key, bindings.length > 0 ? bindings : undefined);
  }

  #watch(): void {
    this.#files.watch(new Set(this.#bindings.filter(({ kind }) => kind !== 'terminal').map(({ uri }) => uri)));
  }
}
