import assert from 'node:assert/strict';
import { parseHttpDocument } from '../../src/core/httpDocument.ts';
import { requestUrlOf } from '../../src/core/requestUrl.ts';

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
    ['a curl command', ['curl https://a.example'], undefined],
  ];
  for (const [name, lines, expected] of cases)
    it(`reads ${name}`, () => {
      const document = parseHttpDocument(lines.join('\n'));
      const request = document.requests.at(-1);
      assert.ok(request);
      assert.equal(requestUrlOf(document, request)?.url.href, expected);
    });

  it('says where it stands', () => {
    const document = parseHttpDocument('@h = a.example\n###\n  GET https://{{h}}/x HTTP/1.1');
    const request = document.requests[0];
    assert.ok(request);
    assert.deepEqual(requestUrlOf(document, request)?.span, { line: 2, start: 6, end: 21 });
  });
});
