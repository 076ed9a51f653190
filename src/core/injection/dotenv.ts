import { parseEnv } from 'node:util';
import { AuthError } from '../errors.ts';
import { lineEnding } from '../textLines.ts';
import { wholeLines, type ValueTarget, type WrittenValue } from './valueTarget.ts';

/** An assignment as dotenv reads it: a value may be quoted and then go over several lines. */
const assignment =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=[^\S\r\n]*|:[^\S\r\n]+)('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]+)?[^\S\r\n]*(?:#.*)?$/dgm;

/** `.env` files, written so that dotenv and Node's `util.parseEnv` read the same. */
export const dotenv: ValueTarget = {
  isOfWholeLines: true,

  find(text, [name]) {
    const found: WrittenValue[] = [];
    for (const { indices, 1: key, 2: raw = '' } of text.matchAll(assignment)) {
      if (key !== name) continue;
      const written = raw.trimEnd();
      const offset = indices?.[2]?.[0] ?? endOfAssignmentSign(text, indices?.[1]?.[1] ?? 0);
      found.push({ offset, length: written.length, value: unquoted(written) });
    }
    return found;
  },

  encode(value, present) {
    const quote = /^(['"`]).*\1$/s.exec(present)?.[1];
    if (quote !== undefined && fits(value, quote)) return quote + value + quote;
    if (value === '' || /^[\w.~+/=:@%,-]+$/.test(value)) return value;
    // Shells and Docker Compose replace `$…` in the other two.
    const other = ["'", '"', '`'].find((candidate) => fits(value, candidate));
    if (other === undefined)
      throw new AuthError(
        'valueNotWritable',
        'This token has characters that no .env file can hold for every reader. Use a reference instead.',
      );
    return other + value + other;
  },

  add(text, [name = ''], written) {
    const eol = lineEnding(text);
    const lead = text === '' || text.endsWith('\n') ? '' : eol;
    const before = `${lead}${name}=`;
    const after = lead === '' ? eol : '';
    return { edits: [{ offset: text.length, length: 0, content: before + written + after }], added: { before, after } };
  },

  definition: wholeLines,

  erase: (_text, definition) => [{ ...definition, content: '' }],

  verify(before, after, [name = ''], value) {
    const [was, is] = [parseEnv(before), parseEnv(after)];
    // To dotenv the value of such a line is the next one.
    const swallows = /^\s*(?:export\s+)?[\w.-]+:[^\S\r\n]*$/m.test(after);
    const others = Object.keys({ ...was, ...is }).filter((key) => key !== name);
    if (swallows || is[name] !== value || others.some((key) => was[key] !== is[key]))
      throw new AuthError(
        'fileInvalid',
        `${name} could not be read back from this file: a quote may be left open, or the line is not NAME=value. Correct it, then try again.`,
      );
  },
};

function fits(value: string, quote: string): boolean {
  // dotenv and Node differ about escapes, so none are written.
  const needsEscape = (character: string) => character === '\\' || character < ' ' || character === '\u007f';
  return !value.includes(quote) && !Array.from(value).some(needsEscape);
}

function unquoted(written: string): string {
  return /^(['"`])(.*)\1$/s.exec(written)?.[2] ?? written;
}

function endOfAssignmentSign(text: string, from: number): number {
  const sign = /[^\S\r\n]*[=:][^\S\r\n]*/y;
  sign.lastIndex = from;
  return from + (sign.exec(text)?.[0].length ?? 0);
}
