import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseClaims, type Claim } from '../../src/core/claims.ts';
import { fakeJwt } from '../support/acme.ts';
import { noon } from '../support/fakes.ts';

const signature = 'fakesignature';
const seconds = noon / 1000;

/** Half of it what people write, half of it what they do not. */
const anything = fc.string({ unit: fc.oneof(fc.nat(0x2ff), fc.nat(0x10ffff)).map((code) => String.fromCodePoint(code)) });

/** A token of the form of a JWT, of whatever parts. */
function encoded(header: unknown, payload: unknown, last = signature): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(payload)}.${last}`;
}

function payloadOf(claims: Readonly<Record<string, unknown>>): readonly Claim[] {
  return parseClaims(fakeJwt(claims))?.payload ?? [];
}

function valueOf(claims: Readonly<Record<string, unknown>>): Claim | undefined {
  const payload = payloadOf(claims);
  assert.equal(payload.length, 1);
  return payload[0];
}

describe('parseClaims', () => {
  it('reads header and claims of a token of Papaya’s form', () => {
    const token = encoded(
      { typ: 'JWT', kid: 'MADEUP0', api_token_id: '11111111-2222-4333-8444-000000000001', alg: 'RS256' },
      {
        iat: seconds,
        exp: seconds + 86_400,
        sub: 'access',
        user: { id: '11111111-2222-4333-8444-000000000002', email: 'nobody@example.invalid', owner: { id: '123456', ownerType: 'org_id' } },
      },
    );
    assert.deepEqual(parseClaims(token), {
      header: [
        { name: 'typ', value: 'JWT' },
        { name: 'kid', value: 'MADEUP0' },
        { name: 'api_token_id', value: '11111111-2222-4333-8444-000000000001' },
        { name: 'alg', value: 'RS256' },
      ],
      payload: [
        { name: 'iat', value: String(seconds), time: noon },
        { name: 'exp', value: String(seconds + 86_400), time: noon + 86_400_000 },
        { name: 'sub', value: 'access' },
        { name: 'user/id', value: '11111111-2222-4333-8444-000000000002' },
        { name: 'user/email', value: '•••', masked: true },
        { name: 'user/owner/id', value: '123456' },
        { name: 'user/owner/ownerType', value: 'org_id' },
      ],
      omitted: 0,
    });
  });

  it('reads a token of Pay4Power’s form, whose key is masked and whose business is not', () => {
    const claims = {
      user_id: '7',
      merchant_id: '7',
      business_name: 'MADE UP',
      businessName: 'MADE UP',
      merchant_name: 'Made_Up_7',
      tier: 'Cardboard',
      environment: 'TEST',
      public_key: 'MadeUpPublicKey7',
      jti: '11111111-2222-4333-8444-000000000003',
      iss: 'MADE_UP_ISSUER',
      aud: 'MADE_UP_AUDIENCE',
    };
    assert.deepEqual(
      payloadOf(claims),
      Object.entries(claims).map(([name, value]) => (name === 'public_key' ? { name, value: '•••', masked: true } : { name, value })),
    );
  });

  for (const token of [
    '',
    'opaque',
    'two.parts',
    'a.b.c',
    'four.parts.are.none',
    'five.parts.are.a.jwe',
    `${Buffer.from('[]').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.x`,
    `${Buffer.from('{}').toString('base64url')}.${Buffer.from('[1]').toString('base64url')}.x`,
    `${Buffer.from('{}').toString('base64url')}.${Buffer.from('null').toString('base64url')}.x`,
    `${Buffer.from('{}').toString('base64url')}.${Buffer.from('{"a":').toString('base64url')}.x`,
  ])
    it(`is undefined for ${token === '' ? 'an empty text' : token}`, () => {
      assert.equal(parseClaims(token), undefined);
    });

  it('reads an unsecured JWT, whose signature is empty', () => {
    assert.deepEqual(parseClaims(encoded({ alg: 'none' }, { sub: 'access' }, ''))?.payload, [{ name: 'sub', value: 'access' }]);
  });

  describe('gives values as text', () => {
    const shapes: [string, Record<string, unknown>, Claim[]][] = [
      ['true', { admin: true }, [{ name: 'admin', value: 'true' }]],
      ['null', { admin: null }, [{ name: 'admin', value: 'null' }]],
      ['a number', { level: 1.5 }, [{ name: 'level', value: '1.5' }]],
      ['a list of scalars', { aud: ['one', 2, true] }, [{ name: 'aud', value: 'one, 2, true' }]],
      [
        'a list of objects',
        { roles: [{ id: 1 }, 'two'] },
        [
          { name: 'roles/0/id', value: '1' },
          { name: 'roles/1', value: 'two' },
        ],
      ],
      [
        'nothing within',
        { a: {}, b: [] },
        [
          { name: 'a', value: '{}' },
          { name: 'b', value: '[]' },
        ],
      ],
      ['names with slashes', { 'a/b': { 'c~d': 1 } }, [{ name: 'a~1b/c~0d', value: '1' }]],
      ['six levels, and no more', { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } }, [{ name: 'a/b/c/d/e/f', value: '{…}' }]],
      [
        'an inherited name',
        JSON.parse('{"__proto__":{"sub":"access"}}') as Record<string, unknown>,
        [{ name: '__proto__/sub', value: 'access' }],
      ],
      ['a long value, cut', { text: 'a b '.repeat(100) }, [{ name: 'text', value: `${'a b '.repeat(50).slice(0, 199)}…` }]],
      ['a long name, cut', { ['a b '.repeat(100)]: 1 }, [{ name: `${'a b '.repeat(50).slice(0, 79)}…`, value: '1' }]],
    ];
    for (const [name, claims, expected] of shapes)
      it(name, () => {
        assert.deepEqual(payloadOf(claims), expected);
      });

    it('sixty claims, and says how many there are beside them', () => {
      const claims = parseClaims(fakeJwt(Object.fromEntries(Array.from({ length: 75 }, (_, index) => [`c${String(index)}`, index]))));
      assert.equal(claims?.payload.length, 60);
      assert.equal(claims.omitted, 15);
    });
  });

  describe('reads dates', () => {
    for (const name of ['iat', 'nbf', 'exp', 'auth_time', 'updated_at'])
      it(`of ${name}, nested too`, () => {
        assert.deepEqual(payloadOf({ [name]: seconds, realm: { [name]: seconds } }), [
          { name, value: String(seconds), time: noon },
          { name: `realm/${name}`, value: String(seconds), time: noon },
        ]);
      });

    const none: [string, Record<string, unknown>][] = [
      ['a number of another name', { created: seconds }],
      ['text', { exp: 'tomorrow' }],
      ['milliseconds', { exp: noon }],
      ['no year of ours', { exp: 0 }],
      ['infinity', { exp: 1e300 }],
    ];
    for (const [name, claims] of none)
      it(`and none of ${name}`, () => {
        assert.equal(valueOf(claims)?.time, undefined);
      });
  });

  describe('masks by the name', () => {
    const names = [
      ...['name', 'given_name', 'givenName', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'preferredUsername'],
      ...['profile', 'picture', 'website', 'email', 'contact_email', 'gender', 'birthdate', 'zoneinfo', 'locale'],
      ...['phone_number', 'phoneNumber', 'address', 'username', 'https://claims.example/email', 'urn:claims:given_name'],
      ...['client_secret', 'password', 'passwd', 'private_thing', 'credentials', 'api_key', 'api-key', 'apiKey', 'public_key', 'publicKey'],
      ...['refresh_token', 'refreshTokens', 'tokens', 'card_number', 'pin', 'authorization', 'proxyAuthorization', 'cookie', 'set_cookies'],
      ...['session', 'sessions', 'session_id', 'sessionState', 'user_session', 'sid'],
      ...['iban', 'iban_number', 'debtorIban', 'account_number', 'accountNo', 'bank_account', 'bankAccountId'],
      ...['cardholder', 'holder', 'cardHolderName', 'account_holder', 'tax_id', 'taxNumber', 'taxpayer_id', 'passport', 'passportNumber'],
      ...['street', 'street_name', 'addr', 'postal_code', 'zipCode', 'tel', 'telNumber', 'telephone'],
    ];
    for (const name of names)
      it(name, () => {
        assert.deepEqual(
          payloadOf({ [name]: 'made-up', user: { [name]: 7 } }).map(({ value, masked }) => [value, masked]),
          [
            ['•••', true],
            ['•••', true],
          ],
        );
      });

    it('and all that is nested under it', () => {
      const claims = {
        address: { place: 'Made-up Street 7', list: ['x', 'y'] },
        billingAddresses: [{ city: 'x', zip: 7 }],
        tokens: { a: 'x' },
      };
      assert.deepEqual(
        payloadOf(claims),
        ['address/place', 'address/list', 'billingAddresses/0/city', 'billingAddresses/0/zip', 'tokens/a'].map((name) => ({
          name,
          value: '•••',
          masked: true,
        })),
      );
    });

    const members = ['d', 'dp', 'dq', 'k', 'p', 'q', 'qi'];
    const places: [string, (jwk: Record<string, unknown>) => Record<string, unknown>, string][] = [
      ['a jwk', (jwk) => ({ jwk }), 'jwk'],
      ['the jwk of a cnf', (jwk) => ({ cnf: { jwk } }), 'cnf/jwk'],
      ['jwks', (jwk) => ({ jwks: { keys: [jwk] } }), 'jwks/keys/0'],
      ['keys', (jwk) => ({ keys: [jwk] }), 'keys/0'],
      ['keys of a name', (jwk) => ({ merchantKeys: { current: jwk } }), 'merchantKeys/current'],
    ];
    for (const [name, claims, pointer] of places)
      it(`and what is private in ${name}`, () => {
        const secrets = Object.fromEntries(members.map((member) => [member, 'made-up']));
        assert.deepEqual(payloadOf(claims({ kid: 'MADEUP0', kty: 'RSA', n: 'made-up', ...secrets, oth: [{ r: 'x' }], ext: true })), [
          ...['kid', 'kty', 'n'].map((member) => ({
            name: `${pointer}/${member}`,
            value: member === 'kid' ? 'MADEUP0' : member === 'kty' ? 'RSA' : 'made-up',
          })),
          ...[...members, 'oth/0/r'].map((member) => ({ name: `${pointer}/${member}`, value: '•••', masked: true })),
          { name: `${pointer}/ext`, value: 'true' },
        ]);
      });

    for (const name of [
      ...['kid', 'jti', 'api_token_id', 'token_type', 'sub', 'iss', 'aud', 'merchant_id', 'business_name', 'merchant_name', 'scope'],
      ...['owner', 'ownerType', 'organization', 'tier', 'category', 'account_id', 'account', 'city', 'zip', 'capacity', 'hotel', 'side'],
      ...['session_count', 'authorization_details', 'placeholder', 'taxonomy', 'accountNotes', 'd', 'k', 'p', 'q'],
    ])
      it(`but not ${name}`, () => {
        assert.deepEqual(valueOf({ [name]: 'made-up' }), { name, value: 'made-up' });
      });

    it('but not a yes or no', () => {
      for (const name of ['email_verified', 'session', 'holder', 'tax_id'])
        assert.deepEqual(valueOf({ [name]: true }), { name, value: 'true' });
    });
  });

  describe('masks within a value', () => {
    const values: [string, string, string][] = [
      ['an e-mail address', 'nobody@sandbox.invalid', 'n•••@s•••.invalid'],
      ['one among words', 'of <nobody@sandbox.invalid>, twice', 'of <n•••@s•••.invalid>, twice'],
      ['one in a link', 'mailto:nobody+x@mail.sandbox.invalid?subject=y', 'mailto:n•••@m•••.invalid?subject=y'],
      ['one that is encoded', 'https://x.invalid/?u=nobody%40sandbox.invalid', 'https://x.invalid/?u=n•••@s•••.invalid'],
      ['one of a wide sign', 'nobody＠sandbox.invalid', 'n•••@s•••.invalid'],
      ['one without a domain', 'root@localhost', 'r•••@l•••'],
      ['two in one', 'a@b@c.invalid', 'a•••@b•••.invalid'],
      ['a telephone number', 'call +49 (0) 89 1234567 now', 'call ••• now'],
      ['one of North America', '(555) 555-0100', '•••'],
      ['one of many digits', '+15555550100', '•••'],
      ['a card number', '4111111111111111', '•••'],
      ['one in groups', 'card 4111-1111 1111-1111.', 'card •••.'],
      ['one with dots', '4111.1111.1111.1111', '•••'],
      ['one with dots in a sentence', 'card 4111.1111.1111.1111.', 'card •••.'],
      ['one of other groups', '3782.822463.10005', '•••'],
      ['one with slashes', '4111/1111/1111/1111', '•••'],
      ['one with underscores', '4111_1111_1111_1111', '•••'],
      ['a telephone number with a trunk prefix', '0171-1234567', '•••'],
      ['one with a blank', 'call 0171 1234567.', 'call •••.'],
      ['one with a slash', '030/123456', '•••'],
      ['one with brackets', '(0171) 123 45 67', '•••'],
      ['one with dots', '020.7946.0018', '•••'],
      ['one at the end of a sentence', 'call (555) 555-0100.', 'call •••.'],
    ];
    for (const [name, value, shown] of values)
      it(name, () => {
        assert.deepEqual(valueOf({ note: value }), { name: 'note', value: shown, masked: true });
        assert.deepEqual(valueOf({ note: ['first', value] }), { name: 'note', value: `first, ${shown}`, masked: true });
      });

    it('and within a name', () => {
      assert.equal(valueOf({ 'nobody@sandbox.invalid': 1 })?.name, 'n•••@s•••.invalid');
    });

    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const base64url = (text: string) => Buffer.from(text).toString('base64url');
    const another = encoded({ alg: 'HS256' }, { sub: 'another' }, 'anothermadeupsignature');
    const least = `${base64url('{"a":1}')}.${base64url('{"b":2}')}.x`;
    const wholes: [string, string][] = [
      ['another JWT', another],
      ['one among words', `of ${another}, for now`],
      ['one that is glued to a word', `token${another}`],
      ['one of few characters', least],
      ['one of few characters in a link', `https://x.invalid/?jwt=x${least}&y=z`],
      ['one that is cut after its payload', least.slice(0, -2)],
      ['a bearer token', 'Bearer made-up'],
      ['a bearer token of a JWT', `Bearer ${another}`],
      ['one in small letters', 'authorization: bearer  made-up'],
      ['one after a line break', 'Bearer\r\n made-up'],
      ['one in a link', 'https://x.invalid/?a=Bearer%20made-up'],
      ['Basic credentials', `Basic ${base64('made:up')}`],
      ['an object as base64', base64('{"made":"up, and plainly so?>~"}')],
      ['an object as base64url', base64url('{"made":"up, and plainly so?>~"}')],
      ['a list as base64', base64('["made up", 7]')],
      ['an object as 16 characters with padding', base64('{"a":1234}')],
      ['an object of many lines as base64', base64('{\n  "made": "up"\n}')],
      ['an object after whitespace as base64', base64(`${' \r\n'.repeat(10)}{"made":"up"}`)],
      ['an object after a byte order mark as base64', base64('\ufeff{"made":"up"}')],
      ['an object of other letters as base64', base64('{"Zürich":"ausgedacht"}')],
      ['a cut letter as base64', base64('{"abcdefghiü":1}')],
      ['an object as base64 among words', `ctx=${base64('{"made":"up"}')};x`],
      ['an object as base64 in a path', `/x/${base64url('{"made":"up"}')}/y`],
      ...['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'pk_live_', 'pk_test_', 'whsec_'].map((prefix): [string, string] => [
        `a key of ${prefix}`,
        `key ${prefix}MADEUP0000`,
      ]),
    ];
    for (const [name, value] of wholes)
      it(`all of ${name}`, () => {
        for (const claims of [{ note: value }, { note: ['first', value] }])
          assert.deepEqual(valueOf(claims), { name: 'note', value: '•••', masked: true });
        assert.equal(valueOf({ [value]: 1 })?.name, '•••');
        assert.deepEqual(parseClaims(encoded({ alg: 'none', ctx: value }, {}))?.header[1], { name: 'ctx', value: '•••', masked: true });
      });

    it('and a card number that is a number', () => {
      assert.deepEqual(valueOf({ note: 4111111111111111 }), { name: 'note', value: '•••', masked: true });
    });

    for (const value of [
      '4111111111111112',
      '41111111111111111111',
      '11111111-2222-4333-8444-000000000004',
      '2026-06-15T12:00:00.000+0200',
      '192.168.100.200',
      '@nobody',
      '1234567890',
      '01234567890',
      '06-15-2026 12:00',
      '06.15.2026 12.00',
      '1718452800.123456',
      '2026.06.15.12.30.00',
      'aaaa-0171-1234567',
      'Bearer',
      'Basic, Bearer',
      'forbearer of news',
      'eyJ',
      'eyJhIjoxfQ',
      'a.eyJhIjoxfQ',
      'task_test_7',
      'whsec',
      'e3b0c44298fc1c149afbf4c8996fb924',
      'W5555555-AAAA-BBBB-CCCC-000000000000',
      'made-up-merchant-of-many-words_and_more',
      Buffer.from('made up, and no JSON').toString('base64'),
    ])
      it(`but not ${value}`, () => {
        assert.deepEqual(valueOf({ note: value }), { name: 'note', value });
      });
  });

  describe('makes visible', () => {
    const values: [string, string, string][] = [
      ['line breaks', 'a\r\nb\u2028c', 'a␍␊b�c'],
      ['control characters', 'a\u0000\u001b[31m\u007f\u0085', 'a␀␛[31m��'],
      ['a turned direction', 'abc\u202edcba\u2069', 'abc�dcba�'],
      ['what has no width', 'a\u200bb\ufeffc\u00add\u3164', 'a�b�c�d�'],
      ['odd spaces', 'a\u00a0b\u202fc', 'a b c'],
      ['half a character', 'a\ud800b', 'a�b'],
    ];
    for (const [name, value, shown] of values)
      it(name, () => {
        assert.deepEqual(valueOf({ note: value }), { name: 'note', value: shown });
        assert.equal(valueOf({ [value]: 1 })?.name, shown);
      });
  });

  describe('shows no part of the token', () => {
    const places: [string, (part: string) => Record<string, unknown>][] = [
      ['a value', (part) => ({ sub: part })],
      ['the middle of a value', (part) => ({ sub: `x${part}x` })],
      ['a list', (part) => ({ aud: ['x', part] })],
      ['a nested value', (part) => ({ a: [{ b: part }] })],
      ['a name', (part) => ({ [part]: 'x' })],
      ['a nested name', (part) => ({ a: { [`x${part}`]: 'x' } })],
      ['a date', (part) => ({ exp: part })],
    ];
    const last = 'c2lnbmF0dXJlLW9mLWEtdG9rZW4';
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const [name, claims] of places)
      it(`as ${name}`, () => {
        for (const part of [last, header]) {
          const shown = JSON.stringify(parseClaims(encoded({ alg: 'none' }, claims(part), last)));
          assert.ok(!shown.includes(part) && shown.includes('•••'), shown);
        }
      });

    it('nor a piece of one', () => {
      for (const piece of [last.slice(3, 20), `${header.slice(4)}.`])
        assert.equal(parseClaims(encoded({ alg: 'none' }, { sub: piece }, last))?.payload[0]?.value, '•••');
    });

    it('even where the signature is a number that a date could be', () => {
      const claims = parseClaims(encoded({ alg: 'none' }, { exp: seconds }, String(seconds)));
      assert.deepEqual(claims?.payload, [{ name: 'exp', value: '•••', masked: true }]);
    });

    it('whatever the claims are', () => {
      const base64url = fc.string({
        unit: fc.constantFrom(...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')),
        minLength: 12,
        maxLength: 60,
      });
      const property = fc.property(base64url, fc.json(), anything, fc.nat(4), (own, json, text, place) => {
        const value = JSON.parse(json) as unknown;
        const within = [
          { sub: own + text },
          { [text + own]: value },
          { a: [value, { b: [own, text] }] },
          { [text]: own },
          { [own]: { [text]: own } },
        ];
        const claims = parseClaims(encoded({ alg: 'none', kid: `${text}${own}` }, { ...within[place], value }, own));
        assert.ok(claims);
        const shown = [...claims.header, ...claims.payload];
        assert.ok(!JSON.stringify(shown).includes(own));
        for (const each of shown) {
          assert.ok(each.name.length <= 2 * 80 && each.value.length <= 2 * 200);
          assert.doesNotMatch(each.name + each.value, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        }
      });
      fc.assert(property, { numRuns: 500 });
    });
  });

  it('throws nothing, whatever the text', () => {
    const part = fc.oneof(
      fc.string(),
      anything,
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        parseClaims(parts.join('.'));
      }),
    );
  });

  describe('is done at once with 16 KiB of', () => {
    const size = 12_000;
    const base64OfBrackets = Buffer.from('[{'.repeat(size / 2)).toString('base64');
    const hostile: [string, unknown][] = [
      ['brackets', Array.from({ length: 2000 }).reduce((inner) => [inner], 0)],
      ['letters', 'a'.repeat(size)],
      ['at signs', '@'.repeat(size)],
      ['almost addresses', 'a%40'.repeat(size / 4)],
      ['digits', '1'.repeat(size)],
      ['digits in groups', '1 '.repeat(size / 2)],
      ['plus signs', '+1('.repeat(size / 3)],
      ['small objects', Array.from({ length: size / 3 }, () => ({}))],
      ['small texts', Array.from({ length: size / 4 }, () => 'a')],
      ['first letters of a JWT', 'eyJ'.repeat(size / 3)],
      ['dots and first letters of a JWT', '.eyJ'.repeat(size / 4)],
      ['first letters of a JWT, and dots at the end', `${'eyJ'.repeat(size / 6)}${'.eyK'.repeat(size / 8)}`],
      ['almost base64 of an object', '-e3'.repeat(size / 3)],
      ['hyphens', '-'.repeat(size)],
      ['base64 of brackets', base64OfBrackets.slice(0, size - 1)],
      ['schemes', 'Bearer '.repeat(size / 7)],
      ['a scheme and blanks', `Bearer${' '.repeat(size)}`],
      ['a scheme and encoded blanks', `Bearer${'%20'.repeat(size / 3)}`],
      ['prefixes of keys', 'sk_live'.repeat(size / 7)],
      ['almost cards', '4111.1111.'.repeat(size / 10)],
      ['almost telephone numbers', '0171-'.repeat(size / 5)],
      ['trunk prefixes', ' (0171) '.repeat(size / 8)],
      ['names of holders', { ['placeholder'.repeat(size / 11)]: 1 }],
      ['names of tokens', { ['tokensession'.repeat(size / 12)]: 1 }],
      ['names of accounts', { ['accountnumber'.repeat(size / 13)]: 1 }],
      ['keys of keys', { ['keys'.repeat(size / 4)]: { k: 1 } }],
      ['invisible characters', '\u200b'.repeat(size / 3)],
      ['slashes', { ['/'.repeat(size)]: 1 }],
    ];
    for (const [name, value] of hostile)
      it(name, () => {
        const token = encoded({ alg: 'none' }, { value });
        const began = performance.now();
        assert.ok(parseClaims(token));
        const took = performance.now() - began;
        assert.ok(took < 500, `${String(took)} ms`);
      });
  });
});
