import assert from 'node:assert/strict';
import { parseEnv } from 'node:util';
import { parse } from 'dotenv';
import fc from 'fast-check';
import { AuthError } from '../../src/core/errors.ts';
import { dotenv } from '../../src/core/injection/dotenv.ts';
import { applyEdits } from '../../src/core/injection/textEdit.ts';
import { insertValue, removeValue, rewriteValue } from '../../src/core/injection/valueTarget.ts';
import { dotenvShapes } from '../support/shapes/dotenvShapes.ts';

const path = ['ACME_TOKEN'];

function insert(text: string, value: string) {
  const { edits, added } = insertValue(dotenv, text, path, value);
  return { after: applyEdits(text, edits), added };
}

/** Fails unless dotenv and Node agree on the value, and on all others with what they said before. */
function assertReadBack(before: string, after: string, value: string): void {
  for (const read of [parse, parseEnv]) {
    assert.equal(read(after).ACME_TOKEN, value);
    assert.deepEqual({ ...read(after), ACME_TOKEN: '' }, { ...read(before), ACME_TOKEN: '' });
  }
}

describe('dotenv', () => {
  const value = 'fake.token-1_~+/=';
  for (const { name, before, after, removed } of dotenvShapes) {
    it(`puts it into ${name}, and dotenv and Node read it back`, () => {
      assert.equal(insert(before, value).after, after.replaceAll('VALUE', value));
      assertReadBack(before, insert(before, value).after, value);
    });

    it(`takes it out of ${name}`, () => {
      const { after: inserted, added } = insert(before, value);
      assert.equal(applyEdits(inserted, removeValue(dotenv, inserted, path, added)), removed ?? before);
    });

    it(`renews it in ${name}`, () => {
      const inserted = after.replaceAll('VALUE', value);
      assert.equal(applyEdits(inserted, rewriteValue(dotenv, inserted, path, 'fake-2')), after.replaceAll('VALUE', 'fake-2'));
    });
  }

  const quoted: [string, string][] = [
    ['a b', "'a b'"],
    ['a#b', "'a#b'"],
    ['a$b', "'a$b'"],
    ["a'b", '"a\'b"'],
    ['a"b', "'a\"b'"],
    ['a\'b"c', '`a\'b"c`'],
    ['{a}', "'{a}'"],
    [' a ', "' a '"],
  ];
  for (const [raw, written] of quoted)
    it(`writes ${raw} as ${written}, which dotenv and Node read back`, () => {
      const { after } = insert('A=1\n', raw);
      assert.equal(after, `A=1\nACME_TOKEN=${written}\n`);
      assertReadBack('A=1\n', after, raw);
    });

  for (const raw of ['a\nb', 'a\rb', 'a\\nb', 'a\'b"c`d', 'a\u0000b'])
    it(`refuses ${JSON.stringify(raw)}, without quoting it`, () => {
      assert.throws(
        () => insert('', raw),
        (error) => error instanceof AuthError && error.code === 'valueNotWritable' && !error.message.includes(raw),
      );
    });

  it('changes quotes that the new value does not fit in', () => {
    assert.equal(insert("ACME_TOKEN='old'\n", "a'b").after, 'ACME_TOKEN="a\'b"\n');
  });

  for (const text of ['ACME_TOKEN: old\n', 'A="left open\nACME_TOKEN=old\nB="x"\n'])
    it(`refuses ${JSON.stringify(text)}, where readers would disagree`, () => {
      assert.throws(
        () => insert(text, 'fake'),
        (error) => error instanceof AuthError && error.code === 'fileInvalid',
      );
    });

  it('takes the whole line where a person has put something before or behind the value', () => {
    const { added } = insert('B=2\n', 'fake');
    for (const line of ['export ACME_TOKEN=fake', 'ACME_TOKEN=fake # note'])
      assert.equal(applyEdits(`A=1\n${line}\nB=2\n`, removeValue(dotenv, `A=1\n${line}\nB=2\n`, path, added)), 'A=1\nB=2\n');
  });

  it('says that a line is gone', () => {
    assert.throws(
      () => rewriteValue(dotenv, 'A=1\n', path, 'fake'),
      (error) => error instanceof AuthError && error.code === 'placeNotFound',
    );
  });

  describe('in any file', () => {
    const line = fc.constantFrom(
      'A=1',
      'B="two words"',
      "C='x' # c",
      '# comment',
      '',
      'export D=4',
      'ACME=no',
      'E=',
      'H:',
      'I: 9',
      'ACME_TOKEN_2=x',
      'F="a b"',
      '  G = 7',
    );
    const file = fc
      .tuple(fc.array(line, { maxLength: 10 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
      .map(([lines, ending, last]) => lines.join(ending) + (last ? ending : ''));
    const token = fc.string({
      unit: fc.constantFrom(...Array.from('abcXYZ0189-._~+/=#$ \'"`{}()&!@%^*:;,?<>|[]\\')),
      minLength: 1,
      maxLength: 30,
    });

    it('whatever is not refused is read back by dotenv and by Node, and nothing else changes', () => {
      fc.assert(
        fc.property(file, token, (text, raw) => {
          let after: string;
          try {
            ({ after } = insert(text, raw));
          } catch (error) {
            assert.ok(error instanceof AuthError && ['valueNotWritable', 'fileInvalid'].includes(error.code));
            return;
          }
          assertReadBack(text, after, raw);
        }),
        { numRuns: 1000 },
      );
    });

    it('inserting twice is inserting once; removing gives the original, byte for byte', () => {
      fc.assert(
        fc.property(file, (text) => {
          // A value on the next line is refused, as dotenv and Node read it otherwise.
          fc.pre(!/^H:/m.test(text));
          const { after, added } = insert(text, value);
          assert.equal(insert(after, value).after, after);
          assert.equal(applyEdits(after, removeValue(dotenv, after, path, added)), text);
        }),
        { numRuns: 500 },
      );
    });
  });
});
