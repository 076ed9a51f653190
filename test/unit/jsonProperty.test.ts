import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse, stripComments } from 'jsonc-parser';
import { AuthError } from '../../src/core/errors.ts';
import { assertNotPublic, httpClientEnvironment } from '../../src/core/injection/httpClientEnvironment.ts';
import { restClientEnvironment, restClientPath } from '../../src/core/injection/restClientEnvironment.ts';
import { applyEdits } from '../../src/core/injection/textEdit.ts';
import { insertValue, removeValue, rewriteValue, type ValueTarget } from '../../src/core/injection/valueTarget.ts';
import { jsonShapes } from '../support/shapes/jsonShapes.ts';

const path = ['staging', 'acmeToken'];

function insert(target: ValueTarget, text: string, value: string, at: readonly string[] = path) {
  const { edits, added } = insertValue(target, text, at, value);
  return { after: applyEdits(text, edits), added };
}

function remove(target: ValueTarget, text: string, added: ReturnType<typeof insert>['added'], at: readonly string[] = path): string {
  return applyEdits(text, removeValue(target, text, at, added));
}

function read(text: string): unknown {
  return parse(text, [], { allowTrailingComma: true }) as unknown;
}

describe('jsonProperty', () => {
  for (const [kind, target] of [
    ['http-client.private.env.json', httpClientEnvironment],
    ['environments of REST Client', restClientEnvironment],
  ] as const)
    describe(kind, () => {
      for (const { name, before, after, removed, kept } of jsonShapes) {
        it(`puts it into ${name}`, () => {
          assert.equal(insert(target, before, 'fake-1').after, after.replaceAll('VALUE', 'fake-1'));
        });

        it(`takes it out of ${name}`, () => {
          const { after: inserted, added } = insert(target, before, 'fake-1');
          assert.equal(remove(target, inserted, added), removed ?? (target === restClientEnvironment ? kept : undefined) ?? before);
        });

        it(`renews it in ${name}`, () => {
          const inserted = after.replaceAll('VALUE', 'fake-1');
          assert.equal(applyEdits(inserted, rewriteValue(target, inserted, path, 'fake-2')), after.replaceAll('VALUE', 'fake-2'));
        });
      }
    });

  it('puts it into settings among others', () => {
    const before =
      '{\n    "editor.fontSize": 12, // mine\n    "rest-client.environmentVariables": {\n        "$shared": {},\n        "staging": {\n            "host": "a"\n        }\n    }\n}\n';
    const at = restClientPath('settings', 'staging', 'acmeToken');
    const { after, added } = insert(restClientEnvironment, before, 'fake', at);
    assert.equal(after, before.replace('"host": "a"\n', '"host": "a",\n            "acmeToken": "fake"\n'));
    assert.equal(remove(restClientEnvironment, after, added, at), before);
  });

  it('makes the setting where there is none, one level down in a workspace file', () => {
    const { after } = insert(restClientEnvironment, '{\n\t"folders": []\n}', 'fake', restClientPath('workspace', '$shared', 'acmeToken'));
    assert.equal(
      after,
      '{\n\t"folders": [],\n\t"settings": {\n\t\t"rest-client.environmentVariables": {\n\t\t\t"$shared": {\n\t\t\t\t"acmeToken": "fake"\n\t\t\t}\n\t\t}\n\t}\n}',
    );
  });

  it('never takes an environment of REST Client away', () => {
    const at = restClientPath('settings', 'staging', 'acmeToken');
    const { after, added } = insert(restClientEnvironment, '{}\n', 'fake', at);
    assert.deepEqual(read(remove(restClientEnvironment, after, added, at)), { 'rest-client.environmentVariables': { staging: {} } });
  });

  it('takes it out where others were added behind it', () => {
    const { added } = insert(httpClientEnvironment, '{\n  "staging": {\n    "host": "a"\n  }\n}\n', 'fake');
    assert.equal(
      remove(httpClientEnvironment, '{\n  "staging": {\n    "host": "a",\n    "acmeToken": "fake",\n    "more": "b"\n  }\n}\n', added),
      '{\n  "staging": {\n    "host": "a",\n    "more": "b"\n  }\n}\n',
    );
  });

  it('takes it out where it was moved to the front', () => {
    const { added } = insert(httpClientEnvironment, '{\n  "staging": {\n    "host": "a"\n  }\n}\n', 'fake');
    assert.equal(
      remove(httpClientEnvironment, '{\n  "staging": { "acmeToken": "fake", "host": "a" }\n}\n', added),
      '{\n  "staging": { "host": "a" }\n}\n',
    );
  });

  const commented: [string, string, string][] = [
    ['the end of the object', '{ "staging": {\n // note\n "acmeToken": "fake" } }', '{ "staging": {\n // note\n } }'],
    ['another property', '{ "staging": {\n// note\n"acmeToken": "fake", "b": 1\n} }', '{ "staging": {\n// note\n "b": 1\n} }'],
    ['the end, behind a property', '{ "staging": { "a": 1, // note\n "acmeToken": "fake" } }', '{ "staging": { "a": 1 // note\n } }'],
  ];
  for (const [name, before, after] of commented)
    it(`does not draw ${name} into a comment when it goes`, () => {
      for (const added of [undefined, { before: '\n "acmeToken": ', after: '' }]) {
        const removed = applyEdits(before, removeValue(httpClientEnvironment, before, path, added ?? { before: 'no', after: 'match' }));
        assert.equal(removed, after);
      }
    });

  const refused: [string, string][] = [
    ['text that is no JSON', '{ "staging": '],
    ['a list', '[]'],
    ['an environment that is no object', '{ "staging": "x" }'],
    ['a value that is no text', '{ "staging": { "acmeToken": 7 } }'],
    ['a name that stands twice', '{ "staging": { "acmeToken": "a", "acmeToken": "b" } }'],
    ['an environment that stands twice', '{ "staging": {}, "staging": {} }'],
  ];
  for (const [name, text] of refused)
    it(`refuses ${name}`, () => {
      assert.throws(
        () => insert(httpClientEnvironment, text, 'fake'),
        (error) => error instanceof AuthError && error.code === 'fileInvalid',
      );
    });

  it('refuses a token that clients would read otherwise', () => {
    assert.throws(
      () => insert(httpClientEnvironment, '{}', 'a$&b'),
      (error) => error instanceof AuthError && error.code === 'valueNotWritable',
    );
  });

  it('says that a property is gone', () => {
    assert.throws(
      () => rewriteValue(httpClientEnvironment, '{}', path, 'fake'),
      (error) => error instanceof AuthError && error.code === 'placeNotFound',
    );
  });

  it('stops where the public file has the same name', () => {
    assert.throws(
      () => {
        assertNotPublic('{ "staging": { "acmeToken": "" } }', 'staging', 'acmeToken');
      },
      (error) => error instanceof AuthError && error.code === 'keyInPublicFile',
    );
    assertNotPublic('{ "dev": { "acmeToken": "" }, "staging": { "host": "a" } }', 'staging', 'acmeToken');
  });

  describe('in any file', () => {
    const name = fc.constantFrom('staging', 'dev', 'a', 'ä"b', '$shared');
    const leaf = fc.oneof(fc.constantFrom('x', '', 'a,b}', '// no', '/*'), fc.integer(), fc.constant(null), fc.constant([1, { b: 2 }]));
    const file = fc
      .tuple(
        fc.dictionary(name, fc.dictionary(fc.constantFrom('host', 'b', 'c'), leaf, { maxKeys: 3 }), { maxKeys: 3 }),
        fc.constantFrom(undefined, 1, 2, 4, '\t'),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', ' // c', ' /* c */'),
        fc.boolean(),
      )
      .map(([value, indent, ending, comment, last]) => {
        const lines = JSON.stringify(value, undefined, indent).split('\n');
        const commented = lines.map((line) => (indent === undefined ? line : line + comment));
        return commented.join(ending) + (last ? ending : '');
      });

    it('changes the one property, and no comment; inserting twice is inserting once; removing gives the original, byte for byte', () => {
      fc.assert(
        fc.property(file, fc.constantFrom(path, ['dev', 'acmeToken'], ['$shared', 'acmeToken']), (text, at) => {
          const [environment = '', key = ''] = at;
          const before = read(text) as Record<string, Record<string, unknown>>;
          const { after, added } = insert(httpClientEnvironment, text, 'fake-1', at);
          assert.deepEqual(read(after), { ...before, [environment]: { ...before[environment], [key]: 'fake-1' } });
          assert.equal(insert(httpClientEnvironment, after, 'fake-1', at).after, after);
          assert.equal(comments(after), comments(text));
          assert.equal(remove(httpClientEnvironment, after, added, at), text);
          if (before[environment]) {
            const kept = insert(restClientEnvironment, text, 'fake-1', at);
            assert.equal(remove(restClientEnvironment, kept.after, kept.added, at), text);
          }
        }),
        { numRuns: 1000 },
      );
    });
  });
});

/** How much of a text is comment. */
function comments(text: string): number {
  return text.length - stripComments(text).length;
}
