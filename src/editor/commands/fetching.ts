import * as vscode from 'vscode';
import type { Profile } from '../../core/profile.ts';
import { isBearer, isUsable, type Token } from '../../core/token.ts';
import { commandIds } from '../../manifest.ts';
import { pointInTime, shortDuration } from '../duration.ts';
import { onBehalfOf } from '../failure.ts';
import { markedName } from '../production/productionMark.ts';
import type { Services } from '../services.ts';
import { systemClock } from '../systemClock.ts';

/** Fetches with progress in the window, which a person can cancel. */
export async function fetchWithProgress(services: Services, profile: Profile): Promise<Token> {
  return withProgress(services, profile, () => services.tokens.fetch(profile));
}

/** The present token while it is good, else a new one. */
export async function usableTokenWithProgress(services: Services, profile: Profile): Promise<Token> {
  const { token } = services.tokens.status(profile.id);
  // Nothing to wait for, so nothing to show.
  if (token && isUsable(token, systemClock.now())) return token;
  return withProgress(services, profile, () => services.tokens.usableToken(profile));
}

async function withProgress(services: Services, profile: Profile, task: () => Promise<Token>): Promise<Token> {
  const cancel = () => {
    services.tokens.cancel(profile.id);
  };
  return onBehalfOf(profile, commandIds.fetchToken, () => cancellableProgress(`${markedName(profile)}: fetching a token…`, cancel, task));
}

/** Shows a task as a notification with a button that cancels it. */
export async function cancellableProgress<T>(title: string, cancel: () => void, task: () => Promise<T>): Promise<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_progress, cancellation) => {
      const subscription = cancellation.onCancellationRequested(cancel);
      try {
        return await task();
      } finally {
        subscription.dispose();
      }
    },
  );
}

/** Fetches, makes the profile the active one, and says until when its token is good. */
export async function fetchAndTell(services: Services, profile: Profile): Promise<void> {
  await services.production.confirm('fetch', profile);
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
  void vscode.window
    .showInformationMessage([`${markedName(profile)}: ${until}.`, ...remarks].join(' '), 'Copy', 'Insert')
    .then(async (choice) => {
      if (choice !== undefined)
        await vscode.commands.executeCommand(choice === 'Copy' ? commandIds.copyToken : commandIds.insertToken, { profile });
    });
}
