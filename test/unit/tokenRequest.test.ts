import assert from 'node:assert/strict';
import { AuthError } from '../../src/core/errors.ts';
import type { Provider, RequestParameter } from '../../src/core/provider.ts';
import { findProvider, providers } from '../../src/core/providers/index.ts';
import { buildTokenRequest } from '../../src/core/tokenRequest.ts';
import { acme, acmeCredentials } from '../support/acme.ts';
import { assertTellsNothingOf } from '../support/fakes.ts';

const url = 'https://api.acme.example/token';

function build(
  parameters: readonly RequestParameter[],
  credentials: Record<string, string> = acmeCredentials,
  rest: Partial<Provider['request']> = {},
) {
  return buildTokenRequest(acme({ request: { parameters, ...rest } }), url, credentials);
}

function refusal(attempt: () => unknown): AuthError {
  try {
    attempt();
  } catch (error) {
    assert.ok(error instanceof AuthError);
    return error;
  }
  assert.fail('the request was built');
}

describe('buildTokenRequest', () => {
  describe('as the documents have it', () => {
    const json = { accept: 'application/json', 'content-type': 'application/json' };
    const cases: {
      provider: string;
      environment: string;
      url: string;
      credentials: Record<string, string>;
      headers: Record<string, string>;
      body: string;
    }[] = [
      {
        provider: 'papaya',
        environment: 'staging',
        url: 'https://authentication-service.staging.pay.papayaglobal.work/token',
        credentials: { api_key: 'fake-key', client_secret: 'fake-secret', token_name: 'fake-name' },
        headers: json,
        body: '{"api_key":"fake-key","client_secret":"fake-secret","token_name":"fake-name"}',
      },
      {
        provider: 'pay4Power',
        environment: 'dev',
        url: 'https://p4p-core-bill-payments-service.dev.payinvert.com/api/v2.1/b2b/auth/token',
        credentials: { publicKey: 'PUB_KEY_fake', privateKey: 'PRIV_KEY_fake', environment: 'TEST' },
        headers: json,
        body: '{"publicKey":"PUB_KEY_fake","privateKey":"PRIV_KEY_fake","environment":"TEST"}',
      },
      {
        provider: 'pay4Power',
        environment: 'testPath',
        url: 'https://p4p-core-bill-payments-service.dev.payinvert.com/api/v2.1/b2b/test/v2.1/b2b/auth/token',
        credentials: { publicKey: 'PUB_KEY_fake', privateKey: 'PRIV_KEY_fake', environment: 'TEST' },
        headers: json,
        body: '{"publicKey":"PUB_KEY_fake","privateKey":"PRIV_KEY_fake","environment":"TEST"}',
      },
      {
        provider: 'payConnect',
        environment: 'development',
        url: 'https://api-payment.lab4pay.dev/v1/auth/token/',
        credentials: { client_id: 'fake-id', client_secret: 'fake-secret' },
        headers: json,
        body: '{"grant_type":"client_credentials","client_id":"fake-id","client_secret":"fake-secret"}',
      },
      {
        provider: 'payConnect',
        environment: 'production',
        url: 'https://api-payment.lab4pay.com/v1/auth/token/',
        credentials: { client_id: 'fake-id', client_secret: 'fake-secret' },
        headers: json,
        body: '{"grant_type":"client_credentials","client_id":"fake-id","client_secret":"fake-secret"}',
      },
      {
        provider: 'b2BinPay',
        environment: 'sandbox',
        url: 'https://v3.api-sandbox.b2binpay.com/token/',
        credentials: { client_id: 'fake-id', client_secret: 'fake-secret' },
        headers: { accept: 'application/json', 'content-type': 'application/vnd.api+json' },
        body: '{"data":{"type":"auth-token","attributes":{"client_id":"fake-id","client_secret":"fake-secret"}}}',
      },
    ];
    for (const { provider: id, environment: environmentId, credentials, ...expected } of cases)
      it(`${id} ${environmentId}`, () => {
        const provider = findProvider(id);
        const environment = provider?.environments.find((candidate) => candidate.id === environmentId);
        assert.ok(provider && environment);
        const tokenUrl = environment.tokenUrl ?? environment.suggestedTokenUrl;
        assert.ok(tokenUrl);
        assert.deepEqual(buildTokenRequest(provider, tokenUrl, credentials), { method: 'POST', ...expected });
      });

    it('ships no URL where the documents name none', () => {
      const silent = providers.flatMap((provider) =>
        provider.environments.filter(({ tokenUrl }) => tokenUrl === undefined).map(({ id }) => `${provider.id} ${id}`),
      );
      assert.deepEqual(silent, ['papaya production', 'pay4Power production', 'b2BinPay sandbox', 'b2BinPay production']);
    });
  });

  it('leaves Papaya’s token name out while it is empty', () => {
    const provider = findProvider('papaya');
    assert.ok(provider);
    for (const credentials of [
      { api_key: 'fake-key', client_secret: 'fake-secret' },
      { api_key: 'fake-key', client_secret: 'fake-secret', token_name: '' },
    ])
      assert.equal(buildTokenRequest(provider, url, credentials).body, '{"api_key":"fake-key","client_secret":"fake-secret"}');
  });

  it('sends Pay4Power an Authorization header only where one was given', () => {
    const provider = findProvider('pay4Power');
    assert.ok(provider);
    const credentials = { publicKey: 'PUB_KEY_fake', privateKey: 'PRIV_KEY_fake', environment: 'TEST' };
    assert.equal('authorization' in buildTokenRequest(provider, url, credentials).headers, false);
    assert.equal(buildTokenRequest(provider, url, { ...credentials, authorization: 'Bearer fake' }).headers.authorization, 'Bearer fake');
  });

  for (const provider of providers)
    it(`carries every credential of ${provider.id} in the body or a header, never in the URL`, () => {
      const credentials = Object.fromEntries(provider.credentials.map(({ id }) => [id, `fake-${id}-value`]));
      const { url: built, headers, body } = buildTokenRequest(provider, url, credentials);
      assert.equal(built, url);
      for (const value of Object.values(credentials)) assert.ok(`${JSON.stringify(headers)}${body ?? ''}`.includes(value), value);
    });

  describe('of other shapes', () => {
    it('sends a form', () => {
      const request = build([
        { in: 'form', name: 'grant_type', value: 'client_credentials' },
        { in: 'form', name: 'client_id', field: 'user' },
        { in: 'form', name: 'client_secret', field: 'password' },
      ]);
      assert.deepEqual(request, {
        url,
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
        body: 'grant_type=client_credentials&client_id=fake-user-0001&client_secret=fake-password-0002',
      });
    });

    it('sends HTTP Basic with an empty body', () => {
      const request = build([{ in: 'basic', username: 'user', password: 'password' }]);
      assert.deepEqual(request, {
        url,
        method: 'POST',
        headers: {
          accept: 'application/json',
          authorization: `Basic ${Buffer.from('fake-user-0001:fake-password-0002').toString('base64')}`,
        },
      });
    });

    it('sends a query by GET, behind what the URL has already', () => {
      const provider = acme({ request: { method: 'GET', parameters: [{ in: 'query', name: 'key', field: 'password' }] } });
      const request = buildTokenRequest(provider, `${url}?tenant=1`, { user: 'u', password: 'a b&c=d#e' });
      assert.deepEqual(request, { url: `${url}?tenant=1&key=a+b%26c%3Dd%23e`, method: 'GET', headers: { accept: 'application/json' } });
      assert.equal(new URL(request.url).searchParams.get('key'), 'a b&c=d#e');
    });

    it('sends headers, those of credentials beside static ones', () => {
      const { headers } = build([{ in: 'header', name: 'X-Api-Key', field: 'password' }], acmeCredentials, {
        headers: { 'x-version': '2' },
      });
      assert.deepEqual(headers, { accept: 'application/json', 'x-version': '2', 'x-api-key': 'fake-password-0002' });
    });

    it('leaves an optional field out everywhere while it is empty', () => {
      const request = build([
        { in: 'form', name: 'extra', field: 'extra' },
        { in: 'query', name: 'extra', field: 'extra' },
        { in: 'header', name: 'X-Extra', field: 'extra' },
        { in: 'form', name: 'user', field: 'user' },
      ]);
      assert.equal(request.url, url);
      assert.equal(request.body, 'user=fake-user-0001');
      assert.equal('x-extra' in request.headers, false);
    });

    it('sends another media type where the provider wants one', () => {
      assert.equal(
        build([{ in: 'json', at: '/a', field: 'user' }], acmeCredentials, { contentType: 'application/x-acme' }).headers['content-type'],
        'application/x-acme',
      );
    });
  });

  describe('with a secret of awkward characters', () => {
    const password = 'a"b&c\\d\r\ne=f+g%20h:ü💶';
    const credentials = { user: 'u:ü', password };

    it('encodes it as JSON', () => {
      assert.deepEqual(JSON.parse(build([{ in: 'json', at: '/p', field: 'password' }], credentials).body ?? ''), { p: password });
    });

    it('encodes it as a form', () => {
      assert.equal(new URLSearchParams(build([{ in: 'form', name: 'p', field: 'password' }], credentials).body).get('p'), password);
    });

    it('encodes it as a query', () => {
      assert.equal(new URL(build([{ in: 'query', name: 'p', field: 'password' }], credentials).url).searchParams.get('p'), password);
    });

    it('encodes it as UTF-8 for HTTP Basic', () => {
      const { headers } = build([{ in: 'basic', username: 'user', password: 'password' }], credentials);
      assert.equal(Buffer.from((headers.authorization ?? '').slice(6), 'base64').toString(), `u:ü:${password}`);
    });

    it('encodes both parts as a form first for HTTP Basic of RFC 6749, so that a colon tells them apart', () => {
      const { headers } = build([{ in: 'basic', username: 'user', password: 'password', formEncoded: true }], {
        user: 'a:b c',
        password: 'd+e',
      });
      assert.equal(Buffer.from((headers.authorization ?? '').slice(6), 'base64').toString(), 'a%3Ab+c:d%2Be');
    });

    for (const value of ['a\r\nX-Evil: 1', 'a\nb', 'a\0b', 'tab\t', 'ü'])
      it(`refuses ${JSON.stringify(value)} as a header`, () => {
        const error = refusal(() =>
          build([{ in: 'header', name: 'X-Key', field: 'password' }], { user: 'u', password: `fake-secret${value}` }),
        );
        assert.equal(error.code, 'credentialNotSendable');
        assert.equal(error.remedy, 'editCredentials');
        assertTellsNothingOf(error, 'fake-secret');
      });
  });

  describe('refuses', () => {
    it('to send without a required field, and names it', () => {
      const error = refusal(() => build([], { user: 'fake-user-0001' }));
      assert.equal(error.code, 'credentialsMissing');
      assert.match(error.message, /^No Password is stored/);
      assertTellsNothingOf(error, 'fake-user-0001');
    });

    it('to send with required fields that are empty, and names them all', () => {
      assert.match(refusal(() => build([], { user: '', password: '' })).message, /^No User and no Password is stored/);
    });

    it('an unencrypted URL', () => {
      assert.equal(refusal(() => buildTokenRequest(acme(), 'http://api.acme.example/token', acmeCredentials)).code, 'insecureUrl');
    });
  });
});
