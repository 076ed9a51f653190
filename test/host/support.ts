import * as vscode from 'vscode';
import { accounts, startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import type { ProfileEntry } from '../../src/core/profile.ts';
import { settingIds } from '../../src/manifest.ts';

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

export { accounts, startSandbox, type Sandbox };
