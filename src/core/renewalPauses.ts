import type { AuthError } from './errors.ts';
import type { Token } from './token.ts';

const pause = 30_000;
/** However short tokens live, they are not asked for more often than this. */
const shortestPause = 10_000;
const longestPause = 15 * 60_000;

/** How long automatic renewal rests; all in epoch milliseconds before which it makes no further attempt. */

export function notBeforeAfterSuccess(token: Token, repeated: boolean, now: number): number {
  const left = Math.max(0, (token.expiresAt ?? Infinity) - now);
  // From a provider that gives out one token until it expires, asking again ahead of that would never end.
  return now + Math.max(shortestPause, repeated ? left : Math.min(pause, left / 2));
}

/** A renewal that was cancelled is still due, and would begin again at once. */
export function notBeforeAfterCancel(now: number): number {
  return now + pause;
}

/** Longer each time; never by itself where only a person can mend it. */
export function notBeforeAfterFailure(error: AuthError, failures: number, now: number): number {
  if (error.remedy === 'editCredentials' || error.remedy === 'editProfile') return Infinity;
  return Math.max(now + Math.min(longestPause, pause * 2 ** (failures - 1)), error.retryAt ?? 0);
}
