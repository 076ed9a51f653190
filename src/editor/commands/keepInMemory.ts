import * as vscode from 'vscode';
import type { Profile } from '../../core/profile.ts';
import type { Services } from '../services.ts';
import { usableTokenWithProgress } from './fetching.ts';
import { pickProfile } from './pickProfile.ts';

export async function keepInMemory(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Keep the token of which profile in memory?');
  await services.production.confirm('handOut', profile);
  await usableTokenWithProgress(services, await withMemory(services, profile, 'Keep in Memory'));
}

/** The profile with its token kept in memory, after asking where it is not. @throws vscode.CancellationError */
export async function withMemory(services: Services, profile: Profile, turnOn = 'Keep in Memory and Insert'): Promise<Profile> {
  if (profile.inject.includes('processEnvironment')) return profile;
  const choice = await vscode.window.showWarningMessage(
    `${profile.name}: its token is not kept in memory, so {{$processEnv ${profile.variable}}} would be empty.`,
    {
      modal: true,
      detail:
        'Kept in memory, the token can be read by every extension in this window and by programs that they start. Nothing is written to disk.',
    },
    turnOn,
  );
  const current = services.store.find(profile.id);
  if (choice !== turnOn || !current) throw new vscode.CancellationError();
  await services.store.save({ ...current, inject: ['processEnvironment'] });
  return services.store.find(profile.id) ?? current;
}
