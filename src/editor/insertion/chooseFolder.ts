import * as vscode from 'vscode';

/** The folder of the active file, the only one, or one that is asked for. @throws vscode.CancellationError */
export async function chooseFolder(active: vscode.Uri | undefined): Promise<vscode.WorkspaceFolder> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const own = active && vscode.workspace.getWorkspaceFolder(active);
  const chosen =
    own ?? (folders.length > 1 ? await vscode.window.showWorkspaceFolderPick({ placeHolder: 'In which folder?' }) : folders[0]);
  if (!chosen) throw new vscode.CancellationError();
  return chosen;
}
