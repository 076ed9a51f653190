import type { Profile } from '../../core/profile.ts';
import type { ProfileStatus } from '../../core/tokenService.ts';
import { commandIds } from '../../manifest.ts';
import { markedName } from '../production/productionMark.ts';
import { stateCommand, stateIcons } from '../statusBarText.ts';
import { describeState, tokenState, type TokenState } from '../tokenState.ts';

/** What a click does where the state alone does not say it. */
const nextStep: Partial<Record<TokenState, string>> = {
  expired: 'fetch',
  noToken: 'fetch',
  failed: 'try again',
  credentialsNeeded: 'edit',
};

/** A blank right behind an icon is lost in a lens. */
export const gap = '\u00a0';

/** Title and click of the code lens of a profile: "Papaya staging · valid, 42 min left". */
export function describeLens(
  profile: Pick<Profile, 'name' | 'environment'>,
  status: ProfileStatus,
  now: number,
): { readonly title: string; readonly command: string } {
  const state = tokenState(status, now);
  const step = nextStep[state];
  const words = state === 'expired' ? 'expired' : state === 'failed' ? 'last attempt failed' : describeState(status, now);
  const command = stateCommand(state);
  return {
    // In a lens `$(…)` is an icon, wherever it stands.
    title: `$(${stateIcons[state]})${gap}${markedName(profile).replaceAll('$(', '$ (')} · ${words}${step === undefined ? '' : `: ${step}`}`,
    // The active profile is the status bar’s; a lens is for its own.
    command: command === commandIds.refreshActiveToken ? commandIds.refreshToken : command,
  };
}
