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
    ['valid', left(42 * minute), '$(key)\u00a0* · valid, 42 min left', commandIds.refreshToken],
    ['little left', left(4 * minute), '$(clock)\u00a0* · valid, 4 min left', commandIds.refreshToken],
    ['expired', left(-3 * minute), '$(warning)\u00a0* · expired: fetch', commandIds.refreshToken],
    ['no token', { fetching: false, credentials: 'present' }, '$(key)\u00a0* · not fetched yet: fetch', commandIds.refreshToken],
    ['fetching', { fetching: true }, '$(loading~spin)\u00a0* · fetching…', commandIds.cancelFetch],
    [
      'unknown expiry',
      { fetching: false, token: { accessToken: 'fake-token', obtainedAt: noon } },
      '$(key)\u00a0* · unknown expiry',
      commandIds.refreshToken,
    ],
    [
      'credentials missing',
      { fetching: false, credentials: 'missing' },
      '$(error)\u00a0* · credentials missing: edit',
      commandIds.editCredentials,
    ],
    [
      'a failure',
      { fetching: false, credentials: 'present', lastAttempt: { at: noon, error: new AuthError('serverError', 'A long sentence.') } },
      '$(warning)\u00a0* · last attempt failed: try again',
      commandIds.refreshToken,
    ],
  ];
  for (const [name, status, title, command] of cases)
    it(`says ${name}`, () => {
      assert.deepEqual(describeLens(staging, status, noon), { title: title.replace('*', staging.name), command });
    });

  it('marks production, and takes no icon from a name', () => {
    assert.equal(describeLens(production, left(42 * minute), noon).title, '$(key)\u00a0PROD Papaya · valid, 42 min left');
    assert.equal(
      describeLens({ ...staging, name: '$(flame) x' }, left(42 * minute), noon).title,
      '$(key)\u00a0$ (flame) x · valid, 42 min left',
    );
  });
});
