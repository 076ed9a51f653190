import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { curlCommand, type Shell } from '../../src/core/curl.ts';

describe('curlCommand', () => {
  const cases: [string, Shell, Parameters<typeof curlCommand>[2], string, string][] = [
    [
      'a variable',
      'posix',
      { variable: 'ACME_TOKEN' },
      'https://api.acme.example/v1',
      `curl --header "Authorization: Bearer $ACME_TOKEN" 'https://api.acme.example/v1'`,
    ],
    [
      'a variable',
      'powershell',
      { variable: 'ACME_TOKEN' },
      'https://api.acme.example/v1',
      `curl.exe --header "Authorization: Bearer $env:ACME_TOKEN" 'https://api.acme.example/v1'`,
    ],
    [
      'a token',
      'posix',
      { literal: 'fake-token' },
      'https://api.acme.example/v1',
      `curl --header 'Authorization: Bearer fake-token' 'https://api.acme.example/v1'`,
    ],
    [
      'a token',
      'powershell',
      { literal: 'fake-token' },
      'https://api.acme.example/v1',
      `curl.exe --header 'Authorization: Bearer fake-token' 'https://api.acme.example/v1'`,
    ],
    [
      'a token with a quote',
      'posix',
      { literal: "fa'ke" },
      'https://api.acme.example/',
      `curl --header 'Authorization: Bearer fa'\\''ke' 'https://api.acme.example/'`,
    ],
    [
      'a token with a quote',
      'powershell',
      { literal: "fa'ke" },
      'https://api.acme.example/',
      `curl.exe --header 'Authorization: Bearer fa''ke' 'https://api.acme.example/'`,
    ],
    [
      'a URL with a quote',
      'posix',
      { variable: 'T' },
      "https://api.acme.example/o'k?a=1&b=$c",
      `curl --header "Authorization: Bearer $T" 'https://api.acme.example/o'\\''k?a=1&b=$c'`,
    ],
    [
      'a URL with a quote',
      'powershell',
      { variable: 'T' },
      "https://api.acme.example/o'k",
      `curl.exe --header "Authorization: Bearer $env:T" 'https://api.acme.example/o''k'`,
    ],
  ];
  for (const [what, shell, token, url, expected] of cases)
    it(`quotes ${what} for ${shell}`, () => {
      assert.equal(curlCommand(url, 'Bearer', token, shell), expected);
    });

  it('uses the scheme that the provider named', () => {
    assert.equal(
      curlCommand('https://api.acme.example/', 'DPoP', { literal: 'fake' }, 'posix'),
      "curl --header 'Authorization: DPoP fake' 'https://api.acme.example/'",
    );
  });

  it('gives a real shell back what went in, whatever a token holds', function () {
    if (process.platform === 'win32') assert.fail('this test needs a POSIX shell');
    const token = `a'b"c$(id)\`id\`\\d!*{e}&;|<>#~`;
    const url = `https://api.acme.example/?q='$HOME"&x=\`id\``;
    const command = curlCommand(url, 'Bearer', { literal: token }, 'posix').replace(/^curl/, String.raw`printf '%s\n'`);
    assert.equal(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' }), `--header\nAuthorization: Bearer ${token}\n${url}\n`);
  });

  it('lets a real shell put in the variable as one argument', () => {
    const command = curlCommand('https://api.acme.example/', 'Bearer', { variable: 'ACME_TOKEN' }, 'posix').replace(
      /^curl/,
      String.raw`printf '%s\n'`,
    );
    const output = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8', env: { ACME_TOKEN: `a b'c"$(id)*` } });
    assert.equal(output, `--header\nAuthorization: Bearer a b'c"$(id)*\nhttps://api.acme.example/\n`);
  });
});
