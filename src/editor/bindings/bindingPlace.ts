import * as vscode from 'vscode';
import type { Binding } from '../../core/binding.ts';

/** Where VS Code keeps them, on this machine or in the browser; in a profile of VS Code one folder deeper. */
export function isUserSettings(uri: vscode.Uri): boolean {
  return /\/User\/(profiles\/[^/]+\/)?settings\.json$/.test(uri.path) && !vscode.workspace.getWorkspaceFolder(uri);
}

/** A binding's place in words. @param line counted from 0 */
export function bindingPlace({ kind, uri, path }: Binding, line?: number): { label: string; name: string } {
  const name = path.at(-1) ?? '';
  if (kind === 'terminal') {
    const folder = vscode.workspace.workspaceFolders?.find((each) => each.uri.toString() === uri);
    const several = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
    return { label: several && folder ? `Terminals of ${folder.name}` : 'New terminals', name };
  }
  const file = vscode.Uri.parse(uri);
  const relative = isUserSettings(file) ? 'User settings' : vscode.workspace.asRelativePath(file);
  const environment = path.at(-2);
  return {
    label: line === undefined ? relative : `${relative}:${String(line + 1)}`,
    name: kind === 'fileVariable' ? `@${name}` : environment === undefined ? name : `${environment} › ${name}`,
  };
}
