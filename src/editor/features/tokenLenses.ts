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

/** A lens whose words are made when it is seen: a long file has thousands. */
abstract class LazyLens extends vscode.CodeLens {
  abstract words(services: Services, now: number): vscode.Command | undefined;
}

/** The state of a profile whose token the request sends. */
class StateLens extends LazyLens {
  readonly #profileId: string;

  constructor(range: vscode.Range, profileId: string) {
    super(range);
    this.#profileId = profileId;
  }

  words({ store, tokens }: Services, now: number): vscode.Command | undefined {
    const profile = store.find(this.#profileId);
    if (!profile) return undefined;
    const { title, command } = describeLens(profile, tokens.status(profile.id), now);
    return { title, command, tooltip: `${profile.provider.label}, ${profile.environment.label}`, arguments: [{ profile }] };
  }
}

class SendLens extends LazyLens {
  readonly #uri: vscode.Uri;
  readonly #text: string;

  constructor(range: vscode.Range, uri: vscode.Uri, text: string) {
    super(range);
    this.#uri = uri;
    this.#text = text;
  }

  words(): vscode.Command {
    return {
      title: `$(send)${gap}send with a fresh token`,
      command: commandIds.sendRequest,
      tooltip: 'Renews what has expired or is about to, then sends this request through REST Client or httpYac',
      // With its text, as lines move before lenses do.
      arguments: [{ uri: this.#uri, line: this.range.start.line, text: this.#text }],
    };
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
      return vscode.workspace.isTrusted ? [...states, new SendLens(range, document.uri, parsed.lines[request.requestLine] ?? '')] : states;
    });
    this.#plan();
    return lenses;
  }

  resolveCodeLens(lens: vscode.CodeLens): vscode.CodeLens {
    const command = lens instanceof LazyLens ? lens.words(this.#services, this.#clock.now()) : undefined;
    if (command) lens.command = command;
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
