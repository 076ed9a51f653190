import * as vscode from 'vscode';
import type { Binding, FileBindingKind } from '../../core/binding.ts';
import { AuthError } from '../../core/errors.ts';
import { parseHttpDocument, requestAt } from '../../core/httpDocument.ts';
import { setAuthorizationHeader, type NoPlace } from '../../core/injection/authorizationHeader.ts';
import { fileVariable } from '../../core/injection/fileVariable.ts';
import { dotenvReference, environmentReference, fileVariableName, variableReference } from '../../core/injection/reference.ts';
import type { TextEdit } from '../../core/injection/textEdit.ts';
import { insertValue } from '../../core/injection/valueTarget.ts';
import type { Profile } from '../../core/profile.ts';
import { authorizationScheme } from '../../core/token.ts';
import { assertInside, nameOf, workspaceEdit } from '../bindings/boundText.ts';
import { pickOne } from '../insertion/ask.ts';
import { insertChoices, lastTarget, rememberTarget, type InsertTarget } from '../insertion/choices.ts';
import { askBeforeWriting } from '../insertion/gitGuard.ts';
import { activeHttpEditor, type HttpEditor } from '../insertion/httpEditor.ts';
import { dotenvPlace, httpClientPlace, restClientPlace, type ChosenPlace } from '../insertion/places.ts';
import type { Services } from '../services.ts';
import { copyAsCurl, copyAuthorizationHeader, copyToken } from './copy.ts';
import { usableTokenWithProgress } from './fetching.ts';
import { bindTerminals } from './bindTerminals.ts';
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
  await inserters[target]({ services, profile, http });
  await rememberTarget(services.state, profile.id, target);
}

function targetOf(argument: unknown): InsertTarget | undefined {
  const target = typeof argument === 'object' && argument !== null && 'target' in argument ? argument.target : undefined;
  return typeof target === 'string' && Object.hasOwn(inserters, target) ? (target as InsertTarget) : undefined;
}

async function askForTarget({ state }: Services, profile: Profile, http: HttpEditor | undefined): Promise<InsertTarget> {
  const last = lastTarget(state, profile.id);
  const hasFolder = vscode.workspace.workspaceFolders?.some(({ uri }) => uri.scheme === 'file') === true;
  const items = insertChoices(profile, { hasHttpFile: http !== undefined, hasFolder }).map((item) =>
    item.target !== undefined && item.target === last ? { ...item, description: 'last chosen here' } : item,
  );
  const { target } = await pickOne(
    `Put the token of ${profile.name} where?`,
    items,
    (item) => item.target !== undefined && item.target === last,
  );
  if (target === undefined) throw new vscode.CancellationError();
  return target;
}

const inserters: Readonly<Record<InsertTarget, (insertion: Insertion) => Promise<void>>> = {
  reference: insertReference,
  fileReference: insertFileReference,
  fileVariable: insertFileVariable,
  dotenv: async (insertion) => {
    const { variable } = insertion.profile;
    await insertIntoFile(insertion, 'dotenv', await dotenvPlace(insertion.http?.document.uri, variable), dotenvReference(variable));
  },
  httpClientEnvironment: async (insertion) => {
    const { variable, environment } = insertion.profile;
    const name = fileVariableName(variable);
    const place = await httpClientPlace(insertion.http?.document.uri, name, environment.id);
    await insertIntoFile(insertion, 'httpClientEnvironment', place, variableReference(name));
  },
  restClientEnvironment: async (insertion) => {
    const name = fileVariableName(insertion.profile.variable);
    const place = await restClientPlace(insertion.http?.document.uri, name, insertion.profile, insertion.services.globalStorageUri);
    await insertIntoFile(insertion, 'restClientEnvironment', place, variableReference(name));
  },
  terminal: insertIntoTerminals,
  clipboard: async ({ services, profile }) => {
    const { copy } = await pickOne(`Copy what of ${profile.name}?`, [
      { label: 'Token', copy: copyToken },
      { label: 'Authorization header', copy: copyAuthorizationHeader },
      { label: 'curl command', copy: copyAsCurl },
    ]);
    await copy(services, { profile });
  },
};

async function insertReference({ services, profile: chosen, http }: Insertion): Promise<void> {
  if (!http) {
    sayNoHttpFile();
    return;
  }
  const { document, language, editor } = http;
  const value = `${schemeOf(services, chosen)} ${environmentReference(chosen.variable)}`;
  const edits = () => setAuthorizationHeader(parseHttpDocument(document.getText(), language), editor.selection.active.line, value);
  // Looked at before anything is asked, and again afterwards: the text may have changed meanwhile.
  const profile = typeof edits() === 'string' ? chosen : await withMemory(services, chosen);
  if (!profile) return;
  const found = edits();
  if (typeof found === 'string') {
    void vscode.window.showInformationMessage(noPlace[found]);
    return;
  }
  if (!(await applyAsOneStep(document, found))) return;
  // The reference is empty without a token, and the clients send that without a word.
  await usableTokenWithProgress(services, profile);
}

async function insertFileReference({ services, profile: chosen, http }: Insertion): Promise<void> {
  if (!http) {
    sayNoHttpFile();
    return;
  }
  const profile = await withMemory(services, chosen);
  if (!profile) return;
  const { document, cursor } = http;
  const path = [fileVariableName(profile.variable)];
  const text = document.getText();
  const { edits } = insertValue(fileVariable, text, path, environmentReference(profile.variable), cursor);
  const header = headerEdits(http, text, `${schemeOf(services, profile)} ${variableReference(path[0] ?? '')}`);
  if (!(await applyAsOneStep(document, [...edits, ...header]))) return;
  tellUse(http, text, path[0] ?? '');
  const literal = services.bindings.at({ kind: 'fileVariable', uri: document.uri.toString(), path });
  if (literal) await services.bindings.forget(literal.id);
  await usableTokenWithProgress(services, profile);
}

async function insertFileVariable(insertion: Insertion): Promise<void> {
  const { services, profile, http } = insertion;
  if (!http) {
    sayNoHttpFile();
    return;
  }
  const { document, cursor } = http;
  const name = fileVariableName(profile.variable);
  const place = { kind: 'fileVariable', uri: document.uri.toString(), path: [name] } as const;
  assertFree(services, profile, place);
  if (document.uri.scheme === 'file' && (await decide(insertion, document.uri)) === 'reference') {
    await insertFileReference(insertion);
    return;
  }
  const token = await usableTokenWithProgress(services, profile);
  const before = document.getText();
  await services.bindings.add(
    { ...place, profileId: profile.id, header: `${authorizationScheme(token)} ${variableReference(name)}` },
    token.accessToken,
    cursor,
  );
  tellUse(http, before, name);
  tell(profile, nameOf(document.uri));
}

async function insertIntoFile(insertion: Insertion, kind: FileBindingKind, { uri, path }: ChosenPlace, reference: string): Promise<void> {
  const { services, profile, http } = insertion;
  const place = { kind, uri: uri.toString(), path };
  assertFree(services, profile, place);
  if (uri.scheme === 'file' && (await decide(insertion, uri)) === 'reference') {
    await insertReference(insertion);
    return;
  }
  const token = await usableTokenWithProgress(services, profile);
  await services.bindings.add({ ...place, profileId: profile.id }, token.accessToken);
  if (http) await applyAsOneStep(http.document, headerEdits(http, http.document.getText(), `${authorizationScheme(token)} ${reference}`));
  tell(profile, nameOf(uri));
}

async function insertIntoTerminals({ services, profile }: Insertion): Promise<void> {
  await usableTokenWithProgress(services, profile);
  const folder = await bindTerminals(services, profile);
  tell(profile, folder ? `new terminals of ${folder.name}` : 'new terminals');
}

/** What to do with a file that git may take; those that hold a token already were asked about. */
async function decide({ services, profile, http }: Insertion, uri: vscode.Uri): Promise<'write' | 'reference'> {
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

function headerEdits({ language, editor }: HttpEditor, text: string, value: string): readonly TextEdit[] {
  const edits = setAuthorizationHeader(parseHttpDocument(text, language), editor.selection.active.line, value);
  return typeof edits === 'string' ? [] : edits;
}

async function applyAsOneStep(document: vscode.TextDocument, edits: readonly TextEdit[]): Promise<boolean> {
  if (edits.length === 0) return true;
  const applied = await vscode.workspace.applyEdit(workspaceEdit(document, edits));
  if (!applied) void vscode.window.showWarningMessage('The file did not take the change; it may be read-only or have changed meanwhile.');
  return applied;
}

/** Where no request was at the cursor, nothing uses the variable yet. */
function tellUse({ cursor, language }: HttpEditor, before: string, name: string): void {
  if (requestAt(parseHttpDocument(before, language), cursor.line)?.isCurl === false) return;
  void vscode.window.showInformationMessage(
    `@${name} stands in the file. Use it in a request: “Authorization: Bearer ${variableReference(name)}”.`,
  );
}

function tell({ name }: Profile, where: string): void {
  vscode.window.setStatusBarMessage(`$(check) ${name}: token in ${where}`, 5000);
}

function sayNoHttpFile(): void {
  void vscode.window.showInformationMessage('Open an .http or .rest file and put the cursor into a request, then insert the token.');
}

const noPlace: Readonly<Record<NoPlace, string>> = {
  noRequest: 'There is no request at the cursor. Put the cursor into one, such as “GET https://…”, then insert the token.',
  curl: 'The request at the cursor is a curl command, which has no header lines. Write it as “GET https://…” first.',
};

/** The profile with its token kept in memory, after asking where it is not; nothing where the person declines. */
async function withMemory(services: Services, profile: Profile): Promise<Profile | undefined> {
  if (profile.inject.includes('processEnvironment')) return profile;
  const turnOn = 'Keep in Memory and Insert';
  const choice = await vscode.window.showWarningMessage(
    `${profile.name}: its token is copied on command only, so {{$processEnv ${profile.variable}}} would be empty.`,
    {
      modal: true,
      detail:
        'Kept in memory, the token can be read by every extension in this window and by programs that they start. Nothing is written to disk.',
    },
    turnOn,
  );
  if (choice !== turnOn) return undefined;
  const current = services.store.find(profile.id);
  if (!current) return undefined;
  await services.store.save({ ...current, inject: ['processEnvironment'] });
  return services.store.find(profile.id);
}
