/** A bearer token and what is known of its life. Times are epoch milliseconds of this machine's clock. */
export interface Token {
  readonly accessToken: string;
  /** As the provider spelled it; absent where it says nothing. */
  readonly tokenType?: string;
  readonly scope?: string;
  readonly obtainedAt: number;
  /** The earlier of the answer's and the token's own `exp` (RFC 7519 section 4.1.4); absent where neither says. */
  readonly expiresAt?: number;
  /** The answer's own expiry, whatever the token's is; absent where the answer says nothing. */
  readonly statedExpiresAt?: number;
  /** By how much this machine's clock is behind the server's, where that is a minute or more. */
  readonly clockSkew?: number;
  /** The answer's expiry less the token's own, where they differ by a minute or more. */
  readonly expiryDisagreement?: number;
}

/** Ahead of the expiry by five minutes, or a fifth of a shorter life. Milliseconds. */
export function renewalMargin(token: Token): number {
  if (token.expiresAt === undefined) return 0;
  return Math.min(5 * 60_000, Math.max(0, token.expiresAt - token.obtainedAt) * 0.2);
}

/** When to renew; absent for a token without a known expiry or one that was dead on arrival. */
export function renewalTime(token: Token): number | undefined {
  if (token.expiresAt === undefined || token.expiresAt <= token.obtainedAt) return undefined;
  return token.expiresAt - renewalMargin(token);
}

export type Freshness = 'valid' | 'expiring' | 'expired' | 'unknownExpiry';

/** `expiring` is the time inside the renewal margin. */
export function freshness(token: Token, now: number): Freshness {
  if (token.expiresAt === undefined) return 'unknownExpiry';
  if (now >= token.expiresAt) return 'expired';
  return now >= token.expiresAt - renewalMargin(token) ? 'expiring' : 'valid';
}

/** Whether a server can be expected to accept it. */
export function isUsable(token: Token, now: number): boolean {
  return freshness(token, now) !== 'expired';
}

/** A type other than Bearer is worth a warning: clients of this extension send what the provider named. */
export function isBearer(token: Token): boolean {
  return token.tokenType === undefined || token.tokenType.toLowerCase() === 'bearer';
}

/** The scheme of the Authorization header (RFC 9110 section 11.6.2). */
export function authorizationScheme(token: Token | undefined): string {
  return token?.tokenType !== undefined && !isBearer(token) ? token.tokenType : 'Bearer';
}
