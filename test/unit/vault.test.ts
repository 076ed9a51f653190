import assert from 'node:assert/strict';
import { Vault } from '../../src/core/vault.ts';
import { acmeCredentials, acmeProfile } from '../support/acme.ts';
import { MemorySecretStore } from '../support/fakes.ts';

describe('Vault', () => {
  const profile = acmeProfile('http://127.0.0.1:4010/token');
  const moved = acmeProfile('http://127.0.0.1:4011/token');
  const sameOrigin = acmeProfile('http://127.0.0.1:4010/other');
  const token = { accessToken: 'fake-token', obtainedAt: 1, expiresAt: 2 };
  let store: MemorySecretStore;
  let vault: Vault;

  beforeEach(() => {
    store = new MemorySecretStore();
    vault = new Vault(store);
  });

  it('keeps one key for the credentials and one for the token of a profile', async () => {
    await vault.storeCredentials(profile, acmeCredentials);
    await vault.storeToken(profile, token);
    assert.deepEqual([...store.entries.keys()], ['credentials/acme-1', 'token/acme-1']);
    const { state, values } = await vault.credentials(profile);
    assert.deepEqual({ state, values }, { state: 'present', values: acmeCredentials });
    assert.deepEqual(await vault.token(profile), token);
  });

  it('stores everything with a version', async () => {
    await vault.storeCredentials(profile, acmeCredentials);
    await vault.storeToken(profile, token);
    for (const text of store.entries.values()) assert.equal((JSON.parse(text) as { version: unknown }).version, 1);
  });

  it('knows nothing of a profile that nothing was stored for', async () => {
    assert.deepEqual(await vault.credentials(profile), { state: 'missing' });
    assert.equal(await vault.token(profile), undefined);
  });

  it('gives out neither credentials nor token once the profile points to another origin', async () => {
    await vault.storeCredentials(profile, acmeCredentials);
    await vault.storeToken(profile, token);
    const { state, values } = await vault.credentials(moved);
    assert.deepEqual({ state, values }, { state: 'moved', values: undefined });
    assert.equal(await vault.token(moved), undefined);
  });

  it('gives them out for another path of the same origin', async () => {
    await vault.storeCredentials(profile, acmeCredentials);
    assert.equal((await vault.credentials(sameOrigin)).state, 'present');
  });

  const corrupt = ['', 'fake-password', '{"version":1', '{"version":0,"origin":"http://127.0.0.1:4010","values":{}}', 'null'];
  for (const text of corrupt)
    it(`sets aside an entry that reads ${JSON.stringify(text)}, and leaves it as it is`, async () => {
      const other = acmeProfile('http://127.0.0.1:4010/token', { id: 'acme-2' });
      await vault.storeCredentials(other, acmeCredentials);
      store.entries.set('credentials/acme-1', text).set('token/acme-1', text);
      assert.deepEqual(await vault.credentials(profile), { state: 'unreadable' });
      assert.equal(await vault.token(profile), undefined);
      assert.equal((await vault.credentials(other)).state, 'present');
      assert.equal(store.entries.get('credentials/acme-1'), text);
      assert.equal(store.entries.get('token/acme-1'), text);
    });

  it('deletes a token alone', async () => {
    await vault.storeCredentials(profile, acmeCredentials);
    await vault.storeToken(profile, token);
    await vault.deleteToken(profile.id);
    assert.deepEqual([...store.entries.keys()], ['credentials/acme-1']);
  });

  it('deletes all of one profile and nothing of another', async () => {
    const other = acmeProfile('http://127.0.0.1:4010/token', { id: 'acme-2' });
    for (const each of [profile, other]) {
      await vault.storeCredentials(each, acmeCredentials);
      await vault.storeToken(each, token);
    }
    await vault.deleteAll(profile.id);
    assert.deepEqual([...store.entries.keys()], ['credentials/acme-2', 'token/acme-2']);
  });

  it('leaves no key when it is cleared, not even one of a forgotten profile or an older version', async () => {
    await vault.storeCredentials(profile, acmeCredentials);
    await vault.storeToken(profile, token);
    store.entries.set('token/long-gone', '{}').set('spelled-otherwise', '');
    await vault.clear();
    assert.equal(store.entries.size, 0);
  });

  const keys: [string, string | undefined][] = [
    ['credentials/acme-1', 'acme-1'],
    ['token/acme-1', 'acme-1'],
    ['other/acme-1', undefined],
    ['token/', undefined],
    ['mytoken/acme-1', undefined],
  ];
  for (const [key, id] of keys)
    it(`reads ${id ?? 'no profile'} from the key ${key}`, () => {
      assert.equal(Vault.profileOf(key), id);
    });
});
