import assert from 'node:assert/strict';
import { parseHttpDocument } from '../../src/core/httpDocument.ts';
import { requestUrlOf, requestUrlsOf } from '../../src/core/requestUrl.ts';

describe('requestUrlOf', () => {
  const cases: [string, string[], string | undefined][] = [
    ['a URL', ['GET https://a.example/x?y=1'], 'https://a.example/x?y=1'],
    ['a URL without a method', ['https://a.example/x'], 'https://a.example/x'],
    ['a URL with a version of HTTP', ['GET https://a.example/x HTTP/1.1'], 'https://a.example/x'],
    ['a host alone, which is sent to in the clear', ['GET localhost:3000/x'], 'http://localhost:3000/x'],
    ['a host in other letters', ['GET https://API.Example/x'], 'https://api.example/x'],
    ['a variable of the file', ['@host = https://a.example', '###', 'GET {{host}}/x'], 'https://a.example/x'],
    ['variables that lead to others', ['@name = a.example', '@host = https://{{ name }}', '###', 'GET {{host}}/x'], 'https://a.example/x'],
    ['the last definition of several', ['@h = a.example', '@h = b.example', '###', 'GET https://{{h}}/x'], 'https://b.example/x'],
    ['a variable in the path alone', ['GET https://a.example/{{id}}/x'], 'https://a.example/%7B%7Bid%7D%7D/x'],
    ['a path under a header Host', ['GET /x', 'Host: a.example'], 'http://a.example/x'],
    ['a variable that the file does not have', ['GET {{host}}/x'], undefined],
    ['one in the host', ['GET https://{{tenant}}.example/x'], undefined],
    ['variables that go round in circles', ['@a = {{b}}', '@b = {{a}}', '###', 'GET https://{{a}}/x'], undefined],
    ['a path without a host', ['GET /x'], undefined],
    ['no URL at all', ['GET https://'], undefined],
    ['a curl command', ['curl -X POST \\', "  'https://a.example/x' \\", "  -d 'y'"], 'https://a.example/x'],
    ['a curl command without one', ['curl --help'], undefined],
    ['a method in small letters', ['get https://a.example/x http/1.1'], 'https://a.example/x'],
    ['another scheme', ['WS wss://a.example/x'], 'wss://a.example/x'],
    [
      'names with hyphens and dots',
      ['@base.url = https://a.example', '@p-q = x', '###', 'GET {{base.url}}/{{p-q}}'],
      'https://a.example/x',
    ],
    ['a URL in quotes', ['@base = "https://a.example"', '###', 'GET {{base}}/x'], undefined],
    ['variables that ask for billions', [`@a = ${'{{a}}'.repeat(20)}`, '###', 'GET https://{{a}}/x'], undefined],
    [
      'variables that double each other',
      [
        ...Array.from({ length: 40 }, (_, index) => `@a${String(index)} = {{a${String(index + 1)}}}{{a${String(index + 1)}}}`),
        '###',
        'GET https://{{a0}}/x',
      ],
      undefined,
    ],
  ];
  for (const [name, lines, expected] of cases)
    it(`reads ${name}`, () => {
      const document = parseHttpDocument(lines.join('\n'));
      const request = document.requests.at(-1);
      assert.ok(request);
      assert.equal(requestUrlOf(document, request)?.url.href, expected);
    });

  it('reads every URL that a variable may lead to, the last definition last', () => {
    const document = parseHttpDocument('@h = a.example\nGET https://{{h}}/x\n###\n@h = b.example\nGET https://c.example');
    const request = document.requests[0];
    assert.ok(request);
    assert.deepEqual(
      requestUrlsOf(document, request).map(({ url }) => url.host),
      ['a.example', 'b.example'],
    );
  });

  it('says where it stands', () => {
    const document = parseHttpDocument('@h = a.example\n###\n  GET https://{{h}}/x HTTP/1.1');
    const request = document.requests[0];
    assert.ok(request);
    assert.deepEqual(requestUrlOf(document, request)?.span, { line: 2, start: 6, end: 21 });
  });
});
