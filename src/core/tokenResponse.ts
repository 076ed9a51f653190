import { jwtDecode } from 'jwt-decode';
import { AuthError } from './errors.ts';
import type { ResponseMessage } from './exchange.ts';
import { parseExpiry, type Expiry } from './expiry.ts';
import { deepestJson, jsonFlaw } from './jsonFlaw.ts';
import { valueAt } from './jsonPointer.ts';
import type { CredentialField, Provider } from './provider.ts';
import { proxyRefused } from './proxyRefused.ts';
import type { Token } from './token.ts';

const maximumTokenLength = 16 * 1024;
const noticeable = 60_000;

/**
 * Reads a token out of an answer, or says why there is none.
 * @param now epoch milliseconds at which the answer arrived
 * @throws AuthError
 */
export function parseTokenResponse(provider: Provider, response: ResponseMessage, now: number): Token {
  const { status } = response;
  if (status >= 300 && status < 400)
    throw new AuthError(
      'redirected',
      `The token URL answered with a redirect (${String(status)}), which is not followed with credentials. Check the URL.`,
      { status },
    );

  if (status < 200 || status > 299) throw failure(provider, response, now, status, jsonOrNothing(response.body));
  const document = parseJson(response);
  const format = provider.response;
  const failed = statusOfFailureInBody(provider, document);
  if (failed !== undefined) throw failure(provider, response, now, failed, document);

  const accessToken = checkedToken(valueAt(document, format.token), provider);
  const tokenType = checkedTokenType(valueAt(document, format.tokenType ?? '/token_type'));
  const scope = shortText(valueAt(document, format.scope ?? '/scope'));
  const skew = clockSkew(response.headers.date, now);
  const own = ownExpiry(accessToken);
  const stated = format.expiry && parseExpiry(valueAt(document, format.expiry.at), format.expiry);
  const statedAt = stated && localTime(stated, now, skew);
  const ownAt = own === undefined ? undefined : own - skew;
  const known = [statedAt, ownAt].filter((time) => time !== undefined);
  const disagreement = statedAt !== undefined && ownAt !== undefined ? statedAt - ownAt : 0;

  return {
    accessToken,
    ...(tokenType === undefined ? {} : { tokenType }),
    ...(scope === undefined ? {} : { scope }),
    obtainedAt: now,
    ...(known.length > 0 ? { expiresAt: Math.min(...known) } : {}),
    ...(statedAt === undefined ? {} : { statedExpiresAt: statedAt }),
    ...(skew === 0 ? {} : { clockSkew: skew }),
    ...(Math.abs(disagreement) < noticeable ? {} : { expiryDisagreement: disagreement }),
  };
}

/** A token that did not come with an answer, as far as it tells of itself; `undefined` for what no header can carry. */
export function tokenFromText(accessToken: string, now: number): Token | undefined {
  if (!isSendable(accessToken)) return undefined;
  const expiresAt = ownExpiry(accessToken);
  return { accessToken, obtainedAt: now, ...(expiresAt !== undefined && { expiresAt }) };
}

function parseJson({ body, status }: ResponseMessage): unknown {
  if (body.length === 0)
    throw new AuthError('emptyResponse', `The token URL answered with nothing (${String(status)}). Check the URL, then try again.`, {
      status,
    });
  const text = decode(body);
  const document = text === undefined ? undefined : parsed(text);
  if (text === undefined || document === undefined)
    throw new AuthError('notJson', `The token URL answered with something other than JSON (${String(status)}). Check the URL.`, { status });
  switch (jsonFlaw(text)) {
    case 'repeatedName':
      throw new AuthError(
        'ambiguousJson',
        'The token URL answered with JSON that names one thing twice, and so can be read in two ways. It was not used; tell the provider.',
        { status },
      );
    case 'tooDeep':
      throw new AuthError(
        'responseTooLarge',
        `The token URL answered with JSON that is nested more than ${String(deepestJson)} levels deep. Check the URL.`,
        { status },
      );
    case undefined:
      return document;
  }
}

/** A body as JSON; `undefined` for one that is none, or that can be read in two ways. */
export function jsonOrNothing(body: Uint8Array): unknown {
  const text = decode(body) ?? '';
  const document = parsed(text);
  return document === undefined || jsonFlaw(text) ? undefined : document;
}

/** `undefined`, which JSON cannot say, for what is none. The parser's own message quotes the text and goes no further. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function decode(body: Uint8Array): string | undefined {
  try {
    // Strips a byte order mark, refuses what is not UTF-8 (RFC 8259 section 8.1).
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function checkedToken(value: unknown, provider: Provider): string {
  if (typeof value !== 'string' || value === '')
    throw new AuthError(
      'noToken',
      `The answer holds no token at ${provider.response.token}. Check that the URL is ${provider.label}’s token endpoint.`,
    );
  if (!isSendable(value))
    throw new AuthError('badToken', 'The answer holds a token that no Authorization header can carry. It was not used; tell the provider.');
  return value;
}

/** b68token (RFC 6750 section 2.1) and what other providers add to it, but nothing that could end a header or a line. */
function isSendable(accessToken: string): boolean {
  return accessToken.length <= maximumTokenLength && /^[\x21-\x7e]+$/.test(accessToken);
}

/** It becomes the scheme of headers, of shell commands and of `.http` lines, and is told to the person: a plain word only. */
function checkedTokenType(value: unknown): string | undefined {
  const type = typeof value === 'string' ? value.trim() : '';
  if (type === '') return undefined;
  if (!/^[A-Za-z][\w.-]{0,63}$/.test(type))
    throw new AuthError(
      'badToken',
      'The answer states a token type that no Authorization header can carry. It was not used; tell the provider.',
    );
  return type;
}

function shortText(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 256 && /^[\x20-\x7e]+$/.test(value) ? value : undefined;
}

/** `exp` of a token that is a JWT, in milliseconds. Nothing is verified: it is not ours to verify. */
function ownExpiry(accessToken: string): number | undefined {
  try {
    const { exp } = jwtDecode(accessToken);
    const expiry = typeof exp === 'number' ? parseExpiry(exp, { as: 'epochSeconds' }) : undefined;
    return expiry && 'at' in expiry ? expiry.at : undefined;
  } catch {
    return undefined;
  }
}

const fixedDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const implausible = 86_400_000;
/** Ten years: later than that no clock can show it. */
const longestRetryAfter = 10 * 365 * 86_400_000;

/** The server's clock less ours; 0 under a minute, which `Date` and the way of the answer explain. */
function clockSkew(date: string | undefined, now: number): number {
  // The one form that is sent (RFC 9110 section 5.6.7); a clock that is days off tells nothing of a token's life.
  const server = date !== undefined && fixedDate.test(date) ? Date.parse(date) : Number.NaN;
  const skew = server - now;
  return Math.abs(skew) >= noticeable && Math.abs(skew) <= implausible ? skew : 0;
}

function localTime(expiry: Expiry, now: number, skew: number): number {
  return 'lifetime' in expiry ? now + expiry.lifetime : expiry.at - skew;
}

/** The status of the failure that a body tells of under a 2xx: its own, or 200 where it states none; `undefined` for a success. */
export function statusOfFailureInBody({ response: { success, status: at } }: Provider, document: unknown): number | undefined {
  if (!success || valueAt(document, success.at) === success.equals) return undefined;
  const status = at === undefined ? undefined : valueAt(document, at);
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599 ? status : 200;
}

/** Error codes of RFC 6749 section 5.2 that are about the client and its secret. */
const refusingCodes = new Set(['invalid_client', 'invalid_grant', 'unauthorized_client', 'access_denied']);

function failure(provider: Provider, response: ResponseMessage, now: number, status: number, document: unknown): AuthError {
  const reason = provider.response.errorMessage === undefined ? undefined : valueAt(document, provider.response.errorMessage);
  const declared = provider.response.failures?.find((entry) => entry.status === status)?.means;
  const means =
    declared ??
    (status === 401 || status === 403 || (typeof reason === 'string' && refusingCodes.has(reason)) ? 'credentialsRefused' : undefined);
  const code = String(status);

  if (means === 'credentialsRefused')
    return new AuthError(
      'credentialsRefused',
      `The provider refused these credentials (${code}). Check ${requiredFields(provider.credentials)}.`,
      { status },
    );
  if (status === 407) return proxyRefused(status);
  if (status === 404 || status === 405 || status === 410)
    return new AuthError('notFound', `There is no token endpoint at this URL (${code}). Check the URL of the profile.`, { status });
  if (status === 408) return new AuthError('timedOut', 'The provider gave up waiting for the request (408). Try again.', { status });
  const retryAt = parseRetryAfter(response.headers['retry-after'], now, clockSkew(response.headers.date, now));
  const when = retryAt === undefined ? undefined : `Try again after ${clockTime(retryAt, now)}.`;
  if (status === 429)
    return new AuthError(
      'tooManyRequests',
      `The provider answered that there were too many requests (429). ${when ?? 'Wait a minute, then try again.'}`,
      { status, retryAt },
    );
  if (status >= 500)
    return new AuthError('serverError', `The provider has a problem of its own (${code}). ${when ?? 'Try again later.'}`, {
      status,
      retryAt,
    });
  if (status >= 400)
    return new AuthError('requestRefused', `The provider refused the request (${code}). Check ${requiredFields(provider.credentials)}.`, {
      status,
    });
  return new AuthError(
    'failureInBody',
    `The provider answered that it failed, under status ${String(response.status)}. Try again; if it stays so, check the credentials.`,
    { status: response.status },
  );
}

function requiredFields(fields: readonly CredentialField[]): string {
  const labels = fields.filter((field) => field.required).map((field) => `the ${field.label}`);
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(labels);
}

/**
 * `Retry-After` as seconds or as a date (RFC 9110 section 10.2.3), in epoch milliseconds; nothing for anything else.
 * @param skew the server's clock less ours, which its dates are of
 */
export function parseRetryAfter(value: string | undefined, now: number, skew = 0): number | undefined {
  if (value === undefined) return undefined;
  const time = /^\d{1,12}$/.test(value) ? now + Number(value) * 1000 : fixedDate.test(value) ? Date.parse(value) - skew : Number.NaN;
  return Number.isNaN(time) || time < now ? undefined : Math.min(time, now + longestRetryAfter);
}

function clockTime(time: number, now: number): string {
  const sameDay = time - now < 12 * 3_600_000;
  return new Intl.DateTimeFormat(undefined, sameDay ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}
