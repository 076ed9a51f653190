import * as vscode from 'vscode';
import { knownSecrets, profilesBehind, type KnownProfile } from '../../core/diagnosis/finding.ts';
import type { HttpDocument } from '../../core/httpDocument.ts';
import type { Clock } from '../../core/ports.ts';
import { providers } from '../../core/providers/index.ts';
import { namesBehind, referencesOf, referencesWithin } from '../../core/references.ts';
import { secretsIn } from '../../core/secretsInText.ts';
import { httpDocumentOf } from '../httpDocuments.ts';
import { profileLinks, profileMarkdown } from '../profileMarkdown.ts';
import type { Services } from '../services.ts';
import { claimsMarkdown } from './claimsMarkdown.ts';
import { knownProfiles } from './knownProfiles.ts';

interface Pointed {
  readonly range: vscode.Range;
  readonly profiles: readonly KnownProfile[];
  /** That stands there itself. */
  readonly token?: string;
}

/** Tells of the token behind a reference, or of one that stands in the file. */
export class TokenHover implements vscode.HoverProvider {
  readonly #services: Services;
  readonly #clock: Clock;

  constructor(services: Services, clock: Clock) {
    this.#services = services;
    this.#clock = clock;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const parsed = httpDocumentOf(document);
    const profiles = parsed && knownProfiles(this.#services, document);
    const pointed = profiles && (referenceAt(parsed, position, profiles) ?? tokenAt(parsed, position, profiles));
    if (!pointed) return undefined;
    const now = this.#clock.now();
    const texts = pointed.profiles.flatMap(({ profile, accessToken }) => [
      profileMarkdown(profile, this.#services.tokens.status(profile.id), now, profileLinks),
      ...(accessToken === undefined ? [] : [claimsMarkdown(accessToken)]),
    ]);
    if (pointed.token !== undefined && texts.length === 0)
      texts.push(new vscode.MarkdownString('A token that no profile holds.'), claimsMarkdown(pointed.token));
    return new vscode.Hover(texts, pointed.range);
  }
}

/** A reference, or the name of a file variable that leads to one. */
function referenceAt(document: HttpDocument, { line, character }: vscode.Position, profiles: readonly KnownProfile[]): Pointed | undefined {
  const references = referencesOf(document);
  const here = referencesWithin(references, line, line + 1);
  const pointed =
    here.find(({ start, end }) => character >= start && character <= end) ??
    here.find(({ outerStart, outerEnd }) => character >= outerStart && character <= outerEnd);
  if (pointed) {
    const behind = profilesBehind(namesBehind(references, [pointed]), profiles);
    return behind.length > 0 ? { range: new vscode.Range(line, pointed.outerStart, line, pointed.outerEnd), profiles: behind } : undefined;
  }
  const definition = references.definedOn.get(line);
  if (!definition || character < definition.nameStart - 1 || character > definition.nameStart + definition.name.length) return undefined;
  const behind = profilesBehind(new Set([definition.name, ...namesBehind(references, here)]), profiles);
  const range = new vscode.Range(line, definition.nameStart, line, definition.nameStart + definition.name.length);
  return behind.length > 0 ? { range, profiles: behind } : undefined;
}

function tokenAt(document: HttpDocument, { line, character }: vscode.Position, profiles: readonly KnownProfile[]): Pointed | undefined {
  const secret = secretsIn(document, knownSecrets(providers, profiles)).find(
    ({ span, credential }) => !credential && span.line === line && character >= span.start && character <= span.end,
  );
  if (!secret) return undefined;
  return {
    range: new vscode.Range(line, secret.span.start, line, secret.span.end),
    profiles: profiles.filter(({ accessToken }) => accessToken === secret.value),
    token: secret.value,
  };
}
