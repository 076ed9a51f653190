import * as vscode from 'vscode';
import { setAuthorizationHeader, type NoPlace } from '../../core/injection/authorizationHeader.ts';
import { authorizationReference } from '../../core/injection/reference.ts';
import type { Profile } from '../../core/profile.ts';
import { authorizationScheme } from '../../core/token.ts';
import type { Services } from '../services.ts';
import { pickProfile } from './pickProfile.ts';
import { usableTokenWithProgress } from './fetching.ts';

/** Puts `Authorization: Bearer {{$processEnv NAME}}` into the request at the cursor, as one step to undo. */
export async function insertIntoHttpFile(services: Services, argument: unknown): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !isHttpDocument(editor.document)) {
    void vscode.window.showInformationMessage('Open an .http or .rest file and put the cursor into a request, then insert the token.');
    return;
  }
  const chosen = await pickProfile(services, argument, 'Insert the token of which profile?');
  const { document } = editor;
  const scheme = authorizationScheme(services.tokens.status(chosen.id).token);
  const value = authorizationReference(scheme, chosen.variable);
  const edit = () => setAuthorizationHeader(document.getText(), editor.selection.active.line, value);
  // Looked at before anything is asked, and again afterwards: the text may have changed meanwhile.
  const profile = typeof edit() === 'string' ? chosen : await withMemory(services, chosen);
  if (!profile) return;
  const edits = edit();
  if (typeof edits === 'string') {
    void vscode.window.showInformationMessage(noPlace[edits]);
    return;
  }
  const applied = await editor.edit((builder) => {
    for (const { offset, length, content } of edits)
      builder.replace(new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)), content);
  });
  if (!applied) {
    void vscode.window.showWarningMessage('The file did not take the change; it may be read-only or have changed meanwhile.');
    return;
  }
  // The reference is empty without a token, and the clients send that without a word.
  await usableTokenWithProgress(services, profile);
}

const noPlace: Readonly<Record<NoPlace, string>> = {
  noRequest: 'There is no request at the cursor. Put the cursor into one, such as “GET https://…”, then insert the token.',
  curl: 'The request at the cursor is a curl command, which has no header lines. Write it as “GET https://…” first.',
};

function isHttpDocument(document: vscode.TextDocument): boolean {
  return document.languageId === 'http' || /\.(http|rest)$/i.test(document.fileName);
}

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
