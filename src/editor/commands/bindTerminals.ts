import * as vscode from 'vscode';
import type { Profile } from '../../core/profile.ts';
import { chooseFolder } from '../insertion/chooseFolder.ts';
import type { Services } from '../services.ts';

/** The folder whose terminals get a token, where the window has one. @throws vscode.CancellationError */
export async function chooseTerminals(): Promise<vscode.WorkspaceFolder | undefined> {
  return vscode.workspace.workspaceFolders && chooseFolder(vscode.window.activeTextEditor?.document.uri);
}

/** Gives a profile's token to new terminals. */
export async function bindTerminals({ bindings }: Services, profile: Profile, folder: vscode.WorkspaceFolder | undefined): Promise<void> {
  await bindings.add({ kind: 'terminal', uri: folder?.uri.toString() ?? '', path: [profile.variable], profileId: profile.id }, '');
}
