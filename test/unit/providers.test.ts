import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { AuthError, type AuthErrorCode } from '../../src/core/errors.ts';
import { valueAt } from '../../src/core/jsonPointer.ts';
import type { Clock } from '../../src/core/ports.ts';
import { findEnvironment, localEnvironment, type Provider, type RequestParameter } from '../../src/core/provider.ts';
import { findProvider, providers } from '../../src/core/providers/index.ts';
import type { Token } from '../../src/core/token.ts';
import { fetchToken } from '../../src/core/tokenClient.ts';
import { buildTokenRequest } from '../../src/core/tokenRequest.ts';
import { parseTokenResponse } from '../../src/core/tokenResponse.ts';
import { variableNameProblem } from '../../src/core/variableName.ts';
import { accounts, startSandbox, type Sandbox, type SandboxAccount } from '../../src/sandbox/server.ts';
import { documents, type TokenDocument } from '../support/documents.ts';
import { fieldNamed, type JsonObject } from '../support/json.ts';

const clock: Clock = { now: () => Date.now(), schedule: () => ({ dispose: () => undefined }) };

interface Row {
  readonly document: TokenDocument;
  readonly provider: Provider;
  readonly account: SandboxAccount;
}

const rows: readonly Row[] = documents.map((document) => {
  const provider = findProvider(document.provider);
  const account = accounts.find((candidate) => candidate.provider === document.provider && candidate.tokenPath === document.request.path);
  assert.ok(provider && account, `no provider or no account for "${document.title}"`);
  return { document, provider, account };
});

/** What the document's example request has for each credential field. */
function exampleCredentials({ document, provider }: Row): Record<string, string> {
  const pairs = provider.credentials.map(({ id }) => [id, fieldNamed(document.request.body, id)] as const);
  return Object.fromEntries(pairs.flatMap(([id, value]) => (typeof value === 'string' ? [[id, value]] : [])));
}

function exampleUrl({ document }: Row): string {
  return Object.values(document.urls)[0] ?? `https://base.example${document.request.path}`;
}

function answer(status: number, body: JsonObject | undefined): Parameters<typeof parseTokenResponse>[1] {
  return { status, headers: {}, body: new TextEncoder().encode(body === undefined ? '' : JSON.stringify(body)) };
}

async function failureOf(promise: Promise<unknown>): Promise<AuthError> {
  const error: unknown = await promise.then(
    () => assert.fail('did not fail'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AuthError, inspect(error));
  return error;
}

for (const row of rows) {
  const { document, provider } = row;

  describe(`provider ${provider.id}, "${document.title}"`, () => {
    it('builds the documented request and nothing more', () => {
      const { body, ...request } = buildTokenRequest(provider, exampleUrl(row), exampleCredentials(row));
      assert.deepEqual(request, {
        url: exampleUrl(row),
        method: document.request.method,
        headers: { accept: 'application/json', 'content-type': document.request.contentType },
      });
      assert.deepEqual(JSON.parse(body ?? ''), document.request.body);
      assert.equal(new URL(request.url).pathname, document.request.path);
    });

    it('requires the fields that the document requires', () => {
      for (const { name, required } of document.request.fields ?? []) {
        const field = provider.credentials.find(({ id }) => id === name);
        if (field) assert.equal(field.required, required, name);
        else
          assert.ok(
            required &&
              provider.request.parameters.some(
                (parameter) => 'value' in parameter && parameter.in === 'json' && parameter.at.endsWith(`/${name}`),
              ),
          );
      }
      for (const field of provider.credentials.filter(({ required }) => required)) {
        const { [field.id]: left, ...others } = exampleCredentials(row);
        assert.equal(typeof left, 'string');
        assert.throws(() => buildTokenRequest(provider, exampleUrl(row), others), { code: 'credentialsMissing' });
      }
    });

    it('leaves optional fields out while they are empty', () => {
      const required = Object.fromEntries(
        Object.entries(exampleCredentials(row)).map(([id, value]) => [
          id,
          provider.credentials.find((field) => field.id === id)?.required ? value : '',
        ]),
      );
      const { body } = buildTokenRequest(provider, exampleUrl(row), required);
      const sent = JSON.parse(body ?? '') as JsonObject;
      for (const { id, required: needed } of provider.credentials) assert.equal(fieldNamed(sent, id) !== undefined, needed, id);
    });

    it('has the documented URLs, and no others of its own', () => {
      for (const [id, url] of Object.entries(document.urls)) assert.equal(findEnvironment(provider, id)?.tokenUrl, url);
      const documented = documents.filter((other) => other.provider === provider.id).flatMap((other) => Object.values(other.urls));
      for (const { tokenUrl } of provider.environments) assert.ok(tokenUrl === undefined || documented.includes(tokenUrl), tokenUrl);
      for (const { suggestedTokenUrl } of provider.environments)
        assert.ok(suggestedTokenUrl === undefined || new URL(suggestedTokenUrl).pathname === document.request.path);
    });

    it('sends no credentials over plain HTTP', () => {
      const url = exampleUrl(row).replace('https:', 'http:');
      assert.throws(() => buildTokenRequest(provider, url, exampleCredentials(row)), { code: 'insecureUrl' });
    });

    it('reads the documented response', () => {
      const { status, body, tokenField } = document.response;
      const issuedAt = document.token?.claims.iat;
      const now = typeof issuedAt === 'number' ? issuedAt * 1000 : 1_750_000_000_000;
      const token = parseTokenResponse(provider, answer(status, body), now);
      assert.equal(token.accessToken, fieldNamed(body, tokenField));
      assert.equal(token.obtainedAt, now);
      assert.equal(token.tokenType, fieldNamed(body, 'token_type') ?? fieldNamed(body, 'tokenType'));
      assert.equal(token.scope, body.scope);
      assert.equal(token.expiryDisagreement, undefined);
      assertLifetime(token, now, document);
    });

    it('finds what its pointers promise in the documented response', () => {
      const { success, expiry, token, tokenType, scope, status, correlationId } = provider.response;
      for (const pointer of [token, tokenType, scope, status, correlationId, expiry?.at, success?.at])
        if (pointer !== undefined) assert.notEqual(valueAt(document.response.body, pointer), undefined, pointer);
    });

    it('takes every documented failure for what it is', () => {
      for (const { cause, status, body } of document.failures) {
        const number = typeof status === 'number' ? status : { '4xx': 422, '5xx': 503 }[status];
        const expected: Record<typeof cause, AuthErrorCode> = {
          any: 'credentialsRefused',
          // Pay-Connect has one 400 for everything: whose fault it is cannot be told.
          credentials: document.failures.some((other) => other.cause === 'request' && other.status === status)
            ? 'requestRefused'
            : 'credentialsRefused',
          request: 'requestRefused',
          tooMany: 'tooManyRequests',
          server: 'serverError',
        };
        assert.throws(() => parseTokenResponse(provider, answer(number, body), 0), { code: expected[cause], status: number });
      }
    });
  });
}

describe('providers against the sandbox', function () {
  this.timeout(10_000);
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startSandbox();
  });

  after(() => sandbox.stop());

  function fetchFrom({ provider, account }: Row, credentials: Readonly<Record<string, string>>): Promise<Token> {
    const tokenUrl = sandbox.origin + account.tokenPath;
    return fetchToken({ provider, tokenUrl, credentials, timeout: 5000, signal: new AbortController().signal }, clock);
  }

  for (const row of rows) {
    const { document, account } = row;

    it(`fetches a token of ${account.name} that lives as documented`, async () => {
      const before = Date.now();
      const token = await fetchFrom(row, account.credentials);
      assert.ok(token.obtainedAt >= before && token.obtainedAt <= Date.now());
      assert.equal(token.clockSkew, undefined);
      assert.equal(token.expiryDisagreement, undefined);
      assert.equal(token.tokenType, document.provider === 'papaya' ? undefined : 'Bearer');
      assertLifetime(token, before, document);

      const resource = await fetch(sandbox.origin + account.resourcePath, { headers: { authorization: `Bearer ${token.accessToken}` } });
      assert.equal(resource.status, 200);
      await resource.body?.cancel();
    });

    it(`is told by ${account.name} that the credentials are wrong, and keeps them to itself`, async () => {
      const expected: AuthErrorCode = document.provider === 'payConnect' ? 'requestRefused' : 'credentialsRefused';
      for (const wrong of Object.keys(account.credentials)) {
        const credentials = Object.fromEntries(
          Object.entries(account.credentials).map(([id, value]) => [id, id === wrong ? `mistyped ${id} 7f3a` : value]),
        );
        const error = await failureOf(fetchFrom(row, credentials));
        assert.equal(error.code, expected);
        assert.equal(error.remedy, 'editCredentials');
        const seen = inspect(error, { depth: Infinity, showHidden: true, getters: true });
        for (const value of Object.values(credentials)) assert.ok(!seen.includes(value), `${value} in ${seen}`);
      }
    });
  }

  it('is told by B2BinPay when it asks too often', async () => {
    const row = rows.find(({ document }) => document.provider === 'b2BinPay');
    assert.ok(row);
    const emptyCall = async () => (await fetch(sandbox.origin + row.account.tokenPath, { method: 'POST' })).status;
    for (let calls = 0; (await emptyCall()) !== 429; calls++) assert.ok(calls < 1000);
    const error = await failureOf(fetchFrom(row, row.account.credentials));
    assert.equal(error.code, 'tooManyRequests');
    assert.ok(error.retryAt !== undefined && error.retryAt > Date.now());
  });
});

/** Counted from before the call, because a token is issued at a whole second; Papaya cuts its expiry to the minute besides. */
function assertLifetime({ obtainedAt, expiresAt }: Token, before: number, document: TokenDocument): void {
  const lifetime = 1000 * (document.lifetime ?? Number(document.response.body.expires_in));
  const precision = document.provider === 'papaya' ? 61_000 : 1000;
  assert.ok(expiresAt !== undefined);
  assert.ok(expiresAt <= obtainedAt + lifetime, `${String(expiresAt - obtainedAt)} ms, more than ${String(lifetime)}`);
  assert.ok(expiresAt >= before + lifetime - precision, `${String(expiresAt - before)} ms, less than ${String(lifetime)}`);
}

it('provider pay4Power sends an Authorization header where one is given', () => {
  for (const row of rows.filter(({ provider }) => provider.id === 'pay4Power')) {
    const credentials = { ...exampleCredentials(row), authorization: 'Bearer made-up' };
    const { headers, body } = buildTokenRequest(row.provider, exampleUrl(row), credentials);
    assert.equal(headers.authorization, 'Bearer made-up');
    assert.deepEqual(JSON.parse(body ?? ''), row.document.request.body);
  }
});

describe('the format of every provider', () => {
  const camelCase = /^[a-z][a-zA-Z0-9]*$/;
  const jsonPointer = /^(\/([^~/]|~[01])*)*$/;

  function assertUnique(values: readonly string[]): void {
    assert.equal(new Set(values).size, values.length, values.join(', '));
  }

  function pointersOf({ request, response }: Provider): string[] {
    const { success, status, token, tokenType, scope, expiry, correlationId, errorMessage } = response;
    const inRequest = request.parameters.flatMap((parameter) => (parameter.in === 'json' ? [parameter.at] : []));
    const inResponse = [success?.at, status, token, tokenType, scope, expiry?.at, correlationId, errorMessage];
    return [...inRequest, ...inResponse.filter((pointer) => pointer !== undefined)];
  }

  it('has a document for every provider', () => {
    assert.deepEqual([...new Set(documents.map(({ provider }) => provider))].sort(), providers.map(({ id }) => id).sort());
  });

  it('tells ids, names and variables apart', () => {
    assertUnique(providers.map(({ id }) => id.toLowerCase()));
    assertUnique(providers.map(({ label }) => label));
    assertUnique(providers.map(({ shortName }) => shortName));
    assertUnique(providers.map(({ variable }) => variable));
    assertUnique(accounts.map(({ variable }) => variable));
    assert.equal(findProvider('no such provider'), undefined);
  });

  it('gives the sandbox’s accounts variables that can carry a token', () => {
    for (const { variable } of accounts) assert.equal(variableNameProblem(variable), undefined);
  });

  for (const provider of providers) {
    describe(provider.id, () => {
      const { request, environments, credentials } = provider;
      const used = request.parameters.flatMap((parameter) =>
        parameter.in === 'basic' ? [parameter.username, parameter.password] : 'field' in parameter ? [parameter.field] : [],
      );

      it('is found by its camelCase id', () => {
        assert.match(provider.id, camelCase);
        assert.equal(findProvider(provider.id), provider);
      });

      it('has texts that say something', () => {
        const texts = [
          provider.label,
          provider.shortName,
          provider.description,
          ...credentials.flatMap((field) => [field.label, field.description]),
        ];
        for (const text of texts) assert.match(text, /^\S.*\S$/);
      });

      it('suggests a variable that can carry a token', () => {
        assert.equal(variableNameProblem(provider.variable), undefined);
      });

      it('sends every credential field, and no field that it does not ask for', () => {
        assert.deepEqual([...used].sort(), credentials.map(({ id }) => id).sort());
      });

      it('has each credential field once, under whatever spelling', () => {
        assertUnique(credentials.flatMap(({ id, aliases = [] }) => [id, ...aliases]));
        assertUnique(credentials.map(({ label }) => label));
        assert.ok(credentials.some(({ secret, required }) => secret && required));
      });

      it('does not mix JSON and form, and has each parameter once', () => {
        const places = new Set(request.parameters.map((parameter) => parameter.in));
        assert.ok(!(places.has('json') && places.has('form')));
        assert.ok(request.method === 'POST' || !(places.has('json') || places.has('form')));
        const target = (parameter: RequestParameter) =>
          parameter.in === 'basic' ? 'Authorization' : 'at' in parameter ? parameter.at : parameter.name;
        assertUnique(request.parameters.map((parameter) => `${parameter.in} ${target(parameter)}`));
      });

      it('has pointers that parse', () => {
        for (const pointer of pointersOf(provider)) {
          assert.match(pointer, jsonPointer);
          assert.doesNotThrow(() => valueAt({}, pointer));
        }
      });

      it('has environments with a URL or the path that a typed one ends with', () => {
        assert.ok(environments.length > 0);
        assertUnique([localEnvironment.id, ...environments.map(({ id }) => id)]);
        for (const environment of environments) {
          assert.match(environment.id, camelCase);
          assert.equal(findEnvironment(provider, environment.id), environment);
          assert.ok((environment.tokenUrl === undefined) !== (environment.tokenPath === undefined), environment.id);
          assert.ok(environment.tokenPath === undefined || environment.tokenPath.startsWith('/'), environment.id);
          assert.ok(
            environment.suggestedTokenUrl === undefined || environment.suggestedTokenUrl.endsWith(environment.tokenPath ?? '?'),
            environment.id,
          );
        }
        assert.equal(findEnvironment(provider, localEnvironment.id), localEnvironment);
        assert.equal(findEnvironment(provider, 'no such environment'), undefined);
      });

      it('has HTTPS URLs only, without query, fragment or user', () => {
        const urls = [provider.documentation, ...environments.flatMap(({ tokenUrl, suggestedTokenUrl }) => [tokenUrl, suggestedTokenUrl])];
        for (const text of urls.filter((url) => url !== undefined)) {
          const url = new URL(text);
          assert.deepEqual([url.protocol, url.search, url.hash, url.username, url.password], ['https:', '', '', '', '']);
          assert.equal(url.href, text);
        }
      });

      it('flags production, and nothing else, as production', () => {
        for (const { label, production } of environments) assert.equal(production, /prod|live/i.test(label), label);
        assert.equal(environments.filter(({ production }) => production).length, 1);
      });

      it('has defaults for fields that there are', () => {
        for (const { defaults = {} } of environments)
          for (const [id, value] of Object.entries(defaults))
            assert.ok(value !== '' && credentials.some((field) => field.id === id && !field.secret), id);
      });

      it('verifies on the origin of the token URL, in environments that there are', () => {
        const { verification } = provider;
        if (!verification) return;
        for (const id of verification.environments ?? []) assert.ok(findEnvironment(provider, id), id);
        for (const { tokenUrl, suggestedTokenUrl, tokenPath = '' } of environments) {
          const base = new URL(tokenUrl ?? suggestedTokenUrl ?? tokenPath, 'https://api.acme.example');
          const url: URL = new URL(verification.resource, base);
          assert.equal(url.origin, base.origin);
          assert.notEqual(url.pathname, base.pathname);
          assert.deepEqual([url.username, url.password, url.hash], ['', '', '']);
        }
      });

      it('declares each failure once, for a status that is one', () => {
        const statuses = (provider.response.failures ?? []).map(({ status }) => status);
        assertUnique(statuses.map(String));
        for (const status of statuses) assert.ok(status >= 400 && status <= 599);
      });
    });
  }
});
