import * as vscode from 'vscode';
import { AuthError } from '../../core/errors.ts';
import type { Profile } from '../../core/profile.ts';
import type { Provider } from '../../core/provider.ts';
import { commandIds, viewId } from '../../manifest.ts';
import { onBehalfOf } from '../failure.ts';
import type { Services } from '../services.ts';
import { cancellableProgress, fetchAndTell } from './fetching.ts';
import { pickProfile } from './pickProfile.ts';
import { createProfile } from './profiles.ts';

export async function fetchToken(services: Services, argument: unknown): Promise<void> {
  await fetchAndTell(services, await pickProfile(services, argument, 'Fetch a token for which profile?'));
}

/** "Fetch Papaya token": without a profile of the provider, one is made first. */
export async function fetchProviderToken(services: Services, provider: Provider): Promise<void> {
  const exists = services.store.profiles.some((profile) => profile.provider === provider);
  const profile = exists
    ? await pickProfile(services, undefined, `Fetch a token for which ${provider.shortName} profile?`, provider)
    : await createProfile(services, { provider });
  await fetchAndTell(services, profile);
}

/** Renews without a word: the tree and the status bar show it. */
async function refresh(services: Services, profile: Profile): Promise<void> {
  await services.production.confirm(services.tokens.status(profile.id).token ? 'renew' : 'fetch', profile);
  await onBehalfOf(profile, commandIds.refreshToken, () => services.tokens.fetch(profile));
}

export async function refreshToken(services: Services, argument: unknown): Promise<void> {
  await refresh(services, await pickProfile(services, argument, 'Renew the token of which profile?'));
}

export async function refreshActiveToken(services: Services): Promise<void> {
  const profile = services.active.profile;
  if (profile) await refresh(services, profile);
}

export async function refreshAllTokens(services: Services): Promise<void> {
  const profiles = await confirmedProfiles(services);
  if (profiles.length === 0) return;
  const cancel = () => {
    for (const { id } of profiles) services.tokens.cancel(id);
  };
  const outcomes = await cancellableProgress(`Renewing ${String(profiles.length)} tokens…`, cancel, () =>
    Promise.allSettled(profiles.map((profile) => services.tokens.fetch(profile))),
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

/** All profiles, or where the person declines, those that need no confirmation. */
async function confirmedProfiles({ store, production }: Services): Promise<readonly Profile[]> {
  const { profiles } = store;
  try {
    await production.confirm(profiles.every((profile) => production.isOpen(profile)) ? 'renew' : 'renewAll', ...profiles);
    return profiles;
  } catch (error) {
    if (!(error instanceof vscode.CancellationError)) throw error;
    return profiles.filter((profile) => !production.isOpen(profile));
  }
}

export async function cancelFetch(services: Services, argument: unknown): Promise<void> {
  const profile = argument === undefined ? services.active.profile : await pickProfile(services, argument, 'Cancel for which profile?');
  if (profile) services.tokens.cancel(profile.id);
}

export async function forgetToken(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Forget the token of which profile?');
  await services.tokens.forget(profile.id);
  await services.bindings.blank(profile.id);
}
