import { AuthError } from '../errors.ts';
import type { HttpLanguage } from '../httpDocument.ts';
import { applyEdits, type TextEdit } from './textEdit.ts';

/** A stretch of a text, in UTF-16 code units. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** Where a value stands as it is written, quotes included; `value` is what a reader gets. */
export interface WrittenValue extends Stretch {
  readonly value: string;
}

/** What was put around a value that was not there before; enough to take it out again to the byte. */
export interface Surroundings {
  readonly before: string;
  readonly after: string;
}

export interface Insertion {
  readonly edits: readonly TextEdit[];
  /** Absent where the name was there and only its value is new. */
  readonly added?: Surroundings;
}

/** The cursor, for texts where the place depends on it. */
export interface Cursor {
  /** Counted from 0. */
  readonly line: number;
  readonly language: HttpLanguage;
}

/** A kind of text that holds values under names: all there is to know for writing a token into it. Pure. */
export interface ValueTarget {
  /**
   * Every place that defines the name, as several may.
   * @param path the name, below the names of the objects it lies in
   * @throws AuthError where the text cannot be read
   */
  find(text: string, path: readonly string[]): WrittenValue[];
  /**
   * A value as it is written here.
   * @param present what stands there now, whose quoting is kept
   * @throws AuthError where no reader would get it back
   */
  encode(value: string, present: string): string;
  /** Adds a name that is not there. */
  add(text: string, path: readonly string[], written: string, cursor: Cursor | undefined): Insertion;
  /** Whether every reader finds one of the places that define the name; absent where they always do. */
  suffices?(text: string, places: readonly WrittenValue[], cursor: Cursor | undefined): boolean;
  /** What was added stands on lines of its own, and goes as such only while it still does. */
  readonly isOfWholeLines?: boolean;
  /** The whole definition that a value belongs to. */
  definition(text: string, place: Stretch): Stretch;
  /** Takes a definition out, with what has to go with it. */
  erase(text: string, definition: Stretch): TextEdit[];
  /** Looks at a changed text as a reader would. @throws AuthError where it does not read the value back */
  verify?(before: string, after: string, path: readonly string[], value: string): void;
}

/** Writes a value under a name, in all places that define it, or adds it. */
export function insertValue(target: ValueTarget, text: string, path: readonly string[], value: string, cursor?: Cursor): Insertion {
  const present = target.find(text, path);
  const suffices = present.length > 0 && (target.suffices?.(text, present, cursor) ?? true);
  const addition: Insertion = suffices ? { edits: [] } : target.add(text, path, target.encode(value, ''), cursor);
  const insertion = { ...addition, edits: [...rewritten(target, text, present, value), ...addition.edits] };
  target.verify?.(text, applyEdits(text, insertion.edits), path, value);
  return insertion;
}

/** Writes a value wherever the name is defined. @throws AuthError where it no longer is */
export function rewriteValue(target: ValueTarget, text: string, path: readonly string[], value: string): TextEdit[] {
  const present = target.find(text, path);
  if (present.length === 0) throw new AuthError('placeNotFound', `${path.at(-1) ?? ''} is no longer defined here.`);
  const edits = rewritten(target, text, present, value);
  target.verify?.(text, applyEdits(text, edits), path, value);
  return edits;
}

/**
 * Takes the value out again: what was added goes with all that was put around it, other definitions stay, empty.
 * @param added as the insertion told
 * @param isOwn tells the values that were written from those of others, which stay
 */
export function removeValue(
  target: ValueTarget,
  text: string,
  path: readonly string[],
  added: Surroundings | undefined,
  isOwn: (value: string) => boolean = () => true,
): TextEdit[] {
  const present = target.find(text, path).filter(({ value }) => value === '' || isOwn(value));
  const own = added && (present.find((place) => surround(target, text, place, added)) ?? present[0]);
  return present.flatMap((place) => {
    if (place !== own)
      return place.value === '' ? [] : [{ offset: place.offset, length: place.length, content: target.encode('', written(text, place)) }];
    const definition =
      added && surround(target, text, place, added)
        ? { offset: place.offset - added.before.length, length: added.before.length + place.length + added.after.length }
        : target.definition(text, place);
    return target.erase(text, definition);
  });
}

function rewritten(target: ValueTarget, text: string, places: readonly WrittenValue[], value: string): TextEdit[] {
  return places
    .filter((place) => place.value !== value)
    .map((place) => ({ offset: place.offset, length: place.length, content: target.encode(value, written(text, place)) }));
}

function written(text: string, { offset, length }: Stretch): string {
  return text.slice(offset, offset + length);
}

function surround({ isOfWholeLines }: ValueTarget, text: string, { offset, length }: Stretch, { before, after }: Surroundings): boolean {
  if (!text.slice(0, offset).endsWith(before) || !text.startsWith(after, offset + length)) return false;
  if (isOfWholeLines !== true) return true;
  const start = offset - before.length;
  const end = offset + length + after.length;
  const startsLine = /^\r?\n/.test(before) || start === 0 || text.charAt(start - 1) === '\n';
  const endsLine = after.endsWith('\n') || end === text.length || /^\r?\n/.test(text.slice(end, end + 2));
  // A separator that was added goes only where it closes off nothing else.
  const closesMore = after.includes('###') && start > 0 && !text.slice(text.lastIndexOf('\n', start - 2) + 1, start).startsWith('```');
  return startsLine && endsLine && !closesMore;
}

/** The lines that a stretch lies in, with one line break: that behind them, or before them at the end of the text. */
export function wholeLines(text: string, { offset, length }: Stretch): Stretch {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset + length);
  if (end >= 0) return { offset: start, length: end + 1 - start };
  const breakLength = start === 0 ? 0 : text.charCodeAt(start - 2) === 13 ? 2 : 1;
  return { offset: start - breakLength, length: text.length - start + breakLength };
}

/** A value that `.http` clients give back as it is: no quotes, escapes, braces, dollars or blanks. */
export function assertPortable(value: string): void {
  // REST Client takes a backslash as an escape and a dollar as a pattern of String.replace; httpYac drops a first quote or "=".
  if (!/^(?:[\w\-.~+/:][\w\-.~+/:=]*)?$/.test(value))
    throw new AuthError(
      'valueNotWritable',
      'This token has characters that the clients would read otherwise in this place. Use a reference instead.',
    );
}
