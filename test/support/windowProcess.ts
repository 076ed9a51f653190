/** The extension's core as one window runs it: a process of its own on a store that others use as well. */
import { join } from 'node:path';
import { fetchToken } from '../../src/core/tokenClient.ts';
import { GuardedSecretStore } from '../../src/core/guardedSecretStore.ts';
import { TokenService } from '../../src/core/tokenService.ts';
import { Vault } from '../../src/core/vault.ts';
import { FileLeases } from '../../src/editor/fileLeases.ts';
import { systemClock } from '../../src/editor/systemClock.ts';
import { acmeProfile } from './acme.ts';
import { FileSecretStore } from './fileSecretStore.ts';
import type { WindowNews, WindowOrder } from './windows.ts';

const [folder = '', tokenUrl = '', renews = ''] = process.argv.slice(2);
const tell = (news: WindowNews) => process.send?.(news);
const log = (message: string) => {
  tell({ kind: 'log', message });
};

const tokens = new TokenService({
  vault: new Vault(new GuardedSecretStore(new FileSecretStore(join(folder, 'secrets')), systemClock)),
  clock: systemClock,
  log: { info: log, warn: log, error: log },
  leases: new FileLeases(join(folder, 'leases'), systemClock),
  client: () => Promise.resolve(fetchToken),
  timeout: () => 20_000,
  allowed: () => true,
  renews: () => renews === 'renews',
});
const profile = acmeProfile(tokenUrl);

const report = () => {
  const { token, fetching, lastAttempt } = tokens.status(profile.id);
  tell({ kind: 'status', token: token?.accessToken, fetching, failure: lastAttempt?.error?.code });
};

process.on('message', (order: WindowOrder) => {
  if (order === 'fetch') tokens.fetch(profile).then(report, report);
  else if (order === 'use') tokens.usableToken(profile).then(report, report);
  else report();
});
process.on('disconnect', () => {
  tokens.dispose();
});
tokens.onDidChange(report);
await tokens.setProfiles([profile]);
tell({ kind: 'ready' });
