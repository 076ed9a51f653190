import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deepestJson, jsonFlaw } from '../../src/core/jsonFlaw.ts';

describe('jsonFlaw', () => {
  const flaws: [string, ReturnType<typeof jsonFlaw>][] = [
    ['null', undefined],
    ['"a"', undefined],
    ['{}', undefined],
    ['{"a":1,"b":2}', undefined],
    ['{"a":1,"a":2}', 'repeatedName'],
    ['{"a":1,"b":{"c":1},"a":2}', 'repeatedName'],
    ['{"a":[{"b":1,"b":1}]}', 'repeatedName'],
    ['{"a" : 1 , "a" : 2}', 'repeatedName'],
    ['{"token":1,"\\u0074oken":2}', 'repeatedName'],
    ['{"\\"":1,"\\"":2}', 'repeatedName'],
    ['{"":1,"":2}', 'repeatedName'],
    ['{"__proto__":1,"__proto__":2}', 'repeatedName'],
    ['{"__proto__":1,"constructor":2,"toString":3}', undefined],
    ['{"a":{"a":{"a":1}}}', undefined],
    ['[{"a":1},{"a":1}]', undefined],
    ['{"a":"a","b":"a"}', undefined],
    ['{"a":["a","a","b","b"]}', undefined],
    ['{"a":"\\",\\"a\\":1","b":"{\\"b\\":"}', undefined],
    ['{"a":"\\\\","b":"\\\\"}', undefined],
    ['{"a":1,"A":2}', undefined],
    ['['.repeat(deepestJson) + ']'.repeat(deepestJson), undefined],
    ['['.repeat(deepestJson + 1) + ']'.repeat(deepestJson + 1), 'tooDeep'],
    ['[],'.repeat(1000), undefined],
    ['"' + '['.repeat(1000) + '"', undefined],
  ];
  for (const [text, flaw] of flaws)
    it(`of ${text.length > 60 ? `${text.slice(0, 20)}… (${String(text.length)})` : text}: ${flaw ?? 'none'}`, () => {
      assert.equal(jsonFlaw(text), flaw);
    });

  it('is none of what JSON.stringify makes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        assert.equal(jsonFlaw(JSON.stringify(value)), undefined);
        assert.equal(jsonFlaw(JSON.stringify(value, null, 2)), undefined);
      }),
    );
  });

  it('is found wherever a name is repeated', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (object, index) => {
        const names = Object.keys(object);
        const again = JSON.stringify(names[index % names.length]);
        assert.equal(jsonFlaw(`[0,${JSON.stringify(object).slice(0, -1)},${again}:0}]`), 'repeatedName');
      }),
    );
  });

  it('is looked for in time that grows with the length', () => {
    for (const text of [
      '"'.repeat(2 ** 20),
      '\\'.repeat(2 ** 20),
      '{"\\"'.repeat(2 ** 18),
      '['.repeat(2 ** 20),
      `"${'\\"'.repeat(2 ** 19)}`,
    ]) {
      const before = performance.now();
      try {
        jsonFlaw(text);
      } catch (error) {
        assert.ok(error instanceof SyntaxError);
      }
      assert.ok(performance.now() - before < 500);
    }
  });
});
