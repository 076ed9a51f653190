import assert from 'node:assert/strict';
import { parseProfiles, type Profile } from '../../src/core/profile.ts';
import { providers } from '../../src/core/providers/index.ts';
import { verificationUrl } from '../../src/core/verificationUrl.ts';
import { accounts } from '../../src/sandbox/server.ts';
import { acme, acmeProfile } from '../support/acme.ts';

function profileOf(provider: string, environment: string, tokenUrl?: string): Profile {
  const entry = { id: 'one', name: 'One', provider, environment, tokenUrl, variable: 'ONE_TOKEN' };
  const [profile] = parseProfiles([entry], providers).profiles;
  assert.ok(profile);
  return profile;
}

describe('verificationUrl', () => {
  const cases: [string, string, string | undefined, string | undefined][] = [
    ['pay4Power', 'dev', undefined, 'https://p4p-core-bill-payments-service.dev.payinvert.com/api/v2.1/b2b/services'],
    ['pay4Power', 'testPath', undefined, 'https://p4p-core-bill-payments-service.dev.payinvert.com/api/v2.1/b2b/test/v2.1/b2b/services'],
    ['b2BinPay', 'sandbox', 'https://api.acme.example/token/', 'https://api.acme.example/wallet/'],
    ['b2BinPay', 'production', 'https://api.acme.example:8443/v3/token/?key=1', 'https://api.acme.example:8443/v3/wallet/'],
    ['papaya', 'staging', undefined, undefined],
    ['papaya', 'production', 'https://api.acme.example/token', undefined],
    ['papaya', 'local', 'http://127.0.0.1:4010/token', 'http://127.0.0.1:4010/sandbox/papaya'],
    ['payConnect', 'development', undefined, undefined],
    ['payConnect', 'local', 'http://127.0.0.1:4010/v1/auth/token/', 'http://127.0.0.1:4010/sandbox/pay-connect'],
  ];
  for (const [provider, environment, tokenUrl, expected] of cases)
    it(`is ${expected ?? 'none'} for ${provider} ${environment}`, () => {
      assert.equal(verificationUrl(profileOf(provider, environment, tokenUrl)), expected);
    });

  for (const { name, provider, tokenPath, resourcePath } of accounts)
    it(`is the resource of ${name} in the sandbox`, () => {
      const profile = profileOf(provider, 'local', `http://127.0.0.1:4010${tokenPath}`);
      assert.equal(verificationUrl(profile), `http://127.0.0.1:4010${resourcePath}`);
    });

  it('is none where the provider has none', () => {
    assert.equal(verificationUrl(acmeProfile('http://127.0.0.1:4010/token')), undefined);
  });

  for (const resource of [
    'https://elsewhere.example/me',
    '//elsewhere.example/me',
    'https://127.0.0.1:4010/me',
    'http://127.0.0.1:4011/me',
    'data:,me',
    'http://[',
  ])
    it(`is none on another origin: ${resource}`, () => {
      const provider = { ...acme(), verification: { resource } };
      assert.equal(verificationUrl(acmeProfile('http://127.0.0.1:4010/token', { provider })), undefined);
    });
});
