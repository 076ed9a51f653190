import assert from 'node:assert/strict';
import { AuthError } from '../../src/core/errors.ts';
import type { ProfileStatus } from '../../src/core/tokenService.ts';
import { describeLens } from '../../src/editor/features/lensText.ts';
import { commandIds } from '../../src/manifest.ts';
import { noon } from '../support/fakes.ts';

const minute = 60_000;
const staging = { name: 'Papaya staging', environment: { id: 'staging', label: 'staging', production: false } };
const production = { name: 'Papaya', environment: { id: 'production', label: 'production', production: true } };

function left(milliseconds: number): ProfileStatus {
  return {
    fetching: false,
    token: { accessToken: 'fake-token', obtainedAt: noon + milliseconds - 24 * 60 * minute, expiresAt: noon + milliseconds },
  };
}

describe('describeLens', () => {
  const cases: [string, ProfileStatus, string, string][] = [
    ['valid', left(42 * minute), '$(key) * · valid, 42 min left', commandIds.refreshToken],
    ['little left', left(4 * minute), '$(clock) * · valid, 4 min left', commandIds.refreshToken],
    ['expired', left(-3 * minute), '$(warning) * · expired: fetch', commandIds.refreshToken],
    ['no token', { fetching: false, credentials: 'present' }, '$(key) * · not fetched yet: fetch', commandIds.refreshToken],
    ['fetching', { fetching: true }, '$(loading~spin) * · fetching…', commandIds.cancelFetch],
    [
      'unknown expiry',
      { fetching: false, token: { accessToken: 'fake-token', obtainedAt: noon } },
      '$(key) * · unknown expiry',
      commandIds.refreshToken,
    ],
    [
      'credentials missing',
      { fetching: false, credentials: 'missing' },
      '$(error) * · credentials missing: edit',
      commandIds.editCredentials,
    ],
    [
      'a failure',
      { fetching: false, credentials: 'present', lastAttempt: { at: noon, error: new AuthError('serverError', 'A long sentence.') } },
      '$(warning) * · last attempt failed: try again',
      commandIds.refreshToken,
    ],
  ];
  for (const [name, status, title, command] of cases)
    it(`says ${name}`, () => {
      assert.deepEqual(describeLens(staging, status, noon), { title: title.replace('*', staging.name), command });
    });

  it('marks production, and takes no icon from a name', () => {
    assert.equal(describeLens(production, left(42 * minute), noon).title, '$(key) PROD Papaya · valid, 42 min left');
    assert.equal(
      describeLens({ ...staging, name: '$(flame) x' }, left(42 * minute), noon).title,
      '$(key) $ (flame) x · valid, 42 min left',
    );
  });
});
