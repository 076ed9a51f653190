import * as vscode from 'vscode';
import type { Binding } from '../../core/binding.ts';
import { AuthError } from '../../core/errors.ts';
import { profilesBehind } from '../../core/diagnosis/finding.ts';
import { requestAt, type HttpRequest } from '../../core/httpDocument.ts';
import type { Profile } from '../../core/profile.ts';
import { referencedNames } from '../../core/references.ts';
import { freshness, isUsable } from '../../core/token.ts';
import { bindingPlace } from '../bindings/bindingPlace.ts';
import { knownProfiles } from '../features/knownProfiles.ts';
import { httpDocumentOf } from '../httpDocuments.ts';
import { activeHttpEditor, type HttpEditor } from '../insertion/httpEditor.ts';
import type { Services } from '../services.ts';
import { systemClock } from '../systemClock.ts';
import { fetchWithProgress } from './fetching.ts';

/** The clients that can send the request at the cursor, the preferred one first. */
const clients = [
  { command: 'rest-client.request', extension: 'humao.rest-client', name: 'REST Client' },
  { command: 'httpyac.send', extension: 'anweber.vscode-httpyac', name: 'httpYac' },
] as const;

/** Sends a request, that at the cursor unless told of another, after every token that it refers to is good and in its place. */
export async function sendRequest(services: Services, argument: unknown): Promise<void> {
  await showNamed(argument);
  const http = activeHttpEditor();
  const request = http && requestOf(http);
  if (!request) {
    void vscode.window.showInformationMessage('Put the cursor into a request of an .http file, such as “GET https://…”, then send it.');
    return;
  }
  const client = clients.find(({ command }) => isContributed(command));
  if (!client) {
    await offerClients();
    return;
  }
  const text = textOf(http, request);
  const parsed = httpDocumentOf(http.document);
  const names: ReadonlySet<string> = parsed ? referencedNames(parsed, request) : new Set();
  const profiles = profilesBehind(names, knownProfiles(services, http.document)).map(({ profile }) => profile);
  await services.production.confirm('send', ...profiles);
  for (const profile of profiles) await ensureFresh(services, profile);
  await Promise.all(profiles.map(({ id }) => services.bindings.bring(id)));
  if (!(await confirmStale(services, http, names, profiles))) return;
  await showAgain(http, text);
  await vscode.commands.executeCommand(client.command);
}

/** A code lens names the request that it stands above, by its line and by the text of that. @throws AuthError where it is gone */
async function showNamed(argument: unknown): Promise<void> {
  if (typeof argument !== 'object' || argument === null || !('uri' in argument) || !('line' in argument)) return;
  const { uri, line, text } = argument as { uri: unknown; line: unknown; text?: unknown };
  if (!(uri instanceof vscode.Uri) || typeof line !== 'number') return;
  const document = await vscode.workspace.openTextDocument(uri);
  const lines = (httpDocumentOf(document)?.requests ?? []).map(({ requestLine }) => requestLine);
  const same = lines.filter((each) => text === undefined || document.lineAt(each).text === text);
  const found = same.includes(line) ? line : same.length === 1 ? same[0] : undefined;
  if (found === undefined)
    throw new AuthError('placeNotFound', 'The file was changed meanwhile. Put the cursor into the request, then send it again.');
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(found, 0, found, 0) });
}

function requestOf({ document, cursor }: HttpEditor): HttpRequest | undefined {
  const parsed = httpDocumentOf(document);
  return parsed && requestAt(parsed, cursor.line);
}

/** The lines of a request that are a person's; the token among them may just have been renewed. */
function textOf({ document }: HttpEditor, { requestLine, lastHeadLine }: HttpRequest): string {
  return document.getText(new vscode.Range(requestLine, 0, lastHeadLine + 1, 0));
}

/** The clients send what is active: what was, when it was asked for. @throws AuthError where it is no longer the same request */
async function showAgain(http: HttpEditor, text: string): Promise<void> {
  const { document, cursor } = http;
  const active = vscode.window.activeTextEditor;
  const same = active?.document === document && active.selection.active.line === cursor.line;
  const request = requestOf(http);
  if (!request || textOf(http, request) !== text)
    throw new AuthError('placeNotFound', 'The request was changed while its token was fetched. Send it again.');
  if (!same) await vscode.window.showTextDocument(document, { selection: new vscode.Range(cursor.line, 0, cursor.line, 0) });
}

/** Asks where a place that the request refers to could not be brought up to date. */
async function confirmStale(
  services: Services,
  http: HttpEditor,
  names: ReadonlySet<string>,
  profiles: readonly Profile[],
): Promise<boolean> {
  const stale = profiles
    .flatMap(({ id }) => services.bindings.of(id))
    .find((binding) => refersTo(binding, names, http) && !services.bindings.state(binding).upToDate);
  if (!stale) return true;
  const send = 'Send Anyway';
  const choice = await vscode.window.showWarningMessage(
    `${bindingPlace(stale).label} does not hold the present token: ${services.bindings.state(stale).words}`,
    { modal: true },
    send,
  );
  return choice === send;
}

function refersTo({ kind, path, uri }: Binding, names: ReadonlySet<string>, { document }: HttpEditor): boolean {
  return kind !== 'terminal' && names.has(path.at(-1) ?? '') && (kind !== 'fileVariable' || uri === document.uri.toString());
}

/** Known from the manifests: a command of an extension that still sleeps is in no other list. */
function isContributed(command: string): boolean {
  return vscode.extensions.all.some(({ packageJSON }) => {
    const { contributes } = packageJSON as { contributes?: { commands?: readonly { command?: unknown }[] } };
    return contributes?.commands?.some((each) => each.command === command) === true;
  });
}

async function offerClients(): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(
    'Sending needs REST Client or httpYac. Install one of them, then send again.',
    ...clients.map(({ name }) => `Show ${name}`),
  );
  const client = clients.find(({ name }) => chosen === `Show ${name}`);
  if (client) await vscode.commands.executeCommand('workbench.extensions.search', `@id:${client.extension}`);
}

/** Renews what has expired or is about to; a token that is still good is sent where that fails. */
async function ensureFresh(services: Services, profile: Profile): Promise<void> {
  const { token } = services.tokens.status(profile.id);
  const now = systemClock.now();
  const state = token && freshness(token, now);
  if (state === 'valid' || state === 'unknownExpiry') return;
  try {
    await fetchWithProgress(services, profile);
  } catch (error) {
    if (!token || !isUsable(token, now) || (error instanceof AuthError && error.code === 'cancelled')) throw error;
    services.log.warn(`${profile.name}: sending with the present token, which could not be renewed.`);
  }
}
