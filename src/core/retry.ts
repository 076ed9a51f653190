import { AuthError, type AuthErrorCode } from './errors.ts';
import type { Clock } from './ports.ts';
import type { Token } from './token.ts';
import type { TokenCall } from './tokenClient.ts';

type TokenFetch = (call: TokenCall, clock: Clock) => Promise<Token>;

const attempts = 3;
/** Of a call, in milliseconds: later than this after its beginning no attempt starts, however long one may take. */
const period = 30_000;
const firstPause = 500;
/** With less than this left of a call, in milliseconds, an attempt would only be cut off. */
const shortestAttempt = 250;

/** The network, 408, 429 and 5xx. All else would be answered in the same way again, and a lock-out counts attempts. */
const passing: ReadonlySet<AuthErrorCode> = new Set<AuthErrorCode>([
  'connectionLost',
  'connectionRefused',
  'hostNotFound',
  'offline',
  'serverError',
  'timedOut',
  'tooManyRequests',
]);

/** Where a call stands after an attempt failed. Times are epoch milliseconds. */
export interface Progress {
  /** Attempts made. */
  readonly attempts: number;
  readonly now: number;
  /** No attempt starts at this time or later. */
  readonly until: number;
  /** From 0 up to 1. */
  readonly random: number;
}

/**
 * How many milliseconds to wait before another attempt within the same call, or `undefined` where none would help or
 * there is no time for it. Full jitter, so that what failed together does not come back together; `Retry-After` is
 * waited for in full. One beyond the call's time is left to the person and to automatic renewal.
 */
export function pauseBeforeNextAttempt(failure: AuthError, { attempts: made, now, until, random }: Progress): number | undefined {
  if (made >= attempts || !passing.has(failure.code)) return undefined;
  const asked = Math.max(0, (failure.retryAt ?? now) - now);
  const pause = asked + random * firstPause * 2 ** (made - 1);
  return now + pause < until ? pause : undefined;
}

/** The same fetch with further attempts after failures that pass; the call's timeout holds for all of them together. */
export function retrying(fetchToken: TokenFetch, random: () => number = Math.random): TokenFetch {
  return async (call, clock) => {
    const started = clock.now();
    const until = started + Math.min(call.timeout - shortestAttempt, period);
    for (let made = 1; ; made++) {
      // A clock that was turned back meanwhile gives no more time than there was.
      const left = Math.ceil(Math.min(call.timeout, call.timeout - (clock.now() - started)));
      try {
        return await fetchToken({ ...call, attempt: made, timeout: Math.max(1, left) }, clock);
      } catch (error) {
        const pause =
          error instanceof AuthError
            ? pauseBeforeNextAttempt(error, { attempts: made, now: clock.now(), until, random: random() })
            : undefined;
        if (pause === undefined) throw error;
        call.onRetry?.(error as AuthError, pause);
        await wait(pause, clock, call.signal);
      }
    }
  };
}

function wait(milliseconds: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.schedule(milliseconds, () => {
      signal.removeEventListener('abort', cancel);
      resolve();
    });
    function cancel(): void {
      timer.dispose();
      reject(new AuthError('cancelled', 'Cancelled.'));
    }
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  });
}
