import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AuthError } from '../../src/core/errors.ts';
import type { Provider } from '../../src/core/provider.ts';
import { findProvider } from '../../src/core/providers/index.ts';
import type { Token } from '../../src/core/token.ts';
import { documents } from '../support/documents.ts';
import { assertTellsNothingOf, noon } from '../support/fakes.ts';
import { head, startFaultServer, type FaultServer, type Script } from '../support/faultServer.ts';
import { fetchWithRetries } from '../support/faultyCalls.ts';
import { fieldNamed, type JsonObject } from '../support/json.ts';

const marker = 'fake-marker-of-the-answer';

interface GoodAnswer {
  readonly provider: Provider;
  readonly credentials: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  /** What a failure must not show. */
  readonly secrets: readonly string[];
}

/** The documented answers of all five calls. */
const goodAnswers: readonly GoodAnswer[] = documents.map(({ provider: id, response: { body, tokenField } }) => {
  const provider = findProvider(id) ?? assert.fail(id);
  const credentials = Object.fromEntries(provider.credentials.map((field) => [field.id, `fake-${field.id}-0001`]));
  return { provider, credentials, body, secrets: [...Object.values(credentials), String(fieldNamed(body, tokenField)), marker] };
});

const mebibyte = 1024 * 1024;

function taken(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function assertValid(token: Token): void {
  assert.match(token.accessToken, /^[\x21-\x7e]{1,16384}$/);
  assert.match(token.tokenType ?? 'Bearer', /^[A-Za-z][\w.-]{0,63}$/);
  assert.match(token.scope ?? 'x', /^[\x20-\x7e]{1,256}$/);
  assert.equal(Object.getPrototypeOf(token), Object.prototype);
  for (const time of [
    token.obtainedAt,
    token.expiresAt ?? noon,
    token.expiresAt === undefined ? noon : token.expiresAt + (token.clockSkew ?? 0),
  ])
    assert.ok(Number.isFinite(time) && Math.abs(time) < 8.64e15, String(time));
}

describe('faults: any answer at all gives a token or an AuthError', function () {
  this.timeout(30_000);
  let server: FaultServer;

  beforeEach(async () => {
    server = await startFaultServer(() => undefined);
  });

  afterEach(async () => {
    await server[Symbol.asyncDispose]();
  });

  /** Answers a call with bytes as they are and checks what comes of it, how long it takes and what memory. */
  async function outcome({ provider, credentials, secrets }: GoodAnswer, bytes: Uint8Array): Promise<'token' | 'failure'> {
    const script: Script = async (peer) => {
      await peer.request();
      await peer.send(bytes);
      peer.end();
    };
    server.scripts = [script];
    const asked = server.requests.length;
    const [memory, started] = [taken(), performance.now()];
    let result: 'token' | 'failure';
    try {
      assertValid(await fetchWithRetries(`${server.origin}/token`, { provider, credentials }));
      result = 'token';
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      assertTellsNothingOf(error, ...secrets);
      assert.ok(!/[<>$\\]|\]\(/.test(error.message), error.message);
      result = 'failure';
    }
    assert.ok(performance.now() - started < 1000);
    assert.ok(taken() - memory < 64 * mebibyte);
    const requests = server.requests.length - asked;
    assert.ok(requests >= 1 && requests <= 3, String(requests));
    return result;
  }

  const response = (status: number, headers: Readonly<Record<string, string>>, body: Uint8Array) =>
    Buffer.concat([Buffer.from(head(status, { 'content-length': String(body.length), connection: 'close', ...headers }), 'latin1'), body]);
  const call = fc.constantFrom(...goodAnswers);
  const status = fc.oneof(fc.constantFrom(200, 201), fc.integer({ min: 200, max: 599 }));
  const headerText = fc.string({ maxLength: 30 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '?'));
  const headers = fc.record(
    {
      date: fc.oneof(
        headerText,
        fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      ),
      'retry-after': fc.oneof(headerText, fc.nat().map(String)),
      'content-type': headerText,
      'content-encoding': fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'identity', 'gzip, gzip', marker),
      location: headerText,
    },
    { requiredKeys: [] },
  );

  it('the good ones, unchanged', async () => {
    for (const each of goodAnswers) assert.equal(await outcome(each, response(200, {}, Buffer.from(JSON.stringify(each.body)))), 'token');
  });

  it('arbitrary bytes instead of HTTP', () =>
    fc.assert(
      fc.asyncProperty(call, fc.uint8Array({ maxLength: 400 }), async (each, bytes) => {
        assert.equal(await outcome(each, bytes), 'failure');
      }),
      { numRuns: 100 },
    ));

  it('arbitrary bytes behind the start of HTTP', () =>
    fc.assert(
      fc.asyncProperty(
        call,
        fc.constantFrom('HTTP/1.1 ', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\n\r\n'),
        fc.uint8Array({ maxLength: 400 }),
        async (each, start, bytes) => {
          await outcome(each, Buffer.concat([Buffer.from(start), bytes]));
        },
      ),
      { numRuns: 100 },
    ));

  it('arbitrary bodies, statuses and headers', () =>
    fc.assert(
      fc.asyncProperty(call, status, headers, fc.uint8Array({ maxLength: 4000, size: 'max' }), async (each, code, fields, body) => {
        await outcome(each, response(code, fields, body));
      }),
      { numRuns: 150 },
    ));

  it('arbitrary JSON', () =>
    fc.assert(
      fc.asyncProperty(call, status, headers, fc.json({ maxDepth: 20 }), async (each, code, fields, text) => {
        await outcome(each, response(code, { ...fields, 'content-encoding': 'identity' }, Buffer.from(text)));
      }),
      { numRuns: 150 },
    ));

  it('good ones with values changed', async () => {
    const seen = new Set<string>();
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom<unknown>(null, true, 0, -1, 1e300, '', 'NaN', '2026-02-30T00:00Z', marker.repeat(1000), `${marker}\r\n`),
      fc.constant(JSON.parse(`{"__proto__":{"token":"${marker}"}}`) as unknown),
      fc.double({ noNaN: true }),
      fc.integer(),
    );
    await fc.assert(
      fc.asyncProperty(call, fc.nat(), value, status, async (each, place, changed, code) => {
        let count = 0;
        const total = JSON.stringify(each.body).split(':').length;
        const text = JSON.stringify(each.body, (name, present: unknown) => (name !== '' && count++ === place % total ? changed : present));
        seen.add(await outcome(each, response(code, {}, Buffer.from(text))));
      }),
      { numRuns: 200 },
    );
    assert.equal(seen.size, 2);
  });

  it('good ones with bytes changed', async () => {
    const seen = new Set<string>();
    const mutation = fc.record({
      kind: fc.constantFrom('flip', 'remove', 'insert', 'repeat', 'truncate'),
      at: fc.nat(),
      length: fc.integer({ min: 1, max: 40 }),
      byte: fc.integer({ min: 0, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(call, fc.boolean(), fc.array(mutation, { minLength: 1, maxLength: 4 }), async (each, inHead, mutations) => {
        const body = Buffer.from(JSON.stringify(each.body));
        let bytes = inHead ? response(200, { date: new Date(noon).toUTCString() }, body) : body;
        for (const { kind, at, length, byte } of mutations) {
          const start = at % (bytes.length + 1);
          const [before, middle, after] = [bytes.subarray(0, start), bytes.subarray(start, start + length), bytes.subarray(start + length)];
          if (kind === 'flip') bytes = Buffer.concat([before, middle.map((present) => present ^ byte), after]);
          else if (kind === 'remove') bytes = Buffer.concat([before, after]);
          else if (kind === 'insert') bytes = Buffer.concat([before, Buffer.alloc(length, byte), middle, after]);
          else if (kind === 'repeat') bytes = Buffer.concat([before, middle, middle, after]);
          else bytes = Buffer.from(before);
        }
        seen.add(await outcome(each, inHead ? bytes : response(200, {}, bytes)));
      }),
      { numRuns: 250 },
    );
    assert.equal(seen.size, 2);
  });
});
