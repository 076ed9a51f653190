import type { CallAttempt } from './callAttempt.ts';
import type { CredentialValues } from './credentials.ts';
import { AuthError } from './errors.ts';
import { isSilence } from './guardedSecretStore.ts';
import type { Clock, Lease, Logger } from './ports.ts';
import type { Profile } from './profile.ts';
import { clearFailure, leaveFailure, sharedFailure } from './sharedFailure.ts';
import { isUsable, renewalTime, type Token } from './token.ts';
import type { TokenCall } from './tokenClient.ts';
import { newerVersion, type StoredCredentials, type Vault } from './vault.ts';

/** Why a token is wanted: a person asked for a new one, something needs any that is good, or the present one ends soon. */
export type Reason = 'asked' | 'needed' | 'due';

export interface Surroundings {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Logger;
  /** Loads the HTTP client when it is first needed. */
  readonly client: () => Promise<(call: TokenCall, clock: Clock) => Promise<Token>>;
  /** Milliseconds for one token call. */
  readonly timeout: () => number;
}

export interface Wish {
  readonly profile: Profile;
  readonly reason: Reason;
  /** The token that this window has. */
  readonly known: Token | undefined;
  readonly signal: AbortSignal;
  /** Resolves when it is this window's turn. */
  readonly turn: () => Promise<Lease | undefined>;
  /** Hears of each request that was sent. */
  readonly attempted: (attempt: CallAttempt) => void;
  /** Hears of the credentials as they were found. */
  readonly found: (credentials: Omit<StoredCredentials, 'state'> & { readonly state: StoredCredentials['state'] | 'unavailable' }) => void;
}

export interface Obtained {
  readonly token: Token;
  /** Fetched by this window, and not taken over from another. */
  readonly fetched: boolean;
  /** Whether the secret store has it. */
  readonly saved: boolean;
}

/**
 * A token that another window has fetched for the same wish, else one of the provider's, which is stored unless
 * something newer is.
 * @throws AuthError
 */
export async function obtainToken(surroundings: Surroundings, wish: Wish): Promise<Obtained> {
  const { clock, log, client, timeout } = surroundings;
  const { profile, signal } = wish;
  const began = clock.now();
  const lease = await wish.turn();
  try {
    throwIfCancelled(signal);
    const { credentials, stored } = await read(surroundings, wish);
    throwIfCancelled(signal);
    if (stored && answers(stored, wish, began, clock.now())) {
      log.info(`${profile.name}: token taken over from another window.`);
      return { token: stored, fetched: false, saved: true };
    }
    const values = required(profile, credentials);
    // By itself nothing is tried again that another window, or this one before a reload, was refused.
    const failed = wish.reason === 'due' ? await sharedFailure(lease, profile, credentials.revision, clock.now()) : undefined;
    if (failed) throw failed;
    const fetchToken = await client();
    const sent = clock.now();
    const call: TokenCall = {
      provider: profile.provider,
      tokenUrl: profile.tokenUrl,
      credentials: values,
      timeout: timeout(),
      signal,
      onAttempt: wish.attempted,
      onRetry: ({ message }, pause) => {
        log.warn(`${profile.name}: ${message} The next attempt follows in ${(pause / 1000).toFixed(1)} s.`);
      },
    };
    const token = await fetchToken(call, clock).catch(async (error: unknown) => {
      if (error instanceof AuthError && error.code !== 'cancelled')
        await leaveFailure(lease, profile, credentials.revision, error, clock.now()).catch(() => undefined);
      throw error;
    });
    await clearFailure(lease).catch(() => undefined);
    throwIfCancelled(signal);
    log.info(`${profile.name}: token fetched from ${profile.origin} in ${String(clock.now() - sent)} ms.`);
    return await keep(surroundings, wish, { token, sent, revision: credentials.revision });
  } finally {
    // Nobody waits for it: where it fails, the lease runs out by itself.
    lease?.release().catch(() => undefined);
  }
}

async function read(
  { vault }: Surroundings,
  { profile, found }: Wish,
): Promise<{ credentials: StoredCredentials; stored?: Token | undefined }> {
  const [credentials, stored] = await Promise.allSettled([vault.credentials(profile), vault.token(profile)]);
  if (credentials.status === 'fulfilled') {
    found(credentials.value);
    return { credentials: credentials.value, stored: stored.status === 'fulfilled' ? stored.value : undefined };
  }
  const silent = isSilence(credentials.reason);
  found({ state: silent ? 'unavailable' : 'unreadable' });
  if (silent) throw credentials.reason;
  return { credentials: { state: 'unreadable' } };
}

/** Whether what another window has stored is as good as a token of one's own. */
function answers(stored: Token, { reason, known }: Wish, began: number, now: number): boolean {
  if (stored.accessToken === known?.accessToken || stored.obtainedAt < (known?.obtainedAt ?? 0) || !isUsable(stored, now)) return false;
  switch (reason) {
    case 'asked':
      return stored.obtainedAt >= began;
    case 'needed':
      return true;
    case 'due':
      return (renewalTime(stored) ?? Infinity) > now;
  }
}

function required({ origin }: Profile, { state, values }: StoredCredentials): CredentialValues {
  switch (state) {
    case 'moved':
      throw new AuthError('credentialsMoved', `The credentials were entered for another server, not ${origin}. Enter them again.`);
    case 'lost':
      throw new AuthError('credentialsLost', 'The secret storage has lost the credentials. Enter them again.');
    case 'unreadable':
      throw new AuthError('credentialsLost', 'The stored credentials cannot be read. Enter them again.');
    case 'newer':
      throw newerVersion('credentials');
    case 'missing':
    case 'present':
      if (!values) throw new AuthError('credentialsMissing', 'No credentials are stored. Enter them.');
      return values;
  }
}

interface Answer {
  readonly token: Token;
  /** When it was asked for. */
  readonly sent: number;
  readonly revision: string | undefined;
}

async function keep({ vault, clock, log }: Surroundings, { profile, known, signal }: Wish, answer: Answer): Promise<Obtained> {
  const { token, sent, revision } = answer;
  try {
    const [credentials, stored] = await Promise.all([vault.credentials(profile), vault.token(profile)]);
    throwIfCancelled(signal);
    // Another window deleted the profile, or entered other credentials, and this one has not heard of it yet.
    if (credentials.state === 'missing') throw new AuthError('profileDeleted', 'The profile was deleted or changed meanwhile.');
    if (credentials.revision !== undefined && credentials.revision !== revision)
      throw new AuthError('cancelled', 'The credentials were entered anew meanwhile.');
    // Deleted by another window whose notes have not come here yet, or truly lost: nothing is put where there is nothing.
    if (credentials.state === 'lost')
      throw new AuthError('credentialsLost', 'The secret storage has lost the credentials. Enter them again.');
    const others = stored && stored.accessToken !== token.accessToken && stored.accessToken !== known?.accessToken;
    if (others && stored.obtainedAt >= sent && isUsable(stored, clock.now())) {
      log.info(`${profile.name}: another window was faster; its token is kept.`);
      return { token: stored, fetched: false, saved: true };
    }
    await vault.storeToken(profile, token);
    return { token, fetched: true, saved: true };
  } catch (error) {
    if (error instanceof AuthError && (error.code === 'cancelled' || error.code === 'profileDeleted')) throw error;
    log.warn(`${profile.name}: the secret storage refused to save the token; it is kept in memory until this window closes.`);
    if (error instanceof AuthError) log.warn(`${profile.name}: ${error.message}`);
    return { token, fetched: true, saved: false };
  }
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new AuthError('cancelled', 'Cancelled.');
}
