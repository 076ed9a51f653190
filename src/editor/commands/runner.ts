import * as vscode from 'vscode';
import { AuthError } from '../../core/errors.ts';
import { providers } from '../../core/providers/index.ts';
import { commandIds, fetchCommandId } from '../../manifest.ts';
import { runCommand } from '../failure.ts';
import type { Services } from '../services.ts';
import { copyAsCurl, copyAuthorizationHeader, copyToken } from './copy.ts';
import type { Inspections } from './inspections.ts';
import {
  addProfile,
  deleteAllData,
  deleteProfile,
  duplicateProfile,
  editCredentials,
  editProfile,
  openProfileSetting,
  renameProfile,
  selectActiveProfile,
} from './profiles.ts';
import type { SandboxControl } from './sandbox.ts';
import { cancelFetch, fetchProviderToken, fetchToken, forgetToken, refreshActiveToken, refreshAllTokens, refreshToken } from './tokens.ts';

type Handler = (services: Services, argument: unknown) => unknown;

const handlers: Readonly<Record<string, Handler>> = {
  [commandIds.addApiHost]: async (services, argument) => (await import('./addApiHost.ts')).addApiHost(services, argument),
  [commandIds.addProfile]: addProfile,
  [commandIds.cancelFetch]: cancelFetch,
  [commandIds.copyAsCurl]: copyAsCurl,
  [commandIds.copyAuthorizationHeader]: copyAuthorizationHeader,
  [commandIds.copyToken]: copyToken,
  [commandIds.deleteAllData]: deleteAllData,
  [commandIds.deleteProfile]: deleteProfile,
  [commandIds.duplicateProfile]: duplicateProfile,
  [commandIds.editCredentials]: editCredentials,
  [commandIds.editProfile]: editProfile,
  [commandIds.fetchToken]: fetchToken,
  [commandIds.forgetToken]: forgetToken,
  [commandIds.insertToken]: async (services, argument) => (await import('./insert.ts')).insertToken(services, argument),
  [commandIds.keepInMemory]: async (services, argument) => (await import('./keepInMemory.ts')).keepInMemory(services, argument),
  [commandIds.moveSecret]: async (services, argument) => (await import('./moveSecret.ts')).moveSecret(services, argument),
  [commandIds.openBinding]: async (services, argument) => (await import('./bindings.ts')).openBinding(services, argument),
  [commandIds.openProfileSetting]: openProfileSetting,
  [commandIds.refreshActiveToken]: refreshActiveToken,
  [commandIds.refreshAllTokens]: refreshAllTokens,
  [commandIds.refreshBinding]: async (services, argument) => (await import('./bindings.ts')).refreshBinding(services, argument),
  [commandIds.refreshToken]: refreshToken,
  [commandIds.removeBinding]: async (services, argument) => (await import('./bindings.ts')).removeBinding(services, argument),
  [commandIds.renameProfile]: renameProfile,
  [commandIds.selectActiveProfile]: selectActiveProfile,
  [commandIds.sendRequest]: async (services, argument) => (await import('./send.ts')).sendRequest(services, argument),
  [commandIds.showLog]: ({ log }) => {
    log.show();
  },
  [commandIds.verifyToken]: async (services, argument) => (await import('./verify.ts')).verifyPresentToken(services, argument),
  ...Object.fromEntries(
    providers.map((provider) => [fetchCommandId(provider.id), (services: Services) => fetchProviderToken(services, provider)]),
  ),
};

/** Commands that send, hand out or write something. */
const sending: ReadonlySet<string> = new Set([
  commandIds.addApiHost,
  commandIds.addProfile,
  commandIds.copyAsCurl,
  commandIds.copyAuthorizationHeader,
  commandIds.copyToken,
  commandIds.editCredentials,
  commandIds.fetchToken,
  commandIds.insertToken,
  commandIds.keepInMemory,
  commandIds.moveSecret,
  commandIds.refreshActiveToken,
  commandIds.refreshAllTokens,
  commandIds.refreshBinding,
  commandIds.refreshToken,
  commandIds.removeBinding,
  commandIds.sendRequest,
  commandIds.startSandbox,
  commandIds.verifyToken,
  ...providers.map(({ id }) => fetchCommandId(id)),
]);

/** What is made at the start and disposed of at the end, and begins its work at a command. */
interface Rooms {
  readonly sandbox: SandboxControl;
  readonly inspections: Inspections;
}

/** Runs a command by its id; no handler's value goes out, so that none can be a secret. */
export function run(services: Services, { sandbox, inspections }: Rooms, id: string, argument: unknown): Promise<void> {
  const all: Readonly<Record<string, Handler>> = {
    ...handlers,
    [commandIds.inspectToken]: () => inspections.inspectToken(argument),
    [commandIds.startSandbox]: () => sandbox.start(),
    [commandIds.stopSandbox]: () => sandbox.stop(),
  };
  return runCommand(services.log, id, () => {
    // The palette does not offer them there, but links and buttons of earlier messages do not ask.
    if (sending.has(id) && !vscode.workspace.isTrusted)
      throw new AuthError(
        'untrustedWorkspace',
        'Nothing is fetched, copied, inserted or sent in a workspace that is not trusted. Trust it first.',
      );
    return all[id]?.(services, argument);
  });
}
