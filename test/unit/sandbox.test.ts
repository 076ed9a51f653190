import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { accounts, startSandbox, type Sandbox, type SandboxAccount } from '../../src/sandbox/server.ts';
import { documents, type TokenDocument } from '../support/documents.ts';
import { fieldNamed, isObject, leafNames, shapeOf, withFields, type Json, type JsonObject } from '../support/json.ts';

interface Row {
  readonly document: TokenDocument;
  readonly account: SandboxAccount;
}

const rows: readonly Row[] = documents.map((document) => {
  const account = accounts.find((candidate) => candidate.provider === document.provider && candidate.tokenPath === document.request.path);
  assert.ok(account, `the sandbox has no account at the documented path ${document.request.path}`);
  return { document, account };
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: JsonObject;
}

async function send(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const body = JSON.parse(text) as Json;
  assert.ok(isObject(body), `not a JSON object: ${text}`);
  return { status: response.status, headers: response.headers, text, body };
}

/** The document's example request, with the sandbox's credentials in it. */
function exampleBody({ document, account }: Row): JsonObject {
  return withFields(document.request.body, account.credentials);
}

function call(
  origin: string,
  row: Row,
  changes: { body?: JsonObject; path?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { method, path, contentType } = row.document.request;
  return send(origin + (changes.path ?? path), {
    method,
    headers: { 'content-type': contentType, ...changes.headers },
    body: JSON.stringify(changes.body ?? exampleBody(row)),
  });
}

async function obtainToken(origin: string, row: Row): Promise<string> {
  const answer = await call(origin, row);
  assert.equal(answer.status, row.document.response.status);
  return tokenIn(answer.body, row.document);
}

function tokenIn(body: JsonObject, document: TokenDocument): string {
  const token = fieldNamed(body, document.response.tokenField);
  assert.ok(typeof token === 'string' && token.length > 0);
  return token;
}

function resource(origin: string, { account }: Row, authorization?: string): Promise<Answer> {
  return send(origin + account.resourcePath, authorization === undefined ? {} : { headers: { authorization } });
}

function decode(token: string): { header: JsonObject; claims: JsonObject } {
  const parts = token.split('.');
  assert.equal(parts.length, 3);
  const [header, claims] = parts.map((part) => Buffer.from(part, 'base64url').toString('utf8'));
  return { header: JSON.parse(header ?? '') as JsonObject, claims: JSON.parse(claims ?? '') as JsonObject };
}

function mediaType(answer: Answer): string | undefined {
  return answer.headers.get('content-type')?.split(';')[0];
}

const typeChecks = {
  string: (value: Json | undefined) => typeof value === 'string',
  number: (value: Json | undefined) => typeof value === 'number',
  'ISO 8601 date-time format': (value: Json | undefined) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/.test(value),
  JWT: (value: Json | undefined) => typeof value === 'string' && /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/.test(value),
};

const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

function matches(status: number, documented: number | '4xx' | '5xx'): boolean {
  return typeof documented === 'number' ? status === documented : Math.floor(status / 100) === Number(documented[0]);
}

/** Refused as the document has it; Pay4Power documents no failure, so that its envelope has to carry it. */
function assertRefused(answer: Answer, { document }: Row, cause: 'credentials' | 'request'): void {
  assert.equal(fieldNamed(answer.body, document.response.tokenField), undefined);
  const failure = document.failures.find((candidate) => candidate.cause === cause || candidate.cause === 'any');
  if (!failure) {
    assertFailedEnvelope(answer, document, cause);
    return;
  }
  assert.ok(matches(answer.status, failure.status), `${String(answer.status)} instead of ${String(failure.status)}`);
  const otherMeaning = document.failures.filter(({ status }) => status !== failure.status && typeof status === 'number');
  assert.ok(!otherMeaning.some(({ status }) => status === answer.status), `${String(answer.status)} means something else`);
  if (failure.body) assert.deepEqual(answer.body, failure.body);
}

function assertFailedEnvelope({ status, body }: Answer, document: TokenDocument, cause: 'credentials' | 'request'): void {
  assert.deepEqual(Object.keys(body).sort(), Object.keys(document.response.body).sort());
  const { success, message, errors, statusCode, correlationId, data } = body;
  assert.deepEqual({ success, data }, { success: false, data: null });
  assert.deepEqual([typeof message, typeof statusCode, typeof correlationId], ['string', 'number', 'string']);
  assert.ok(errors === null || Array.isArray(errors));
  assert.ok(Number(statusCode) >= 400);
  // The one HTTP status of the document, which has `success` and `statusCode` besides it for a reason.
  if (cause === 'credentials') assert.equal(status, document.response.status);
}

describe('sandbox', () => {
  let sandbox: Sandbox;
  let origin: string;
  // Issued first and looked at last, so that their life passes while the other tests run.
  let shortLived: readonly Answer[];
  let shortLivedStatuses: readonly number[];

  const statusesOf = (answers: readonly Answer[]) =>
    Promise.all(
      rows.map(async (row, index) => (await resource(origin, row, `Bearer ${tokenIn(answers[index]?.body ?? {}, row.document)}`)).status),
    );

  before(async function () {
    this.timeout(10_000);
    sandbox = await startSandbox();
    ({ origin } = sandbox);
    // Makes the RSA keys, which takes longer than a short life.
    await Promise.all(rows.map((row) => obtainToken(origin, row)));
    sandbox.setLifetime(2);
    shortLived = await Promise.all(rows.map((row) => call(origin, row)));
    shortLivedStatuses = await statusesOf(shortLived);
    sandbox.setLifetime(0);
  });

  after(() => sandbox.stop());

  it('has one account for every document', () => {
    assert.equal(accounts.length, documents.length);
    assert.equal(new Set(rows.map(({ account }) => account.name)).size, rows.length);
    assert.equal(new Set(rows.map(({ account }) => account.resourcePath)).size, rows.length);
  });

  for (const row of rows) {
    const { document, account } = row;
    const { request, response } = document;

    describe(`as "${document.title}" of ${document.provider} documents it`, () => {
      it('takes exactly the documented fields as credentials', () => {
        for (const name of Object.keys(account.credentials)) assert.equal(typeof fieldNamed(request.body, name), 'string');
        const required = request.fields?.filter((field) => field.required).map(({ name }) => name) ?? leafNames(request.body);
        assert.deepEqual(Object.keys(account.credentials).sort(), required.filter((name) => name !== 'grant_type').sort());
      });

      it('answers the example request with the example response', async () => {
        const answer = await call(origin, row);
        assert.equal(answer.status, response.status);
        if (response.contentType !== undefined) assert.equal(mediaType(answer), response.contentType);
        assert.deepEqual(shapeOf(answer.body), shapeOf(response.body));
        assert.partialDeepStrictEqual(answer.body, response.constants);
        for (const { name, type } of response.fields ?? []) {
          const value = fieldNamed(answer.body, name);
          assert.ok(typeChecks[type](value), `${name} is no ${type}: ${String(value)}`);
        }
      });

      it('issues another token each time', async () => {
        assert.notEqual(await obtainToken(origin, row), await obtainToken(origin, row));
      });

      if (document.token) {
        const { header, claims, complete } = document.token;

        it('issues a JWT like the sample, with the documented life', async () => {
          const before = Math.floor(Date.now() / 1000);
          const issued = decode(await obtainToken(origin, row));
          const { iat, exp } = issued.claims;
          if (complete) {
            assert.deepEqual(shapeOf(issued.header), shapeOf(header));
            assert.deepEqual(shapeOf(issued.claims), shapeOf(claims));
          } else {
            assert.partialDeepStrictEqual(shapeOf(issued.header), shapeOf(header));
          }
          assert.equal(issued.header.alg, header.alg);
          assert.ok(typeof iat === 'number' && iat >= before && iat <= Date.now() / 1000);
          assert.equal(Number(exp) - iat, document.lifetime);
          if ('nbf' in claims) assert.equal(issued.claims.nbf, iat);
          if ('sub' in claims) assert.equal(issued.claims.sub, claims.sub);
        });
      }

      it('refuses wrong credentials', async () => {
        for (const name of Object.keys(account.credentials))
          assertRefused(await call(origin, row, { body: withFields(exampleBody(row), { [name]: 'wrong' }) }), row, 'credentials');
      });

      it('refuses a request that lacks a required field, has it empty or not as text', async () => {
        const required = request.fields?.filter((field) => field.required).map(({ name }) => name) ?? leafNames(request.body);
        for (const name of required)
          for (const value of [undefined, '', 42, null])
            assertRefused(await call(origin, row, { body: withFields(exampleBody(row), { [name]: value }) }), row, 'request');
      });

      it('refuses another content type', async () => {
        const others = ['text/plain', 'application/x-www-form-urlencoded', 'application/vnd.api+json', 'application/json'];
        for (const other of others.filter((type) => type !== request.contentType))
          assertRefused(await call(origin, row, { headers: { 'content-type': other } }), row, 'request');
      });

      it('refuses a body that is no such document', async () => {
        const headers = { 'content-type': request.contentType };
        const form = new URLSearchParams(account.credentials).toString();
        for (const body of ['', 'null', '[]', '"text"', '{"', form])
          assertRefused(await send(origin + request.path, { method: request.method, headers, body }), row, 'request');
      });

      it('refuses credentials outside the body', async () => {
        const answer = await call(origin, row, { body: {}, headers: account.credentials });
        assertRefused(answer, row, 'request');
        const query = new URLSearchParams(account.credentials).toString();
        assertRefused(await call(origin, row, { body: {}, path: `${request.path}?${query}` }), row, 'request');
      });

      it(`takes ${request.method} only`, async () => {
        for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
          const answer = await send(origin + request.path, { method });
          assert.equal(answer.status, 405);
          assert.equal(answer.headers.get('allow'), request.method);
        }
      });

      it('refuses the path with the slash at its end missing or added, and does not redirect', async () => {
        const path = request.path.endsWith('/') ? request.path.slice(0, -1) : `${request.path}/`;
        const answer = await call(origin, row, { path });
        assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status));
        assert.doesNotMatch(answer.text, /Bearer|eyJ|valid_until/);
      });

      it('knows no path beside it', async () => {
        assert.equal((await call(origin, row, { path: `${request.path}x` })).status, 404);
        assert.equal((await call(origin, row, { path: `/x${request.path}` })).status, 404);
        assert.equal((await call(origin, row, { path: request.path.toUpperCase() })).status, 404);
      });

      it('lets its token in', async () => {
        const token = await obtainToken(origin, row);
        const answer = await resource(origin, row, `Bearer ${token}`);
        assert.equal(answer.status, 200);
        assert.ok(!answer.text.includes(token));
        assert.equal((await resource(origin, row, `bearer ${token}`)).status, 200);
      });

      it('lets nothing else in', async () => {
        const token = await obtainToken(origin, row);
        const credentials = Object.values(account.credentials).map((value) => `Bearer ${value}`);
        const refused = [
          'Bearer',
          'Bearer garbage',
          'Bearer a.b.c',
          token,
          `Basic ${token}`,
          `Bearer ${token} x`,
          `Bearer x${token}`,
          ...credentials,
        ];
        for (const authorization of [undefined, ...refused, ...tampered(token).map((text) => `Bearer ${text}`)]) {
          const answer = await resource(origin, row, authorization);
          assert.equal(answer.status, 401, authorization);
          assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer /);
        }
      });
    });
  }

  it('refuses the tokens of every other provider, and of the other path of the same one', async () => {
    const tokens = await Promise.all(rows.map((row) => obtainToken(origin, row)));
    const statuses = await Promise.all(
      rows.map((row) => Promise.all(tokens.map(async (token) => (await resource(origin, row, `Bearer ${token}`)).status))),
    );
    assert.deepEqual(
      statuses,
      rows.map((_, at) => rows.map((_, from) => (at === from ? 200 : 401))),
    );
  });

  it('refuses a token of another sandbox', async () => {
    const other = await startSandbox();
    try {
      const row = rowOf('pay4Power');
      assert.equal((await resource(origin, row, `Bearer ${await obtainToken(other.origin, row)}`)).status, 401);
    } finally {
      await other.stop();
    }
  });

  it('answers 404 to an unknown path', async () => {
    for (const path of ['/', '/unknown', '//', '/sandbox/unknown']) assert.equal((await send(origin + path, {})).status, 404, path);
  });

  it('refuses a body of more than 64 KiB', async () => {
    const row = rowOf('payConnect');
    assert.equal((await call(origin, row, { body: { ...exampleBody(row), padding: 'x'.repeat(60_000) } })).status, 200);
    assertRefused(await call(origin, row, { body: { ...exampleBody(row), padding: 'x'.repeat(70_000) } }), row, 'request');
  });

  describe('Papaya', () => {
    const row = rowOf('papaya');

    it('states as valid_until the expiry of the token, cut to the minute', async () => {
      const { body } = await call(origin, row);
      const { exp } = decode(tokenIn(body, row.document)).claims;
      assert.equal(body.valid_until, `${new Date(Number(exp) * 1000).toISOString().slice(0, 16)}Z`);
    });

    it('names the token as asked, or by a random UUID', async () => {
      assert.equal((await call(origin, row)).body.token_name, row.document.request.body.token_name);
      const unnamed = withFields(exampleBody(row), { token_name: undefined });
      const names = [
        (await call(origin, row, { body: unnamed })).body.token_name,
        (await call(origin, row, { body: unnamed })).body.token_name,
      ];
      for (const name of names) assert.match(String(name), uuid);
      assert.notEqual(names[0], names[1]);
    });
  });

  for (const row of rows.filter(({ document }) => document.provider === 'pay4Power'))
    describe(`Pay4Power, "${row.document.title}"`, () => {
      it('states as expiresAt the expiry of the token, in epoch seconds', async () => {
        const { body } = await call(origin, row);
        assert.ok(isObject(body.data));
        assert.equal(body.data.expiresAt, decode(tokenIn(body, row.document)).claims.exp);
      });

      it('gives every answer a correlation id of its own', async () => {
        const wrong = { body: withFields(exampleBody(row), { privateKey: 'wrong' }) };
        const ids = [await call(origin, row), await call(origin, row), await call(origin, row, wrong)].map(({ body }) =>
          String(body.correlationId),
        );
        for (const id of ids) assert.match(id, uuid);
        assert.equal(new Set(ids).size, ids.length);
      });

      it('needs no Authorization header on the token call and takes one', async () => {
        assert.equal((await call(origin, row, { headers: { authorization: 'Bearer anything' } })).status, 200);
      });
    });

  describe('Pay-Connect', () => {
    const row = rowOf('payConnect');

    it('states expires_in as a string of seconds', async () => {
      const { expires_in: expiresIn } = (await call(origin, row)).body;
      assert.ok(typeof expiresIn === 'string');
      assert.match(expiresIn, /^[1-9]\d*$/);
    });

    it('knows the grant of the document only', async () => {
      assertRefused(await call(origin, row, { body: withFields(exampleBody(row), { grant_type: 'password' }) }), row, 'request');
    });
  });

  describe('B2BinPay', () => {
    const row = rowOf('b2BinPay');

    it('wants and answers JSON:API', async () => {
      assert.equal(mediaType(await call(origin, row)), 'application/vnd.api+json');
      for (const type of [undefined, 'wallet'])
        assertRefused(await call(origin, row, { body: withFields(exampleBody(row), { type }) }), row, 'request');
      const flat = await call(origin, row, { body: { ...row.account.credentials, type: 'auth-token' } });
      assertRefused(flat, row, 'request');
    });

    it('says why in the errors of JSON:API', async () => {
      const answer = await call(origin, row, { body: withFields(exampleBody(row), { client_secret: 'wrong' }) });
      assert.equal(mediaType(answer), 'application/vnd.api+json');
      const [error] = answer.body.errors as readonly JsonObject[];
      assert.equal(error?.status, '400');
      assert.equal(error.detail, 'No active account found with the given credentials');
    });

    it('answers 429 with Retry-After to too many calls, and goes on serving the others', async function () {
      this.timeout(10_000);
      const busy = await startSandbox();
      try {
        const wrong = { body: withFields(exampleBody(row), { client_secret: 'wrong' }) };
        let answer = await call(busy.origin, row, wrong);
        assert.equal(answer.status, 400);
        for (let calls = 1; answer.status === 400 && calls < 1000; calls++) answer = await call(busy.origin, row, wrong);
        assert.equal(answer.status, 429);
        assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
        assert.equal((answer.body.errors as readonly JsonObject[])[0]?.status, '429');
        assert.equal((await call(busy.origin, row)).status, 429);
        for (const other of rows.filter((candidate) => candidate !== row))
          assertRefused(
            await call(busy.origin, other, { body: withFields(exampleBody(other), wrongCredentials(other)) }),
            other,
            'credentials',
          );
      } finally {
        await busy.stop();
      }
    });
  });

  describe('its port', () => {
    it('joins the sandbox that has the preferred port, and does not stop it', async () => {
      const joined = await startSandbox({ port: portOf(origin) });
      assert.equal(joined.origin, origin);
      await joined.stop();
      assert.equal((await send(`${origin}/sandbox`, {})).status, 200);
    });

    it('takes another one where something else listens', async () => {
      const listeners = [
        createServer((_, response) => response.end('hello')),
        createServer((_, response) => response.end('{"name":"another"}')),
        createServer((request) => request.socket.destroy()),
      ];
      for (const listener of listeners) {
        await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
        const { port } = listener.address() as AddressInfo;
        const other = await startSandbox({ port });
        try {
          assert.notEqual(portOf(other.origin), port);
          assert.equal((await send(`${other.origin}/sandbox`, {})).status, 200);
        } finally {
          await other.stop();
          listener.closeAllConnections();
          listener.close();
        }
      }
    });

    it('takes the preferred one while it is free, and frees it when stopped', async () => {
      const first = await startSandbox();
      await send(`${first.origin}/sandbox`, {});
      await first.stop();
      await assert.rejects(fetch(first.origin), TypeError);
      const second = await startSandbox({ port: portOf(first.origin) });
      assert.equal(second.origin, first.origin);
      await second.stop();
    });

    it('is freed even while a request is half sent', async () => {
      const stopped = await startSandbox();
      const socket = connect(portOf(stopped.origin), '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      const closed = once(socket, 'close');
      socket.write('POST /token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n{');
      // Answered after the half request was on its way, so that the server is reading that one by now.
      await send(`${stopped.origin}/sandbox`, {});
      await stopped.stop();
      await closed;
    });

    it('is on this machine only', () => {
      assert.equal(new URL(origin).hostname, '127.0.0.1');
    });
  });

  it('logs path and status, and no credential, query or token', async () => {
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const logged = await startSandbox({ log: { info: log, warn: log, error: log } });
    try {
      const secrets: string[] = [];
      for (const row of rows.filter(({ document }) => document.token?.header.alg !== 'RS256')) {
        const token = await obtainToken(logged.origin, row);
        await resource(logged.origin, row, `Bearer ${token}`);
        await send(`${logged.origin}${row.account.resourcePath}?key=${token}`, {});
        secrets.push(token, ...Object.values(row.account.credentials).filter((value) => value !== 'TEST'));
        assert.ok(lines.some((line) => line.includes(row.account.tokenPath) && line.includes('200')));
        assert.ok(lines.some((line) => line.includes(row.account.resourcePath) && line.includes('401')));
      }
      const before = lines.length;
      assert.equal((await send(`${logged.origin}//`, {})).status, 404);
      assert.equal(lines.length, before + 1);
      for (const secret of secrets) assert.ok(!lines.some((line) => line.includes(secret)));
    } finally {
      await logged.stop();
    }
  });

  describe('a set lifetime', () => {
    it('is what the answers state, and no expiry is over before it began', () => {
      const [papaya, dev, testPath, payConnect, b2BinPay] = shortLived.map(({ body }) => body);
      assert.ok(papaya && dev && testPath && payConnect && b2BinPay);
      assert.equal(Date.parse(String(papaya.valid_until)) / 1000, decode(String(papaya.token)).claims.exp);
      for (const body of [dev, testPath]) assert.equal(fieldNamed(body, 'expiresAt'), decode(String(fieldNamed(body, 'token'))).claims.exp);
      assert.equal(payConnect.expires_in, '2');
      assert.equal(fieldNamed(b2BinPay, 'expires_in'), 2);
    });

    it('ends every token, however good it was before', async function () {
      this.timeout(10_000);
      const expiries = shortLived.flatMap(({ body }) => {
        const stated = fieldNamed(body, 'expiresAt');
        return typeof stated === 'number' ? [stated * 1000] : [];
      });
      assert.equal(expiries.length, 2);
      assert.deepEqual(
        shortLivedStatuses,
        rows.map(() => 200),
      );
      await delay(Math.max(0, ...expiries.map((time) => time + 50 - Date.now())));
      assert.deepEqual(
        await statusesOf(shortLived),
        rows.map(() => 401),
      );
    });

    it('gives way to the documented one again', async () => {
      const row = rowOf('b2BinPay');
      assert.equal(fieldNamed((await call(origin, row)).body, 'expires_in'), row.document.lifetime);
    });
  });
});

function rowOf(provider: string): Row {
  const row = rows.find(({ document }) => document.provider === provider);
  assert.ok(row);
  return row;
}

function wrongCredentials(row: Row): Record<string, string> {
  return Object.fromEntries(Object.keys(row.account.credentials).map((name) => [name, 'wrong']));
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** Forgeries of a token: another signature, none at all, and for a JWT other claims under the old signature. */
function tampered(token: string): string[] {
  const parts = token.split('.');
  // Not its last character: not all bits of that one count.
  const at = token.lastIndexOf('.') + 1;
  const altered = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
  if (parts.length !== 3) return [altered, token.slice(1), `${token}A`];
  const { header, claims } = decode(token);
  const encode = (part: JsonObject) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const [first = '', second = '', signature = ''] = parts;
  const longer = encode({ ...claims, exp: Number(claims.exp) + 86_400 });
  return [altered, `${first}.${second}.`, `${first}.${longer}.${signature}`, `${encode({ ...header, alg: 'none' })}.${second}.`];
}
