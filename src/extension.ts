import * as vscode from 'vscode';

type Start = typeof import('./start.ts');
type Run = ReturnType<Start['start']>;

/**
 * Registers the contributed commands and returns; all else is loaded right after, when VS Code no longer waits for
 * it, or by the first command.
 */
export function activate(context: vscode.ExtensionContext): void {
  let started: Promise<Run> | undefined;
  const start = () => (started ??= import('./start.ts').then((parts) => parts.start(context)));
  const { contributes } = context.extension.packageJSON as { contributes: { commands: { command: string }[] } };
  for (const { command } of contributes.commands)
    context.subscriptions.push(vscode.commands.registerCommand(command, async (argument: unknown) => (await start())(command, argument)));
  setImmediate(() => void start());
}
