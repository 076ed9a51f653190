import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AuthError } from '../../src/core/errors.ts';
import { parseHttpDocument } from '../../src/core/httpDocument.ts';
import { removeAuthorizationHeaders, setAuthorizationHeader } from '../../src/core/injection/authorizationHeader.ts';
import { fileVariable } from '../../src/core/injection/fileVariable.ts';
import { applyEdits } from '../../src/core/injection/textEdit.ts';
import { insertValue, removeValue, rewriteValue, type Cursor } from '../../src/core/injection/valueTarget.ts';
import { fileVariableShapes } from '../support/shapes/fileVariableShapes.ts';
import { httpText } from '../support/shapes/httpText.ts';

const path = ['acmeToken'];
const header = 'Bearer {{acmeToken}}';

/** Definition and use in one go, as the command inserts them. */
function insert(text: string, value: string, { line, language }: Cursor) {
  const { edits, added } = insertValue(fileVariable, text, path, value, { line, language });
  const use = setAuthorizationHeader(parseHttpDocument(text, language), line, header);
  return { after: applyEdits(text, [...edits, ...(typeof use === 'string' ? [] : use)]), added };
}

function remove(text: string, added: ReturnType<typeof insert>['added'], language: Cursor['language']): string {
  return applyEdits(text, [
    ...removeValue(fileVariable, text, path, added),
    ...removeAuthorizationHeaders(parseHttpDocument(text, language), header),
  ]);
}

describe('fileVariable', () => {
  for (const { name, before, line, after, language = 'http', removed } of fileVariableShapes)
    for (const ending of ['\n', '\r\n'])
      for (const last of before.length > 1 ? ['', ending] : [ending]) {
        const text = (lines: readonly string[], value: string) => lines.join(ending).replaceAll('VALUE', value) + last;
        const title = `${name}, ${JSON.stringify(ending)}, ${last === '' ? 'no' : 'with a'} final line break`;

        it(`puts it into ${title}`, () => {
          assert.equal(insert(text(before, ''), 'fake.token-1', { line, language }).after, text(after, 'fake.token-1'));
        });

        it(`takes it out of ${title}`, () => {
          const { after: inserted, added } = insert(text(before, ''), 'fake.token-1', { line, language });
          assert.equal(remove(inserted, added, language), text(removed ?? before, ''));
        });

        it(`renews it in ${title}`, () => {
          const inserted = text(after, 'fake.token-1');
          assert.equal(applyEdits(inserted, rewriteValue(fileVariable, inserted, path, 'fake-token-2')), text(after, 'fake-token-2'));
        });
      }

  it('puts it into an empty file', () => {
    assert.equal(insert('', 'fake', { line: 0, language: 'http' }).after, '@acmeToken = fake\n###\n');
  });

  it('blanks it and fills it again', () => {
    const text = '@acmeToken = fake-token\n###\nGET https://a.example';
    const blank = applyEdits(text, rewriteValue(fileVariable, text, path, ''));
    assert.equal(blank, '@acmeToken = \n###\nGET https://a.example');
    assert.equal(applyEdits(blank, rewriteValue(fileVariable, blank, path, 'fake-token')), text);
  });

  it('removes the definition alone where a person has changed what stood around it', () => {
    const { added } = insert('GET https://a.example\n', 'fake', { line: 0, language: 'http' });
    assert.equal(
      remove('@other = 1\n@acmeToken =   fake\n\n###\nGET https://a.example\n', added, 'http'),
      '@other = 1\n\n###\nGET https://a.example\n',
    );
  });

  it('leaves the separator where a person has put another variable above it', () => {
    const { added } = insert('GET https://a.example\n', 'fake', { line: 0, language: 'http' });
    assert.equal(remove('@b = 1\n@acmeToken = fake\n###\nGET https://a.example\n', added, 'http'), '@b = 1\n###\nGET https://a.example\n');
  });

  it('keeps other definitions of the name, empty, when the one that was added goes', () => {
    const { after, added } = insert('GET https://a.example\n', 'fake', { line: 0, language: 'http' });
    assert.equal(remove(`${after}###\n@acmeToken = fake\n`, added, 'http'), 'GET https://a.example\n###\n@acmeToken = \n');
  });

  it('leaves headers of another value alone when it goes', () => {
    const { after, added } = insert('GET https://a.example\n###\nGET https://b.example\nAuthorization: Basic {{acmeToken}}\n', 'fake', {
      line: 0,
      language: 'http',
    });
    assert.equal(remove(after, added, 'http'), 'GET https://a.example\n###\nGET https://b.example\nAuthorization: Basic {{acmeToken}}\n');
  });

  it('says that a definition is gone', () => {
    assert.throws(
      () => rewriteValue(fileVariable, 'GET https://a.example', path, 'fake'),
      (error) => error instanceof AuthError && error.code === 'placeNotFound',
    );
  });

  it('says that a Markdown file has no fence at the cursor', () => {
    assert.throws(
      () => insertValue(fileVariable, 'text\n```http\nGET https://a.example\n```\n', path, 'fake', { line: 0, language: 'markdown' }),
      (error) => error instanceof AuthError && error.code === 'placeNotFound',
    );
  });

  for (const value of ['a b', 'a"b', "a'b", 'a\\b', 'a$b', '=a', '{{a}}', 'a#b', 'ä', 'a\nb', '"a'])
    it(`refuses ${JSON.stringify(value)}, without quoting it`, () => {
      assert.throws(
        () => insertValue(fileVariable, 'GET https://a.example', path, value, { line: 0, language: 'http' }),
        (error) => error instanceof AuthError && error.code === 'valueNotWritable' && !error.message.includes(value),
      );
    });

  describe('in any file', () => {
    const placed = httpText.chain((text) => fc.tuple(fc.constant(text), fc.nat(text.split('\n').length - 1)));
    const value = fc.stringMatching(/^[\w\-.~+/][\w\-.~+/=]{0,40}$/);

    it('inserting twice is inserting once, and another value replaces it', () => {
      fc.assert(
        fc.property(placed, value, value, ([text, line], first, second) => {
          const cursor = { line, language: 'http' } as const;
          const once = applyEdits(text, insertValue(fileVariable, text, path, first, cursor).edits);
          assert.equal(applyEdits(once, insertValue(fileVariable, once, path, first, cursor).edits), once);
          const renewed = applyEdits(once, rewriteValue(fileVariable, once, path, second));
          assert.equal(applyEdits(renewed, rewriteValue(fileVariable, renewed, path, first)), once);
        }),
      );
    });

    it('removing what was inserted gives the original, byte for byte', () => {
      fc.assert(
        fc.property(placed, value, ([text, line], written) => {
          fc.pre(fileVariable.find(text, path).length === 0);
          const { edits, added } = insertValue(fileVariable, text, path, written, { line, language: 'http' });
          const inserted = applyEdits(text, edits);
          assert.equal(applyEdits(inserted, removeValue(fileVariable, inserted, path, added)), text);
        }),
        { numRuns: 300 },
      );
    });

    it('defines the name in one place more, and all requests are as they were', () => {
      fc.assert(
        fc.property(placed, ([text, line]) => {
          fc.pre(fileVariable.find(text, path).length === 0);
          const after = applyEdits(text, insertValue(fileVariable, text, path, 'fake', { line, language: 'http' }).edits);
          assert.deepEqual(
            fileVariable.find(after, path).map(({ value: found }) => found),
            ['fake'],
          );
          const heads = (whole: string) => {
            const { requests, lines } = parseHttpDocument(whole);
            return requests.map(({ requestLine, headers }) => [lines[requestLine], headers.map(({ line: at }) => lines[at])]);
          };
          assert.deepEqual(heads(after), heads(text));
        }),
        { numRuns: 300 },
      );
    });
  });
});
