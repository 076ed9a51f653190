import assert from 'node:assert/strict';
import { isLoopback, parseEndpoint } from '../../src/core/endpoint.ts';
import { AuthError, type AuthErrorCode } from '../../src/core/errors.ts';
import { assertTellsNothingOf } from '../support/fakes.ts';

function refusal(text: string): AuthError {
  try {
    parseEndpoint(text);
  } catch (error) {
    assert.ok(error instanceof AuthError);
    return error;
  }
  assert.fail(`${text} was accepted`);
}

describe('parseEndpoint', () => {
  const allowed = [
    'https://api.acme.example/token',
    'https://api.acme.example:8443/token?tenant=a%40b',
    'https://api.acme.example/users/@me/token',
    'https://api.acme.example/?mail=a@b.example',
    'http://127.0.0.1:4010/token',
    'http://127.1.2.3/token',
    'http://[::1]:4010/token',
    'http://localhost/token',
    'HTTPS://API.ACME.EXAMPLE/token',
  ];
  for (const text of allowed)
    it(`accepts ${text}`, () => {
      assert.equal(parseEndpoint(text).href, new URL(text).href);
    });

  const refused: [string, AuthErrorCode][] = [
    ['', 'invalidUrl'],
    ['api.acme.example/token', 'invalidUrl'],
    ['/token', 'invalidUrl'],
    ['https://', 'invalidUrl'],
    ['ftp://api.acme.example/token', 'invalidUrl'],
    ['file:///token', 'invalidUrl'],
    ['javascript:alert(1)', 'invalidUrl'],
    ['localhost:4010/token', 'invalidUrl'],
    ['https://api.acme.example/token#part', 'invalidUrl'],
    ['https://fake-user@api.acme.example/token', 'invalidUrl'],
    ['https://fake-user:fake-password@api.acme.example/token', 'invalidUrl'],
    ['https://@api.acme.example/token', 'invalidUrl'],
    [String.raw`https://a\@evil.example/token`, 'invalidUrl'],
    [String.raw`https://evil.example\@api.acme.example/token`, 'invalidUrl'],
    [String.raw`https://api.acme.example\token`, 'invalidUrl'],
    ['http://api.acme.example/token', 'insecureUrl'],
    ['http://localhost.evil.example/token', 'insecureUrl'],
    ['http://localhost./token', 'insecureUrl'],
    ['http://127.0.0.1.evil.example/token', 'insecureUrl'],
    ['http://0.0.0.0/token', 'insecureUrl'],
    ['http://192.168.0.1/token', 'insecureUrl'],
    ['http://[::ffff:192.168.0.1]/token', 'insecureUrl'],
  ];
  for (const [text, code] of refused)
    it(`refuses ${text === '' ? 'nothing' : text} as ${code}`, () => {
      assert.equal(refusal(text).code, code);
    });

  it('names the origin that a misleading URL leads to, and not what stands before the @', () => {
    const error = refusal('https://fake-user:fake-password@evil.example/token');
    assert.ok(error.message.includes('https://evil.example'));
    assertTellsNothingOf(error, 'fake-user', 'fake-password');
  });

  it('names the origin only where a URL is not encrypted', () => {
    const error = refusal('http://api.acme.example/token?key=fake-key');
    assert.ok(error.message.includes('http://api.acme.example '));
    assertTellsNothingOf(error, 'fake-key');
  });

  it('offers to edit the profile', () => {
    assert.equal(refusal('').remedy, 'editProfile');
    assert.equal(refusal('http://api.acme.example/').remedy, 'editProfile');
  });

  const otherOrigins = [
    'https://api.acme.example.evil.example/token',
    'https://api.acme.example./token',
    'https://api.acme.example:444/token',
    'https://www.api.acme.example/token',
    'https://аpi.acme.example/token',
  ];
  for (const text of otherOrigins)
    it(`takes ${text} for another origin`, () => {
      assert.notEqual(parseEndpoint(text).origin, 'https://api.acme.example');
    });

  it('takes the default port, capitals and other paths for the same origin', () => {
    assert.equal(parseEndpoint('https://API.acme.example:443/other?a=b').origin, 'https://api.acme.example');
  });
});

describe('isLoopback', () => {
  const cases: [string, boolean][] = [
    ['http://127.0.0.1/', true],
    ['http://2130706433/', true],
    ['http://0x7f.1/', true],
    ['http://[0:0:0:0:0:0:0:1]/', true],
    ['http://LOCALHOST/', true],
    ['http://127.evil.example/', false],
    ['http://128.0.0.1/', false],
    ['http://[::2]/', false],
  ];
  for (const [text, expected] of cases)
    it(`is ${String(expected)} for ${text}`, () => {
      assert.equal(isLoopback(new URL(text)), expected);
    });
});
