import * as vscode from 'vscode';
import type { Binding, FileBindingKind } from '../../core/binding.ts';
import { AuthError } from '../../core/errors.ts';
import { parseHttpDocument, requestAt } from '../../core/httpDocument.ts';
import { setAuthorizationHeader, type NoPlace } from '../../core/injection/authorizationHeader.ts';
import { fileVariable } from '../../core/injection/fileVariable.ts';
import {
  dotenvReference,
  environmentReference,
  fileVariableName,
  isEnvironmentReference,
  variableReference,
} from '../../core/injection/reference.ts';
import type { TextEdit } from '../../core/injection/textEdit.ts';
import { insertValue } from '../../core/injection/valueTarget.ts';
import type { Profile } from '../../core/profile.ts';
import { authorizationScheme } from '../../core/token.ts';
import { isUserSettings } from '../bindings/bindingPlace.ts';
import { assertInside, nameOf, workspaceEdit } from '../bindings/boundText.ts';
import { pickOne } from '../insertion/ask.ts';
import { insertChoices, isLiteral, type InsertTarget } from '../insertion/choices.ts';
import { lastTarget, rememberTarget } from '../insertion/lastTarget.ts';
import { askBeforeWriting } from '../insertion/gitGuard.ts';
import { activeHttpEditor, headerEdits, type HttpEditor } from '../insertion/httpEditor.ts';
import { dotenvPlace, httpClientPlace, restClientPlace, type ChosenPlace } from '../insertion/places.ts';
import { notWrittenOut } from '../production/notWrittenOut.ts';
import { markedName } from '../production/productionMark.ts';
import type { Services } from '../services.ts';
import { copyAsCurl, copyAuthorizationHeader, copyToken } from './copy.ts';
import { usableTokenWithProgress } from './fetching.ts';
import { bindTerminals, chooseTerminals } from './bindTerminals.ts';
import { withMemory } from './keepInMemory.ts';
import { pickProfile } from './pickProfile.ts';

interface Insertion {
  readonly services: Services;
  readonly profile: Profile;
  readonly http: HttpEditor | undefined;
}

/** Puts the token where it is asked to go; `target` in the argument, as a keybinding can give it, answers before. */
export async function insertToken(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Insert the token of which profile?');
  const http = activeHttpEditor();
  const target = targetOf(argument) ?? (await askForTarget(services, profile, http));
  if (isLiteral(target) && !services.production.allowsLiterals(profile)) throw notWrittenOut(profile);
  // What is copied asks by itself, and may be no token.
  if (target !== 'clipboard') await services.production.confirm('insert', profile);
  // A reference may have been preferred to what was chosen.
  const used = await inserters[target]({ services, profile, http });
  await rememberTarget(services.state, profile.id, used);
}

function targetOf(argument: unknown): InsertTarget | undefined {
  const target = typeof argument === 'object' && argument !== null && 'target' in argument ? argument.target : undefined;
  return typeof target === 'string' && Object.hasOwn(inserters, target) ? (target as InsertTarget) : undefined;
}

async function askForTarget({ state, production }: Services, profile: Profile, http: HttpEditor | undefined): Promise<InsertTarget> {
  const last = lastTarget(state, profile.id);
  const hasFolder = vscode.workspace.workspaceFolders?.some(({ uri }) => uri.scheme === 'file') === true;
  const allowsLiterals = production.allowsLiterals(profile);
  const items = insertChoices(profile, { hasHttpFile: http !== undefined, hasFolder, allowsLiterals }).map((item) =>
    item.target !== undefined && item.target === last ? { ...item, description: 'last chosen here' } : item,
  );
  const { target } = await pickOne(
    `Put the token of ${markedName(profile)} where?`,
    items,
    (item) => item.target !== undefined && item.target === last,
    // To be known where one decides: the token itself is among what it keeps.
    'REST Client keeps the headers of its last 50 requests on disk',
  );
  if (target === undefined) throw notWrittenOut(profile);
  return target;
}

const inserters: Readonly<Record<InsertTarget, (insertion: Insertion) => Promise<InsertTarget>>> = {
  reference: insertReference,
  fileReference: insertFileReference,
  fileVariable: insertFileVariable,
  dotenv: async (insertion) => {
    const { variable } = insertion.profile;
    return insertIntoFile(
      insertion,
      'dotenv',
      await dotenvPlace(vscode.window.activeTextEditor?.document.uri, variable),
      dotenvReference(variable),
    );
  },
  httpClientEnvironment: async (insertion) => {
    const { variable, environment } = insertion.profile;
    const name = fileVariableName(variable);
    const place = await httpClientPlace(vscode.window.activeTextEditor?.document.uri, name, environment.id);
    return insertIntoFile(insertion, 'httpClientEnvironment', place, variableReference(name));
  },
  restClientEnvironment: async (insertion) => {
    const name = fileVariableName(insertion.profile.variable);
    const place = await restClientPlace(
      vscode.window.activeTextEditor?.document.uri,
      name,
      insertion.profile,
      insertion.services.globalStorageUri,
    );
    return insertIntoFile(insertion, 'restClientEnvironment', place, variableReference(name));
  },
  terminal: insertIntoTerminals,
  clipboard: async ({ services, profile }) => {
    const { copy } = await pickOne(`Copy what of ${profile.name}?`, [
      { label: 'Token', copy: copyToken },
      { label: 'Authorization header', copy: copyAuthorizationHeader },
      { label: 'curl command', copy: copyAsCurl },
    ]);
    await copy(services, { profile });
    return 'clipboard';
  },
};

async function insertReference({ services, profile: chosen, http }: Insertion): Promise<InsertTarget> {
  if (!http) throw noHttpFile();
  const { document, cursor } = http;
  const value = `${schemeOf(services, chosen)} ${environmentReference(chosen.variable)}`;
  const edits = () => setAuthorizationHeader(parseHttpDocument(document.getText(), cursor.language), cursor.line, value);
  const place = edits();
  if (typeof place === 'string') throw new AuthError('placeNotFound', noPlace[place]);
  const profile = await withMemory(services, chosen);
  assertUnchanged(http);
  await applyAsOneStep(http, place);
  // The reference is empty without a token, and the clients send that without a word.
  await usableTokenWithProgress(services, profile);
  return 'reference';
}

async function insertFileReference({ services, profile: chosen, http }: Insertion): Promise<InsertTarget> {
  if (!http) throw noHttpFile();
  const { document, cursor } = http;
  const path = [fileVariableName(chosen.variable)];
  const place = { kind: 'fileVariable', uri: document.uri.toString(), path } as const;
  assertFree(services, chosen, place);
  assertOwnName(http, chosen);
  const text = document.getText();
  const { edits } = insertValue(fileVariable, text, path, environmentReference(chosen.variable), cursor);
  const header = `${schemeOf(services, chosen)} ${variableReference(path[0] ?? '')}`;
  const profile = await withMemory(services, chosen);
  assertUnchanged(http);
  await applyAsOneStep(http, [...edits, ...headerEdits(text, cursor, header)]);
  tellUse(http, text, header);
  const literal = services.bindings.at(place);
  if (literal) await services.bindings.forget(literal.id);
  await usableTokenWithProgress(services, profile);
  return 'fileReference';
}

async function insertFileVariable(insertion: Insertion): Promise<InsertTarget> {
  const { services, profile, http } = insertion;
  if (!http) throw noHttpFile();
  const { document, cursor } = http;
  const name = fileVariableName(profile.variable);
  const place = { kind: 'fileVariable', uri: document.uri.toString(), path: [name] } as const;
  assertFree(services, profile, place);
  assertOwnName(http, profile);
  const before = document.getText();
  // Refused before anything is asked where there is no place for it.
  insertValue(fileVariable, before, [name], environmentReference(profile.variable), cursor);
  if ((await decide(insertion, document.uri)) === 'reference') return insertFileReference(insertion);
  const token = await usableTokenWithProgress(services, profile);
  assertUnchanged(http);
  const header = `${authorizationScheme(token)} ${variableReference(name)}`;
  await services.bindings.add({ ...place, profileId: profile.id, header, language: cursor.language }, token.accessToken, cursor);
  tellUse(http, before, header);
  tell(profile, nameOf(document.uri));
  return 'fileVariable';
}

async function insertIntoFile(
  insertion: Insertion,
  kind: FileBindingKind,
  { uri, path }: ChosenPlace,
  reference: string,
): Promise<InsertTarget> {
  const { services, profile, http } = insertion;
  const place = { kind, uri: uri.toString(), path };
  assertFree(services, profile, place);
  if ((await decide(insertion, uri)) === 'reference') return insertReference(insertion);
  const token = await usableTokenWithProgress(services, profile);
  await services.bindings.add({ ...place, profileId: profile.id }, token.accessToken);
  tell(profile, nameOf(uri));
  if (!http) return kind;
  assertUnchanged(http);
  await applyAsOneStep(http, headerEdits(http.document.getText(), http.cursor, `${authorizationScheme(token)} ${reference}`));
  return kind;
}

async function insertIntoTerminals({ services, profile }: Insertion): Promise<InsertTarget> {
  await usableTokenWithProgress(services, profile);
  const folder = await chooseTerminals();
  await bindTerminals(services, profile, folder);
  tell(profile, folder ? `new terminals of ${folder.name}` : 'new terminals');
  return 'terminal';
}

/** What to do with a file that git may take; those that hold a token already were asked about. */
async function decide({ services, profile, http }: Insertion, uri: vscode.Uri): Promise<'write' | 'reference'> {
  if (uri.scheme === 'untitled' || (uri.scheme !== 'file' && isUserSettings(uri))) return 'write';
  if (uri.scheme !== 'file')
    throw new AuthError(
      'outsideFolder',
      `${nameOf(uri)} is not a file on this machine, so its token could not be kept fresh. Use a reference.`,
    );
  await assertInside(uri);
  return services.bindings.all.some((binding) => binding.uri === uri.toString())
    ? 'write'
    : askBeforeWriting(profile.name, uri, http !== undefined);
}

function assertFree({ bindings, store }: Services, profile: Profile, place: Pick<Binding, 'kind' | 'uri' | 'path'>): void {
  const holder = bindings.at(place);
  if (!holder || holder.profileId === profile.id) return;
  const other = store.find(holder.profileId)?.name ?? 'a deleted profile';
  throw new AuthError('placeTaken', `${place.path.at(-1) ?? ''} holds the token of ${other} here. Remove that binding first.`);
}

function schemeOf({ tokens }: Services, { id }: Profile): string {
  return authorizationScheme(tokens.status(id).token);
}

/** Two variables may have the same name in a file; a reference of the other one is not overwritten. */
function assertOwnName({ document }: HttpEditor, { variable }: Profile): void {
  const name = fileVariableName(variable);
  const other = fileVariable
    .find(document.getText(), [name])
    .find(({ value }) => isEnvironmentReference(value) && value !== environmentReference(variable));
  if (other)
    throw new AuthError('placeTaken', `@${name} is ${other.value} in this file. Give one of the two profiles a variable of another name.`);
}

/** What was found at the cursor is only there while nobody types. */
function assertUnchanged({ document, version }: HttpEditor): void {
  if (document.version !== version)
    throw new AuthError(
      'placeNotFound',
      `${nameOf(document.uri)} was changed meanwhile. Put the cursor into the request and insert again.`,
    );
}

/** @throws AuthError where the file does not take it */
async function applyAsOneStep({ document }: HttpEditor, edits: readonly TextEdit[]): Promise<void> {
  if (edits.length > 0 && !(await vscode.workspace.applyEdit(workspaceEdit(document, edits))))
    throw new AuthError(
      'fileNotWritable',
      `${nameOf(document.uri)} did not take the change; it may be read-only or have changed meanwhile.`,
    );
}

/** Where no request was at the cursor, nothing uses the variable yet. */
function tellUse({ cursor }: HttpEditor, before: string, header: string): void {
  if (headerEdits(before, cursor, header).length > 0 || requestAt(parseHttpDocument(before, cursor.language), cursor.line)) return;
  void vscode.window.showInformationMessage(`The variable stands in the file. Use it in a request: “Authorization: ${header}”.`);
}

function tell(profile: Profile, where: string): void {
  vscode.window.setStatusBarMessage(`$(check) ${markedName(profile)}: token in ${where}`, 5000);
}

function noHttpFile(): AuthError {
  return new AuthError('placeNotFound', 'Open an .http or .rest file and put the cursor into a request, then insert the token.');
}

const noPlace: Readonly<Record<NoPlace, string>> = {
  noRequest: 'There is no request at the cursor. Put the cursor into one, such as “GET https://…”, then insert the token.',
  curl: 'The request at the cursor is a curl command, which has no header lines. Write it as “GET https://…” first.',
};
