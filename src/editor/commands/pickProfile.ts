import * as vscode from 'vscode';
import { AuthError } from '../../core/errors.ts';
import type { Profile } from '../../core/profile.ts';
import type { Provider } from '../../core/provider.ts';
import { markedDetail } from '../production/productionMark.ts';
import { describeState } from '../tokenState.ts';
import { profileOfNode } from '../profileTree.ts';
import type { Services } from '../services.ts';
import { systemClock } from '../systemClock.ts';

/** The profile a command is for: that of the tree row it was called on, the only one, or a pick with the active one first. */
export async function pickProfile(services: Services, argument: unknown, placeHolder: string, provider?: Provider): Promise<Profile> {
  const called = profileOfNode(argument);
  if (called) {
    const profile = services.store.find(called.id);
    if (!profile) throw new AuthError('profileDeleted', 'This profile was deleted.');
    return profile;
  }
  const active = services.active.profile;
  const profiles = services.store.profiles
    .filter((profile) => provider === undefined || profile.provider === provider)
    .sort((a, b) => Number(b === active) - Number(a === active));
  const [only, ...others] = profiles;
  if (only && others.length === 0) return only;
  const now = systemClock.now();
  const picked = await vscode.window.showQuickPick(
    profiles.map((profile) => ({
      label: profile.name,
      description: markedDetail(profile.environment, describeState(services.tokens.status(profile.id), now)),
      detail: `${profile.provider.label} · ${profile.environment.label} · ${new URL(profile.origin).host}`,
      profile,
    })),
    { placeHolder, matchOnDescription: true, matchOnDetail: true },
  );
  if (!picked) throw new vscode.CancellationError();
  return picked.profile;
}
