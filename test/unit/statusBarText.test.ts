import assert from 'node:assert/strict';
import { AuthError } from '../../src/core/errors.ts';
import type { ProfileStatus } from '../../src/core/tokenService.ts';
import { describeStatusBar } from '../../src/editor/statusBarText.ts';
import { commandIds } from '../../src/manifest.ts';
import { noon } from '../support/fakes.ts';

const minute = 60_000;
const hour = 60 * minute;
const staging = { name: 'Papaya staging', environment: { id: 'staging', label: 'staging', production: false } };
const production = { name: 'Papaya', environment: { id: 'production', label: 'production', production: true } };

function left(milliseconds: number): ProfileStatus {
  return {
    fetching: false,
    token: { accessToken: 'fake-token', obtainedAt: noon + milliseconds - 24 * hour, expiresAt: noon + milliseconds },
  };
}

const refused = { at: noon, error: new AuthError('credentialsRefused', 'Refused.') };
const down = { at: noon, error: new AuthError('serverError', 'Down.') };

/** The table of ux.md: state, text with “*” for the name, background, click. */
const cases: [string, ProfileStatus, string, 'warning' | 'error' | undefined, string][] = [
  ['valid for a day', left(23 * hour + 41 * minute), '$(key) * 23h 41m', undefined, commandIds.refreshActiveToken],
  ['valid for less than an hour', left(41 * minute), '$(key) * 41m', undefined, commandIds.refreshActiveToken],
  ['little left', left(4 * minute), '$(clock) * 4m', 'warning', commandIds.refreshActiveToken],
  ['the last minute', left(59_000), '$(clock) * <1m', 'warning', commandIds.refreshActiveToken],
  ['expired', left(-minute), '$(warning) * expired', 'warning', commandIds.refreshActiveToken],
  ['expired this moment', left(0), '$(warning) * expired', 'warning', commandIds.refreshActiveToken],
  ['fetching', { fetching: true }, '$(loading~spin) *', undefined, commandIds.cancelFetch],
  ['renewing', { ...left(minute), fetching: true }, '$(loading~spin) *', undefined, commandIds.cancelFetch],
  ['no token', { fetching: false, credentials: 'present' }, '$(key) *', undefined, commandIds.refreshActiveToken],
  [
    'unknown expiry',
    { fetching: false, token: { accessToken: 'fake-token', obtainedAt: noon } },
    '$(key) *',
    undefined,
    commandIds.refreshActiveToken,
  ],
  ['credentials missing', { fetching: false, credentials: 'missing' }, '$(error) *', 'error', commandIds.editCredentials],
  ['credentials of another server', { fetching: false, credentials: 'moved' }, '$(error) *', 'error', commandIds.editCredentials],
  [
    'credentials refused',
    { fetching: false, credentials: 'present', lastAttempt: refused },
    '$(error) *',
    'error',
    commandIds.editCredentials,
  ],
  [
    'a failed fetch',
    { fetching: false, credentials: 'present', lastAttempt: down },
    '$(warning) * failed',
    'warning',
    commandIds.refreshActiveToken,
  ],
];

describe('describeStatusBar', () => {
  for (const [name, status, text, background, command] of cases) {
    it(`${name}: ${text}`, () => {
      assert.deepEqual(describeStatusBar(staging, status, noon), { text: text.replace('*', 'Papaya staging'), background, command });
    });

    it(`${name}, in production: PROD before the name, on the error background`, () => {
      assert.deepEqual(describeStatusBar(production, status, noon), {
        text: text.replace('*', 'PROD Papaya'),
        background: 'error',
        command,
      });
    });
  }

  it('makes no icon of a name', () => {
    const { text } = describeStatusBar({ ...staging, name: 'a $(sync~spin) b' }, { fetching: false }, noon);
    assert.equal(text, '$(key) a $ (sync~spin) b');
  });

  it('never shows the token', () => {
    for (const [, status] of cases) assert.ok(!JSON.stringify(describeStatusBar(staging, status, noon)).includes('fake-token'));
  });
});
