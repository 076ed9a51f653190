import assert from 'node:assert/strict';
import { AuthError, type AuthErrorCode } from '../../src/core/errors.ts';
import { pauseBeforeNextAttempt, retrying } from '../../src/core/retry.ts';
import type { Token } from '../../src/core/token.ts';
import type { TokenCall } from '../../src/core/tokenClient.ts';
import { acme, acmeCredentials } from '../support/acme.ts';
import { FakeClock, noon } from '../support/fakes.ts';

const second = 1000;
const progress = { attempts: 1, now: noon, until: noon + 20 * second, random: 0.5 };
const failure = (code: AuthErrorCode, retryAt?: number) => new AuthError(code, 'A sentence.', { retryAt });

describe('pauseBeforeNextAttempt', () => {
  for (const code of [
    'connectionLost',
    'connectionRefused',
    'hostNotFound',
    'offline',
    'serverError',
    'timedOut',
    'tooManyRequests',
  ] as const)
    it(`is some time after ${code}`, () => {
      assert.equal(pauseBeforeNextAttempt(failure(code), progress), 250);
    });

  for (const code of [
    'cancelled',
    'credentialsRefused',
    'requestRefused',
    'notFound',
    'redirected',
    'tls',
    'notJson',
    'proxyRefused',
  ] as const)
    it(`is none after ${code}`, () => {
      assert.equal(pauseBeforeNextAttempt(failure(code), progress), undefined);
    });

  it('is anything from nothing up to twice the one before', () => {
    assert.equal(pauseBeforeNextAttempt(failure('offline'), { ...progress, random: 0 }), 0);
    assert.equal(pauseBeforeNextAttempt(failure('offline'), { ...progress, random: 0.999 }), 499.5);
    assert.equal(pauseBeforeNextAttempt(failure('offline'), { ...progress, attempts: 2, random: 0.999 }), 999);
  });

  it('is none after the third attempt', () => {
    assert.equal(pauseBeforeNextAttempt(failure('offline'), { ...progress, attempts: 3 }), undefined);
  });

  it('is at least what Retry-After asks for', () => {
    assert.equal(pauseBeforeNextAttempt(failure('serverError', noon + 2 * second), { ...progress, random: 0 }), 2000);
    assert.equal(pauseBeforeNextAttempt(failure('serverError', noon + 2 * second), progress), 2250);
    assert.equal(pauseBeforeNextAttempt(failure('serverError', noon - second), progress), 250);
  });

  it('is none where it would end after the time of the call', () => {
    assert.equal(pauseBeforeNextAttempt(failure('serverError', noon + 20 * second), { ...progress, random: 0 }), undefined);
    assert.equal(pauseBeforeNextAttempt(failure('serverError'), { ...progress, now: progress.until - 100 }), undefined);
  });
});

describe('retrying', () => {
  const token: Token = { accessToken: 'fake-token', obtainedAt: noon };

  /** Calls with the given outcomes, one after another; the clock goes on by itself while a call waits. */
  async function outcomeOf(
    outcomes: readonly (AuthError | Token)[],
    options: { timeout?: number; each?: number; signal?: AbortSignal } = {},
  ) {
    const clock = new FakeClock();
    const calls: TokenCall[] = [];
    const retries: [AuthErrorCode, number][] = [];
    const fetch = retrying(
      (call) => {
        const outcome = outcomes[calls.length];
        calls.push(call);
        clock.sleep(options.each ?? 0);
        assert.ok(outcome, 'one attempt too many');
        return outcome instanceof AuthError ? Promise.reject(outcome) : Promise.resolve(outcome);
      },
      () => 0.5,
    );
    const call = {
      provider: acme(),
      tokenUrl: 'https://api.acme.example/token',
      credentials: acmeCredentials,
      timeout: options.timeout ?? 20 * second,
      signal: options.signal ?? new AbortController().signal,
      onRetry: ({ code }: AuthError, pause: number) => {
        retries.push([code, pause]);
        setImmediate(() => {
          clock.advance(pause);
        });
      },
    };
    const result = await fetch(call, clock).catch((error: unknown) => error);
    assert.equal(clock.pending, 0);
    return {
      result,
      retries,
      timeouts: calls.map(({ timeout }) => timeout),
      numbers: calls.map(({ attempt }) => attempt),
      passed: clock.now() - noon,
    };
  }

  it('is the fetch alone where that succeeds', async () => {
    assert.deepEqual(await outcomeOf([token]), { result: token, retries: [], timeouts: [20_000], numbers: [1], passed: 0 });
  });

  it('gives each attempt what is left of the time of the call', async () => {
    const { result, retries, timeouts } = await outcomeOf([failure('serverError'), failure('offline'), token], { each: second });
    assert.equal(result, token);
    assert.deepEqual(retries, [
      ['serverError', 250],
      ['offline', 500],
    ]);
    assert.deepEqual(timeouts, [20_000, 18_750, 17_250]);
  });

  it('ends with the third failure', async () => {
    const last = failure('serverError');
    const { result, numbers } = await outcomeOf([failure('offline'), failure('timedOut'), last]);
    assert.equal(result, last);
    assert.deepEqual(numbers, [1, 2, 3]);
  });

  it('ends with a refusal', async () => {
    const refusal = failure('credentialsRefused');
    const { result, timeouts } = await outcomeOf([failure('offline'), refusal]);
    assert.equal(result, refusal);
    assert.equal(timeouts.length, 2);
  });

  it('begins no attempt after 30 s, though one may take longer', async () => {
    const late = failure('serverError');
    const { result, timeouts } = await outcomeOf([failure('offline'), late], { timeout: 300 * second, each: 16 * second });
    assert.equal(result, late);
    assert.deepEqual(timeouts, [300_000, 283_750]);
  });

  it('gives no more time where the clock is turned back', async () => {
    const { timeouts } = await outcomeOf([failure('offline'), token], { each: -3600 * second });
    assert.deepEqual(timeouts, [20_000, 20_000]);
  });

  it('passes on what is no failure of a call at once', async () => {
    const fault = new TypeError('made up');
    const fetch = retrying(() => Promise.reject(fault));
    const signal = new AbortController().signal;
    const call = { provider: acme(), tokenUrl: 'https://api.acme.example/token', credentials: acmeCredentials, timeout: 1000, signal };
    await assert.rejects(fetch(call, new FakeClock()), fault);
  });
});
