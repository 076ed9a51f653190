import { AuthError } from './errors.ts';
import { exchange, type ResponseMessage } from './exchange.ts';
import type { Clock } from './ports.ts';
import type { Provider } from './provider.ts';
import { proxyRefused } from './proxyRefused.ts';
import { authorizationScheme, type Token } from './token.ts';
import { jsonOrNothing, statusOfFailureInBody } from './tokenResponse.ts';

export interface VerificationCall {
  readonly provider: Provider;
  /** Of the resource that asks for a token. */
  readonly url: string;
  readonly token: Token;
  /** Milliseconds for the whole of it, body included. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** What an answer says of the token. `status` is HTTP's, or the body's own where that counts; absent where no answer came. */
export type Verdict =
  | { readonly verdict: 'accepted' | 'refused'; readonly status: number }
  | {
      readonly verdict: 'unclear';
      readonly status?: number;
      /** What came and what to do, as a sentence; no text of the server. */
      readonly reason: string;
    };

export type Verification = Verdict & {
  /** Milliseconds until it was answered or had failed. */
  readonly duration: number;
};

/**
 * Asks for a protected resource with a token, in one request.
 * @throws AuthError `cancelled`; every other failure is an unclear verdict
 */
export async function verifyToken({ provider, url, token, timeout, signal }: VerificationCall, clock: Clock): Promise<Verification> {
  const sent = clock.now();
  const verdict = await exchange(
    {
      url,
      method: 'GET',
      // The status is what counts: no media type is worth a 406.
      headers: { accept: 'application/json, */*;q=0.1', authorization: `${authorizationScheme(token)} ${token.accessToken}` },
    },
    { timeout, signal },
  ).then(
    (response) => judge(provider, new URL(url).host, response),
    (error: unknown): Verdict => {
      if (!(error instanceof AuthError) || error.code === 'cancelled') throw error;
      const { status, message } = error;
      return { verdict: 'unclear', ...(status === undefined ? {} : { status }), reason: message };
    },
  );
  return { ...verdict, duration: Math.max(0, clock.now() - sent) };
}

/** Only 401 refuses a token (RFC 6750 section 3.1): 403 is about what it may do, all else about something else. */
export function judge(provider: Provider, host: string, response: ResponseMessage): Verdict {
  const { status } = response;
  if (status < 200 || status > 299)
    return status === 401 ? { verdict: 'refused', status } : { verdict: 'unclear', status, reason: reasonOf(status, host) };
  if (!provider.response.success) return { verdict: 'accepted', status };
  const document = jsonOrNothing(response.body);
  if (document === undefined)
    return {
      verdict: 'unclear',
      status,
      reason: `${host} answered with something other than JSON (${String(status)}). Check the URL of the profile.`,
    };
  const failed = statusOfFailureInBody(provider, document);
  if (failed === undefined) return { verdict: 'accepted', status };
  return failed === 401 ? { verdict: 'refused', status: failed } : { verdict: 'unclear', status: failed, reason: reasonOf(failed, host) };
}

function reasonOf(status: number, host: string): string {
  const code = String(status);
  if (status === 407) return proxyRefused(status).message;
  if (status >= 300 && status < 400)
    return `${host} answered with a redirect (${code}), which is not followed with a token. Check the URL of the profile.`;
  if (status === 403) return `${host} answered 403: it seems to know the token, which may not do this. Send a request of your own instead.`;
  if (status === 404 || status === 405 || status === 410)
    return `${host} does not know the resource to verify a token with (${code}). Check the URL of the profile, or send a request of your own instead.`;
  if (status === 429) return `${host} answered that there were too many requests (429). Wait a minute, then try again.`;
  if (status >= 500) return `${host} has a problem of its own (${code}). Try again later.`;
  if (status >= 400) return `${host} answered ${code}, which says nothing of the token. Send a request of your own instead.`;
  return `${host} answered that it failed, under status ${code}. Send a request of your own instead.`;
}
