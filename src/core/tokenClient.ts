import type { CallAttempt } from './callAttempt.ts';
import { correlationIdOf } from './correlationId.ts';
import type { CredentialValues } from './credentials.ts';
import { AuthError } from './errors.ts';
import { exchange, type ResponseMessage } from './exchange.ts';
import type { Clock } from './ports.ts';
import type { Provider } from './provider.ts';
import type { Token } from './token.ts';
import { buildTokenRequest } from './tokenRequest.ts';
import { parseTokenResponse } from './tokenResponse.ts';

export interface TokenCall {
  readonly provider: Provider;
  readonly tokenUrl: string;
  readonly credentials: CredentialValues;
  /** Milliseconds for the whole of it, body included. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Counted from 1; absent for the first. */
  readonly attempt?: number;
  /** Hears of every request that was sent, once it has come to its end. */
  readonly onAttempt?: (attempt: CallAttempt) => void;
  /** Hears of an attempt that failed and is followed by another after so many milliseconds. */
  readonly onRetry?: (failure: AuthError, pause: number) => void;
}

/**
 * Fetches one token in one attempt: one request, to one origin.
 * @throws AuthError for every failure
 */
export async function fetchToken(call: TokenCall, clock: Clock): Promise<Token> {
  const { provider, tokenUrl, credentials, timeout, signal, attempt = 1, onAttempt } = call;
  const request = buildTokenRequest(provider, tokenUrl, credentials);
  const sent: { at?: number } = {};
  const onSend = () => {
    sent.at = clock.now();
  };
  const tell = (response?: ResponseMessage, error?: AuthError) => {
    // What was never sent is no attempt.
    if (sent.at === undefined) return;
    const status = response?.status ?? error?.status;
    const correlationId = response && correlationIdOf(provider, response, credentials);
    onAttempt?.({
      at: sent.at,
      duration: Math.max(0, clock.now() - sent.at),
      attempt,
      ...(status === undefined ? {} : { status }),
      ...(correlationId === undefined ? {} : { correlationId }),
      ...(error && { error }),
    });
  };
  let response: ResponseMessage | undefined;
  try {
    response = await exchange(request, { timeout, signal, onSend });
    const token = parseTokenResponse(provider, response, clock.now());
    tell(response);
    return token;
  } catch (error) {
    if (error instanceof AuthError) tell(response, error);
    throw error;
  }
}
