import assert from 'node:assert/strict';
import { parseHttpDocument, requestAt } from '../../src/core/httpDocument.ts';
import { referencedNames } from '../../src/core/references.ts';

function namesAt(lines: readonly string[], line: number): string[] {
  const document = parseHttpDocument(lines.join('\n'));
  const request = requestAt(document, line);
  assert.ok(request);
  return [...referencedNames(document, request)].sort();
}

describe('referencedNames', () => {
  const cases: [string, string[], number, string[]][] = [
    ['nothing', ['GET https://a.example', 'A: 1'], 0, []],
    ['a variable of the environment', ['GET https://a.example', 'Authorization: Bearer {{$processEnv ACME_TOKEN}}'], 0, ['ACME_TOKEN']],
    ['one looked up in the settings first', ['GET https://a.example', 'A: {{$processEnv %acme}}'], 0, ['acme']],
    ['a variable of .env', ['GET https://a.example', 'A: {{$dotenv ACME_TOKEN}}'], 0, ['ACME_TOKEN']],
    ['a variable in the URL', ['GET https://a.example?t={{token}}'], 0, ['token']],
    ['a variable in a continuation line', ['GET https://a.example', '  &t={{token}}'], 0, ['token']],
    ['a variable in the body', ['POST https://a.example', '', '{"t": "{{token}}"}'], 2, ['token']],
    [
      'JavaScript, as httpYac reads it',
      ['GET https://a.example', 'A: {{ process.env.ACME_TOKEN + other }}'],
      0,
      ['ACME_TOKEN', 'env', 'other', 'process'],
    ],
    [
      'through a file variable',
      ['@token = {{$processEnv ACME_TOKEN}}', '###', 'GET https://a.example', 'A: {{token}}'],
      2,
      ['ACME_TOKEN', 'token'],
    ],
    [
      'through two, defined in any order',
      ['@a = {{b}}', '@b={{$dotenv ACME_TOKEN}}', '###', 'GET https://a.example', 'A: {{a}}'],
      3,
      ['ACME_TOKEN', 'a', 'b'],
    ],
    [
      'through every definition of a name',
      ['@a = {{b}}', '###', 'GET https://a.example', 'A: {{a}}', '###', '@a := {{c}}'],
      2,
      ['a', 'b', 'c'],
    ],
    ['variables that go round in circles', ['@a = {{b}}', '@b = {{a}}', '###', 'GET https://a.example', 'A: {{a}}'], 3, ['a', 'b']],
    ['nothing of another request', ['GET https://a.example', 'A: {{a}}', '###', 'GET https://b.example', 'B: {{b}}'], 3, ['b']],
    ['a variable defined before the request line', ['@a = {{b}}', 'GET https://a.example', 'A: {{a}}'], 1, ['a', 'b']],
  ];
  for (const [name, lines, line, expected] of cases)
    it(`finds ${name}`, () => {
      assert.deepEqual(namesAt(lines, line), expected);
    });
});
