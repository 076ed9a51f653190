import type * as vscode from 'vscode';
import type { Availability, KnownProfile } from '../../core/diagnosis/finding.ts';
import type { Profile } from '../../core/profile.ts';
import { isUsable } from '../../core/token.ts';
import type { ProfileStatus } from '../../core/tokenService.ts';
import type { Services } from '../services.ts';
import { systemClock } from '../systemClock.ts';
import { tokenState } from '../tokenState.ts';

/** The profiles as they matter to a document: whether their tokens are there, and under which names. */
export function knownProfiles({ store, tokens, bindings }: Services, { uri }: vscode.TextDocument): KnownProfile[] {
  const now = systemClock.now();
  const here = uri.toString();
  return store.profiles.map((profile) => {
    const status = tokens.status(profile.id);
    const files = bindings.of(profile.id).filter(({ kind }) => kind !== 'terminal');
    const names = (own: boolean) =>
      new Set(
        files
          .filter(({ kind, uri: place }) => (kind === 'fileVariable' ? own && place === here : !own))
          .map(({ path }) => path.at(-1) ?? ''),
      );
    return {
      profile,
      availability: availability(profile, status, now),
      boundNames: names(false),
      ownNames: names(true),
      ...(status.token && { accessToken: status.token.accessToken }),
    };
  });
}

function availability({ inject }: Profile, status: ProfileStatus, now: number): Availability {
  if (!inject.includes('processEnvironment')) return 'notInMemory';
  const { token, fetching, credentials } = status;
  if (token && isUsable(token, now)) return 'ready';
  if (fetching || (!token && credentials === undefined)) return 'unknown';
  if (tokenState(status, now) === 'credentialsNeeded') return 'credentialsNeeded';
  return token ? 'expired' : 'missing';
}
