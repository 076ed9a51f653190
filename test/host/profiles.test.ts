import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { TokenService } from '../../src/core/tokenService.ts';
import { Vault } from '../../src/core/vault.ts';
import { Bindings } from '../../src/editor/bindings/bindings.ts';
import { ActiveProfile } from '../../src/editor/activeProfile.ts';
import { ProfileStore } from '../../src/editor/profileStore.ts';
import { ProfileTree, type TreeNode } from '../../src/editor/profileTree.ts';
import { settingIds } from '../../src/manifest.ts';
import { setProfiles, until } from './support.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const now = Date.UTC(2026, 0, 15, 12);
const clock = { now: () => now, schedule: () => ({ dispose: () => undefined }) };

const staging = {
  id: 'papaya-staging',
  name: 'Papaya staging',
  provider: 'papaya',
  environment: 'staging',
  variable: 'PAPAYA_TOKEN',
  inject: [],
};
const production = {
  id: 'p4p',
  name: 'Pay4Power live',
  provider: 'pay4Power',
  environment: 'production',
  tokenUrl: 'https://pay.example.com/api/v2.1/b2b/auth/token',
  variable: 'PAY4POWER_TOKEN',
  inject: [],
};
const wrong = { id: 'wrong', name: 'Wrong one', provider: 'papaia', environment: 'staging', variable: 'OTHER_TOKEN' };

describe('Profiles of the settings, in the tree', () => {
  let store: ProfileStore;
  let bindings: Bindings;
  let tree: ProfileTree;
  let tokens: TokenService;
  const secrets = new Map<string, string>();

  before(async () => {
    await setProfiles([staging, wrong, production]);
    store = new ProfileStore(silent);
    const vault = new Vault({
      get: (key) => Promise.resolve(secrets.get(key)),
      store: (key, value) => Promise.resolve(void secrets.set(key, value)),
      delete: (key) => Promise.resolve(void secrets.delete(key)),
      keys: () => Promise.resolve([...secrets.keys()]),
    });
    tokens = new TokenService({
      vault,
      clock,
      log: silent,
      client: () => Promise.reject(new Error('not needed here')),
      timeout: () => 1000,
      allowed: () => false,
      renews: () => false,
    });
    const [papaya] = store.profiles;
    assert.ok(papaya);
    await vault.storeCredentials(papaya, { api_key: 'made-up-key', client_secret: 'made-up-secret' });
    await vault.storeToken(papaya, { accessToken: 'made-up-token', obtainedAt: now - 120_000, expiresAt: now + (23 * 60 + 41) * 60_000 });
    await tokens.setProfiles(store.profiles);
    const state = { get: () => undefined, update: () => Promise.resolve(), keys: () => [] } as unknown as vscode.Memento;
    bindings = new Bindings({ state, store, tokens, clock, log: silent, allowed: () => false, allowsLiterals: () => false });
    tree = new ProfileTree(store, new ActiveProfile(state, store), tokens, bindings, clock);
  });

  after(async () => {
    bindings.dispose();
    store.dispose();
    tokens.dispose();
    await setProfiles([]);
  });

  const row = (node: TreeNode) => {
    const item = tree.getTreeItem(node);
    return { label: item.label, description: item.description, icon: (item.iconPath as vscode.ThemeIcon | undefined)?.id };
  };

  it('shows providers, and a wrong entry by its name with the reason, which spoils no other', () => {
    assert.deepEqual(tree.getChildren().map(row), [
      { label: 'Papaya Global', description: undefined, icon: undefined },
      { label: 'Pay4Power', description: undefined, icon: undefined },
      {
        label: 'Wrong one',
        description: 'There is no provider “papaia”. Known: papaya, pay4Power, payConnect, b2BinPay.',
        icon: 'error',
      },
    ]);
  });

  it('shows the state of a profile in words and by shape, and marks production', () => {
    const profiles = tree.getChildren().flatMap((node) => tree.getChildren(node));
    assert.deepEqual(profiles.map(row), [
      { label: 'Papaya staging', description: 'valid, 23 h 41 min left', icon: 'pass' },
      { label: 'Pay4Power live', description: 'PROD · credentials missing', icon: 'error' },
    ]);
    assert.equal(
      tree.getTreeItem(profiles[0] ?? assert.fail()).accessibilityInformation?.label,
      'Papaya staging, token valid, 23 hours 41 minutes left, active',
    );
  });

  it('says production by a word in every row, tooltip and label of such a profile', () => {
    const [, live] = tree.getChildren().flatMap((node) => tree.getChildren(node));
    const item = tree.getTreeItem(live ?? assert.fail());
    assert.match(String(item.tooltip), /^PROD Pay4Power live · Pay4Power, production\n/);
    assert.match(item.accessibilityInformation?.label ?? '', /^Pay4Power live, production, /);
    assert.deepEqual(tree.getChildren(live).slice(0, 1).map(row), [
      { label: 'Environment', description: 'PROD · production · pay.example.com', icon: 'flame' },
    ]);
  });

  it('offers verification only where there is something to verify a token with', () => {
    const profiles = tree.getChildren().flatMap((node) => tree.getChildren(node));
    assert.deepEqual(
      profiles.map((node) => tree.getTreeItem(node).contextValue),
      ['profile', 'profile.verifiable'],
    );
  });

  it('shows details without a secret', () => {
    const [papaya] = tree.getChildren().flatMap((node) => tree.getChildren(node));
    const items = tree.getChildren(papaya).map((node) => tree.getTreeItem(node));
    assert.deepEqual(items.map(({ label, description }) => `${String(label)}: ${String(description)}`).slice(0, 2), [
      'Environment: staging · authentication-service.staging.pay.papayaglobal.work',
      'Variable: PAPAYA_TOKEN · copied on command only',
    ]);
    assert.doesNotMatch(JSON.stringify(items), /made-up/);
  });

  it('follows an edit of the setting by hand, and takes nothing from a workspace', async () => {
    await setProfiles([{ ...staging, name: 'Renamed by hand' }]);
    await until('the new name', () => store.profiles[0]?.name === 'Renamed by hand');
    const workspaceWide = vscode.workspace
      .getConfiguration()
      .update(settingIds.profiles, [production], vscode.ConfigurationTarget.Workspace);
    await assert.rejects(Promise.resolve(workspaceWide));
    assert.deepEqual(
      store.profiles.map(({ id }) => id),
      ['papaya-staging'],
    );
  });

  it('keeps entries that are wrong when it writes', async () => {
    await setProfiles([wrong, staging]);
    await until('both entries', () => store.problems.length === 1 && store.profiles.length === 1);
    const [profile] = store.profiles;
    assert.ok(profile);
    await store.save({ ...profile, name: 'Papaya saved' });
    assert.deepEqual(vscode.workspace.getConfiguration().inspect(settingIds.profiles)?.globalValue, [
      wrong,
      { ...staging, name: 'Papaya saved' },
    ]);
  });
});
