import type { AuthError } from './errors.ts';

/** One request of a token call, as far as it may be told: no body, no secret, no text of the server. */
export interface CallAttempt {
  /** Epoch milliseconds at which it was sent. */
  readonly at: number;
  /** Milliseconds until it was answered or had failed. */
  readonly duration: number;
  /** Counted from 1 within one call; further ones follow failures that pass. */
  readonly attempt: number;
  /** HTTP status; absent where no answer came. */
  readonly status?: number;
  /** Identifier that the provider’s support asks for, where an answer carries one that looks like one. */
  readonly correlationId?: string;
  /** Absent for a success. */
  readonly error?: AuthError;
}
