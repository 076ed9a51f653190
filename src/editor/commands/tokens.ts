import * as vscode from 'vscode';
import { AuthError } from '../../core/errors.ts';
import type { Profile } from '../../core/profile.ts';
import type { Provider } from '../../core/provider.ts';
import { isBearer, type Token } from '../../core/token.ts';
import { commandIds, viewId } from '../../manifest.ts';
import { pointInTime, shortDuration } from '../duration.ts';
import { ProfileFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { systemClock } from '../systemClock.ts';
import { pickProfile } from './pickProfile.ts';
import { createProfile } from './profiles.ts';

/** Fetches with progress in the window, which a person can cancel. */
async function fetchWithProgress(services: Services, profile: Profile): Promise<Token> {
  return withProgress(services, profile, () => services.tokens.fetch(profile));
}

/** The present token while it is good, else a new one. */
export async function usableTokenWithProgress(services: Services, profile: Profile): Promise<Token> {
  return withProgress(services, profile, () => services.tokens.usableToken(profile));
}

async function withProgress(services: Services, profile: Profile, task: () => Promise<Token>): Promise<Token> {
  try {
    return await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `${profile.name}: fetching a token…`, cancellable: true },
      async (_progress, cancellation) => {
        const subscription = cancellation.onCancellationRequested(() => {
          services.tokens.cancel(profile.id);
        });
        try {
          return await task();
        } finally {
          subscription.dispose();
        }
      },
    );
  } catch (error) {
    throw error instanceof AuthError ? new ProfileFailure(profile, error, commandIds.fetchToken) : error;
  }
}

/** Fetches, makes the profile the active one, and says until when its token is good. */
export async function fetchAndTell(services: Services, profile: Profile): Promise<void> {
  await services.active.select(profile.id);
  const token = await fetchWithProgress(services, profile);
  const now = systemClock.now();
  const until =
    token.expiresAt === undefined
      ? 'token fetched; the provider does not say when it expires'
      : token.expiresAt <= now
        ? 'the token that came has expired already'
        : `token valid until ${pointInTime(token.expiresAt, now)}`;
  const remarks = [
    ...(isBearer(token) ? [] : [`Its type is ${token.tokenType ?? ''}, not Bearer.`]),
    ...(token.expiryDisagreement === undefined
      ? []
      : [
          `The answer and the token itself state expiries ${shortDuration(Math.abs(token.expiryDisagreement))} apart; the earlier one counts.`,
        ]),
  ];
  void vscode.window.showInformationMessage([`${profile.name}: ${until}.`, ...remarks].join(' '), 'Copy', 'Insert').then(async (choice) => {
    if (choice !== undefined)
      await vscode.commands.executeCommand(choice === 'Copy' ? commandIds.copyToken : commandIds.insertIntoHttpFile, { profile });
  });
}

export async function fetchToken(services: Services, argument: unknown): Promise<void> {
  await fetchAndTell(services, await pickProfile(services, argument, 'Fetch a token for which profile?'));
}

/** "Fetch Papaya token": without a profile of the provider, one is made first. */
export async function fetchProviderToken(services: Services, provider: Provider): Promise<void> {
  const exists = services.store.profiles.some((profile) => profile.provider === provider);
  const profile = exists
    ? await pickProfile(services, undefined, `Fetch a token for which ${provider.shortName} profile?`, provider)
    : await createProfile(services, provider);
  await fetchAndTell(services, profile);
}

/** Renews without a word: the tree and the status bar show it. */
async function refresh(services: Services, profile: Profile): Promise<void> {
  try {
    await services.tokens.fetch(profile);
  } catch (error) {
    throw error instanceof AuthError ? new ProfileFailure(profile, error, commandIds.refreshToken) : error;
  }
}

export async function refreshToken(services: Services, argument: unknown): Promise<void> {
  await refresh(services, await pickProfile(services, argument, 'Renew the token of which profile?'));
}

export async function refreshActiveToken(services: Services): Promise<void> {
  const profile = services.active.profile;
  if (profile) await refresh(services, profile);
}

export async function refreshAllTokens(services: Services): Promise<void> {
  const profiles = services.store.profiles;
  const outcomes = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Renewing ${String(profiles.length)} tokens…`, cancellable: true },
    async (_progress, cancellation) => {
      const subscription = cancellation.onCancellationRequested(() => {
        for (const profile of profiles) services.tokens.cancel(profile.id);
      });
      try {
        return await Promise.allSettled(profiles.map((profile) => services.tokens.fetch(profile)));
      } finally {
        subscription.dispose();
      }
    },
  );
  const failed = profiles.filter((_, index) => {
    const outcome = outcomes[index];
    return outcome?.status === 'rejected' && !(outcome.reason instanceof AuthError && outcome.reason.code === 'cancelled');
  });
  if (failed.length === 0) return;
  const names = new Intl.ListFormat('en').format(failed.map(({ name }) => name));
  void vscode.window.showErrorMessage(`Not renewed: ${names}. The view says why for each.`, 'Open View').then(async (choice) => {
    if (choice !== undefined) await vscode.commands.executeCommand(`${viewId}.focus`);
  });
}

export async function cancelFetch(services: Services, argument: unknown): Promise<void> {
  const profile = argument === undefined ? services.active.profile : await pickProfile(services, argument, 'Cancel for which profile?');
  if (profile) services.tokens.cancel(profile.id);
}

export async function forgetToken(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Forget the token of which profile?');
  await services.tokens.forget(profile.id);
}
