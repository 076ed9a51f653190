import * as vscode from 'vscode';
import { accounts, startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import type { ProfileEntry } from '../../src/core/profile.ts';
import { commandIds, settingIds } from '../../src/manifest.ts';

export const extensionId = 'paymentauth.payment-auth';

/** Waits for a condition of another party; fails with what was waited for. */
export async function until<T>(what: string, probe: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + 8000;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`Not within 8 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export async function setProfiles(entries: readonly unknown[]): Promise<void> {
  await vscode.workspace
    .getConfiguration()
    .update(settingIds.profiles, entries.length > 0 ? entries : undefined, vscode.ConfigurationTarget.Global);
}

export function profilesSetting(): readonly ProfileEntry[] {
  return vscode.workspace.getConfiguration().inspect<ProfileEntry[]>(settingIds.profiles)?.globalValue ?? [];
}

/** The sandbox with its profiles and tokens, as the command brings them, on a port of its own. No editor is open. */
export async function openSandbox(): Promise<Sandbox> {
  const sandbox = await startSandbox();
  await vscode.workspace
    .getConfiguration()
    .update(settingIds.sandboxPort, Number(new URL(sandbox.origin).port), vscode.ConfigurationTarget.Global);
  await vscode.commands.executeCommand(commandIds.startSandbox);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  return sandbox;
}

export async function closeSandbox(sandbox: Sandbox): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand(commandIds.stopSandbox);
  await setProfiles([]);
  await vscode.workspace.getConfiguration().update(settingIds.sandboxPort, undefined, vscode.ConfigurationTarget.Global);
  await sandbox.stop();
}

export { accounts, startSandbox, type Sandbox };
