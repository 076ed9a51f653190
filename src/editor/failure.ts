import * as vscode from 'vscode';
import { AuthError } from '../core/errors.ts';
import type { Profile } from '../core/profile.ts';
import { localEnvironment } from '../core/provider.ts';
import { commandIds, settingIds } from '../manifest.ts';
import type { Log } from './log.ts';
import { markedName } from './production/productionMark.ts';

interface Choice {
  readonly title: string;
  readonly command: string;
  /** The profile, where absent. */
  readonly argument?: string;
}

/** A failure that concerns a profile, on its way to the command wrapper. */
class ProfileFailure extends Error {
  readonly profile: Profile;
  readonly failure: AuthError;
  /** The command that tries again. */
  readonly retryCommand: string;

  constructor(profile: Profile, failure: AuthError, retryCommand: string) {
    super(failure.message);
    this.profile = profile;
    this.failure = failure;
    this.retryCommand = retryCommand;
  }
}

/** Runs a task of a profile; its AuthError goes on with the profile's name and the command that tries again. */
export async function onBehalfOf<T>(profile: Profile, retryCommand: string, task: () => PromiseLike<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw error instanceof AuthError ? new ProfileFailure(profile, error, retryCommand) : error;
  }
}

/** Runs a command: an AuthError becomes a sentence with what can be done, a cancellation nothing, anything else the log's. */
export async function runCommand(log: Log, command: string, handler: () => unknown): Promise<void> {
  try {
    await handler();
  } catch (error) {
    if (error instanceof vscode.CancellationError) return;
    const failure = error instanceof ProfileFailure ? error.failure : error;
    if (failure instanceof AuthError) {
      if (failure.code === 'cancelled') return;
      // Not awaited: the command is done, however long the message stays.
      void offerRemedy(failure, error instanceof ProfileFailure ? error : undefined, log);
      return;
    }
    // Only the kind of an unforeseen error: its message may quote anything.
    log.error(`${command} failed: ${failure instanceof Error ? `${failure.name}\n${frames(failure)}` : typeof failure}`);
    void vscode.window
      .showErrorMessage('Payment Auth ran into a problem of its own. Try again; the log has the details.', 'Show Log')
      .then((choice) => {
        if (choice !== undefined) log.show();
      });
  }
}

async function offerRemedy(failure: AuthError, context: ProfileFailure | undefined, log: Log): Promise<void> {
  const choices = remedies(failure, context);
  const message = context ? `${markedName(context.profile)}: ${failure.message}` : failure.message;
  const showLog: Choice = { title: 'Show Log', command: commandIds.showLog };
  const titles = [...choices, showLog].map(({ title }) => title);
  const chosen = await vscode.window.showErrorMessage(message, ...titles);
  const choice = choices.find(({ title }) => title === chosen);
  if (choice) await vscode.commands.executeCommand(choice.command, choice.argument ?? { profile: context?.profile });
  else if (chosen !== undefined) log.show();
}

function remedies(failure: AuthError, context: ProfileFailure | undefined): Choice[] {
  if (failure.remedy === 'openSettings') return [{ title: 'Open Settings', command: 'workbench.action.openSettingsJson' }];
  if (failure.remedy === 'allowProduction')
    return [{ title: 'Open Setting', command: 'workbench.action.openSettings', argument: `@id:${settingIds.allowProduction}` }];
  if (failure.remedy === 'manageTrust') return [{ title: 'Manage Workspace Trust', command: 'workbench.trust.manage' }];
  if (!context) return [];
  const retry: Choice = { title: 'Retry', command: context.retryCommand };
  if (failure.code === 'connectionRefused' && context.profile.environment === localEnvironment)
    return [{ title: 'Start Sandbox', command: commandIds.startSandbox }, retry];
  switch (failure.remedy) {
    case 'editCredentials':
      return [{ title: 'Edit Credentials', command: commandIds.editCredentials }, retry];
    case 'editProfile':
      return [{ title: 'Edit Profile', command: commandIds.editProfile }];
    case 'retry':
      return [retry];
    case undefined:
      return [];
  }
}

function frames(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
