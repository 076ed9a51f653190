import type { Clock, Disposable } from './ports.ts';
import { renewalTime, type Token } from './token.ts';

/** Of a timer: a day keeps far under the 2^31 ms beyond which Node's fire at once. */
const longestWait = 86_400_000;

/** What a renewal is planned by. */
export interface Renewable {
  readonly token?: Token;
  /** Not before this time by itself. */
  readonly renewNotBefore: number;
}

/** One timer for the next renewal or expiry of any profile. */
export class RenewalPlan implements Disposable {
  readonly #clock: Clock;
  readonly #due: () => void;
  #timer: Disposable | undefined;

  constructor(clock: Clock, due: () => void) {
    this.#clock = clock;
    this.#due = due;
  }

  /** @param times in epoch milliseconds; Infinity for what never comes */
  set(times: Iterable<number>): void {
    this.dispose();
    let next = Infinity;
    for (const time of times) next = Math.min(next, time);
    if (next === Infinity) return;
    const wait = Math.min(Math.max(next - this.#clock.now(), 0), longestWait);
    this.#timer = this.#clock.schedule(wait, this.#due);
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }
}

/** When a token is renewed by itself; Infinity for never. */
export function plannedRenewal({ token, renewNotBefore }: Renewable): number {
  return Math.max((token && renewalTime(token)) ?? Infinity, renewNotBefore);
}

/** When a token that is still good comes to its end; Infinity for never. */
export function comingExpiry({ token }: Renewable, now: number): number {
  const expiresAt = token?.expiresAt ?? Infinity;
  return expiresAt > now ? expiresAt : Infinity;
}
