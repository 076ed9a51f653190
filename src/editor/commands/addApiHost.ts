import * as vscode from 'vscode';
import { apiHostProblem, isApiHost, normalizedApiHost } from '../../core/apiHosts.ts';
import { AuthError } from '../../core/errors.ts';
import type { Profile } from '../../core/profile.ts';
import { markedName } from '../production/productionMark.ts';
import type { Services } from '../services.ts';
import { pickProfile } from './pickProfile.ts';

/** Adds a host to those that a profile’s token is meant for; that of the argument, or one that is asked for. @throws AuthError */
export async function addApiHost(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Add a host to which profile?');
  const given = typeof argument === 'object' && argument !== null && 'host' in argument ? argument.host : undefined;
  const host = (typeof given === 'string' ? given : await askForHost(profile.name)).trim().toLowerCase();
  if (apiHostProblem(host) !== undefined)
    throw new AuthError('invalidUrl', 'This is no host that a token can be meant for. Enter one such as api.example.com.');
  await confirmProduction(profile, normalizedApiHost(host));
  const current = services.store.find(profile.id);
  if (!current) throw new AuthError('profileDeleted', `${profile.name} was deleted meanwhile.`);
  if (isApiHost(current, host)) return;
  await services.store.save({ ...current, apiHosts: [...current.apiHosts, normalizedApiHost(host)] });
  vscode.window.setStatusBarMessage(`$(check) ${profile.name}: ${host} is one of its hosts`, 5000);
}

/** A file proposes the host, and a file is not to be trusted with it. */
async function confirmProduction(profile: Profile, host: string): Promise<void> {
  if (!profile.environment.production) return;
  const choice = await vscode.window.showWarningMessage(
    `Is ${host} a production host of ${profile.provider.label}?`,
    { modal: true, detail: `Nothing warns any more where the token of ${markedName(profile)} goes there.` },
    'Add Host',
  );
  if (choice === undefined) throw new vscode.CancellationError();
}

async function askForHost(name: string): Promise<string> {
  const host = await vscode.window.showInputBox({
    title: `API host of ${name}`,
    prompt: 'A host that its token is meant for; *.example.com for all below one',
    placeHolder: 'api.example.com',
    validateInput: (value) => apiHostProblem(value.trim()),
  });
  if (host === undefined) throw new vscode.CancellationError();
  return host;
}
