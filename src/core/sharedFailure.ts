import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { parseJson } from './storedFormat.ts';
import { AuthError, type AuthErrorCode } from './errors.ts';
import type { Lease } from './ports.ts';
import type { Profile } from './profile.ts';
import { notBeforeAfterFailure } from './renewalPauses.ts';

const schema = v.object({
  /** Digest of the endpoint and of the credentials' revision that it is about. */
  of: v.string(),
  code: v.string(),
  status: v.nullable(v.number()),
  /** Epoch milliseconds; `null` until the profile or its credentials change. */
  notBefore: v.nullable(v.number()),
});

/** What one window's renewal came to, for the others and for the next window: a refusal counts once, not once per window. */
export async function leaveFailure(
  lease: Lease | undefined,
  { tokenUrl }: Profile,
  revision: string | undefined,
  error: AuthError,
  now: number,
): Promise<void> {
  const notBefore = notBeforeAfterFailure(error, 1, now);
  const failure: v.InferOutput<typeof schema> = {
    of: digestOf(tokenUrl, revision),
    code: error.code,
    status: error.status ?? null,
    notBefore: Number.isFinite(notBefore) ? notBefore : null,
  };
  await lease?.memo?.write(JSON.stringify(failure));
}

export async function clearFailure(lease: Lease | undefined): Promise<void> {
  await lease?.memo?.write(undefined);
}

/** The failure that still holds for a profile with these credentials. */
export async function sharedFailure(
  lease: Lease | undefined,
  { tokenUrl }: Profile,
  revision: string | undefined,
  now: number,
): Promise<AuthError | undefined> {
  const text = await lease?.memo?.read();
  const parsed = v.safeParse(schema, text === undefined ? undefined : parseJson(text));
  if (!parsed.success) return undefined;
  const { of, code, status, notBefore } = parsed.output;
  if (of !== digestOf(tokenUrl, revision) || (notBefore !== null && now >= notBefore)) return undefined;
  const told = status === null ? '' : ` (${String(status)})`;
  const sentence =
    notBefore === null
      ? `The provider refused${told} what another window sent with the same credentials. Check them, or ask for a token to try again.`
      : `Another window has just tried in vain${told}. The next attempt follows by itself.`;
  return new AuthError(code as AuthErrorCode, sentence, { status: status ?? undefined, retryAt: notBefore ?? undefined });
}

function digestOf(tokenUrl: string, revision: string | undefined): string {
  return createHash('sha256')
    .update(`${tokenUrl}\n${revision ?? ''}`)
    .digest('hex')
    .slice(0, 32);
}
