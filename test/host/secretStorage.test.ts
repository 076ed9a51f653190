import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { parseProfiles } from '../../src/core/profile.ts';
import { providers } from '../../src/core/providers/index.ts';
import { fetchToken } from '../../src/core/tokenClient.ts';
import { TokenService } from '../../src/core/tokenService.ts';
import { Vault } from '../../src/core/vault.ts';
import { systemClock } from '../../src/editor/systemClock.ts';
import { accounts, startSandbox, until, type Sandbox } from './support.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('SecretStorage of VS Code', () => {
  let secrets: vscode.SecretStorage;
  let vault: Vault;
  let sandbox: Sandbox;

  before(async () => {
    const helper = vscode.extensions.getExtension<{ secrets: vscode.SecretStorage }>('paymentauth.payment-auth-host-helper');
    assert.ok(helper);
    ({ secrets } = await helper.activate());
    vault = new Vault(secrets);
    sandbox = await startSandbox();
  });

  after(async () => {
    await vault.clear();
    await sandbox.stop();
  });

  function profileAt(origin: string) {
    const [account] = accounts;
    assert.ok(account);
    const entry = {
      id: 'real',
      name: 'Real',
      provider: account.provider,
      environment: 'local',
      tokenUrl: origin + account.tokenPath,
      variable: 'REAL_TOKEN',
    };
    const [profile] = parseProfiles([entry], providers).profiles;
    assert.ok(profile);
    return { profile, credentials: account.credentials };
  }

  function serviceOf(store: Vault): TokenService {
    return new TokenService({
      vault: store,
      clock: systemClock,
      log: silent,
      client: () => Promise.resolve(fetchToken),
      timeout: () => 5000,
      allowed: () => true,
      renews: () => false,
    });
  }

  it('keeps credentials and a fetched token under one key each, and another window reads them', async () => {
    const { profile, credentials } = profileAt(sandbox.origin);
    await vault.storeCredentials(profile, credentials);
    const service = serviceOf(vault);
    await service.setProfiles([profile]);
    const token = await service.fetch(profile);
    assert.deepEqual((await secrets.keys()).sort(), ['credentials/real', 'token/real']);

    const other = serviceOf(new Vault(secrets));
    await other.setProfiles([profile]);
    assert.deepEqual(other.status('real').token, token);
    assert.equal(other.status('real').credentials, 'present');
    service.dispose();
    other.dispose();
  });

  it('tells of what another party stored, by the profile’s id', async () => {
    const { profile, credentials } = profileAt(sandbox.origin);
    const told: (string | undefined)[] = [];
    const subscription = secrets.onDidChange(({ key }) => told.push(Vault.profileOf(key)));
    await vault.storeCredentials(profile, credentials);
    await until('the event', () => told.includes('real'));
    subscription.dispose();
  });

  it('gives nothing to a profile that moved to another origin', async () => {
    const { profile, credentials } = profileAt(sandbox.origin);
    await vault.storeCredentials(profile, credentials);
    const { state, values } = await vault.credentials(profileAt('http://localhost:1').profile);
    assert.deepEqual({ state, values }, { state: 'moved', values: undefined });
  });

  it('is empty after everything was deleted', async () => {
    await vault.clear();
    assert.deepEqual(await secrets.keys(), []);
  });
});
