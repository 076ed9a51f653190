import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseHttpDocument } from '../../src/core/httpDocument.ts';
import { setAuthorizationHeader } from '../../src/core/injection/authorizationHeader.ts';
import { applyEdits } from '../../src/core/injection/textEdit.ts';

const value = 'Bearer {{$processEnv ACME_TOKEN}}';
const inserted = `Authorization: ${value}`;

function insertAt(text: string, line: number): string {
  const edits = setAuthorizationHeader(text, line, value);
  assert.ok(typeof edits !== 'string', 'no place was found');
  return applyEdits(text, edits);
}

/** Lines before, the cursor's line, lines after. */
const cases: [string, string[], number, string[]][] = [
  ['a request alone', ['GET https://a.example'], 0, ['GET https://a.example', inserted]],
  ['a URL without a method', ['https://a.example'], 0, ['https://a.example', inserted]],
  ['a request with headers', ['GET https://a.example', 'A: 1', 'B: 2'], 0, ['GET https://a.example', 'A: 1', 'B: 2', inserted]],
  ['a request with a body', ['POST https://a.example', 'A: 1', '', '{}'], 0, ['POST https://a.example', 'A: 1', inserted, '', '{}']],
  ['a body right after the URL', ['POST https://a.example', '', '{}'], 0, ['POST https://a.example', inserted, '', '{}']],
  [
    'continuation lines',
    ['GET https://a.example', '  ?a=1', '  &b=2', '', 'x'],
    0,
    ['GET https://a.example', '  ?a=1', '  &b=2', inserted, '', 'x'],
  ],
  ['an old value', ['GET https://a.example', 'Authorization: Basic old', 'B: 2'], 0, ['GET https://a.example', inserted, 'B: 2']],
  ['no value', ['GET https://a.example', 'Authorization: ', 'B: 2'], 0, ['GET https://a.example', inserted, 'B: 2']],
  ['a lower-case header', ['GET https://a.example', 'authorization:old'], 0, ['GET https://a.example', `authorization:${value}`]],
  [
    'a header with blanks around the colon',
    ['GET https://a.example', '  Authorization  :  old  '],
    0,
    ['GET https://a.example', `  Authorization  :  ${value}`],
  ],
  [
    'duplicates',
    ['GET https://a.example', 'Authorization: a', 'B: 2', 'AUTHORIZATION: b', 'authorization: c'],
    0,
    ['GET https://a.example', inserted, 'B: 2'],
  ],
  ['the right value already', ['GET https://a.example', inserted], 0, ['GET https://a.example', inserted]],
  ['the right value and a duplicate', ['GET https://a.example', inserted, 'Authorization: b'], 0, ['GET https://a.example', inserted]],
  [
    'a header that is commented out',
    ['GET https://a.example', '# Authorization: old'],
    0,
    ['GET https://a.example', inserted, '# Authorization: old'],
  ],
  [
    'a body that looks like the header',
    ['POST https://a.example', '', 'Authorization: body'],
    2,
    ['POST https://a.example', inserted, '', 'Authorization: body'],
  ],
  [
    'Proxy-Authorization',
    ['GET https://a.example', 'Proxy-Authorization: p'],
    0,
    ['GET https://a.example', 'Proxy-Authorization: p', inserted],
  ],
  ['the cursor in a header', ['GET https://a.example', 'A: 1'], 1, ['GET https://a.example', 'A: 1', inserted]],
  [
    'the cursor in the body',
    ['POST https://a.example', 'A: 1', '', '{', '}'],
    4,
    ['POST https://a.example', 'A: 1', inserted, '', '{', '}'],
  ],
  [
    'the cursor on the separator',
    ['GET https://a.example', '### b', 'GET https://b.example'],
    1,
    ['GET https://a.example', '### b', 'GET https://b.example', inserted],
  ],
  [
    'the cursor on a comment before the request',
    ['# @name a', '', 'GET https://a.example'],
    1,
    ['# @name a', '', 'GET https://a.example', inserted],
  ],
  [
    'the first of two requests',
    ['GET https://a.example', '', '###', 'GET https://b.example'],
    1,
    ['GET https://a.example', inserted, '', '###', 'GET https://b.example'],
  ],
  [
    'the second of two requests',
    ['GET https://a.example', '###', 'GET https://b.example', ''],
    3,
    ['GET https://a.example', '###', 'GET https://b.example', inserted, ''],
  ],
  [
    'two requests without a separator, the first',
    ['GET https://a.example', '', 'GET https://b.example'],
    0,
    ['GET https://a.example', inserted, '', 'GET https://b.example'],
  ],
  [
    'two requests without a separator, the second',
    ['GET https://a.example', '', 'GET https://b.example'],
    2,
    ['GET https://a.example', '', 'GET https://b.example', inserted],
  ],
  [
    'names and prompts',
    ['# @name a', '# @prompt code', 'GET https://a.example'],
    0,
    ['# @name a', '# @prompt code', 'GET https://a.example', inserted],
  ],
  ['variables at the top', ['@a = 1', '###', 'GET https://{{a}}'], 2, ['@a = 1', '###', 'GET https://{{a}}', inserted]],
  ['variables before the request', ['@a = 1', 'GET https://{{a}}'], 0, ['@a = 1', 'GET https://{{a}}', inserted]],
  [
    'a script before the request',
    ['{{', '  const a = { b: 1 };', '}}', 'GET https://a.example'],
    1,
    ['{{', '  const a = { b: 1 };', '}}', 'GET https://a.example', inserted],
  ],
  [
    'a script right after the headers',
    ['GET https://a.example', 'A: 1', '{{', '  b: 1', '}}'],
    0,
    ['GET https://a.example', 'A: 1', inserted, '{{', '  b: 1', '}}'],
  ],
  [
    'a JetBrains script before the request',
    ['< {%', '  request: 1', '%}', 'GET https://a.example'],
    0,
    ['< {%', '  request: 1', '%}', 'GET https://a.example', inserted],
  ],
  [
    'a comment of several lines',
    ['/*', 'GET https://no.example', '*/', 'GET https://a.example'],
    1,
    ['/*', 'GET https://no.example', '*/', 'GET https://a.example', inserted],
  ],
  ['an indented request', ['  GET https://a.example', '  A: 1'], 0, ['  GET https://a.example', '  A: 1', inserted]],
  [
    'a GraphQL body right behind the headers',
    ['GRAPHQL https://a.example', 'query {', '  name: id', '}'],
    0,
    ['GRAPHQL https://a.example', inserted, 'query {', '  name: id', '}'],
  ],
  [
    'a form over several lines',
    ['POST https://a.example', 'A: 1', '', 'a=1', '&b=2'],
    0,
    ['POST https://a.example', 'A: 1', inserted, '', 'a=1', '&b=2'],
  ],
];

describe('setAuthorizationHeader', () => {
  for (const [name, before, line, after] of cases)
    for (const ending of ['\n', '\r\n'])
      for (const last of ['', ending])
        // A file of one line without an end has no line ending of its own to keep.
        if (ending === '\n' || before.length > 1 || last !== '')
          it(`puts the token into ${name}, keeping ${JSON.stringify(ending)} and ${last === '' ? 'no' : 'the'} final line break`, () => {
            assert.equal(insertAt(before.join(ending) + last, line), after.join(ending) + last);
          });

  const nowhere: [string, string, number][] = [
    ['an empty file', '', 0],
    ['comments', '# a\n// b', 0],
    ['variables', '@a = 1\n', 0],
    ['a region without a request', 'GET https://a.example\n###\n# none', 2],
    ['a line beyond the end', 'GET https://a.example', 7],
  ];
  for (const [name, text, line] of nowhere)
    it(`finds no request in ${name}`, () => {
      assert.equal(setAuthorizationHeader(text, line, value), 'noRequest');
    });

  it('leaves curl commands alone', () => {
    assert.equal(setAuthorizationHeader("curl https://a.example\n  -H 'A: 1'", 0, value), 'curl');
  });

  it('edits nothing where the header is right', () => {
    assert.deepEqual(setAuthorizationHeader(`GET https://a.example\n${inserted}`, 0, value), []);
  });

  it('replaces no more than the value', () => {
    assert.deepEqual(setAuthorizationHeader('GET https://a.example\nAuthorization: Basic old', 0, value), [
      { offset: 37, length: 9, content: value },
    ]);
  });

  describe('in any file', () => {
    const line = fc.oneof(
      {
        weight: 1,
        arbitrary: fc.string({ unit: fc.constantFrom('a', ' ', ':', '#', '{', '}', '@', '/', '<', '&', '?', 'é', '💶', '\t') }),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          '',
          '###',
          '### b',
          'GET https://a.example',
          'https://b.example',
          'Authorization: old',
          'authorization:x',
          `Authorization: ${value}`,
          'A: 1',
          '# c',
          '@v = 1',
          '?q=1',
          '{{',
          '}}',
          '/*',
          '*/',
          '{ "a": 1 }',
          'curl https://a.example',
        ),
      },
    );
    const document = fc
      .tuple(fc.array(line, { minLength: 1, maxLength: 20 }), fc.constantFrom('\n', '\r\n'))
      .map(([lines, ending]) => lines.join(ending));

    /** Every request of the text whose lines take a header, by its first line. */
    const places = (text: string) => parseHttpDocument(text).filter(({ isCurl }) => !isCurl);

    it('inserting twice is inserting once', () => {
      fc.assert(
        fc.property(document, (text) => {
          for (const { requestLine } of places(text)) {
            const once = insertAt(text, requestLine);
            assert.equal(insertAt(once, requestLine), once);
          }
        }),
        { numRuns: 300 },
      );
    });

    it('the request has the header once afterwards, and nothing else has changed', () => {
      fc.assert(
        fc.property(document, (text) => {
          for (const [index, request] of places(text).entries()) {
            const after = insertAt(text, request.requestLine);
            const changed = places(after)[index];
            const own = changed?.headers.filter(({ name }) => name.toLowerCase() === 'authorization') ?? [];
            assert.equal(own.length, 1);
            const removed = new Set(
              request.headers.filter(({ name }) => name.toLowerCase() === 'authorization').map((header) => header.line),
            );
            const rest = (whole: string, without: ReadonlySet<number>) =>
              whole
                .split('\n')
                .filter((_, at) => !without.has(at))
                .map((each) => each.replace(/\r$/, ''));
            assert.deepEqual(rest(after, new Set(own.map((header) => header.line))), rest(text, removed));
            assert.equal(after.includes('\r\n'), text.includes('\r\n'));
            if (text.includes('\r\n')) assert.doesNotMatch(after, /[^\r]\n/);
          }
        }),
        { numRuns: 300 },
      );
    });
  });
});
