import assert from 'node:assert/strict';
import { authorizationReference } from '../../src/core/injection/reference.ts';

describe('authorizationReference', () => {
  it('is what REST Client and httpYac resolve from the environment', () => {
    assert.equal(authorizationReference('Bearer', 'PAPAYA_TOKEN'), 'Bearer {{$processEnv PAPAYA_TOKEN}}');
  });

  it('has the scheme that the provider named', () => {
    assert.equal(authorizationReference('DPoP', 'T'), 'DPoP {{$processEnv T}}');
  });
});
