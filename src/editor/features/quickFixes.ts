import * as vscode from 'vscode';
import type { Fix } from '../../core/diagnosis/finding.ts';
import { commandIds } from '../../manifest.ts';
import { workspaceEdit } from '../bindings/boundText.ts';
import { diagnosticOf, rangeOf, type Diagnostics } from './diagnostics.ts';

/** What the findings at the cursor offer; the first of each is the one that “Auto Fix” takes. */
export class QuickFixes implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
  readonly #diagnostics: Diagnostics;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    return this.#diagnostics
      .of(document)
      .filter(({ span }) => span.line >= range.start.line && span.line <= range.end.line && rangeOf(span).intersection(range) !== undefined)
      .flatMap((finding) => {
        const diagnostics = [diagnosticOf(finding)];
        return finding.fixes().map((fix, index) => {
          const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
          action.diagnostics = diagnostics;
          // What widens where a token may go is not for “Auto Fix”.
          action.isPreferred = index === 0 && finding.rule !== 'wrongHost';
          if (fix.action.kind === 'edit') action.edit = workspaceEdit(document, fix.action.edits);
          else action.command = commandOf(document, fix);
          return action;
        });
      });
  }
}

function commandOf(document: vscode.TextDocument, { title, action }: Fix): vscode.Command {
  const command = (id: string, argument: object): vscode.Command => ({ title, command: id, arguments: [argument] });
  switch (action.kind) {
    case 'edit':
      throw new TypeError('An edit is no command');
    case 'fetch':
      return command(commandIds.fetchToken, { profile: action.profile });
    case 'editCredentials':
      return command(commandIds.editCredentials, { profile: action.profile });
    case 'keepInMemory':
      return command(commandIds.keepInMemory, { profile: action.profile });
    case 'createProfile':
      return command(commandIds.addProfile, { provider: action.provider && { id: action.provider.id }, variable: action.variable });
    case 'addApiHost':
      return command(commandIds.addApiHost, { profile: action.profile, host: action.host });
    case 'moveSecret':
      return command(commandIds.moveSecret, { uri: document.uri, ...action.span });
  }
}
