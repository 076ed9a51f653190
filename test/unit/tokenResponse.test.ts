import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AuthError, type AuthErrorCode } from '../../src/core/errors.ts';
import type { Provider } from '../../src/core/provider.ts';
import { findProvider, providers } from '../../src/core/providers/index.ts';
import type { Token } from '../../src/core/token.ts';
import { parseRetryAfter, parseTokenResponse } from '../../src/core/tokenResponse.ts';
import { acme, fakeJwt } from '../support/acme.ts';
import { assertTellsNothingOf, noon } from '../support/fakes.ts';

const minute = 60_000;
const hour = 60 * minute;

function builtIn(id: string): Provider {
  const provider = findProvider(id);
  assert.ok(provider);
  return provider;
}

function parse(provider: Provider, body: unknown, { status = 200, headers = {} } = {}): Token {
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  return parseTokenResponse(provider, { status, headers, body: bytes }, noon);
}

function failure(provider: Provider, body: unknown, rest: { status?: number; headers?: Record<string, string> } = {}): AuthError {
  try {
    parse(provider, body, rest);
  } catch (error) {
    assert.ok(error instanceof AuthError, String(error));
    return error;
  }
  assert.fail('a token was read');
}

const pay4PowerSuccess = {
  success: true,
  message: 'Token generated successfully.',
  errors: null,
  statusCode: 200,
  correlationId: '00000000-0000-4000-8000-000000000000',
  data: { token: 'fake-token', expiresAt: (noon + hour) / 1000, tokenType: 'Bearer' },
};

describe('parseTokenResponse', () => {
  describe('reads the documented answer of', () => {
    it('Papaya: 201 with minutes in UTC', () => {
      assert.deepEqual(
        parse(builtIn('papaya'), { valid_until: '2026-06-16T12:00Z', token: 'fake-token', token_name: 'fake-name' }, { status: 201 }),
        {
          accessToken: 'fake-token',
          obtainedAt: noon,
          expiresAt: noon + 24 * hour,
          statedExpiresAt: noon + 24 * hour,
        },
      );
    });

    it('Pay4Power: an envelope with epoch seconds', () => {
      assert.deepEqual(parse(builtIn('pay4Power'), pay4PowerSuccess), {
        accessToken: 'fake-token',
        tokenType: 'Bearer',
        obtainedAt: noon,
        expiresAt: noon + hour,
        statedExpiresAt: noon + hour,
      });
    });

    for (const expiresIn of ['3600', 3600])
      it(`Pay-Connect: expires_in as ${JSON.stringify(expiresIn)}`, () => {
        const answer = { access_token: 'fake-token', expires_in: expiresIn, token_type: 'Bearer', scope: 'default' };
        assert.deepEqual(parse(builtIn('payConnect'), answer), {
          accessToken: 'fake-token',
          tokenType: 'Bearer',
          scope: 'default',
          obtainedAt: noon,
          expiresAt: noon + hour,
          statedExpiresAt: noon + hour,
        });
      });

    it('B2BinPay: a JSON:API document', () => {
      const answer = {
        data: { type: 'auth-token', id: '0', attributes: { access: 'fake-token', expires_in: 3599, token_type: 'Bearer' } },
      };
      assert.deepEqual(parse(builtIn('b2BinPay'), answer), {
        accessToken: 'fake-token',
        tokenType: 'Bearer',
        obtainedAt: noon,
        expiresAt: noon + 3_599_000,
        statedExpiresAt: noon + 3_599_000,
      });
    });
  });

  describe('tells the failure of', () => {
    const envelope = (change: object) => ({ ...pay4PowerSuccess, success: false, message: 'fake-reason', data: null, ...change });
    const jsonApi = { errors: [{ status: '400', code: 'fake-reason', detail: 'No active account found with the given credentials' }] };
    const cases: [string, string, unknown, number, AuthErrorCode, number][] = [
      ['Papaya with wrong credentials', 'papaya', { error: 'Invalid request' }, 401, 'credentialsRefused', 401],
      ['Papaya under 201 with an error', 'papaya', { error: 'Invalid request' }, 201, 'noToken', 0],
      ['Pay4Power under 200', 'pay4Power', envelope({ statusCode: 200 }), 200, 'failureInBody', 200],
      ['Pay4Power under 200 with 401 in the body', 'pay4Power', envelope({ statusCode: 401 }), 200, 'credentialsRefused', 401],
      ['Pay4Power under 200 with 400 in the body', 'pay4Power', envelope({ statusCode: 400 }), 200, 'requestRefused', 400],
      [
        'Pay4Power under 200 with 500 in the body',
        'pay4Power',
        envelope({ statusCode: 500, errors: ['fake-reason'] }),
        200,
        'serverError',
        500,
      ],
      ['Pay4Power under 200 with nonsense for a status', 'pay4Power', envelope({ statusCode: '401' }), 200, 'failureInBody', 200],
      ['Pay4Power that fails and gives a token', 'pay4Power', { ...pay4PowerSuccess, success: false }, 200, 'failureInBody', 200],
      ['Pay4Power with success as text', 'pay4Power', { ...pay4PowerSuccess, success: 'true' }, 200, 'failureInBody', 200],
      ['Pay4Power without success', 'pay4Power', { data: pay4PowerSuccess.data }, 200, 'failureInBody', 200],
      ['Pay4Power that succeeds without data', 'pay4Power', { ...pay4PowerSuccess, data: null }, 200, 'noToken', 0],
      ['Pay-Connect with a bad request', 'payConnect', 'fake-reason', 400, 'requestRefused', 400],
      ['Pay-Connect with a wrong client', 'payConnect', { error: 'invalid_client' }, 400, 'credentialsRefused', 400],
      ['Pay-Connect with a problem', 'payConnect', '', 500, 'serverError', 500],
      ['B2BinPay with wrong credentials, which is 400', 'b2BinPay', jsonApi, 400, 'credentialsRefused', 400],
      ['B2BinPay asked too often', 'b2BinPay', jsonApi, 429, 'tooManyRequests', 429],
      ['B2BinPay with an incorrect request', 'b2BinPay', jsonApi, 422, 'requestRefused', 422],
      ['B2BinPay with a problem', 'b2BinPay', jsonApi, 503, 'serverError', 503],
    ];
    for (const [name, id, body, status, code, told] of cases)
      it(`${name}: ${code}`, () => {
        const error = failure(builtIn(id), body, { status });
        assert.equal(error.code, code);
        assert.equal(error.status ?? 0, told);
        assertTellsNothingOf(error, 'fake-reason', 'Invalid request', 'No active account', 'fake-token');
      });

    it('a refusal with the names of the fields to check', () => {
      assert.match(failure(builtIn('papaya'), {}, { status: 401 }).message, /\(401\)\. Check the API key and the Client secret\.$/);
    });
  });

  describe('tells by the status alone', () => {
    const cases: [number, AuthErrorCode][] = [
      [300, 'redirected'],
      [301, 'redirected'],
      [302, 'redirected'],
      [303, 'redirected'],
      [304, 'redirected'],
      [307, 'redirected'],
      [308, 'redirected'],
      [400, 'requestRefused'],
      [401, 'credentialsRefused'],
      [403, 'credentialsRefused'],
      [404, 'notFound'],
      [405, 'notFound'],
      [407, 'proxyRefused'],
      [408, 'timedOut'],
      [410, 'notFound'],
      [415, 'requestRefused'],
      [429, 'tooManyRequests'],
      [500, 'serverError'],
      [502, 'serverError'],
      [599, 'serverError'],
    ];
    for (const [status, code] of cases)
      it(`${String(status)}: ${code}, whatever the body holds`, () => {
        for (const body of ['', '<html>fake-token</html>', { token: 'fake-token' }, new Uint8Array([0xff])]) {
          const error = failure(acme(), body, { status, headers: { location: 'https://evil.example/fake-token' } });
          assert.equal(error.code, code);
          assert.equal(error.status, status);
          assertTellsNothingOf(error, 'fake-token', 'evil.example');
        }
      });
  });

  describe('refuses a body that', () => {
    const cases: [string, unknown, AuthErrorCode][] = [
      ['is empty', '', 'emptyResponse'],
      ['is blank', ' ', 'notJson'],
      ['is a page', '<!doctype html><p>fake-token</p>', 'notJson'],
      ['is cut off', '{"token":"fake-token', 'notJson'],
      ['has text behind the JSON', '{"token":"fake-token"} fake-token', 'notJson'],
      ['is a form', 'token=fake-token', 'notJson'],
      ['is not UTF-8', Buffer.from('{"token":"fake-token","name":"\xff"}', 'latin1'), 'notJson'],
      ['is UTF-16', Buffer.from('{"token":"fake-token"}', 'utf16le'), 'notJson'],
      ['names the token twice', '{"token":"fake-token","token":"fake-other"}', 'ambiguousJson'],
      ['nests 101 levels deep', `{"token":"fake-token","x":${'['.repeat(100)}${']'.repeat(100)}}`, 'responseTooLarge'],
      ['is null', 'null', 'noToken'],
      ['is a list', '["fake-token"]', 'noToken'],
      ['is a text', '"fake-token"', 'noToken'],
      ['has no token', { token_: 'fake-token' }, 'noToken'],
      ['has null for a token', { token: null }, 'noToken'],
      ['has a number for a token', { token: 1234567 }, 'noToken'],
      ['has a list for a token', { token: ['fake-token'] }, 'noToken'],
      ['has an object for a token', { token: { token: 'fake-token' } }, 'noToken'],
      ['has an empty token', { token: '' }, 'noToken'],
      ['has a token with CR LF', { token: 'fake-token\r\nX-Evil: 1' }, 'badToken'],
      ['has a token with LF', { token: 'fake-token\n' }, 'badToken'],
      ['has a token with NUL', { token: 'fake-token\0' }, 'badToken'],
      ['has a token with a space', { token: 'fake token' }, 'badToken'],
      ['has a token with a letter beyond ASCII', { token: 'fäke-token' }, 'badToken'],
      ['has a token over 16 KiB', { token: 'a'.repeat(16 * 1024 + 1) }, 'badToken'],
      ['has a token type that ends a header', { token: 'fake-token', token_type: 'Bearer\r\nX-Evil: 1' }, 'badToken'],
      ['has a token type that a shell would run', { token: 'fake-token', token_type: 'x$(id)' }, 'badToken'],
      ['has a token type that httpYac would run', { token: 'fake-token', token_type: '{{process.exit()}}' }, 'badToken'],
      ['has a token type that a notification would link', { token: 'fake-token', token_type: '[x](command:evil)' }, 'badToken'],
      ['has an expiry that is no date', { token: 'fake-token', until: '2026-02-30T00:00Z' }, 'badExpiry'],
    ];
    const provider = acme();
    const dated = acme({ response: { expiry: { at: '/until', as: 'iso8601' } } });
    for (const [name, body, code] of cases)
      it(`${name}: ${code}`, () => {
        const error = failure(code === 'badExpiry' ? dated : provider, body);
        assert.equal(error.code, code);
        assertTellsNothingOf(error, 'fake', 'fäke', 'evil', 'Evil', '1234567');
      });
  });

  it('accepts a token of exactly 16 KiB', () => {
    assert.equal(parse(acme(), { token: 'a'.repeat(16 * 1024) }).accessToken.length, 16 * 1024);
  });

  it('accepts every visible character of ASCII in a token', () => {
    const token = String.fromCharCode(...Array.from({ length: 0x7e - 0x20 }, (_, index) => 0x21 + index));
    assert.equal(parse(acme(), { token }).accessToken, token);
  });

  it('strips a byte order mark', () => {
    assert.equal(parse(acme(), '\uFEFF{"token":"fake-token"}').accessToken, 'fake-token');
  });

  it('takes nothing from prototypes, and pollutes none', () => {
    assert.equal(
      failure(acme(), '{"__proto__":{"token":"fake-token"},"constructor":{"prototype":{"token":"fake-token"}}}').code,
      'noToken',
    );
    assert.equal(failure(acme({ response: { token: '/constructor/name' } }), {}).code, 'noToken');
    assert.equal(({} as Record<string, unknown>).token, undefined);
  });

  it('keeps a token type other than Bearer, and forgets one that says nothing', () => {
    assert.equal(parse(acme(), { token: 'fake-token', token_type: 'DPoP' }).tokenType, 'DPoP');
    for (const type of [undefined, null, '', 1])
      assert.equal('tokenType' in parse(acme(), { token: 'fake-token', token_type: type }), false);
  });

  it('forgets a scope that is no plain text', () => {
    for (const scope of [1, null, '', 'a\nb', 'a'.repeat(257)])
      assert.equal('scope' in parse(acme(), { token: 'fake-token', scope }), false);
  });

  describe('expiry', () => {
    const at = acme({ response: { expiry: { at: '/until', as: 'iso8601' } } });
    const epoch = acme({ response: { expiry: { at: '/until', as: 'epochMilliseconds' } } });
    const iso = (time: number) => `${new Date(time).toISOString().slice(0, 16)}Z`;

    it('is unknown where neither the answer nor the token says', () => {
      for (const expires of [undefined, null, 'soon', true, '1e3', '3600abc'])
        assert.equal('expiresAt' in parse(acme(), { token: 'fake-token', expires_in: expires }), false);
    });

    it('is now where the answer says zero or less', () => {
      for (const expires of [0, -1, '0', '-3600'])
        assert.equal(parse(acme(), { token: 'fake-token', expires_in: expires }).expiresAt, noon);
    });

    it('is clamped to ten years', () => {
      assert.equal(parse(acme(), { token: 'fake-token', expires_in: 1e12 }).expiresAt, noon + 3650 * 24 * hour);
    });

    it('is the token’s own where the answer says nothing', () => {
      const token = parse(acme(), { token: fakeJwt({ exp: (noon + hour) / 1000 }) });
      assert.equal(token.expiresAt, noon + hour);
      assert.equal('statedExpiresAt' in token, false);
      assert.equal(token.expiryDisagreement, undefined);
    });

    it('is the token’s own where that is earlier, and the difference is told', () => {
      const token = parse(acme(), { token: fakeJwt({ exp: (noon + hour) / 1000 }), expires_in: 7200 });
      assert.equal(token.expiresAt, noon + hour);
      assert.equal(token.statedExpiresAt, noon + 2 * hour);
      assert.equal(token.expiryDisagreement, hour);
    });

    it('is the answer’s where that is earlier, and the difference is told', () => {
      const token = parse(acme(), { token: fakeJwt({ exp: (noon + 2 * hour) / 1000 }), expires_in: 3600 });
      assert.equal(token.expiresAt, noon + hour);
      assert.equal(token.expiryDisagreement, -hour);
    });

    it('of Papaya may be cut to the minute without a word', () => {
      const exp = noon + 24 * hour + 31_000;
      const token = parse(at, { token: fakeJwt({ exp: exp / 1000 }), until: iso(exp) });
      assert.equal(token.expiresAt, noon + 24 * hour);
      assert.equal('expiryDisagreement' in token, false);
    });

    for (const [name, accessToken] of [
      ['is cut short', fakeJwt({ exp: noon / 1000 }).slice(0, 25)],
      ['has exp as text', fakeJwt({ exp: String(noon / 1000) })],
      ['has exp in milliseconds', fakeJwt({ exp: noon })],
      ['has an endless exp', fakeJwt({ exp: 1e300 })],
      ['has no claims', `${Buffer.from('{}').toString('base64url')}.bnVsbA.x`],
      ['is all dots', '...'],
    ] as const)
      it(`is the answer’s where the token ${name}`, () => {
        assert.equal(parse(acme(), { token: accessToken, expires_in: 3600 }).expiresAt, noon + hour);
      });

    it('is corrected by the server’s clock where it is a point of time', () => {
      const headers = { date: new Date(noon - 10 * minute).toUTCString() };
      // This machine is ten minutes ahead: by its own clock the token would be dead already.
      const token = parse(epoch, { token: 'fake-token', until: noon - 5 * minute }, { headers });
      assert.equal(token.expiresAt, noon + 5 * minute);
      assert.equal(token.statedExpiresAt, noon + 5 * minute);
      assert.equal(token.clockSkew, -10 * minute);
    });

    it('is corrected in the token’s own claim too', () => {
      const headers = { date: new Date(noon + 10 * minute).toUTCString() };
      const token = parse(acme(), { token: fakeJwt({ exp: (noon + hour) / 1000 }), expires_in: 3000 }, { headers });
      assert.equal(token.expiresAt, noon + 50 * minute);
      assert.equal(token.clockSkew, 10 * minute);
      assert.equal('expiryDisagreement' in token, false);
    });

    it('as a length of life needs no correction', () => {
      const token = parse(acme(), { token: 'fake-token', expires_in: 300 }, { headers: { date: new Date(noon - hour).toUTCString() } });
      assert.equal(token.expiresAt, noon + 5 * minute);
    });

    for (const date of [new Date(noon + 59_000).toUTCString(), 'yesterday', '', undefined])
      it(`is not corrected by the date ${date ?? 'that is missing'}`, () => {
        const token = parse(epoch, { token: 'fake-token', until: noon + hour }, date === undefined ? {} : { headers: { date } });
        assert.equal(token.expiresAt, noon + hour);
        assert.equal('clockSkew' in token, false);
      });
  });

  describe('any answer at all', () => {
    const marker = 'fake-marker-of-the-body';
    const status = fc.oneof(fc.constantFrom(200, 201, 204, 302, 400, 401, 407, 429, 500), fc.integer({ min: 200, max: 599 }));
    const header = fc.oneof(
      fc.string(),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      fc.nat().map(String),
    );
    const headers = fc.record({ date: header, 'retry-after': header }, { requiredKeys: [] });
    const outcome = (provider: Provider, body: Uint8Array, code: number, fields: Record<string, string>) => {
      try {
        const token = parseTokenResponse(provider, { status: code, headers: fields, body }, noon);
        assert.match(token.accessToken, /^[\x21-\x7e]{1,16384}$/);
        assert.ok(token.expiresAt === undefined || Number.isFinite(token.expiresAt));
      } catch (error) {
        assert.ok(error instanceof AuthError, String(error));
        assert.ok(!error.message.includes(marker));
      }
    };

    it('gives a token or an AuthError, for any bytes', () => {
      fc.assert(
        fc.property(fc.constantFrom(...providers), fc.uint8Array({ maxLength: 200 }), status, headers, (provider, body, code, fields) => {
          outcome(provider, body, code, fields);
        }),
      );
    });

    it('gives a token or an AuthError without a word of the body, for any JSON', () => {
      const value = fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom(marker, true, 401, 'Bearer', marker.repeat(1000), `${marker}\n`),
        fc.double(),
        fc.date({ noInvalidDate: true }),
      );
      const inner = fc.record(
        {
          token: value,
          expiresAt: value,
          tokenType: value,
          attributes: fc.record({ access: value, expires_in: value, token_type: value }),
        },
        { requiredKeys: [] },
      );
      const document = fc.record(
        {
          token: value,
          valid_until: value,
          success: fc.constant(true),
          statusCode: value,
          access_token: value,
          expires_in: value,
          token_type: value,
          error: value,
          errors: value,
          data: inner,
        },
        { requiredKeys: [] },
      );
      fc.assert(
        fc.property(fc.constantFrom(...providers), document, status, headers, (provider, body, code, fields) => {
          outcome(provider, new TextEncoder().encode(JSON.stringify(body)), code, fields);
        }),
        { numRuns: 300 },
      );
    });
  });
});

describe('parseRetryAfter', () => {
  const cases: [string | undefined, number | undefined][] = [
    [undefined, undefined],
    ['2', noon + 2000],
    ['0', noon],
    ['3000000', noon + 3_000_000_000],
    [new Date(noon + hour).toUTCString(), noon + hour],
    [new Date(noon - hour).toUTCString(), undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['1e9', undefined],
    ['', undefined],
    ['soon', undefined],
    ['2026', noon + 2_026_000],
    ['Mon, 99 Jun 2026 99:00:00 GMT', undefined],
    ['9'.repeat(30), undefined],
  ];
  for (const [value, expected] of cases)
    it(`reads ${value === undefined ? 'nothing' : JSON.stringify(value)} as ${expected === undefined ? 'nothing' : `${String(expected - noon)} ms from now`}`, () => {
      assert.equal(parseRetryAfter(value, noon), expected);
    });

  for (const status of [429, 503])
    it(`is told with ${String(status)}`, () => {
      const error = failure(acme(), '', { status, headers: { 'retry-after': '120' } });
      assert.equal(error.retryAt, noon + 120_000);
    });

  for (const status of [429, 503])
    it(`is named in the sentence of ${String(status)}, days ahead too`, () => {
      const { message } = failure(acme(), '', { status, headers: { 'retry-after': '3000000' } });
      assert.match(message, /Try again after .*2026/);
    });

  it('as a date is one of the server’s clock', () => {
    const headers = { date: new Date(noon - hour).toUTCString(), 'retry-after': new Date(noon - hour + minute).toUTCString() };
    assert.equal(failure(acme(), '', { status: 503, headers }).retryAt, noon + minute);
  });

  it('is not waited for where nothing was said', () => {
    assert.equal(failure(acme(), '', { status: 429 }).retryAt, undefined);
  });
});
