import { jwtDecode } from 'jwt-decode';
import { parseExpiry } from './expiry.ts';
import { cutText, mask, maskedText, visibleText } from './maskedText.ts';

/** One claim or header parameter of a token, ready to be shown as plain text on one line. */
export interface Claim {
  /** Nested ones are named as by a JSON Pointer (RFC 6901) without its first slash: `user/email`. */
  readonly name: string;
  readonly value: string;
  /** Epoch milliseconds of a NumericDate (RFC 7519 section 2), by the issuer's clock. */
  readonly time?: number;
  /** The value is not shown, or not whole. */
  readonly masked?: true;
}

/** What a JWT says of itself. Nobody has verified it. */
export interface TokenClaims {
  /** Of the JOSE header (RFC 7519 section 5). */
  readonly header: readonly Claim[];
  readonly payload: readonly Claim[];
  /** How many more there are than are given here. */
  readonly omitted: number;
}

const mostHeader = 15;
const mostPayload = 60;
const deepest = 6;
const longestName = 80;
const longestValue = 200;
/** Shorter parts of a token, in characters, are found in other texts by chance. */
const shortestPart = 8;
const shortestFragment = 16;

/**
 * Reads the claims of a token without verifying it. Personal data and secrets are masked; no part of the encoded
 * token stands in the outcome. `undefined` for what is no JWT. Never throws.
 */
export function parseClaims(accessToken: string): TokenClaims | undefined {
  const parts = accessToken.split('.');
  if (parts.length !== 3) return undefined;
  const header = decode(accessToken, true);
  const payload = decode(accessToken, false);
  if (!header || !payload) return undefined;
  const tells = (text: string) =>
    parts.some((part) => part.length >= shortestPart && text.includes(part)) ||
    (text.length >= shortestFragment && accessToken.includes(text));
  const [headerLeaves, payloadLeaves] = [[...leaves(header, [])], [...leaves(payload, [])]];
  return {
    header: headerLeaves.slice(0, mostHeader).map((leaf) => claim(leaf, tells)),
    payload: payloadLeaves.slice(0, mostPayload).map((leaf) => claim(leaf, tells)),
    omitted: Math.max(0, headerLeaves.length - mostHeader) + Math.max(0, payloadLeaves.length - mostPayload),
  };
}

function decode(accessToken: string, header: boolean): object | undefined {
  try {
    const decoded: unknown = jwtDecode(accessToken, { header });
    return typeof decoded === 'object' && decoded !== null && !Array.isArray(decoded) ? decoded : undefined;
  } catch {
    return undefined;
  }
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** What has no names of its own: scalars, lists of them, and whatever lies too deep. */
function* leaves(value: object, path: readonly string[]): Generator<Leaf> {
  for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
    const place = [...path, name];
    if (place.length < deepest && isBranch(inner)) yield* leaves(inner as object, place);
    else yield { path: place, value: inner };
  }
}

function isBranch(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => typeof item === 'object' && item !== null);
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function claim({ path, value }: Leaf, tells: (text: string) => boolean): Claim {
  const pointer = path.map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
  const name = path.some(tells) || tells(pointer) ? mask : cutText(maskedText(pointer), longestName);
  const text = textOf(value);
  // A yes or no names nobody: `email_verified`.
  const nameless = typeof value === 'boolean' || value === null;
  const named = path.some(isSensitive) || isInPrivateKey(path);
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  if ((named && !nameless) || tells(text) || items.some((item) => typeof item === 'string' && tells(item)))
    return { name, value: mask, masked: true };
  const time = dateNames.has(path.at(-1) ?? '') && typeof value === 'number' ? timeOf(value) : undefined;
  if (time !== undefined) return { name, value: text, time };
  const shown = maskedText(text);
  return { name, value: cutText(shown, longestValue), ...(shown !== visibleText(text) && { masked: true }) };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  if (!Array.isArray(value)) return isBranch(value) ? '{…}' : '{}';
  if (isBranch(value)) return '[…]';
  return value.length > 0 ? value.map(String).join(', ') : '[]';
}

/** NumericDates of RFC 7519 section 4.1 and of OpenID Connect Core 1.0 sections 2 and 5.1. */
const dateNames: ReadonlySet<string> = new Set(['auth_time', 'exp', 'iat', 'nbf', 'updated_at']);

function timeOf(seconds: number): number | undefined {
  try {
    const date = parseExpiry(seconds, { as: 'epochSeconds' });
    return date && 'at' in date ? date.at : undefined;
  } catch {
    return undefined;
  }
}

/** Claims of OpenID Connect Core 1.0 section 5.1 about a person, and other spellings of them; letters and digits only. */
const personal: ReadonlySet<string> = new Set([
  ...['name', 'givenname', 'familyname', 'middlename', 'nickname', 'preferredusername', 'profile', 'picture', 'website'],
  ...['gender', 'zoneinfo', 'locale', 'mobile', 'msisdn', 'dob', 'ssn', 'upn', 'tel', 'telno', 'telnumber', 'fax'],
  ...['firstname', 'lastname', 'fullname', 'displayname', 'surname', 'username', 'uniquename', 'zipcode', 'postcode', 'postalcode'],
]);

const secret: ReadonlySet<string> = new Set(['cardnumber', 'cvc', 'cvv', 'key', 'otp', 'pan', 'pin', 'sid']);
/** Of either kind, where a part of the name is enough. */
const sensitiveParts = [
  /email|phone|birth|addr|street|passport|iban|bankaccount/,
  /account(?:no|nr|num|numbers?)$|(?<!place)holders?(?:name)?$|tax(?:payer)?(?:id|no|nr|number)/,
  /secret|passw|passphrase|pwd|private|credential|cookie|(?:api|public|access|signing|encryption|session|auth)key/,
  /tokens?$|authori[sz]ation$|sessions?(?:id|index|state)?$/,
];

/** Whether a name, in snake_case, camelCase or of a namespace of its own, speaks of a person or of a secret. */
function isSensitive(name: string): boolean {
  const word = wordOf(name);
  return personal.has(word) || secret.has(word) || sensitiveParts.some((part) => part.test(word));
}

/** Lower case letters and digits of what a namespace holds. */
function wordOf(name: string): string {
  const last = name.split(/[/:#]/).findLast((part) => part !== '') ?? '';
  return last.toLowerCase().replaceAll(/[^a-z\d]/g, '');
}

/** Private members of a JWK, and `oth` with more of them (RFC 7518 sections 6.2.2, 6.3.2 and 6.4; RFC 8037 section 2). */
const privateMembers: ReadonlySet<string> = new Set(['d', 'dp', 'dq', 'k', 'oth', 'p', 'q', 'qi']);
const jwks = /(?:jwk|jwks|jwkset|keys)$/;

/** Whether it lies in a JWK and is what makes that one private; its `kid` and its public members are not. */
function isInPrivateKey(path: readonly string[]): boolean {
  const key = path.findIndex((name) => jwks.test(wordOf(name)));
  return key >= 0 && path.slice(key + 1).some((name) => privateMembers.has(name));
}
