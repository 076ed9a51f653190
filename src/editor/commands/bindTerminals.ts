import * as vscode from 'vscode';
import type { Profile } from '../../core/profile.ts';
import { chooseFolder } from '../insertion/chooseFolder.ts';
import type { Services } from '../services.ts';

/** Gives a profile's token to new terminals of a folder. @returns the folder, where the window has one */
export async function bindTerminals({ bindings }: Services, profile: Profile): Promise<vscode.WorkspaceFolder | undefined> {
  const folder = vscode.workspace.workspaceFolders && (await chooseFolder(vscode.window.activeTextEditor?.document.uri));
  await bindings.add({ kind: 'terminal', uri: folder?.uri.toString() ?? '', path: [profile.variable], profileId: profile.id }, '');
  return folder;
}
