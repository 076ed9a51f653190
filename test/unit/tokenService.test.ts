import assert from 'node:assert/strict';
import { AuthError, type AuthErrorCode } from '../../src/core/errors.ts';
import type { Profile } from '../../src/core/profile.ts';
import { retrying } from '../../src/core/retry.ts';
import { fetchToken } from '../../src/core/tokenClient.ts';
import { TokenService } from '../../src/core/tokenService.ts';
import { Vault } from '../../src/core/vault.ts';
import { acme, acmeCredentials, acmeProfile } from '../support/acme.ts';
import { assertTellsNothingOf, FakeClock, MemoryLog, MemorySecretStore, noon } from '../support/fakes.ts';
import { json, startTokenServer, type TokenServer } from '../support/tokenServer.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

describe('TokenService', () => {
  let server: TokenServer;
  let clock: FakeClock;
  let store: MemorySecretStore;
  let vault: Vault;
  let log: MemoryLog;
  let tokens: TokenService;
  let profile: Profile;
  let allowed: boolean;
  let renews: boolean;
  let issued: number;
  /** Seconds, as `expires_in` of the answers. */
  let lifetime: unknown;

  const answerWithTokens: TokenServer['answer'] = (response, request) => {
    issued += 1;
    return json({ token: `fake-token-${String(issued)}`, expires_in: lifetime })(response, request);
  };

  beforeEach(async () => {
    issued = 0;
    lifetime = 3600;
    allowed = true;
    renews = true;
    server = await startTokenServer(answerWithTokens);
    clock = new FakeClock();
    store = new MemorySecretStore();
    vault = new Vault(store);
    log = new MemoryLog();
    tokens = serviceOf();
    profile = acmeProfile(`${server.origin}/token`);
    await vault.storeCredentials(profile, acmeCredentials);
  });

  afterEach(async () => {
    tokens.dispose();
    assert.equal(clock.pending, 0, 'a timer is left');
    await server[Symbol.asyncDispose]();
    for (const secret of [acmeCredentials.user, acmeCredentials.password, 'fake-token'])
      assert.ok(!log.text.includes(secret), `the log holds “${secret}”`);
  });

  function serviceOf(fetch = fetchToken): TokenService {
    return new TokenService({
      vault,
      clock,
      log,
      client: () => Promise.resolve(fetch),
      timeout: () => 2000,
      allowed: () => allowed,
      renews: () => renews,
    });
  }

  /** A second window over the same secrets. */
  async function reopened(): Promise<void> {
    tokens.dispose();
    tokens = serviceOf();
    await tokens.setProfiles([profile]);
  }

  /** Waits until nothing is under way for the profile. */
  async function settled(id = profile.id): Promise<void> {
    while (tokens.status(id).fetching)
      await new Promise<void>((resolve) => {
        const subscription = tokens.onDidChange(() => {
          subscription.dispose();
          resolve();
        });
      });
  }

  /** Lets time pass in small steps, and every call that starts come to its end. */
  async function pass(milliseconds: number, step = 10 * second): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += step) {
      clock.advance(step);
      await settled();
    }
  }

  async function failureOf(promise: Promise<unknown>): Promise<AuthError> {
    const error: unknown = await promise.then(
      () => assert.fail('it did not fail'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof AuthError, String(error));
    assertTellsNothingOf(error, acmeCredentials.user, acmeCredentials.password, 'fake-token');
    return error;
  }

  const answerWithStatus = (status: number, headers?: Record<string, string>) => {
    server.answer = (response, request) => json({ error: `fake-token ${request.body}` }, status, headers)(response, request);
  };

  describe('fetching', () => {
    it('ends with the token in the status and in the secret store', async () => {
      await tokens.setProfiles([profile]);
      const token = await tokens.fetch(profile);
      assert.deepEqual(token, { accessToken: 'fake-token-1', obtainedAt: noon, expiresAt: noon + hour, statedExpiresAt: noon + hour });
      assert.deepEqual(tokens.status(profile.id), { fetching: false, token, lastAttempt: { at: noon }, credentials: 'present' });
      assert.deepEqual(await vault.token(profile), token);
    });

    it('tells that it began and that it ended', async () => {
      await tokens.setProfiles([profile]);
      const heard: boolean[] = [];
      tokens.onDidChange((id) => heard.push(tokens.status(id).fetching));
      await tokens.fetch(profile);
      assert.deepEqual(heard, [true, false]);
    });

    it('makes one request for 100 callers, and gives all the same token', async () => {
      await tokens.setProfiles([profile]);
      const all = await Promise.all(Array.from({ length: 100 }, () => tokens.fetch(profile)));
      assert.equal(server.requests.length, 1);
      assert.equal(new Set(all).size, 1);
    });

    it('makes one request for 100 callers that fail, and gives all the same failure', async () => {
      answerWithStatus(500);
      await tokens.setProfiles([profile]);
      const all = await Promise.all(Array.from({ length: 100 }, () => failureOf(tokens.fetch(profile))));
      assert.equal(server.requests.length, 1);
      assert.equal(new Set(all).size, 1);
    });

    it('makes a new request once the one before has ended', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      assert.equal((await tokens.fetch(profile)).accessToken, 'fake-token-2');
    });

    it('keeps profiles apart', async () => {
      const other = acmeProfile(`${server.origin}/token`, { id: 'acme-2' });
      await vault.storeCredentials(other, acmeCredentials);
      await tokens.setProfiles([profile, other]);
      const [first, second_] = await Promise.all([tokens.fetch(profile), tokens.fetch(other)]);
      assert.notEqual(first.accessToken, second_.accessToken);
      assert.equal(tokens.status('acme-1').token, first);
      assert.equal(tokens.status('acme-2').token, second_);
    });

    it('fails for a profile that is unknown, and sends nothing', async () => {
      await tokens.setProfiles([]);
      assert.equal((await failureOf(tokens.fetch(profile))).code, 'profileDeleted');
      assert.equal(server.requests.length, 0);
      assert.deepEqual(tokens.status(profile.id), { fetching: false });
    });

    it('keeps the last valid token when a renewal fails', async () => {
      await tokens.setProfiles([profile]);
      const token = await tokens.fetch(profile);
      answerWithStatus(500);
      const error = await failureOf(tokens.fetch(profile));
      assert.equal(tokens.status(profile.id).token, token);
      assert.equal(tokens.status(profile.id).lastAttempt?.error, error);
      assert.deepEqual(await vault.token(profile), token);
    });

    it('logs the origin and the outcome', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      answerWithStatus(401);
      await failureOf(tokens.fetch(profile));
      assert.match(log.text, new RegExp(`info Acme acme-1: token fetched from ${server.origin} in 0 ms`));
      assert.match(log.text, /warn Acme acme-1: The provider refused these credentials \(401\)/);
    });
  });

  describe('sends nothing', () => {
    const before: [string, AuthErrorCode, () => void | Promise<void>][] = [
      [
        'while the workspace is not trusted',
        'untrustedWorkspace',
        () => {
          allowed = false;
        },
      ],
      ['without credentials', 'credentialsMissing', () => vault.deleteAll('acme-1')],
      [
        'with credentials that cannot be read',
        'credentialsLost',
        () => {
          store.entries.set('credentials/acme-1', '{');
        },
      ],
      [
        'with credentials of a newer version',
        'newerVersion',
        () => {
          store.entries.set('credentials/acme-1', '{"version":2}');
        },
      ],
      [
        'with credentials that were entered for another origin',
        'credentialsMoved',
        () => vault.storeCredentials({ id: 'acme-1', origin: 'https://api.acme.example' }, acmeCredentials),
      ],
      ['with an incomplete set of credentials', 'credentialsMissing', () => vault.storeCredentials(profile, { user: 'fake-user-0001' })],
    ];
    for (const [name, code, prepare] of before)
      it(name, async () => {
        await prepare();
        await tokens.setProfiles([profile]);
        const error = await failureOf(tokens.fetch(profile));
        assert.equal(error.code, code);
        // What was never tried is no failed attempt.
        assert.equal(tokens.status(profile.id).lastAttempt?.error, code === 'untrustedWorkspace' ? undefined : error);
        await pass(hour, minute);
        assert.equal(server.requests.length, 0);
      });

    it('of a token that another endpoint of the same origin issued', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      await tokens.setProfiles([acmeProfile(`${server.origin}/other`)]);
      assert.equal(tokens.status(profile.id).token, undefined);
      assert.equal(server.requests.length, 1);
    });

    it('of earlier credentials where new ones are entered while it fetches', async () => {
      await tokens.setProfiles([profile]);
      const first = failureOf(tokens.fetch(profile));
      await vault.storeCredentials(profile, { ...acmeCredentials, password: 'fake-password-0004' });
      await tokens.credentialsChanged(profile.id);
      const token = await tokens.fetch(profile);
      assert.equal((await first).code, 'cancelled');
      assert.equal(tokens.status(profile.id).token, token);
      assert.match(server.requests.at(-1)?.body ?? '', /fake-password-0004/);
    });

    it('more once another window has fetched what this one was refused', async () => {
      await tokens.setProfiles([profile]);
      server.answer = (response) => {
        response.writeHead(401, { 'content-type': 'application/json' }).end('{}');
      };
      await failureOf(tokens.fetch(profile));
      await vault.storeCredentials(profile, acmeCredentials);
      const token = { accessToken: 'fake-token-of-another-window', obtainedAt: clock.now(), expiresAt: clock.now() + hour };
      await vault.storeToken(profile, token);
      await tokens.reload(profile.id);
      assert.deepEqual(tokens.status(profile.id), { fetching: false, token, credentials: 'present' });
    });

    it('after the token URL moved to another origin, and shows no token of the old one', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      await using other = await startTokenServer(answerWithTokens);
      const moved = acmeProfile(`${other.origin}/token`);
      await tokens.setProfiles([moved]);
      assert.deepEqual(tokens.status(profile.id), { fetching: false, credentials: 'moved' });
      assert.equal((await failureOf(tokens.fetch(moved))).code, 'credentialsMoved');
      await pass(2 * hour, minute);
      assert.equal(other.requests.length, 0);
      assert.equal(server.requests.length, 1);
    });

    it('to the new origin while a call to the old one is under way, and drops the answer of that', async () => {
      await tokens.setProfiles([profile]);
      await using other = await startTokenServer(answerWithTokens);
      const moved = acmeProfile(`${other.origin}/token`);
      server.answer = async (response, request) => {
        await tokens.setProfiles([moved]);
        await answerWithTokens(response, request);
      };
      await failureOf(tokens.fetch(profile));
      assert.equal(tokens.status(profile.id).token, undefined);
      assert.equal(other.requests.length, 0);
      assert.equal(store.entries.has('token/acme-1'), false);
    });
  });

  describe('cancelling', () => {
    it('stores nothing and keeps what was there', async () => {
      await tokens.setProfiles([profile]);
      const token = await tokens.fetch(profile);
      const before = tokens.status(profile.id).lastAttempt;
      server.answer = () => {
        tokens.cancel(profile.id);
      };
      assert.equal((await failureOf(tokens.fetch(profile))).code, 'cancelled');
      assert.deepEqual(tokens.status(profile.id), { fetching: false, token, lastAttempt: before, credentials: 'present' });
      assert.deepEqual(await vault.token(profile), token);
    });

    it('before the request is sent sends nothing', async () => {
      await tokens.setProfiles([profile]);
      const promise = tokens.fetch(profile);
      tokens.cancel(profile.id);
      assert.equal((await failureOf(promise)).code, 'cancelled');
      assert.equal(server.requests.length, 0);
      assert.equal(store.entries.has('token/acme-1'), false);
    });

    it('a renewal does not begin it again at once', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      server.answer = () => {
        tokens.cancel(profile.id);
      };
      clock.advance(55 * minute);
      await settled();
      assert.equal(server.requests.length, 2);
      await pass(20 * second, second);
      assert.equal(server.requests.length, 2);
      server.answer = answerWithTokens;
      await pass(minute);
      assert.equal(tokens.status(profile.id).token?.accessToken, 'fake-token-2');
    });

    it('without a call under way does nothing', async () => {
      await tokens.setProfiles([profile]);
      tokens.cancel(profile.id);
      tokens.cancel('unknown');
      assert.equal((await tokens.fetch(profile)).accessToken, 'fake-token-1');
    });
  });

  describe('the latest attempts', () => {
    const told = () => tokens.attempts(profile.id).map(({ attempt, status, error }) => [attempt, status, error?.code]);

    it('are none of a profile that nothing was sent for, or that is unknown', async () => {
      await tokens.setProfiles([profile]);
      assert.deepEqual(tokens.attempts(profile.id), []);
      assert.deepEqual(tokens.attempts('unknown'), []);
    });

    it('are told in their order, failures and what was cancelled among them', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      answerWithStatus(401);
      await failureOf(tokens.fetch(profile));
      server.answer = () => {
        tokens.cancel(profile.id);
      };
      await failureOf(tokens.fetch(profile));
      assert.deepEqual(told(), [
        [1, 200, undefined],
        [1, 401, 'credentialsRefused'],
        [1, undefined, 'cancelled'],
      ]);
      assertTellsNothingOf(tokens.attempts(profile.id), acmeCredentials.user, acmeCredentials.password, 'fake-token');
    });

    it('count each request of a call that tries again', async () => {
      tokens.dispose();
      tokens = serviceOf((call, time) => {
        const { onRetry } = call;
        const hurried = (failure: AuthError, pause: number) => {
          onRetry?.(failure, pause);
          setImmediate(() => {
            clock.advance(pause);
          });
        };
        return retrying(fetchToken, () => 0.5)({ ...call, onRetry: hurried }, time);
      });
      await tokens.setProfiles([profile]);
      answerWithStatus(503);
      await failureOf(tokens.fetch(profile));
      assert.deepEqual(told(), [
        [1, 503, 'serverError'],
        [2, 503, 'serverError'],
        [3, 503, 'serverError'],
      ]);
      assert.deepEqual(
        tokens.attempts(profile.id).map(({ at }) => at - noon),
        [0, 250, 750],
      );
    });

    it('are the last twenty', async () => {
      await tokens.setProfiles([profile]);
      for (let times = 0; times < 25; times++) {
        await tokens.fetch(profile);
        clock.advance(second);
      }
      const attempts = tokens.attempts(profile.id);
      assert.deepEqual(
        attempts.map(({ at }) => (at - noon) / second),
        Array.from({ length: 20 }, (_, index) => index + 5),
      );
    });

    it('stay when the token is forgotten, and go with the profile', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      await tokens.forget(profile.id);
      assert.equal(tokens.attempts(profile.id).length, 1);
      await tokens.setProfiles([]);
      await tokens.setProfiles([profile]);
      assert.deepEqual(tokens.attempts(profile.id), []);
    });
  });

  describe('deleting and forgetting', () => {
    it('drops the answer for a profile that was deleted meanwhile, which stays deleted', async () => {
      await tokens.setProfiles([profile]);
      server.answer = async (response, request) => {
        await tokens.setProfiles([]);
        await vault.deleteAll(profile.id);
        await answerWithTokens(response, request);
      };
      await failureOf(tokens.fetch(profile));
      assert.deepEqual(tokens.status(profile.id), { fetching: false });
      assert.equal(store.entries.size, 0);
      await pass(2 * hour, minute);
      assert.equal(server.requests.length, 1);
    });

    it('tells of a profile that is gone', async () => {
      await tokens.setProfiles([profile]);
      const heard: string[] = [];
      tokens.onDidChange((id) => heard.push(id));
      await tokens.setProfiles([]);
      assert.deepEqual(heard, [profile.id]);
    });

    it('forgets a token everywhere and renews it no more', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      await tokens.forget(profile.id);
      assert.deepEqual(tokens.status(profile.id), { fetching: false, credentials: 'present' });
      assert.equal(store.entries.has('token/acme-1'), false);
      await pass(2 * hour, minute);
      assert.equal(server.requests.length, 1);
    });

    it('forgets a token that is under way', async () => {
      await tokens.setProfiles([profile]);
      server.answer = async (response, request) => {
        await tokens.forget(profile.id);
        await answerWithTokens(response, request);
      };
      await failureOf(tokens.fetch(profile));
      assert.equal(tokens.status(profile.id).token, undefined);
      assert.equal(store.entries.has('token/acme-1'), false);
    });
  });

  describe('a usable token', () => {
    it('is the present one while it lasts', async () => {
      await tokens.setProfiles([profile]);
      const token = await tokens.fetch(profile);
      assert.equal(await tokens.usableToken(profile), token);
      assert.equal(server.requests.length, 1);
    });

    it('is a new one where there is none', async () => {
      await tokens.setProfiles([profile]);
      assert.equal((await tokens.usableToken(profile)).accessToken, 'fake-token-1');
    });

    it('is a new one after the expiry', async () => {
      renews = false;
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      clock.advance(hour);
      assert.equal((await tokens.usableToken(profile)).accessToken, 'fake-token-2');
    });

    it('is the present one where its expiry is unknown', async () => {
      lifetime = undefined;
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      clock.advance(90 * 24 * hour);
      assert.equal((await tokens.usableToken(profile)).accessToken, 'fake-token-1');
    });
  });

  describe('renewal', () => {
    const margins: [string, number, number][] = [
      ['five minutes ahead of a day', 86_400, 24 * hour - 5 * minute],
      ['five minutes ahead of an hour', 3600, 55 * minute],
      ['a fifth ahead of 20 minutes', 1200, 16 * minute],
      ['a fifth ahead of five minutes', 300, 4 * minute],
    ];
    for (const [name, seconds, after] of margins)
      it(`happens by itself ${name}`, async () => {
        lifetime = seconds;
        await tokens.setProfiles([profile]);
        await tokens.fetch(profile);
        clock.advance(after - 1);
        assert.equal(tokens.status(profile.id).fetching, false);
        clock.advance(1);
        assert.equal(tokens.status(profile.id).fetching, true);
        await settled();
        assert.equal(tokens.status(profile.id).token?.accessToken, 'fake-token-2');
        assert.equal(server.requests.length, 2);
      });

    it('of a five-minute token happens at most once in four minutes', async () => {
      lifetime = 300;
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      await pass(2 * hour, 5 * second);
      assert.equal(server.requests.length, 1 + 30);
    });

    for (const seconds of [0, -1, '0'])
      it(`makes no loop of a token that is over on arrival (expires_in ${JSON.stringify(seconds)})`, async () => {
        lifetime = seconds;
        await tokens.setProfiles([profile]);
        await tokens.fetch(profile);
        await pass(hour, minute);
        assert.equal(server.requests.length, 1);
      });

    it('leaves a token of unknown expiry alone', async () => {
      lifetime = 'soon';
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      await pass(48 * hour, hour);
      assert.equal(server.requests.length, 1);
    });

    it('does not happen where it is switched off, until it is switched on', async () => {
      renews = false;
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      await pass(56 * minute, minute);
      assert.equal(server.requests.length, 1);
      renews = true;
      tokens.replan();
      await pass(second, second);
      assert.equal(server.requests.length, 2);
    });

    it('does not happen while the workspace is not trusted', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      allowed = false;
      await pass(2 * hour, minute);
      assert.equal(server.requests.length, 1);
    });

    it('happens of a token of an earlier window, too', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      await reopened();
      assert.equal(tokens.status(profile.id).token?.accessToken, 'fake-token-1');
      clock.advance(55 * minute);
      await settled();
      assert.equal(tokens.status(profile.id).token?.accessToken, 'fake-token-2');
    });

    it('does not happen of a token that a window finds expired', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      clock.sleep(2 * hour);
      await reopened();
      await pass(hour, minute);
      tokens.wake();
      await settled();
      assert.equal(server.requests.length, 1);
      assert.equal((await tokens.fetch(profile)).accessToken, 'fake-token-2');
      clock.advance(55 * minute);
      await settled();
      assert.equal(server.requests.length, 3);
    });

    it('reads the secret storage anew on waking, and not each time that somebody switches to and fro', async () => {
      await tokens.setProfiles([profile]);
      const before = store.reads;
      tokens.wake();
      await settled();
      const once = store.reads - before;
      assert.ok(once > 0);
      for (let times = 0; times < 10; times++) tokens.wake();
      await settled();
      assert.equal(store.reads - before, once);
      await pass(minute, minute);
      tokens.wake();
      await settled();
      assert.equal(store.reads - before, 2 * once);
    });

    it('happens on waking where the machine slept past it', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      clock.sleep(3 * hour);
      tokens.wake();
      assert.equal(tokens.status(profile.id).fetching, true);
      await settled();
      assert.equal(tokens.status(profile.id).token?.accessToken, 'fake-token-2');
    });

    it('does not happen on waking where it is not due', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      clock.sleep(minute);
      tokens.wake();
      await settled();
      assert.equal(server.requests.length, 1);
    });

    it('comes in its time after the clock was turned back', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      clock.sleep(-hour);
      tokens.wake();
      assert.equal(tokens.status(profile.id).fetching, false);
      clock.advance(hour + 55 * minute);
      await settled();
      assert.equal(server.requests.length, 2);
    });

    it('waits for the expiry where the provider gives out the same token until then', async () => {
      const until = noon + 10 * minute;
      server.answer = (response, request) => {
        const expired = clock.now() >= until;
        return json(
          expired ? { token: 'fake-token-2', expires_in: 600 } : { token: 'fake-token-1', expires_in: (until - clock.now()) / second },
        )(response, request);
      };
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      await pass(10 * minute, second);
      assert.equal(server.requests.length, 3);
      assert.equal(tokens.status(profile.id).token?.accessToken, 'fake-token-2');
    });

    it('never waits for more than a day at a time, however long a token lives', async () => {
      lifetime = 1e12;
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      await pass(40 * 24 * hour, 12 * hour);
      assert.equal(server.requests.length, 1);
      assert.ok(clock.waits.length >= 40);
      for (const wait of clock.waits) assert.ok(wait >= 0 && wait <= 24 * hour, String(wait));
    });

    it('tells that a token expired, at the moment', async () => {
      renews = false;
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      const heard: number[] = [];
      tokens.onDidChange(() => heard.push(clock.now() - noon));
      clock.advance(2 * hour);
      assert.deepEqual(heard, [hour]);
    });
  });

  describe('renewal that fails', () => {
    beforeEach(async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
    });

    for (const status of [400, 401, 403, 404, 302])
      it(`by ${String(status)} is not tried again by itself`, async () => {
        answerWithStatus(status);
        await pass(12 * hour, minute);
        assert.equal(server.requests.length, 2);
      });

    it('by a refusal is tried again once new credentials were entered', async () => {
      answerWithStatus(401);
      await pass(56 * minute, minute);
      assert.equal(tokens.status(profile.id).lastAttempt?.error?.code, 'credentialsRefused');
      server.answer = answerWithTokens;
      await vault.storeCredentials(profile, { ...acmeCredentials, password: 'fake-password-0003' });
      await tokens.credentialsChanged(profile.id);
      assert.equal(tokens.status(profile.id).lastAttempt, undefined);
      await pass(second, second);
      assert.equal(server.requests.length, 3);
      assert.match(server.requests[2]?.body ?? '', /fake-password-0003/);
      assert.equal(tokens.status(profile.id).token?.accessToken, 'fake-token-2');
    });

    it('by a refusal is tried again once the profile was edited', async () => {
      answerWithStatus(404);
      await pass(56 * minute, minute);
      server.answer = answerWithTokens;
      await tokens.setProfiles([{ ...profile, name: 'Edited' }]);
      await pass(second, second);
      assert.equal(tokens.status(profile.id).token?.accessToken, 'fake-token-2');
    });

    it('by a problem of the server is tried again, more and more seldom', async () => {
      answerWithStatus(503);
      clock.advance(55 * minute);
      await settled();
      const times: number[] = [];
      let seen = server.requests.length;
      for (let at = 0; at < 2 * hour; at += second) {
        clock.advance(second);
        await settled();
        if (server.requests.length > seen) times.push(at + second);
        seen = server.requests.length;
      }
      const pauses = times.map((time, index) => (time - (times[index - 1] ?? 0)) / second);
      assert.deepEqual(pauses.slice(0, 8), [30, 60, 120, 240, 480, 900, 900, 900]);
    });

    it('with Retry-After is not tried again before that', async () => {
      answerWithStatus(429, { 'retry-after': '240' });
      clock.advance(55 * minute);
      await settled();
      await pass(4 * minute - second, second);
      assert.equal(server.requests.length, 2);
      await pass(second, second);
      assert.equal(server.requests.length, 3);
    });

    it('starts over with short pauses after a success', async () => {
      answerWithStatus(503);
      await pass(57 * minute);
      server.answer = answerWithTokens;
      await tokens.fetch(profile);
      const before = server.requests.length;
      answerWithStatus(503);
      clock.advance(55 * minute);
      await settled();
      await pass(30 * second);
      assert.equal(server.requests.length, before + 2);
    });
  });

  describe('the secret store', () => {
    it('may refuse to save: the token is kept in memory, and the log says so', async () => {
      store.refusesToSave = true;
      await tokens.setProfiles([profile]);
      const token = await tokens.fetch(profile);
      assert.equal(tokens.status(profile.id).token, token);
      assert.equal(tokens.status(profile.id).lastAttempt?.error, undefined);
      assert.match(log.text, /warn Acme acme-1: the secret storage refused to save the token; it is kept in memory/);
    });

    it('may refuse to be read: nothing is sent, and everything goes on', async () => {
      store.refusesToRead = true;
      await tokens.setProfiles([profile]);
      assert.deepEqual(tokens.status(profile.id), { fetching: false, credentials: 'unreadable' });
      assert.equal((await failureOf(tokens.fetch(profile))).code, 'credentialsLost');
      assert.equal(server.requests.length, 0);
      store.refusesToRead = false;
      assert.equal((await tokens.fetch(profile)).accessToken, 'fake-token-1');
    });

    it('may hold a corrupt token, which is as good as none', async () => {
      store.entries.set('token/acme-1', '{"version":1,"token":"fake-token');
      await tokens.setProfiles([profile]);
      assert.deepEqual(tokens.status(profile.id), { fetching: false, credentials: 'present' });
    });

    it('is read again when another window has written a token', async () => {
      await tokens.setProfiles([profile]);
      await vault.storeToken(profile, { accessToken: 'fake-token-of-another-window', obtainedAt: noon, expiresAt: noon + hour });
      const heard: string[] = [];
      tokens.onDidChange((id) => heard.push(id));
      await tokens.reload(profile.id);
      assert.equal(tokens.status(profile.id).token?.accessToken, 'fake-token-of-another-window');
      assert.deepEqual(heard, [profile.id]);
    });

    it('may tell of a change that is none, and nobody hears of it', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      let heard = 0;
      tokens.onDidChange(() => heard++);
      await tokens.reload(profile.id);
      await tokens.reload('unknown');
      assert.equal(heard, 0);
    });
  });

  describe('profiles that are set again', () => {
    it('unchanged keep token, attempt and call', async () => {
      await tokens.setProfiles([profile]);
      server.answer = async (response, request) => {
        await tokens.setProfiles([profile]);
        await answerWithTokens(response, request);
      };
      const token = await tokens.fetch(profile);
      await tokens.setProfiles([profile]);
      assert.equal(tokens.status(profile.id).token, token);
    });

    it('renamed keep their token', async () => {
      await tokens.setProfiles([profile]);
      const token = await tokens.fetch(profile);
      await tokens.setProfiles([{ ...profile, name: 'Other name' }]);
      assert.equal(tokens.status(profile.id).token, token);
    });

    it('of another provider start anew', async () => {
      await tokens.setProfiles([profile]);
      await tokens.fetch(profile);
      await vault.deleteToken(profile.id);
      await tokens.setProfiles([{ ...profile, provider: acme() }]);
      assert.equal(tokens.status(profile.id).token, undefined);
    });
  });

  it('once disposed of plans nothing more, though a call was under way and a token is there', async () => {
    await tokens.setProfiles([profile]);
    await tokens.fetch(profile);
    server.answer = () => {
      tokens.dispose();
    };
    await failureOf(tokens.fetch(profile));
    assert.equal(clock.pending, 0);
    clock.advance(2 * hour);
    assert.equal(server.requests.length, 2);
  });

  it('once disposed of aborts what is under way and fires no more', async () => {
    await tokens.setProfiles([profile]);
    server.answer = () => {
      tokens.dispose();
    };
    let heard = 0;
    const promise = tokens.fetch(profile);
    tokens.onDidChange(() => heard++);
    assert.equal((await failureOf(promise)).code, 'cancelled');
    assert.equal(heard, 0);
    assert.equal(store.entries.has('token/acme-1'), false);
  });
});
