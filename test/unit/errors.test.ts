import assert from 'node:assert/strict';
import { AuthError, type AuthErrorCode, type Remedy } from '../../src/core/errors.ts';

describe('AuthError', () => {
  it('is an error with a code, a sentence and what was told of the answer', () => {
    const error = new AuthError('tooManyRequests', 'Too many.', { status: 429, retryAt: 1000 });
    assert.ok(error instanceof Error);
    assert.equal(String(error), 'AuthError: Too many.');
    assert.deepEqual([error.code, error.status, error.retryAt], ['tooManyRequests', 429, 1000]);
  });

  it('knows neither status nor time where nobody told', () => {
    const error = new AuthError('offline', 'Offline.');
    assert.deepEqual([error.status, error.retryAt], [undefined, undefined]);
  });

  const cases: [AuthErrorCode, Remedy | undefined][] = [
    ['credentialsRefused', 'editCredentials'],
    ['credentialsMissing', 'editCredentials'],
    ['credentialsMoved', 'editCredentials'],
    ['credentialsLost', 'editCredentials'],
    ['requestRefused', 'editCredentials'],
    ['notFound', 'editProfile'],
    ['redirected', 'editProfile'],
    ['timedOut', 'retry'],
    ['serverError', 'retry'],
    ['tooManyRequests', 'retry'],
    ['cancelled', undefined],
    ['tls', undefined],
    ['profileDeleted', undefined],
    ['untrustedWorkspace', 'manageTrust'],
    ['settingsNotWritable', 'openSettings'],
    ['productionLiteral', 'allowProduction'],
  ];
  for (const [code, remedy] of cases)
    it(`offers ${remedy ?? 'nothing'} after ${code}`, () => {
      assert.equal(new AuthError(code, '').remedy, remedy);
    });
});
