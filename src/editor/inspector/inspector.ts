import * as vscode from 'vscode';
import type { Clock, Disposable } from '../../core/ports.ts';
import type { Profile } from '../../core/profile.ts';
import type { TokenService } from '../../core/tokenService.ts';
import type { ProfileStore } from '../profileStore.ts';
import { describeDeleted, describeInspection, untilInspectionChanges } from './inspectionText.ts';

const scheme = 'payment-auth';
const ending = ' token.md';

/** Read-only documents that tell of a profile's token and follow it. While one is open, one timer is set for the next change of its words. */
export class Inspector implements vscode.TextDocumentContentProvider, Disposable {
  readonly #store: ProfileStore;
  readonly #tokens: TokenService;
  readonly #clock: Clock;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: readonly Disposable[];
  #timer: Disposable | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(store: ProfileStore, tokens: TokenService, clock: Clock) {
    this.#store = store;
    this.#tokens = tokens;
    this.#clock = clock;
    const refreshAll = () => {
      this.#refresh(() => true);
    };
    const isOwn = ({ uri }: vscode.TextDocument) => uri.scheme === scheme;
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      store.onDidChange(refreshAll),
      tokens.onDidChange((id) => {
        this.#refresh((uri) => profileIdOf(uri) === id);
      }),
      vscode.workspace.onDidOpenTextDocument((document) => {
        if (isOwn(document)) this.#plan();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (isOwn(document)) this.#plan();
      }),
      this.#changed,
    ];
  }

  /** Opens a profile's document, beside what is being worked on or where another one is open. */
  async show(profile: Profile): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uriOf(profile));
    await vscode.window.showTextDocument(document, { viewColumn: columnOfOthers() ?? vscode.ViewColumn.Beside });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const profile = this.#store.find(profileIdOf(uri));
    if (!profile) return describeDeleted(nameOf(uri));
    const { id } = profile;
    return describeInspection(profile, this.#tokens.status(id), this.#tokens.attempts(id), this.#clock.now());
  }

  dispose(): void {
    this.#timer?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #refresh(concerned: (uri: vscode.Uri) => boolean): void {
    for (const uri of openUris()) if (concerned(uri)) this.#changed.fire(uri);
    this.#plan();
  }

  #plan(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    const now = this.#clock.now();
    const waits = openUris()
      .map((uri) => untilInspectionChanges(this.#tokens.status(profileIdOf(uri)), now))
      .filter((wait) => wait !== undefined);
    if (waits.length === 0) return;
    this.#timer = this.#clock.schedule(Math.min(...waits), () => {
      this.#refresh(() => true);
    });
  }
}

/** The name is for the tab; the profile is found by its id. */
function uriOf({ id, name }: Profile): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${id}/${name.replaceAll(/[/\\]/g, '-')}${ending}` });
}

function profileIdOf(uri: vscode.Uri): string {
  return uri.path.split('/')[1] ?? '';
}

function nameOf(uri: vscode.Uri): string {
  return (uri.path.split('/')[2] ?? '').slice(0, -ending.length);
}

function openUris(): vscode.Uri[] {
  return vscode.workspace.textDocuments.map(({ uri }) => uri).filter((uri) => uri.scheme === scheme);
}

function columnOfOthers(): vscode.ViewColumn | undefined {
  const isOther = ({ input }: vscode.Tab) => input instanceof vscode.TabInputText && input.uri.scheme === scheme;
  return vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(isOther))?.viewColumn;
}
