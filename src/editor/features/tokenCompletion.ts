import * as vscode from 'vscode';
import { completionAt, type CompletionPlace } from '../../core/completionAt.ts';
import { isComment } from '../../core/httpDocument.ts';
import { environmentReference, fileVariableName, variableReference } from '../../core/injection/reference.ts';
import type { Clock } from '../../core/ports.ts';
import type { Profile } from '../../core/profile.ts';
import { isInBlock, namesBehind, referencesOf, referencesWithin, type References } from '../../core/references.ts';
import { authorizationScheme } from '../../core/token.ts';
import { httpDocumentOf } from '../httpDocuments.ts';
import { markedName } from '../production/productionMark.ts';
import { profileLinks, profileMarkdown } from '../profileMarkdown.ts';
import type { Services } from '../services.ts';
import { describeState } from '../tokenState.ts';

/** The profiles’ variables wherever a client would resolve them. */
export class TokenCompletion implements vscode.CompletionItemProvider {
  static readonly triggers = ['{', '$', ' ', ':', '=', '@'];
  readonly #services: Services;
  readonly #clock: Clock;

  constructor(services: Services, clock: Clock) {
    this.#services = services;
    this.#clock = clock;
  }

  provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] {
    const { text } = document.lineAt(position);
    const place = completionAt(text.slice(0, position.character));
    if (!place || isComment(text)) return [];
    const parsed = httpDocumentOf(document);
    if (!parsed || !isInBlock(parsed, position.line)) return [];
    const rest = text.slice(position.character);
    const { store, active } = this.#services;
    return [...store.profiles]
      .sort((a, b) => Number(b === active.profile) - Number(a === active.profile))
      .flatMap((profile, index) =>
        this.#textsFor(profile, place, rest, referencesOf(parsed)).map((insertion, order) => {
          const range = new vscode.Range(position.line, place.start, position.line, position.character);
          const item = this.#item(profile, insertion, range, rest, place);
          item.sortText = [index, order].map((each) => String(each).padStart(4, '0')).join('/');
          return item;
        }),
      );
  }

  #textsFor(profile: Profile, { kind }: CompletionPlace, rest: string, references: References): string[] {
    const reference = environmentReference(profile.variable);
    // The editor may have closed the braces already.
    const open = (text: string) => (/^[\w$]*\s*\}\}/.test(rest) ? text.replace(/\}\}$/, '') : text);
    const scheme = authorizationScheme(this.#services.tokens.status(profile.id).token);
    switch (kind) {
      case 'variable':
        return [open(`${profile.variable}}}`)];
      case 'reference':
        return [open(reference.slice(2))];
      case 'authorization':
        return [...variablesFor(profile, references).map(variableReference), reference].map((each) => `${scheme} ${each}`);
      case 'value':
        return [reference];
      case 'definition':
        return [`@${fileVariableName(profile.variable)} = ${reference}`];
    }
  }

  #item(profile: Profile, text: string, range: vscode.Range, rest: string, { kind }: CompletionPlace): vscode.CompletionItem {
    const now = this.#clock.now();
    const status = this.#services.tokens.status(profile.id);
    const state = `${markedName(profile)} · ${describeState(status, now)}`;
    const item = new vscode.CompletionItem(
      // What is inserted is too long for a list, and the same in most of it.
      { label: text.includes('$processEnv') || kind === 'variable' ? profile.variable : text, description: state },
      vscode.CompletionItemKind.Variable,
    );
    item.insertText = text;
    item.detail = text;
    item.filterText = text;
    const whole = kind === 'authorization' || kind === 'value';
    // The rest of a word would stand behind what takes its place.
    const tail = whole ? rest.trimEnd() : (/^[\w$]*/.exec(rest)?.[0] ?? '');
    const replacing = range.with(undefined, range.end.translate(0, tail.length));
    item.range = whole ? { inserting: range, replacing } : replacing;
    item.documentation = profileMarkdown(profile, status, now, profileLinks);
    return item;
  }
}

/** File variables that lead to the profile’s token, in the order of the file. */
function variablesFor({ variable }: Profile, references: References): string[] {
  return [...references.definitions].flatMap(([name, definitions]) => {
    const behind = definitions.flatMap(({ line }) => [...namesBehind(references, referencesWithin(references, line, line + 1))]);
    return behind.includes(variable) ? [name] : [];
  });
}
