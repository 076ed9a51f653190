import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lease, Leases } from '../../src/core/ports.ts';
import { fetchToken } from '../../src/core/tokenClient.ts';
import { TokenService } from '../../src/core/tokenService.ts';
import { Vault } from '../../src/core/vault.ts';
import { FileLeases } from '../../src/editor/fileLeases.ts';
import { systemClock } from '../../src/editor/systemClock.ts';
import { acmeCredentials, acmeProfile } from '../support/acme.ts';
import { FakeClock, MemoryLog, MemorySecretStore } from '../support/fakes.ts';
import { FileSecretStore } from '../support/fileSecretStore.ts';
import { json, startTokenServer, type TokenServer } from '../support/tokenServer.ts';
import { WindowProcess } from '../support/windows.ts';

const second = 1000;
const minute = 60 * second;

async function until(what: string, condition: () => boolean | Promise<boolean>, patience: number): Promise<void> {
  const end = Date.now() + patience;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `not within ${String(patience)} ms: ${what}`);
    await delay(20);
  }
}

describe('Many windows', function () {
  this.timeout(40 * second);
  let folder: string;
  let server: TokenServer;
  let store: FileSecretStore;
  let vault: Vault;
  let windows: WindowProcess[];
  /** Requests that the server keeps waiting, in their order. */
  let held: (() => void)[];
  let holding: boolean;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'payment-auth-windows-'));
    store = new FileSecretStore(join(folder, 'secrets'));
    vault = new Vault(store);
    windows = [];
    held = [];
    holding = false;
    let issued = 0;
    server = await startTokenServer(async (response, request) => {
      issued += 1;
      const answer = json({ token: `fake-token-${String(issued)}`, expires_in: 3600 });
      if (holding) await new Promise<void>((resolve) => held.push(resolve));
      else await delay(50);
      await answer(response, request);
    });
  });

  afterEach(async () => {
    await Promise.all(windows.map((window) => window.kill()));
    await server[Symbol.asyncDispose]();
    for (const name of await readdir(join(folder, 'leases')).catch(() => []))
      assert.doesNotMatch(await readFile(join(folder, 'leases', name), 'utf8'), /fake|token|acme/, name);
    await rm(folder, { recursive: true });
  });

  const profileHere = () => acmeProfile(`${server.origin}/token`);

  async function open(count: number, renews = true): Promise<WindowProcess[]> {
    const opened = Array.from({ length: count }, () => new WindowProcess(folder, `${server.origin}/token`, renews));
    windows.push(...opened);
    await Promise.all(opened.map((window) => window.ready()));
    return opened;
  }

  /** A token of one minute whose renewal comes due after this long, 12 s ahead of its expiry. */
  async function storeTokenDueIn(milliseconds: number): Promise<void> {
    const obtainedAt = Date.now() + milliseconds - 48 * second;
    await vault.storeToken(profileHere(), { accessToken: 'fake-token-old', obtainedAt, expiresAt: obtainedAt + minute });
  }

  it('F54 four windows and a refusal: one request, until the credentials are entered anew', async () => {
    let calls = 0;
    server.answer = (response, request) => {
      calls += 1;
      return json({ error: 'fake-password' }, 401)(response, request);
    };
    await vault.storeCredentials(profileHere(), acmeCredentials);
    await storeTokenDueIn(1500);
    const four = await open(4);
    await until('the refusal is known everywhere', () => four.every(({ failure }) => failure === 'credentialsRefused'), 20 * second);
    assert.equal(calls, 1);
    // A window that is opened later knows of it as well.
    const [late] = await open(1);
    await until('the late one knows', () => late?.failure === 'credentialsRefused', 20 * second);
    assert.equal(calls, 1);
    late?.order('fetch');
    await until('a person may try again', () => calls === 2, 10 * second);
  });

  it('F53 four windows and a server that is down: one renewal at a time, then all rest', async () => {
    let calls = 0;
    server.answer = (response, request) => {
      calls += 1;
      return json({}, 503)(response, request);
    };
    await vault.storeCredentials(profileHere(), acmeCredentials);
    await storeTokenDueIn(1500);
    const four = await open(4);
    await until('the failure is known everywhere', () => four.every(({ failure }) => failure === 'serverError'), 20 * second);
    assert.equal(calls, 1);
  });

  const stored = async () => (await vault.token(profileHere()))?.accessToken;

  it('F59 100 callers at once: one request, all have its token', async () => {
    const tokens = new TokenService({
      vault: new Vault(new MemorySecretStore()),
      clock: systemClock,
      log: new MemoryLog(),
      leases: new FileLeases(join(folder, 'leases'), systemClock),
      client: () => Promise.resolve(fetchToken),
      timeout: () => 2000,
      allowed: () => true,
      renews: () => true,
    });
    const profile = profileHere();
    await tokens.setProfiles([profile]);
    await tokens.setCredentials(profile, acmeCredentials);
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, index) => (index % 2 ? tokens.fetch(profile) : tokens.usableToken(profile))),
    );
    assert.equal(server.requests.length, 1);
    assert.deepEqual([...new Set(all.map(({ accessToken }) => accessToken))], ['fake-token-1']);
    tokens.dispose();
    await until('the lease is given back', async () => (await readdir(join(folder, 'leases'))).length === 0, second);
  });

  it('F60 four windows at the moment of renewal: one request, all four have the new token', async () => {
    await vault.storeCredentials(profileHere(), acmeCredentials);
    await storeTokenDueIn(5 * second);
    const four = await open(4);
    for (const window of four) assert.equal(window.token, 'fake-token-old');
    assert.equal(server.requests.length, 0, 'a window was too slow to open');
    await until(
      'all four have the new token',
      () => four.every(({ token, fetching }) => token === 'fake-token-1' && !fetching),
      8 * second,
    );
    assert.equal(server.requests.length, 1);
    assert.equal(await stored(), 'fake-token-1');
    assert.equal(four.filter(({ log }) => log.some((line) => line.includes('token fetched from'))).length, 1);
    assert.equal(four.filter(({ log }) => log.some((line) => line.includes('taken over from another window'))).length, 3);
  });

  it('F60 four windows that need a token after its expiry: one request, all four have the new token', async () => {
    await vault.storeCredentials(profileHere(), acmeCredentials);
    await storeTokenDueIn(-20 * second);
    const four = await open(4);
    for (const window of four) window.order('use');
    await until(
      'all four have the new token',
      () => four.every(({ token, fetching }) => token === 'fake-token-1' && !fetching),
      8 * second,
    );
    assert.equal(server.requests.length, 1);
  });

  it('F61 the window that renews is killed: one other takes over in bounded time, all have its token', async () => {
    await vault.storeCredentials(profileHere(), acmeCredentials);
    await storeTokenDueIn(-second);
    holding = true;
    const [first] = await open(1);
    assert.ok(first);
    await until('the first asks', () => server.requests.length === 1, 5 * second);
    const three = await open(3);
    await delay(500);
    assert.equal(server.requests.length, 1, 'another did not wait');
    holding = false;
    await first.kill();
    const killed = Date.now();
    await until('the others have a new token', () => three.every(({ token }) => token === 'fake-token-2'), 12 * second);
    assert.ok(Date.now() - killed < 10 * second);
    assert.equal(server.requests.length, 2);
    assert.equal(await stored(), 'fake-token-2');
  });

  it('F61 a window that hangs is overtaken, and overwrites nothing newer when it comes back', async function () {
    // Windows cannot stop a process and let it go on.
    if (process.platform === 'win32') this.skip();
    await vault.storeCredentials(profileHere(), acmeCredentials);
    await storeTokenDueIn(-second);
    holding = true;
    const [slow] = await open(1);
    assert.ok(slow);
    await until('the slow one asks', () => server.requests.length === 1, 5 * second);
    slow.signal('SIGSTOP');
    holding = false;
    const three = await open(3);
    await until('the others have a new token', () => three.every(({ token }) => token === 'fake-token-2'), 15 * second);
    for (const answer of held) answer();
    slow.signal('SIGCONT');
    await until('the slow one has ended', () => !slow.fetching && slow.token !== 'fake-token-old', 5 * second);
    assert.equal(server.requests.length, 2);
    assert.equal(slow.token, 'fake-token-2');
    assert.equal(await stored(), 'fake-token-2');
    assert.ok(slow.log.some((line) => line.includes('another window was faster')));
  });

  it('F61 a person waits for no other window longer than a few seconds, whatever that does', async () => {
    await vault.storeCredentials(profileHere(), acmeCredentials);
    holding = true;
    const [busy, own] = await open(2, false);
    assert.ok(busy && own);
    busy.order('fetch');
    await until('the busy one asks', () => server.requests.length === 1, 5 * second);
    holding = false;
    own.order('fetch');
    const asked = Date.now();
    await until('a token', () => own.token === 'fake-token-2', 8 * second);
    assert.ok(Date.now() - asked < 6 * second);
    assert.equal(server.requests.length, 2);
    for (const answer of held) answer();
    await until('the busy one has ended', () => busy.token !== undefined, 5 * second);
    assert.equal(busy.token, 'fake-token-2');
    assert.equal(await stored(), 'fake-token-2');
  });

  it('four persons who ask at once are served by one request', async () => {
    await vault.storeCredentials(profileHere(), acmeCredentials);
    const four = await open(4, false);
    for (const window of four) window.order('fetch');
    await until('all four have it', () => four.every(({ token, fetching }) => token === 'fake-token-1' && !fetching), 5 * second);
    assert.equal(server.requests.length, 1);
  });
});

describe('A window’s turn', () => {
  const never: Leases = { acquire: () => new Promise(() => undefined) };
  let server: TokenServer;
  let clock: FakeClock;
  let store: MemorySecretStore;
  let log: MemoryLog;

  beforeEach(async () => {
    server = await startTokenServer(json({ token: 'fake-token-1', expires_in: 3600 }));
    clock = new FakeClock();
    store = new MemorySecretStore();
    log = new MemoryLog();
  });

  afterEach(async () => {
    assert.equal(clock.pending, 0, 'a timer is left');
    await server[Symbol.asyncDispose]();
  });

  async function serviceWith(leases: Leases) {
    const vault = new Vault(store);
    const profile = acmeProfile(`${server.origin}/token`);
    await vault.storeCredentials(profile, acmeCredentials);
    const tokens = new TokenService({
      vault,
      clock,
      log,
      leases,
      client: () => Promise.resolve(fetchToken),
      timeout: () => 2000,
      allowed: () => true,
      renews: () => true,
    });
    await tokens.setProfiles([profile]);
    return { tokens, profile, vault };
  }

  it('is waited for by a person for 3 s', async () => {
    const { tokens, profile } = await serviceWith(never);
    const promise = tokens.fetch(profile);
    clock.advance(2999);
    await delay(20);
    assert.equal(server.requests.length, 0);
    clock.advance(1);
    assert.equal((await promise).accessToken, 'fake-token-1');
    tokens.dispose();
  });

  it('is waited for by a renewal for longer, until a person joins', async () => {
    const { tokens, profile, vault } = await serviceWith(never);
    await vault.storeToken(profile, {
      accessToken: 'fake-token-0',
      obtainedAt: clock.now() - 56 * minute,
      expiresAt: clock.now() + 4 * minute,
    });
    await tokens.reload(profile.id);
    tokens.wake();
    assert.equal(tokens.status(profile.id).fetching, true);
    clock.advance(20 * second);
    await delay(20);
    assert.equal(server.requests.length, 0);
    const promise = tokens.fetch(profile);
    clock.advance(3 * second);
    assert.equal((await promise).accessToken, 'fake-token-1');
    assert.equal(server.requests.length, 1);
    tokens.dispose();
  });

  it('ends with a cancellation, and sends nothing', async () => {
    const { tokens, profile } = await serviceWith(never);
    const promise = tokens.fetch(profile);
    tokens.cancel(profile.id);
    await assert.rejects(promise, { code: 'cancelled' });
    assert.equal(server.requests.length, 0);
    tokens.dispose();
  });

  it('is not needed where the windows cannot agree, as in a folder that cannot be written', async () => {
    const { tokens, profile } = await serviceWith({ acquire: () => Promise.reject(new Error('read-only')) });
    assert.equal((await tokens.fetch(profile)).accessToken, 'fake-token-1');
    assert.match(log.text, /cannot agree on who renews/);
    tokens.dispose();
  });

  it('is given back when it comes too late, and after every end of a call', async () => {
    let released = 0;
    const lease: Lease = {
      release: () => {
        released += 1;
        return Promise.resolve();
      },
    };
    let give: (lease: Lease) => void = () => undefined;
    const late = await serviceWith({ acquire: () => new Promise((resolve) => (give = resolve)) });
    const promise = late.tokens.fetch(late.profile);
    clock.advance(3 * second);
    await promise;
    give(lease);
    await delay(0);
    assert.equal(released, 1);
    late.tokens.dispose();

    const prompt = await serviceWith({ acquire: () => Promise.resolve(lease) });
    await prompt.tokens.fetch(prompt.profile);
    assert.equal(released, 2);
    server.answer = json({}, 500);
    await assert.rejects(prompt.tokens.fetch(prompt.profile));
    assert.equal(released, 3);
    prompt.tokens.dispose();
  });

  it('does not end in a token of credentials that another window replaced meanwhile', async () => {
    const { tokens, profile, vault } = await serviceWith({ acquire: () => Promise.resolve({ release: () => Promise.resolve() }) });
    server.answer = async (response, request) => {
      await vault.storeCredentials(profile, { ...acmeCredentials, password: 'fake-password-0003' });
      await json({ token: 'fake-token-of-the-earlier', expires_in: 3600 })(response, request);
    };
    await assert.rejects(tokens.fetch(profile), { code: 'cancelled' });
    assert.equal(store.entries.has('token/acme-1'), false);
    assert.equal(tokens.status(profile.id).token, undefined);
    tokens.dispose();
  });
});

describe('FileLeases', function () {
  this.timeout(10 * second);
  let folder: string;
  let leases: FileLeases;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'payment-auth-leases-'));
    leases = new FileLeases(join(folder, 'deeper'), systemClock);
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const names = () => readdir(join(folder, 'deeper'));
  const brief = (milliseconds = 400) => AbortSignal.timeout(milliseconds);

  it('are held by one at a time, each for itself', async () => {
    const lease = await leases.acquire('one', brief());
    assert.ok(lease);
    assert.equal(await leases.acquire('one', brief()), undefined);
    const other = await leases.acquire('two', brief());
    assert.ok(other);
    await lease.release();
    const again = await leases.acquire('one', brief());
    assert.ok(again);
    await Promise.all([again.release(), other.release()]);
    assert.deepEqual(await names(), []);
  });

  it('go to one of many at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => leases.acquire('one', brief())));
    const [lease, ...others] = all.filter((each) => each !== undefined);
    assert.ok(lease);
    assert.equal(others.length, 0);
    await lease.release();
  });

  for (const [name, age] of [
    ['of one that died', -10_000],
    ['from before the clock was set back', 3_600_000],
  ] as const)
    it(`${name} go to one of many at once`, async () => {
      const dead = await leases.acquire('one', brief());
      assert.ok(dead);
      const [file = ''] = await names();
      const then = new Date(Date.now() + age);
      await utimes(join(folder, 'deeper', file), then, then);
      const all = await Promise.all(Array.from({ length: 20 }, () => leases.acquire('one', brief(1500))));
      const [lease, ...others] = all.filter((each) => each !== undefined);
      assert.ok(lease);
      assert.equal(others.length, 0);
      // The one that was taken for dead does not take it from its successor.
      await dead.release();
      assert.equal(await leases.acquire('one', brief()), undefined);
      await lease.release();
      assert.deepEqual(await names(), []);
    });

  it('of one that died in the midst of taking over are freed, too', async () => {
    const path = join(folder, 'deeper', 'one.lease');
    const dead = await leases.acquire('one', brief());
    assert.ok(dead);
    const holder = await readFile(path, 'utf8');
    await writeFile(`${path}.${holder}.claim`, 'claimant');
    const then = new Date(Date.now() - 10_000);
    for (const each of [path, `${path}.${holder}.claim`]) await utimes(each, then, then);
    const lease = await leases.acquire('one', brief(2000));
    assert.ok(lease);
    await dead.release();
    await lease.release();
    assert.deepEqual(await names(), []);
  });

  it('hold names that are no file names', async () => {
    const lease = await leases.acquire('../..\\a:b', brief());
    assert.ok(lease);
    await lease.release();
    assert.deepEqual(await readdir(folder), ['deeper']);
  });
});
