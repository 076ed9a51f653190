import * as v from 'valibot';
import { StoredFormat } from './storedFormat.ts';
import type { Token } from './token.ts';

/** A token and the endpoint that issued it; one of another endpoint is no longer this profile's. */
export interface StoredToken {
  readonly provider: string;
  readonly tokenUrl: string;
  readonly token: Token;
}

/** What a `Date` can hold. */
const time = v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15));

const format = new StoredFormat<StoredToken>(
  1,
  v.object({
    provider: v.string(),
    tokenUrl: v.string(),
    token: v.object({
      accessToken: v.pipe(v.string(), v.nonEmpty()),
      tokenType: v.exactOptional(v.string()),
      scope: v.exactOptional(v.string()),
      obtainedAt: time,
      expiresAt: v.exactOptional(time),
      statedExpiresAt: v.exactOptional(time),
      clockSkew: v.exactOptional(time),
      expiryDisagreement: v.exactOptional(time),
    }),
  }),
);

export function serializeToken(stored: StoredToken): string {
  return format.serialize(stored);
}

/** What is stored; `newer` or `undefined` for text that this version cannot read. */
export function parseStoredToken(text: string): StoredToken | 'newer' | undefined {
  return format.parse(text);
}
