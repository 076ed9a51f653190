import type { ProfileStatus } from '../core/tokenService.ts';
import { freshness, renewalMargin, type Freshness } from '../core/token.ts';
import { shortDuration, spokenDuration, untilTextChanges } from './duration.ts';

/** The one state that the tree, the status bar and every other view tell of a profile. */
export type TokenState = Freshness | 'fetching' | 'noToken' | 'credentialsNeeded' | 'failed';

export function tokenState(status: ProfileStatus, now: number): TokenState {
  if (status.fetching) return 'fetching';
  const error = status.lastAttempt?.error;
  const fresh = status.token && freshness(status.token, now);
  // A renewal that failed or cannot be matters once the token it should follow comes to its end.
  if (fresh === 'valid') return fresh;
  const { credentials = 'present' } = status;
  const beyondEntering = credentials === 'newer' || credentials === 'unavailable';
  if (credentials !== 'present' && !beyondEntering) return 'credentialsNeeded';
  if (error?.remedy === 'editCredentials') return 'credentialsNeeded';
  if ((error ?? beyondEntering) && (fresh === undefined || fresh === 'expired')) return 'failed';
  return fresh ?? 'noToken';
}

/** State in the words of the tree: "valid, 23 h 41 min left". */
export function describeState(status: ProfileStatus, now: number): string {
  return describe(status, now, shortDuration);
}

/** The same for a screen reader, with units spelled out. */
export function speakState(status: ProfileStatus, now: number): string {
  return `token ${describe(status, now, spokenDuration)}`;
}

function describe(status: ProfileStatus, now: number, duration: (milliseconds: number) => string): string {
  const expiresAt = status.token?.expiresAt ?? now;
  const place = status.unsaved ? ', in memory only' : '';
  const { credentials = 'present' } = status;
  switch (tokenState(status, now)) {
    case 'fetching':
      return 'fetching…';
    case 'credentialsNeeded':
      return credentialsInWords[credentials] ?? 'credentials refused';
    case 'failed':
      return credentialsInWords[credentials] ?? `last attempt failed: ${status.lastAttempt?.error?.message ?? ''}`;
    case 'expired':
      return now - expiresAt < 60_000 ? 'expired just now' : `expired ${duration(now - expiresAt)} ago`;
    case 'unknownExpiry':
      return `unknown expiry${place}`;
    case 'noToken':
      return 'not fetched yet';
    case 'valid':
    case 'expiring':
      return `valid, ${duration(expiresAt - now)} left${place}`;
  }
}

const credentialsInWords: Partial<Record<NonNullable<ProfileStatus['credentials']>, string>> = {
  missing: 'credentials missing',
  lost: 'credentials lost: enter them again',
  moved: 'credentials were entered for another server',
  unreadable: 'credentials cannot be read',
  newer: 'credentials came from a newer version',
  unavailable: 'the secret storage does not answer',
};

/** Milliseconds until the words or the icon for a status change by the clock alone; `undefined` where they do not. */
export function untilStateChanges(status: ProfileStatus, now: number): number | undefined {
  const { token, fetching } = status;
  if (token?.expiresAt === undefined || fetching) return undefined;
  if (token.expiresAt <= now) return untilTextChanges(now - token.expiresAt, 'growing');
  const untilExpiring = token.expiresAt - renewalMargin(token) - now;
  const untilText = untilTextChanges(token.expiresAt - now, 'shrinking');
  return untilExpiring > 0 ? Math.min(untilExpiring, untilText) : untilText;
}

/** The same for several, whichever changes first. */
export function untilAnyStateChanges(statuses: readonly ProfileStatus[], now: number): number | undefined {
  const waits = statuses.map((status) => untilStateChanges(status, now)).filter((wait) => wait !== undefined);
  return waits.length > 0 ? Math.min(...waits) : undefined;
}
