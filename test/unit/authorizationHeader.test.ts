import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseHttpDocument } from '../../src/core/httpDocument.ts';
import { setAuthorizationHeader } from '../../src/core/injection/authorizationHeader.ts';
import { applyEdits } from '../../src/core/injection/textEdit.ts';
import { headerShapes } from '../support/shapes/headerShapes.ts';
import { httpText } from '../support/shapes/httpText.ts';

const value = 'Bearer {{$processEnv ACME_TOKEN}}';
const inserted = `Authorization: ${value}`;

function insertAt(text: string, line: number): string {
  const edits = setAuthorizationHeader(parseHttpDocument(text), line, value);
  assert.ok(typeof edits !== 'string', 'no place was found');
  return applyEdits(text, edits);
}

describe('setAuthorizationHeader', () => {
  for (const [name, before, line, after] of headerShapes)
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
      assert.equal(setAuthorizationHeader(parseHttpDocument(text), line, value), 'noRequest');
    });

  it('leaves curl commands alone', () => {
    assert.equal(setAuthorizationHeader(parseHttpDocument("curl https://a.example\n  -H 'A: 1'"), 0, value), 'curl');
  });

  it('edits nothing where the header is right', () => {
    assert.deepEqual(setAuthorizationHeader(parseHttpDocument(`GET https://a.example\n${inserted}`), 0, value), []);
  });

  it('replaces no more than the value', () => {
    assert.deepEqual(setAuthorizationHeader(parseHttpDocument('GET https://a.example\nAuthorization: Basic old'), 0, value), [
      { offset: 37, length: 9, content: value },
    ]);
  });

  describe('in any file', () => {
    /** Every request of the text whose lines take a header, by its first line. */
    const places = (text: string) => parseHttpDocument(text).requests.filter(({ isCurl }) => !isCurl);

    it('inserting twice is inserting once', () => {
      fc.assert(
        fc.property(httpText, (text) => {
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
        fc.property(httpText, (text) => {
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
