import assert from 'node:assert/strict';
import { AuthError, type AuthErrorCode } from '../../src/core/errors.ts';
import type { ProfileStatus } from '../../src/core/tokenService.ts';
import { describeState, speakState, tokenState, untilStateChanges, type TokenState } from '../../src/editor/tokenState.ts';
import { noon } from '../support/fakes.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A token of 24 hours with this much left at noon. */
function left(milliseconds: number): ProfileStatus {
  return {
    fetching: false,
    token: { accessToken: 'fake-token', obtainedAt: noon + milliseconds - 24 * hour, expiresAt: noon + milliseconds },
  };
}

const unknownExpiry: ProfileStatus = { fetching: false, token: { accessToken: 'fake-token', obtainedAt: noon } };
const none: ProfileStatus = { fetching: false };

function failed(code: AuthErrorCode, status: ProfileStatus = none): ProfileStatus {
  return { ...status, lastAttempt: { at: noon, error: new AuthError(code, 'A sentence.') } };
}

const cases: [string, ProfileStatus, TokenState, string, string][] = [
  ['a fresh token', left(23 * hour + 41 * minute), 'valid', 'valid, 23 h 41 min left', 'token valid, 23 hours 41 minutes left'],
  ['a token with little left', left(4 * minute), 'expiring', 'valid, 4 min left', 'token valid, 4 minutes left'],
  ['a token in its last minute', left(1), 'expiring', 'valid, less than a minute left', 'token valid, less than a minute left'],
  ['a token that has just expired', left(0), 'expired', 'expired just now', 'token expired just now'],
  ['an expired token', left(-3 * minute), 'expired', 'expired 3 min ago', 'token expired 3 minutes ago'],
  ['a token of unknown expiry', unknownExpiry, 'unknownExpiry', 'unknown expiry', 'token unknown expiry'],
  ['no token', none, 'noToken', 'not fetched yet', 'token not fetched yet'],
  ['a first fetch', { fetching: true }, 'fetching', 'fetching…', 'token fetching…'],
  ['a renewal', { ...left(hour), fetching: true }, 'fetching', 'fetching…', 'token fetching…'],
  ['missing credentials', { ...none, credentials: 'missing' }, 'credentialsNeeded', 'credentials missing', 'token credentials missing'],
  [
    'moved credentials',
    { ...none, credentials: 'moved' },
    'credentialsNeeded',
    'credentials were entered for another server',
    'token credentials were entered for another server',
  ],
  [
    'unreadable credentials',
    { ...none, credentials: 'unreadable' },
    'credentialsNeeded',
    'credentials cannot be read',
    'token credentials cannot be read',
  ],
  [
    'lost credentials',
    { ...none, credentials: 'lost' },
    'credentialsNeeded',
    'credentials lost: enter them again',
    'token credentials lost: enter them again',
  ],
  [
    'credentials of a newer version',
    { ...none, credentials: 'newer' },
    'failed',
    'credentials came from a newer version',
    'token credentials came from a newer version',
  ],
  [
    'a secret storage that does not answer',
    { ...none, credentials: 'unavailable' },
    'failed',
    'the secret storage does not answer',
    'token the secret storage does not answer',
  ],
  [
    'a token with little left, of a secret storage that does not answer',
    { ...left(4 * minute), credentials: 'unavailable' },
    'expiring',
    'valid, 4 min left',
    'token valid, 4 minutes left',
  ],
  [
    'a token that was not saved',
    { ...left(hour), unsaved: true },
    'valid',
    'valid, 1 h left, in memory only',
    'token valid, 1 hour left, in memory only',
  ],
  [
    'a token of unknown expiry that was not saved',
    { ...unknownExpiry, unsaved: true },
    'unknownExpiry',
    'unknown expiry, in memory only',
    'token unknown expiry, in memory only',
  ],
  ['refused credentials', failed('credentialsRefused'), 'credentialsNeeded', 'credentials refused', 'token credentials refused'],
  [
    'refused credentials of a token that is still good',
    failed('credentialsRefused', left(hour)),
    'valid',
    'valid, 1 h left',
    'token valid, 1 hour left',
  ],
  [
    'refused credentials of a token with little left',
    failed('credentialsRefused', left(minute)),
    'credentialsNeeded',
    'credentials refused',
    'token credentials refused',
  ],
  ['a failed first fetch', failed('serverError'), 'failed', 'last attempt failed: A sentence.', 'token last attempt failed: A sentence.'],
  [
    'a failed renewal of a token that is still good',
    failed('serverError', left(hour)),
    'valid',
    'valid, 1 h left',
    'token valid, 1 hour left',
  ],
  [
    'a failed renewal of a token with little left',
    failed('serverError', left(minute)),
    'expiring',
    'valid, 1 min left',
    'token valid, 1 minute left',
  ],
  [
    'a failed renewal of an expired token',
    failed('serverError', left(-minute)),
    'failed',
    'last attempt failed: A sentence.',
    'token last attempt failed: A sentence.',
  ],
  ['present credentials without a token', { ...none, credentials: 'present' }, 'noToken', 'not fetched yet', 'token not fetched yet'],
];

describe('tokenState', () => {
  for (const [name, status, state, words, spoken] of cases)
    it(`of ${name} is ${state}: “${words}”`, () => {
      assert.equal(tokenState(status, noon), state);
      assert.equal(describeState(status, noon), words);
      assert.equal(speakState(status, noon), spoken);
    });

  it('never says the token', () => {
    for (const [, status] of cases) assert.ok(!`${describeState(status, noon)}${speakState(status, noon)}`.includes('fake-token'));
  });
});

describe('untilStateChanges', () => {
  const waits: [string, ProfileStatus, number | undefined][] = [
    ['a fresh token', left(hour + 30_000), 30_001],
    ['a token in its last minute', left(30_000), 30_001],
    ['an expired token', left(-90_000), 30_000],
    ['a token of unknown expiry', unknownExpiry, undefined],
    ['no token', none, undefined],
    ['a renewal', { ...left(hour), fetching: true }, undefined],
  ];
  for (const [name, status, expected] of waits)
    it(`is ${expected === undefined ? 'never' : `${String(expected)} ms`} for ${name}`, () => {
      assert.equal(untilStateChanges(status, noon), expected);
    });

  it('is when the words change', () => {
    for (const status of [left(hour + 30_000), left(30_000), left(-90_000), left(0), left(2 * hour)]) {
      const wait = untilStateChanges(status, noon) ?? 0;
      assert.notEqual(describeState(status, noon + wait), describeState(status, noon));
    }
  });
});
