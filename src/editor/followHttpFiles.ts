import * as vscode from 'vscode';
import type { Services } from './services.ts';

/** Loads what the editor shows in files with requests as soon as there is such a file, and not before. */
export function followHttpFiles(services: Services): vscode.Disposable {
  let features: vscode.Disposable | undefined;
  let disposed = false;
  const load = async () => {
    for (const subscription of subscriptions) subscription.dispose();
    const { registerFeatures } = await import('./features/features.ts');
    if (!disposed) features = registerFeatures(services);
  };
  const look = (document: vscode.TextDocument) => {
    if (mayHoldRequests(document)) void load();
  };
  const subscriptions = [
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidSaveTextDocument(look),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      // A note that is never saved.
      if (document.isUntitled && document.languageId === 'markdown') look(document);
    }),
  ];
  const open = vscode.workspace.textDocuments.find(mayHoldRequests);
  if (open) look(open);
  return new vscode.Disposable(() => {
    disposed = true;
    for (const subscription of subscriptions) subscription.dispose();
    features?.dispose();
  });
}

function mayHoldRequests(document: vscode.TextDocument): boolean {
  return (
    document.languageId === 'http' ||
    /\.(http|rest)$/i.test(document.fileName) ||
    (document.languageId === 'markdown' && /^```(http|rest)\r?$/m.test(document.getText()))
  );
}
