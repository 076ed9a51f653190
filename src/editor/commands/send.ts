import * as vscode from 'vscode';
import { AuthError } from '../../core/errors.ts';
import { parseHttpDocument, requestAt } from '../../core/httpDocument.ts';
import type { Profile } from '../../core/profile.ts';
import { referencedNames } from '../../core/references.ts';
import { freshness, isUsable } from '../../core/token.ts';
import { activeHttpEditor, type HttpEditor } from '../insertion/httpEditor.ts';
import type { Services } from '../services.ts';
import { systemClock } from '../systemClock.ts';
import { fetchWithProgress } from './fetching.ts';

/** The clients that can send the request at the cursor, the preferred one first. */
const clients = [
  { command: 'rest-client.request', extension: 'humao.rest-client', name: 'REST Client' },
  { command: 'httpyac.send', extension: 'anweber.vscode-httpyac', name: 'httpYac' },
] as const;

/** Sends the request at the cursor after every token that it refers to is good and in its place. */
export async function sendRequest(services: Services): Promise<void> {
  const http = activeHttpEditor();
  const request = http && requestAt(parseHttpDocument(http.document.getText(), http.language), http.cursor.line);
  if (!request) {
    void vscode.window.showInformationMessage('Put the cursor into a request of an .http file, such as “GET https://…”, then send it.');
    return;
  }
  const client = clients.find(({ command }) => isContributed(command));
  if (!client) {
    await offerClients();
    return;
  }
  for (const profile of referencedProfiles(services, http)) await ensureFresh(services, profile);
  await services.bindings.settled();
  await vscode.commands.executeCommand(client.command);
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

function referencedProfiles({ store, bindings }: Services, { document, language, cursor }: HttpEditor): Profile[] {
  const parsed = parseHttpDocument(document.getText(), language);
  const request = requestAt(parsed, cursor.line);
  if (!request) return [];
  const names = referencedNames(parsed, request);
  const uri = document.uri.toString();
  return store.profiles.filter(
    ({ id, variable }) =>
      names.has(variable) ||
      bindings.of(id).some(({ kind, path, uri: place }) => names.has(path.at(-1) ?? '') && (kind !== 'fileVariable' || place === uri)),
  );
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
