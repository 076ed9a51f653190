import * as v from 'valibot';
import { parseJson } from './credentials.ts';
import type { Token } from './token.ts';

/** A token and the endpoint that issued it; one of another endpoint is no longer this profile's. */
export interface StoredToken {
  readonly provider: string;
  readonly tokenUrl: string;
  readonly token: Token;
}

const currentVersion = 1;
const time = v.pipe(v.number(), v.finite());

const stored = v.object({
  version: v.literal(currentVersion),
  provider: v.string(),
  tokenUrl: v.string(),
  token: v.object({
    accessToken: v.pipe(v.string(), v.nonEmpty()),
    tokenType: v.exactOptional(v.string()),
    scope: v.exactOptional(v.string()),
    obtainedAt: time,
    expiresAt: v.exactOptional(time),
    clockSkew: v.exactOptional(time),
    expiryDisagreement: v.exactOptional(time),
  }),
});

export function serializeToken({ provider, tokenUrl, token }: StoredToken): string {
  return JSON.stringify({ version: currentVersion, provider, tokenUrl, token } satisfies v.InferOutput<typeof stored>);
}

export function parseStoredToken(text: string): StoredToken | undefined {
  const parsed = v.safeParse(stored, parseJson(text));
  return parsed.success ? { provider: parsed.output.provider, tokenUrl: parsed.output.tokenUrl, token: parsed.output.token } : undefined;
}
