import assert from 'node:assert/strict';
import { Emitter } from '../../src/core/emitter.ts';
import type { Profile } from '../../src/core/profile.ts';
import { TokenService } from '../../src/core/tokenService.ts';
import { Vault } from '../../src/core/vault.ts';
import { ProcessEnvironment } from '../../src/editor/processEnvironment.ts';
import type { ProfileStore } from '../../src/editor/profileStore.ts';
import { acmeProfile } from '../support/acme.ts';
import { FakeClock, MemoryLog, MemorySecretStore, noon } from '../support/fakes.ts';

const hour = 3_600_000;

describe('ProcessEnvironment', () => {
  const profile = acmeProfile('http://127.0.0.1:4010/token', { inject: ['processEnvironment'] });
  const changed = new Emitter<void>();
  let clock: FakeClock;
  let vault: Vault;
  let tokens: TokenService;
  let profiles: Profile[];
  let environment: NodeJS.ProcessEnv;
  let allowed: boolean;
  let injector: ProcessEnvironment;

  function start(): void {
    // The real store reads VS Code's settings; these two members are all that is used of it.
    const store = {
      onDidChange: changed.event,
      get profiles() {
        return profiles;
      },
    } as unknown as ProfileStore;
    injector = new ProcessEnvironment(store, tokens, clock, () => allowed, environment);
  }

  async function setToken(accessToken: string, expiresAt = noon + hour, of = profile): Promise<void> {
    await vault.storeToken(of, { accessToken, obtainedAt: noon, expiresAt });
    await tokens.reload(of.id);
  }

  async function setProfiles(...changedProfiles: Profile[]): Promise<void> {
    profiles = changedProfiles;
    await tokens.setProfiles(changedProfiles);
    changed.fire();
  }

  beforeEach(async () => {
    clock = new FakeClock();
    vault = new Vault(new MemorySecretStore());
    tokens = new TokenService({
      vault,
      clock,
      log: new MemoryLog(),
      client: () => Promise.reject(new Error('nothing is fetched here')),
      timeout: () => 1000,
      allowed: () => allowed,
      renews: () => false,
    });
    allowed = true;
    environment = { OTHER: 'other' };
    profiles = [];
    await setProfiles(profile);
  });

  afterEach(() => {
    injector.dispose();
    tokens.dispose();
  });

  it('puts a token into its variable and touches no other', async () => {
    start();
    await setToken('fake-token');
    assert.deepEqual(environment, { OTHER: 'other', ACME_TOKEN: 'fake-token' });
  });

  it('puts a token that is there already into its variable when it starts', async () => {
    await setToken('fake-token');
    start();
    assert.equal(environment.ACME_TOKEN, 'fake-token');
  });

  it('follows a renewal', async () => {
    start();
    await setToken('fake-token');
    await setToken('fake-token-2');
    assert.equal(environment.ACME_TOKEN, 'fake-token-2');
  });

  it('leaves no variable behind where there was none', async () => {
    start();
    await setToken('fake-token');
    injector.dispose();
    assert.deepEqual(environment, { OTHER: 'other' });
  });

  it('puts back what was there before, after renewals too', async () => {
    environment.ACME_TOKEN = 'fake-own';
    start();
    await setToken('fake-token');
    await setToken('fake-token-2');
    injector.dispose();
    assert.equal(environment.ACME_TOKEN, 'fake-own');
  });

  it('puts back an empty value', async () => {
    environment.ACME_TOKEN = '';
    start();
    await setToken('fake-token');
    injector.dispose();
    assert.deepEqual(environment, { OTHER: 'other', ACME_TOKEN: '' });
  });

  it('leaves alone what somebody else has set meanwhile', async () => {
    start();
    await setToken('fake-token');
    environment.ACME_TOKEN = 'fake-of-somebody';
    injector.dispose();
    assert.equal(environment.ACME_TOKEN, 'fake-of-somebody');
  });

  it('takes an expired token out at the moment', async () => {
    start();
    await setToken('fake-token');
    clock.advance(hour - 1);
    assert.equal(environment.ACME_TOKEN, 'fake-token');
    clock.advance(1);
    assert.equal('ACME_TOKEN' in environment, false);
  });

  it('never puts in an expired token', async () => {
    await setToken('fake-token', noon - 1);
    start();
    assert.equal('ACME_TOKEN' in environment, false);
  });

  it('takes a stale token out on waking', async () => {
    start();
    await setToken('fake-token');
    clock.sleep(2 * hour);
    tokens.wake();
    assert.equal('ACME_TOKEN' in environment, false);
  });

  it('puts nothing in for a profile that has it off', async () => {
    await setProfiles({ ...profile, inject: [] });
    start();
    await setToken('fake-token');
    assert.deepEqual(environment, { OTHER: 'other' });
  });

  it('takes the token out when the profile switches it off', async () => {
    start();
    await setToken('fake-token');
    await setProfiles({ ...profile, inject: [] });
    assert.equal('ACME_TOKEN' in environment, false);
  });

  it('takes the token out when the profile is deleted', async () => {
    start();
    await setToken('fake-token');
    await setProfiles();
    assert.equal('ACME_TOKEN' in environment, false);
  });

  it('moves the token when the variable is renamed', async () => {
    environment.ACME_TOKEN = 'fake-own';
    start();
    await setToken('fake-token');
    await setProfiles({ ...profile, variable: 'NEW_TOKEN' });
    assert.deepEqual(environment, { OTHER: 'other', ACME_TOKEN: 'fake-own', NEW_TOKEN: 'fake-token' });
  });

  it('takes the token out when it is forgotten', async () => {
    start();
    await setToken('fake-token');
    await tokens.forget(profile.id);
    assert.equal('ACME_TOKEN' in environment, false);
  });

  it('does nothing until the workspace is trusted', async () => {
    allowed = false;
    start();
    await setToken('fake-token');
    assert.equal('ACME_TOKEN' in environment, false);
    allowed = true;
    injector.update();
    assert.equal(environment.ACME_TOKEN, 'fake-token');
  });

  it('keeps the tokens of several profiles apart', async () => {
    const other = acmeProfile('http://127.0.0.1:4010/token', { id: 'acme-2', variable: 'OTHER_TOKEN', inject: ['processEnvironment'] });
    start();
    await setProfiles(profile, other);
    await setToken('fake-token');
    await setToken('fake-token-2', noon + 2 * hour, other);
    assert.deepEqual(environment, { OTHER: 'other', ACME_TOKEN: 'fake-token', OTHER_TOKEN: 'fake-token-2' });
    clock.advance(hour);
    assert.deepEqual(environment, { OTHER: 'other', OTHER_TOKEN: 'fake-token-2' });
  });

  it('once disposed of puts nothing in any more', async () => {
    start();
    injector.dispose();
    await setToken('fake-token');
    assert.deepEqual(environment, { OTHER: 'other' });
  });
});
