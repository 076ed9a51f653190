import * as vscode from 'vscode';
import { profilesBehind } from '../../core/diagnosis/finding.ts';
import { referencedNames, referencesOf } from '../../core/references.ts';
import type { Clock, Disposable } from '../../core/ports.ts';
import { commandIds } from '../../manifest.ts';
import { httpDocumentOf } from '../httpDocuments.ts';
import type { Services } from '../services.ts';
import { settings } from '../settings.ts';
import { untilAnyStateChanges } from '../tokenState.ts';
import { knownProfiles } from './knownProfiles.ts';
import { describeLens, gap } from './lensText.ts';

/** Above a request, the state of a profile whose token it sends. */
class StateLens extends vscode.CodeLens {
  readonly profileId: string;

  constructor(range: vscode.Range, profileId: string) {
    super(range);
    this.profileId = profileId;
  }
}

/** Above each request that refers to profiles: the state of each, and a way to send it with fresh tokens. */
export class TokenLenses implements vscode.CodeLensProvider, Disposable {
  readonly #services: Services;
  readonly #clock: Clock;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: readonly Disposable[];
  /** The profiles that lenses tell of. */
  readonly #shown = new Set<string>();
  #timer: Disposable | undefined;

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(services: Services, clock: Clock) {
    this.#services = services;
    this.#clock = clock;
    const { store, tokens, bindings } = services;
    const refresh = () => {
      this.#changed.fire();
    };
    this.#subscriptions = [
      this.#changed,
      store.onDidChange(refresh),
      bindings.onDidChange(refresh),
      tokens.onDidChange((id) => {
        if (this.#shown.has(id)) refresh();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
      settings.codeLens.onDidChange(refresh),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!settings.codeLens.value || this.#services.store.profiles.length === 0) return [];
    const parsed = httpDocumentOf(document);
    if (!parsed || referencesOf(parsed).all.length === 0) return [];
    const profiles = knownProfiles(this.#services, document);
    const lenses = parsed.requests.flatMap((request) => {
      const referred = profilesBehind(referencedNames(parsed, request), profiles);
      if (referred.length === 0) return [];
      const range = new vscode.Range(request.requestLine, 0, request.requestLine, 0);
      const states = referred.map(({ profile: { id } }) => {
        this.#shown.add(id);
        return new StateLens(range, id);
      });
      return vscode.workspace.isTrusted ? [...states, sendLens(range, document)] : states;
    });
    this.#plan();
    return lenses;
  }

  /** Called for those that are seen. */
  resolveCodeLens(lens: vscode.CodeLens): vscode.CodeLens {
    if (!(lens instanceof StateLens)) return lens;
    const profile = this.#services.store.find(lens.profileId);
    if (!profile) return lens;
    const { title, command } = describeLens(profile, this.#services.tokens.status(profile.id), this.#clock.now());
    lens.command = { title, command, tooltip: `${profile.provider.label}, ${profile.environment.label}`, arguments: [{ profile }] };
    return lens;
  }

  dispose(): void {
    this.#timer?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** One timer, for the next change of a text by the clock; whoever still shows lenses asks for them again then. */
  #plan(): void {
    this.#timer?.dispose();
    const statuses = [...this.#shown].map((id) => this.#services.tokens.status(id));
    const wait = untilAnyStateChanges(statuses, this.#clock.now());
    this.#timer =
      wait === undefined
        ? undefined
        : this.#clock.schedule(wait, () => {
            this.#shown.clear();
            this.#changed.fire();
          });
  }
}

function sendLens(range: vscode.Range, { uri }: vscode.TextDocument): vscode.CodeLens {
  return new vscode.CodeLens(range, {
    title: `$(send)${gap}send with a fresh token`,
    command: commandIds.sendRequest,
    tooltip: 'Renews what has expired or is about to, then sends this request through REST Client or httpYac',
    arguments: [{ uri, line: range.start.line }],
  });
}
