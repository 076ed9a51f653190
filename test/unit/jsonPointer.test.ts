import assert from 'node:assert/strict';
import fc from 'fast-check';
import { setAt, valueAt } from '../../src/core/jsonPointer.ts';

describe('valueAt', () => {
  // The document and the pointers of RFC 6901 section 5.
  const document = {
    foo: ['bar', 'baz'],
    '': 0,
    'a/b': 1,
    'c%d': 2,
    'e^f': 3,
    'g|h': 4,
    'i\\j': 5,
    'k"l': 6,
    ' ': 7,
    'm~n': 8,
    deep: { er: null },
  };
  const cases: [string, unknown][] = [
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/foo/1', 'baz'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
    ['/deep/er', null],
  ];
  for (const [pointer, expected] of cases)
    it(`finds “${pointer}”`, () => {
      assert.deepEqual(valueAt(document, pointer), expected);
    });

  const nothing = [
    '/none',
    '/foo/2',
    '/foo/-',
    '/foo/00',
    '/foo/01',
    '/foo/length',
    '/foo/-1',
    '/foo/0/0',
    '/deep/er/est',
    '/toString',
    '/__proto__',
    '/constructor/name',
    '/deep/hasOwnProperty',
  ];
  for (const pointer of nothing)
    it(`finds nothing at “${pointer}”`, () => {
      assert.equal(valueAt(document, pointer), undefined);
    });

  for (const value of [undefined, null, 1, 'text', true])
    it(`finds nothing inside ${String(value)}`, () => {
      assert.equal(valueAt(value, '/length'), undefined);
    });

  it('refuses what is no pointer', () => {
    assert.throws(() => valueAt({}, 'foo'), SyntaxError);
  });
});

describe('setAt', () => {
  it('makes the objects on the way and keeps what is there', () => {
    const document: Record<string, unknown> = {};
    setAt(document, '/data/type', 'auth-token');
    setAt(document, '/data/attributes/client_id', 'fake-id');
    assert.deepEqual(document, { data: { type: 'auth-token', attributes: { client_id: 'fake-id' } } });
  });

  it('puts a plain value out of the way of an object', () => {
    const document: Record<string, unknown> = { data: 1 };
    setAt(document, '/data/type', 'auth-token');
    assert.deepEqual(document, { data: { type: 'auth-token' } });
  });

  it('cannot replace the whole document', () => {
    assert.throws(() => {
      setAt({}, '', 1);
    }, SyntaxError);
  });

  it('pollutes no prototype', () => {
    const document: Record<string, unknown> = {};
    for (const pointer of ['/__proto__/polluted', '/constructor/prototype/polluted', '/__proto__']) setAt(document, pointer, 'yes');
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    assert.equal(Object.getPrototypeOf(document), Object.prototype);
  });

  it('puts a value where valueAt finds it, whatever the names', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', '', '~', '/', '~1', '~0', '0'));
    const pointerOf = (names: readonly string[]) => names.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    const path = fc.array(name, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(path), path, fc.jsonValue({ maxDepth: 2 }), (earlier, names, value) => {
        const document: Record<string, unknown> = {};
        for (const other of earlier) setAt(document, pointerOf(other), 'earlier');
        setAt(document, pointerOf(names), value);
        assert.equal(valueAt(document, pointerOf(names)), value);
      }),
    );
  });
});
