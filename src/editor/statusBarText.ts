import type { Profile } from '../core/profile.ts';
import type { ProfileStatus } from '../core/tokenService.ts';
import { commandIds } from '../manifest.ts';
import { compactDuration } from './duration.ts';
import { markedName } from './production/productionMark.ts';
import { tokenState, type TokenState } from './tokenState.ts';

export interface StatusBarText {
  readonly text: string;
  readonly background: 'warning' | 'error' | undefined;
  readonly command: string;
}

export const stateIcons: Readonly<Record<TokenState, string>> = {
  valid: 'key',
  unknownExpiry: 'key',
  noToken: 'key',
  expiring: 'clock',
  expired: 'warning',
  failed: 'warning',
  fetching: 'loading~spin',
  credentialsNeeded: 'error',
};

const backgrounds: Partial<Record<TokenState, 'warning' | 'error'>> = {
  expiring: 'warning',
  expired: 'warning',
  failed: 'warning',
  credentialsNeeded: 'error',
};

/** Text, background and click of the status bar item. Production is on the error background in every state. */
export function describeStatusBar(profile: Pick<Profile, 'name' | 'environment'>, status: ProfileStatus, now: number): StatusBarText {
  const state = tokenState(status, now);
  const { production } = profile.environment;
  const left = state === 'valid' || state === 'expiring' ? ` ${compactDuration((status.token?.expiresAt ?? now) - now)}` : '';
  const suffix = state === 'expired' ? ' expired' : state === 'failed' ? ' failed' : left;
  return {
    // In a status bar text `$(…)` is an icon, wherever it stands.
    text: `$(${stateIcons[state]}) ${markedName(profile).replaceAll('$(', '$ (')}${suffix}`,
    background: production ? 'error' : backgrounds[state],
    command: stateCommand(state),
  };
}

/** The command that a state calls for. */
export function stateCommand(state: TokenState): string {
  if (state === 'fetching') return commandIds.cancelFetch;
  return state === 'credentialsNeeded' ? commandIds.editCredentials : commandIds.refreshActiveToken;
}
