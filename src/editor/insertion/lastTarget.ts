import type * as vscode from 'vscode';
import type { InsertTarget } from './choices.ts';

const key = 'insertTargets';

/** The target chosen last for a profile in this workspace. */
export function lastTarget(state: vscode.Memento, profileId: string): string | undefined {
  return state.get<Record<string, string>>(key, {})[profileId];
}

export async function rememberTarget(state: vscode.Memento, profileId: string, target: InsertTarget): Promise<void> {
  await state.update(key, { ...state.get<Record<string, string>>(key, {}), [profileId]: target });
}
