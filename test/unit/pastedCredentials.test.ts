import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parsePastedCredentials } from '../../src/core/pastedCredentials.ts';
import { findProvider, providers } from '../../src/core/providers/index.ts';

function fieldsOf(id: string) {
  const provider = findProvider(id);
  assert.ok(provider);
  return provider.credentials;
}

const payConnect = { client_id: 'fake-id', client_secret: 'fake-secret' };
const pay4Power = { publicKey: 'PUB_KEY_fake', privateKey: 'PRIV_KEY_fake', environment: 'TEST' };

describe('parsePastedCredentials', () => {
  const cases: [string, string, string, Record<string, string>][] = [
    ['a JSON body', 'payConnect', '{"grant_type":"client_credentials","client_id":"fake-id","client_secret":"fake-secret"}', payConnect],
    [
      'a nested JSON body',
      'b2BinPay',
      '{"data":{"type":"auth-token","attributes":{"client_id":"fake-id","client_secret":"fake-secret"}}}',
      payConnect,
    ],
    [
      'JSON over several lines',
      'pay4Power',
      '{\n  "publicKey": "PUB_KEY_fake",\n  "privateKey": "PRIV_KEY_fake",\n  "environment": "TEST"\n}\n',
      pay4Power,
    ],
    [
      'JSON with text around it',
      'payConnect',
      'Your credentials: {"client_id":"fake-id","client_secret":"fake-secret"} Keep them.',
      payConnect,
    ],
    ['JSON in other spellings', 'payConnect', '{"clientId":"fake-id","CLIENT-SECRET":"fake-secret"}', payConnect],
    [
      'JSON with a number',
      'payConnect',
      '{"client_id":1234,"client_secret":"fake-secret"}',
      { client_id: '1234', client_secret: 'fake-secret' },
    ],
    ['JSON with nothing usable', 'payConnect', '{"client_id":null,"client_secret":["fake-secret"]}', {}],
    ['the first of two values', 'payConnect', '{"client_id":"fake-id","nested":{"client_id":"other"}}', { client_id: 'fake-id' }],
    ['.env lines', 'payConnect', 'PAY_CONNECT_CLIENT_ID=fake-id\nPAY_CONNECT_CLIENT_SECRET=fake-secret\n', payConnect],
    ['.env lines with CRLF', 'payConnect', 'client_id=fake-id\r\nclient_secret=fake-secret\r\n', payConnect],
    [
      '.env lines whose breaks an input box dropped',
      'payConnect',
      'PAY_CONNECT_CLIENT_ID=fake-idPAY_CONNECT_CLIENT_SECRET=fake-secret',
      payConnect,
    ],
    [
      '.env lines whose breaks a browser turned into blanks, with names before ours and lines not ours',
      'payConnect',
      'MY_CLIENT_ID=fake-id PAY_BASE_URL=https://pay.example MY_CLIENT_SECRET=fake-secret # note OTHER=1',
      payConnect,
    ],
    [
      'an Authorization header with its scheme',
      'pay4Power',
      'publicKey: PUB_KEY_fake\nprivateKey: PRIV_KEY_fake\nenvironment: TEST\nAuthorization: Basic ZmFrZTpmYWtl',
      { ...pay4Power, authorization: 'Basic ZmFrZTpmYWtl' },
    ],
    [
      'base64 with its padding behind a blank',
      'payConnect',
      'client_id: fake-id\nclient_secret: ZmFrZS1zZWNyZXQ=',
      { client_id: 'fake-id', client_secret: 'ZmFrZS1zZWNyZXQ=' },
    ],
    [
      'a quote within a value',
      'payConnect',
      "client_id=fake-id\nclient_secret=fake'secret",
      { client_id: 'fake-id', client_secret: "fake'secret" },
    ],
    ['exports with quotes', 'payConnect', 'export CLIENT_ID="fake-id"\nexport CLIENT_SECRET=\'fake-secret\'', payConnect],
    ['exports whose breaks an input box dropped', 'payConnect', 'export CLIENT_ID="fake-id"export CLIENT_SECRET="fake-secret"', payConnect],
    ['YAML', 'pay4Power', 'publicKey: PUB_KEY_fake\nprivateKey: PRIV_KEY_fake\nenvironment: TEST', pay4Power],
    [
      'a value with = in it',
      'payConnect',
      'client_id=fake-id\nclient_secret=ZmFrZQ==',
      { client_id: 'fake-id', client_secret: 'ZmFrZQ==' },
    ],
    [
      '.env lines among others',
      'payConnect',
      '# Pay-Connect\nURL=https://pay.example/\nCLIENT_ID=fake-id\nOTHER=1\nCLIENT_SECRET=fake-secret\nMORE=2',
      payConnect,
    ],
    [
      'an empty value, which takes nothing from the next line',
      'payConnect',
      'CLIENT_ID=\nOTHER=1\nCLIENT_SECRET=fake-secret',
      { client_secret: 'fake-secret' },
    ],
    [
      'curl with JSON',
      'papaya',
      `curl -X POST https://auth.example/token -H 'Content-Type: application/json' -d '{"api_key":"fake-key","client_secret":"fake-secret"}'`,
      { api_key: 'fake-key', client_secret: 'fake-secret' },
    ],
    [
      'curl over several lines, with a placeholder in the URL as in B2BinPay’s document',
      'b2BinPay',
      `curl --location '{base_url}/token/' \\\n--header 'Content-Type: application/vnd.api+json' \\\n--data '{\n  "data": { "type": "auth-token", "attributes": { "client_id": "fake-id", "client_secret": "fake-secret" } }\n}'`,
      payConnect,
    ],
    [
      'curl with a form',
      'payConnect',
      `curl https://auth.example/token -d 'grant_type=client_credentials&client_id=fake-id&client_secret=fake%2Dsecret'`,
      payConnect,
    ],
    [
      'curl with several data',
      'payConnect',
      `curl https://auth.example/token --data-urlencode client_id=fake-id --data-urlencode "client_secret=fake-secret"`,
      payConnect,
    ],
    [
      'curl with JSON in double quotes, as on Windows',
      'payConnect',
      String.raw`curl https://auth.example/token -d "{\"client_id\":\"fake-id\",\"client_secret\":\"fake-secret\"}"`,
      payConnect,
    ],
    [
      'curl with a header',
      'pay4Power',
      `curl https://auth.example/token -H 'Authorization: Bearer fake-token' --data '{"publicKey":"PUB_KEY_fake"}'`,
      { authorization: 'Bearer fake-token', publicKey: 'PUB_KEY_fake' },
    ],
    ['a secret alone', 'payConnect', 'fake-secret', {}],
    ['nothing', 'payConnect', '', {}],
    ['an unclosed brace', 'payConnect', '}{', {}],
    ['what looks like a prototype', 'payConnect', '{"__proto__":{"client_id":"fake-id"},"constructor":"x"}', { client_id: 'fake-id' }],
  ];
  for (const [name, provider, text, expected] of cases)
    it(`reads ${name}`, () => {
      assert.deepEqual(parsePastedCredentials(text, fieldsOf(provider)), expected);
    });

  it('reads the JSON body of every provider back, whatever the values hold', () => {
    fc.assert(
      fc.property(fc.constantFrom(...providers), fc.string({ unit: 'grapheme', minLength: 1 }), ({ credentials }, value) => {
        const values = Object.fromEntries(credentials.map(({ id }) => [id, value]));
        assert.deepEqual(parsePastedCredentials(JSON.stringify(values), credentials), values);
      }),
    );
  });

  it('never throws, and finds text under known fields only', () => {
    const words = fc.constantFrom(
      'curl ',
      '{',
      '}',
      '"',
      "'",
      '\\',
      '=',
      ':',
      '\n',
      'client_id',
      'client_secret',
      '-d ',
      '-H ',
      '__proto__',
      '%',
      'é',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString('utf16le')),
          fc.json({ maxDepth: 2 }),
          fc.array(words).map((list) => list.join('')),
        ),
        (text) => {
          const found = parsePastedCredentials(text, fieldsOf('payConnect'));
          for (const [id, value] of Object.entries(found)) {
            assert.ok(id === 'client_id' || id === 'client_secret', id);
            assert.ok(typeof value === 'string' && value !== '');
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads a large paste in no time', () => {
    const started = performance.now();
    for (const text of ['{'.repeat(100_000), `curl ${'"\\"'.repeat(5000)}`, 'client_id=client_id '.repeat(10_000), ' '.repeat(100_000)])
      parsePastedCredentials(text, fieldsOf('payConnect'));
    assert.ok(performance.now() - started < 2000);
  });
});
