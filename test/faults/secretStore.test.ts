import assert from 'node:assert/strict';
import * as v from 'valibot';
import { AuthError } from '../../src/core/errors.ts';
import { GuardedSecretStore } from '../../src/core/guardedSecretStore.ts';
import { StoredFormat } from '../../src/core/storedFormat.ts';
import { fetchToken } from '../../src/core/tokenClient.ts';
import { TokenService } from '../../src/core/tokenService.ts';
import { Vault } from '../../src/core/vault.ts';
import { describeState, tokenState } from '../../src/editor/tokenState.ts';
import { acmeCredentials, acmeProfile } from '../support/acme.ts';
import { assertTellsNothingOf, FakeClock, MemoryLog, MemoryNotes, MemorySecretStore, noon } from '../support/fakes.ts';
import { json, startTokenServer, type TokenServer } from '../support/tokenServer.ts';

const hour = 3_600_000;
const secrets = [acmeCredentials.user, acmeCredentials.password, 'fake-token'];

/** A secret store that can be told to leave one kind of call open, or to end it otherwise. */
class FaultyStore extends MemorySecretStore {
  hangs: (key: string) => boolean = () => false;
  hanging = 0;
  readonly writes: string[] = [];

  override get(key: string): Promise<string | undefined> {
    return this.hangs(key) ? this.#never() : super.get(key);
  }

  override store(key: string, value: string): Promise<void> {
    this.writes.push(key);
    return this.hangs(key) ? this.#never() : super.store(key, value);
  }

  #never<T>(): Promise<T> {
    this.hanging += 1;
    return new Promise(() => undefined);
  }
}

describe('Faults of the secret store', () => {
  let server: TokenServer;
  let clock: FakeClock;
  let store: FaultyStore;
  let notes: MemoryNotes;
  let vault: Vault;
  let log: MemoryLog;
  let tokens: TokenService;
  let issued: number;
  let unhandled: unknown[];
  const noteUnhandled = (reason: unknown) => unhandled.push(reason);

  const answerWithTokens: TokenServer['answer'] = (response, request) => {
    issued += 1;
    return json({ token: `fake-token-${String(issued)}`, expires_in: 3600 })(response, request);
  };

  beforeEach(async () => {
    unhandled = [];
    process.on('unhandledRejection', noteUnhandled);
    issued = 0;
    server = await startTokenServer(answerWithTokens);
    clock = new FakeClock();
    store = new FaultyStore();
    notes = new MemoryNotes();
    log = new MemoryLog();
    ({ vault, tokens } = windowOf());
  });

  afterEach(async () => {
    tokens.dispose();
    await turns();
    process.off('unhandledRejection', noteUnhandled);
    await server[Symbol.asyncDispose]();
    assert.deepEqual(unhandled, []);
    assert.equal(clock.pending, 0, 'a timer is left');
    for (const secret of secrets) assert.ok(!log.text.includes(secret), `the log holds “${secret}”`);
  });

  function windowOf(): { vault: Vault; tokens: TokenService } {
    const own = new Vault(new GuardedSecretStore(store, clock), notes);
    return {
      vault: own,
      tokens: new TokenService({
        vault: own,
        clock,
        log,
        client: () => Promise.resolve(fetchToken),
        timeout: () => 2000,
        allowed: () => true,
        renews: () => true,
      }),
    };
  }

  /** A window that is opened anew: nothing in memory. */
  function reopen(): void {
    tokens.dispose();
    ({ vault, tokens } = windowOf());
  }

  const profileOf = (id = 'acme-1') => acmeProfile(`${server.origin}/token`, { id });

  async function failureOf(promise: Promise<unknown>): Promise<AuthError> {
    const error: unknown = await promise.then(
      () => assert.fail('it did not fail'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof AuthError, String(error));
    assertTellsNothingOf(error, ...secrets);
    return error;
  }

  /** Has what waits for the store come to where it waits. */
  async function turns(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  describe('F62 a profile deleted while its token is fetched', () => {
    it('stays deleted, and the answer is dropped', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      await tokens.setProfiles([profile]);
      server.answer = async (response, request) => {
        await tokens.setProfiles([]);
        await vault.deleteAll(profile.id);
        await answerWithTokens(response, request);
      };
      await failureOf(tokens.fetch(profile));
      assert.equal(server.requests.length, 1);
      assert.equal(store.entries.size, 0);
      assert.equal(notes.entries.size, 0);
      assert.deepEqual(tokens.status(profile.id), { fetching: false });
    });

    it('stays deleted where it was being stored at that moment, and the write ends after the deletion', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      await tokens.setProfiles([profile]);
      const write = store.store.bind(store);
      store.store = async (key, value) => {
        await tokens.setProfiles([]);
        await vault.deleteAll(profile.id);
        await write(key, value);
      };
      assert.match((await failureOf(tokens.fetch(profile))).code, /^(cancelled|profileDeleted)$/);
      assert.deepEqual(store.writes, ['credentials/acme-1', 'token/acme-1'], 'the fault was not produced');
      assert.equal(store.entries.size, 0);
    });

    it('stays deleted where another window deleted it, and this one has not heard of it', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      await tokens.setProfiles([profile]);
      server.answer = async (response, request) => {
        await vault.deleteAll(profile.id);
        await answerWithTokens(response, request);
      };
      assert.equal((await failureOf(tokens.fetch(profile))).code, 'profileDeleted');
      assert.equal(store.entries.size, 0);
    });

    it('and a token forgotten while it is stored stays forgotten', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      await tokens.setProfiles([profile]);
      const write = store.store.bind(store);
      let forgotten: Promise<void> | undefined;
      store.store = (key, value) => {
        forgotten = tokens.forget(profile.id);
        return write(key, value);
      };
      await failureOf(tokens.fetch(profile));
      await forgotten;
      assert.ok(forgotten);
      assert.equal(store.entries.has('token/acme-1'), false);
      assert.equal(tokens.status(profile.id).token, undefined);
    });
  });

  describe('F63 the secret store hangs', () => {
    it('is given up on after 3 s, while another profile fetches', async () => {
      const [slow, well] = [profileOf('slow'), acmeProfile(`${server.origin}/token`, { id: 'well', variable: 'WELL_TOKEN' })];
      for (const each of [slow, well]) await vault.storeCredentials(each, acmeCredentials);
      store.hangs = (key) => key.endsWith('/slow');
      const set = tokens.setProfiles([slow, well]);
      await turns();
      assert.equal((await tokens.fetch(well)).accessToken, 'fake-token-1');
      const failure = failureOf(tokens.fetch(slow));
      await turns();
      clock.advance(2999);
      await turns();
      assert.equal(tokens.status(slow.id).fetching, true);
      clock.advance(1);
      const error = await failure;
      await set;
      assert.ok(store.hanging >= 2, 'the fault was not produced');
      assert.deepEqual([error.code, error.remedy], ['secretStoreSilent', 'retry']);
      assert.match(error.message, /did not answer within 3 s/);
      const status = tokens.status(slow.id);
      assert.equal(tokenState(status, clock.now()), 'failed');
      assert.equal(describeState(status, clock.now()), 'the secret storage does not answer');
      assert.match(log.text, /Acme slow: the secret storage does not answer/);
      assert.equal(server.requests.length, 1);
    });

    it('says so without a fetch, and is read on the next look once it answers', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      store.hangs = () => true;
      const set = tokens.setProfiles([profile]);
      await turns();
      clock.advance(3000);
      await set;
      assert.equal(tokens.status(profile.id).credentials, 'unavailable');
      store.hangs = () => false;
      tokens.wake();
      await turns();
      assert.equal(tokens.status(profile.id).credentials, 'present');
      assert.equal((await tokens.fetch(profile)).accessToken, 'fake-token-1');
    });

    it('while saving: the token is here after 3 s, in memory only', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      await tokens.setProfiles([profile]);
      const write = store.store.bind(store);
      store.store = (key, value) => {
        store.hangs = (which) => which === key;
        return write(key, value);
      };
      const promise = tokens.fetch(profile);
      while (store.hanging === 0) await turns();
      clock.advance(3000);
      assert.equal((await promise).accessToken, 'fake-token-1');
      assert.equal(tokens.status(profile.id).unsaved, true);
    });

    it('while credentials are entered: that fails with a sentence, and nothing is half stored', async () => {
      const profile = profileOf();
      await tokens.setProfiles([profile]);
      store.hangs = () => true;
      const failure = failureOf(tokens.setCredentials(profile, acmeCredentials));
      await turns();
      clock.advance(3000);
      assert.equal((await failure).code, 'secretStoreSilent');
      assert.equal(store.entries.size, 0);
    });
  });

  describe('F64 the secret store throws, or has lost the entry', () => {
    it('throws: “cannot be read, enter them again”, the token in memory stays, and entering them again mends it', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      await tokens.setProfiles([profile]);
      const token = await tokens.fetch(profile);
      store.refusesToRead = true;
      await tokens.reload(profile.id);
      assert.equal(tokens.status(profile.id).token, token);
      const error = await failureOf(tokens.fetch(profile));
      assert.deepEqual([error.code, error.remedy], ['credentialsLost', 'editCredentials']);
      assert.match(error.message, /cannot be read. Enter them again/);
      await tokens.setCredentials(profile, acmeCredentials);
      store.refusesToRead = false;
      assert.equal((await tokens.fetch(profile)).accessToken, 'fake-token-2');
      assert.equal(server.requests.length, 2);
    });

    it('lost it: said, and told apart from “never entered”', async () => {
      const [lost, never] = [profileOf('lost'), acmeProfile(`${server.origin}/token`, { id: 'never', variable: 'NEVER_TOKEN' })];
      await vault.storeCredentials(lost, acmeCredentials);
      store.entries.clear();
      await tokens.setProfiles([lost, never]);
      assert.equal(describeState(tokens.status('lost'), noon), 'credentials lost: enter them again');
      assert.equal(describeState(tokens.status('never'), noon), 'credentials missing');
      for (const id of ['lost', 'never']) assert.equal(tokenState(tokens.status(id), noon), 'credentialsNeeded');
      assert.match((await failureOf(tokens.fetch(lost))).message, /has lost the credentials. Enter them again/);
      const missing = await failureOf(tokens.fetch(never));
      assert.deepEqual([missing.code, missing.message], ['credentialsMissing', 'No credentials are stored. Enter them.']);
      assert.match(log.text, /Acme lost: the secret storage has lost the credentials/);
      assert.equal(server.requests.length, 0);
    });

    it('lost it while a token was good: that token stays, in memory only', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      await tokens.setProfiles([profile]);
      const token = await tokens.fetch(profile);
      store.entries.clear();
      await tokens.reload(profile.id);
      assert.deepEqual(tokens.status(profile.id).token, token);
      assert.equal(tokens.status(profile.id).unsaved, true);
      assert.equal(tokens.status(profile.id).credentials, 'lost');
    });

    it('lost it while a token was fetched: that is kept in memory only, as the profile may have been deleted elsewhere', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      await tokens.setProfiles([profile]);
      server.answer = async (response, request) => {
        store.entries.clear();
        await answerWithTokens(response, request);
      };
      const token = await tokens.fetch(profile);
      assert.equal(store.entries.size, 0);
      assert.equal(tokens.status(profile.id).token, token);
      assert.equal(tokens.status(profile.id).unsaved, true);
    });

    it('learns of credentials that an earlier version of this extension stored', async () => {
      const profile = profileOf();
      await new Vault(store).storeCredentials(profile, acmeCredentials);
      await tokens.setProfiles([profile]);
      store.entries.clear();
      assert.equal((await vault.credentials(profile)).state, 'lost');
    });

    it('forgets that they were entered together with the profile, and with all data', async () => {
      for (const erase of [(id: string) => vault.deleteAll(id), () => vault.clear()]) {
        const profile = profileOf();
        await vault.storeCredentials(profile, acmeCredentials);
        await erase(profile.id);
        assert.equal(notes.entries.size, 0);
        assert.equal((await vault.credentials(profile)).state, 'missing');
      }
    });

    it('writes nothing down that is secret', async () => {
      await vault.storeCredentials(profileOf(), acmeCredentials);
      assert.deepEqual([...notes.entries], [['credentialsEntered/acme-1', true]]);
    });
  });

  describe('F65 the secret store refuses to save', () => {
    it('keeps the token in memory only, says so, and no later look drops it', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      await tokens.setProfiles([profile]);
      store.refusesToSave = true;
      const token = await tokens.fetch(profile);
      assert.ok(store.writes.includes('token/acme-1'), 'the fault was not produced');
      for (let look = 0; look < 2; look++) {
        assert.equal(tokens.status(profile.id).token, token);
        assert.equal(tokens.status(profile.id).unsaved, true);
        assert.equal(describeState(tokens.status(profile.id), noon), 'valid, 1 h left, in memory only');
        await tokens.reload(profile.id);
      }
      assert.match(log.text, /refused to save the token; it is kept in memory/);
    });

    it('keeps it over an older one in the store, and gives way to a newer one of another window', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      store.refusesToSave = true;
      clock.advance(1000);
      const token = await tokens.fetch(profile);
      await tokens.reload(profile.id);
      assert.equal(tokens.status(profile.id).token, token);
      assert.equal(tokens.status(profile.id).unsaved, true);
      store.refusesToSave = false;
      const newer = { accessToken: 'fake-token-of-another-window', obtainedAt: noon + 2000, expiresAt: noon + hour };
      await vault.storeToken(profile, newer);
      await tokens.reload(profile.id);
      assert.deepEqual(tokens.status(profile.id).token, newer);
      assert.equal(tokens.status(profile.id).unsaved, undefined);
    });

    it('is over with the next token that it saves', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      await tokens.setProfiles([profile]);
      store.refusesToSave = true;
      await tokens.fetch(profile);
      store.refusesToSave = false;
      const token = await tokens.fetch(profile);
      assert.equal(tokens.status(profile.id).unsaved, undefined);
      assert.deepEqual(await vault.token(profile), token);
    });

    it('says so where it was credentials that it refused', async () => {
      store.refusesToSave = true;
      const error = await failureOf(tokens.setCredentials(profileOf(), acmeCredentials));
      assert.equal(error.code, 'secretStoreFailed');
      assert.match(error.message, /refused to save/);
    });
  });

  describe('F66 a corrupt stored entry', () => {
    for (const corrupt of ['', '{', '{"version":1}', '[]', '\u0000', '{"version":1,"token":{"accessToken":"fake-token"}}'])
      it(`alone is set aside: ${JSON.stringify(corrupt)}`, async () => {
        const [bad, good] = [profileOf('bad'), acmeProfile(`${server.origin}/token`, { id: 'good', variable: 'GOOD_TOKEN' })];
        await vault.storeCredentials(good, acmeCredentials);
        store.entries.set('credentials/bad', corrupt).set('token/bad', corrupt);
        await tokens.setProfiles([bad, good]);
        assert.equal(describeState(tokens.status('bad'), noon), 'credentials cannot be read');
        assert.equal((await failureOf(tokens.fetch(bad))).code, 'credentialsLost');
        assert.equal((await tokens.fetch(good)).accessToken, 'fake-token-1');
        assert.deepEqual([store.entries.get('credentials/bad'), store.entries.get('token/bad')], [corrupt, corrupt]);
        await tokens.setCredentials(bad, acmeCredentials);
        assert.equal((await tokens.fetch(bad)).accessToken, 'fake-token-2');
      });

    it('of a token does not take the good one in memory along', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      await tokens.setProfiles([profile]);
      const token = await tokens.fetch(profile);
      store.entries.set('token/acme-1', 'damaged');
      await tokens.reload(profile.id);
      assert.equal(tokens.status(profile.id).token, token);
    });
  });

  describe('F67 an entry of a newer version', () => {
    const newer = '{"version":2,"sealed":"otherwise"}';

    it('of credentials is left as it is, though new ones are entered', async () => {
      const profile = profileOf();
      store.entries.set('credentials/acme-1', newer);
      await tokens.setProfiles([profile]);
      assert.equal(describeState(tokens.status(profile.id), noon), 'credentials came from a newer version');
      const refused = await failureOf(tokens.fetch(profile));
      assert.equal(refused.code, 'newerVersion');
      assert.match(refused.message, /newer version of Payment Auth.*Update this one/);
      assert.equal((await failureOf(tokens.setCredentials(profile, acmeCredentials))).code, 'newerVersion');
      assert.equal(store.entries.get('credentials/acme-1'), newer);
      assert.deepEqual(store.writes, []);
      assert.equal(server.requests.length, 0);
    });

    it('of a token is left as it is: the own one is kept in memory only', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      store.entries.set('token/acme-1', newer);
      await tokens.setProfiles([profile]);
      const token = await tokens.fetch(profile);
      await tokens.reload(profile.id);
      assert.equal(tokens.status(profile.id).token, token);
      assert.equal(tokens.status(profile.id).unsaved, true);
      assert.equal(store.entries.get('token/acme-1'), newer);
      assert.match(log.text, /came from a newer version of Payment Auth/);
    });

    it('goes when a person deletes the profile', async () => {
      store.entries.set('credentials/acme-1', newer);
      await vault.deleteAll('acme-1');
      assert.equal(store.entries.size, 0);
    });
  });

  describe('F68 a migration interrupted', () => {
    interface Card {
      readonly first: string;
      readonly last: string;
    }
    const schema = v.object({ first: v.string(), last: v.string() });
    const text = v.object({ name: v.string() });
    const steps: string[] = [];
    let breaks = false;
    const third = new StoredFormat<Card>(3, schema, {
      1: ({ title }) => {
        steps.push('1');
        return { name: title };
      },
      2: (older) => {
        steps.push('2');
        if (breaks) throw new Error('interrupted');
        const [first, last] = v.parse(text, older).name.split(' ');
        return { first, last };
      },
    });
    const old = '{"version":1,"title":"Fake Person"}';

    beforeEach(() => {
      breaks = false;
      steps.length = 0;
    });

    it('brings each older version up to date on reading, and writes nothing', () => {
      assert.deepEqual(third.parse(old), { first: 'Fake', last: 'Person' });
      assert.deepEqual(third.parse('{"version":2,"name":"Fake Person"}'), { first: 'Fake', last: 'Person' });
      assert.deepEqual(steps, ['1', '2', '2']);
      assert.deepEqual(third.parse(third.serialize({ first: 'Fake', last: 'Person' })), { first: 'Fake', last: 'Person' });
      assert.equal(third.parse('{"version":4,"name":"Fake Person"}'), 'newer');
    });

    it('can run again after a step that failed', () => {
      breaks = true;
      assert.equal(third.parse(old), undefined);
      breaks = false;
      assert.deepEqual(third.parse(old), { first: 'Fake', last: 'Person' });
    });

    it('does not make up a step that is missing', () => {
      assert.equal(new StoredFormat<Card>(3, schema, { 1: () => ({}) }).parse(old), undefined);
    });

    it('leaves the old entry whole where the one write that replaces it fails', async () => {
      store.entries.set('card', old);
      const migrate = async () => {
        const value = third.parse((await store.get('card')) ?? '');
        assert.ok(value && value !== 'newer');
        await store.store('card', third.serialize(value));
      };
      store.refusesToSave = true;
      await assert.rejects(migrate());
      assert.equal(store.entries.get('card'), old);
      store.refusesToSave = false;
      await migrate();
      await migrate();
      assert.equal(store.entries.get('card'), '{"version":3,"first":"Fake","last":"Person"}');
    });

    it('has no half-way state: a profile’s entries are each one key, whichever of them was written last', async () => {
      const profile = profileOf();
      await vault.storeCredentials(profile, acmeCredentials);
      await tokens.setProfiles([profile]);
      const token = await tokens.fetch(profile);
      const write = store.store.bind(store);
      store.store = (key, value) => (key.startsWith('token/') ? Promise.reject(new Error('interrupted')) : write(key, value));
      await vault.storeCredentials(profile, { ...acmeCredentials, password: 'fake-password-0003' });
      await assert.rejects(vault.storeToken(profile, { ...token, accessToken: 'fake-token-0003' }));
      reopen();
      await tokens.setProfiles([profile]);
      assert.deepEqual(tokens.status(profile.id).token, token);
      assert.equal((await vault.credentials(profile)).values?.password, 'fake-password-0003');
    });
  });
});
