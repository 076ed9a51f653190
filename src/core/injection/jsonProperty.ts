import { parseTree, visit, type Node, type ParseError } from 'jsonc-parser';
import { AuthError } from '../errors.ts';
import { lineEnding } from '../textLines.ts';
import { applyEdits, type TextEdit } from './textEdit.ts';
import { assertPortable, type Insertion, type Stretch, type ValueTarget, type WrittenValue } from './valueTarget.ts';

/**
 * A property somewhere in a JSON text, comments and trailing commas allowed, which stay as they are.
 * @param keepsParents whether objects made on the way stay when the property goes again
 */
export function jsonProperty(keepsParents: boolean): ValueTarget {
  return {
    find(text, path) {
      const node = descend(parse(text), path).found;
      if (!node) return [];
      if (node.type !== 'string')
        throw new AuthError('fileInvalid', `${path.join(' › ')} is not text in this file. Correct it, then try again.`);
      return [{ offset: node.offset, length: node.length, value: node.value as string } satisfies WrittenValue];
    },

    encode(value) {
      assertPortable(value);
      return JSON.stringify(value);
    },

    add: (text, path, written) => addProperty(text, path, written, keepsParents),

    definition(text, { offset }) {
      const property = propertyAt(parse(text), offset);
      if (!property) return { offset, length: 0 };
      const blank = /\s*$/.exec(text.slice(0, property.offset))?.[0].length ?? 0;
      return { offset: property.offset - blank, length: property.length + blank };
    },

    erase: eraseProperty,
  };
}

function parse(text: string): Node | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  if (errors.length > 0) throw new AuthError('fileInvalid', 'This file is not valid JSON. Correct it, then try again.');
  return root;
}

/** As deep as the path leads: the value, or the last object on the way and how many names led to it. */
function descend(root: Node | undefined, path: readonly string[]): { found?: Node; parent: Node | undefined; depth: number } {
  let node = root;
  for (const [depth, name] of path.entries()) {
    if (!node) return { parent: undefined, depth };
    if (node.type !== 'object')
      throw new AuthError(
        'fileInvalid',
        `${path.slice(0, depth).join(' › ') || 'The whole'} is not an object in this file. Correct it, then try again.`,
      );
    const named: Node[] = (node.children ?? []).filter(({ children }) => children?.[0]?.value === name);
    // Readers differ about which of the two counts.
    if (named.length > 1)
      throw new AuthError(
        'fileInvalid',
        `${path.slice(0, depth + 1).join(' › ')} stands twice in this file. Take one out, then try again.`,
      );
    const value = named[0]?.children?.[1];
    if (!value) return { parent: node, depth };
    node = value;
  }
  return { ...(node && { found: node }), parent: undefined, depth: path.length };
}

function propertyAt(node: Node | undefined, offset: number): Node | undefined {
  if (!node || offset < node.offset || offset >= node.offset + node.length) return undefined;
  for (const child of node.children ?? []) {
    const deeper = propertyAt(child, offset);
    if (deeper) return deeper;
  }
  return node.type === 'property' ? node : undefined;
}

function addProperty(text: string, path: readonly string[], written: string, keepsParents: boolean): Insertion {
  const eol = lineEnding(text);
  const { parent, depth } = descend(parse(text), path);
  const unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  const place = parent ? placeIn(text, parent, unit) : placeOfRoot(text, unit);
  const indent = (level: number) => (place.inline ? ' ' : eol + place.indentation + unit.repeat(level));

  const names = path.slice(depth).map((name) => `${JSON.stringify(name)}: `);
  const opening = names.map((name, level) => (level === 0 ? place.lead : `{${indent(level)}`) + name);
  const closing = names.slice(1).map((_, level) => `${indent(level)}}`);
  const whole = { before: opening.join(''), after: closing.toReversed().join('') + place.tail };
  const innermost = { before: indent(names.length - 1) + (names.at(-1) ?? ''), after: closing.at(-1)?.slice(0, -1) ?? '' };
  const content = whole.before + written + whole.after;
  const insertion = { offset: place.offset, length: 0, content };
  const comma = place.commaAt;
  return {
    edits:
      comma === undefined
        ? [insertion]
        : comma === place.offset
          ? [{ ...insertion, content: `,${content}` }]
          : [{ offset: comma, length: 0, content: ',' }, insertion],
    added: keepsParents && names.length > 1 ? innermost : whole,
  };
}

interface Place {
  readonly offset: number;
  /** Where a comma has to be put, if one has. */
  readonly commaAt?: number;
  /** All of the object in one line. */
  readonly inline: boolean;
  readonly indentation: string;
  /** From the offset to the name. */
  readonly lead: string;
  /** Behind the value. */
  readonly tail: string;
}

function placeOfRoot(text: string, unit: string): Place {
  const eol = lineEnding(text);
  const own = text === '' || text.endsWith('\n') ? '' : eol;
  return { offset: text.length, inline: false, indentation: unit, lead: `${own}{${eol}${unit}`, tail: `${eol}}${eol}` };
}

function placeIn(text: string, object: Node, unit: string): Place {
  const eol = lineEnding(text);
  const last = object.children?.at(-1);
  if (!last) {
    const inside = text.slice(object.offset + 1, object.offset + object.length - 1);
    const blank = /\s*$/.exec(inside)?.[0] ?? '';
    const offset = object.offset + 1 + inside.length - blank.length;
    const inline = !text.includes('\n');
    const outer = /[^\n]*$/.exec(text.slice(0, object.offset))?.[0].match(/^[ \t]*/)?.[0] ?? '';
    if (inline) return { offset, inline, indentation: '', lead: ' ', tail: blank === '' ? ' ' : '' };
    const indentation = outer + unit;
    return { offset, inline, indentation, lead: eol + indentation, tail: blank.includes('\n') ? '' : eol + outer };
  }
  const blank = /\s*$/.exec(text.slice(0, last.offset))?.[0] ?? '';
  const inline = !blank.includes('\n');
  const end = last.offset + last.length;
  const { comma, endOfLine } = behind(text, end, object.offset + object.length);
  const indentation = inline ? '' : (/[^\n]*$/.exec(blank)?.[0] ?? '');
  return {
    offset: inline ? (comma ?? end) : endOfLine,
    ...(comma === undefined && { commaAt: end }),
    inline,
    indentation,
    lead: inline ? blank : eol + indentation,
    tail: comma === undefined ? '' : ',',
  };
}

/** What may stand between the last value of an object and its end: the end of a comma, and of the comments on its line. */
function behind(text: string, end: number, objectEnd: number): { comma?: number; endOfLine: number } {
  const { commas, comments } = punctuation(text);
  const comma = commas.find((offset) => offset >= end && offset < objectEnd);
  let endOfLine = comma === undefined ? end : comma + 1;
  for (const comment of comments)
    if (comment.offset >= endOfLine && comment.offset < objectEnd && !text.slice(endOfLine, comment.offset).includes('\n'))
      endOfLine = comment.offset + comment.length;
  return { ...(comma !== undefined && { comma: comma + 1 }), endOfLine };
}

function punctuation(text: string): { commas: number[]; comments: Stretch[] } {
  const commas: number[] = [];
  const comments: Stretch[] = [];
  visit(
    text,
    {
      onSeparator: (character, offset) => {
        if (character === ',') commas.push(offset);
      },
      onComment: (offset, length) => {
        comments.push({ offset, length });
      },
    },
    { allowTrailingComma: true },
  );
  return { commas, comments };
}

function eraseProperty(text: string, definition: Stretch): TextEdit[] {
  const start = definition.offset;
  const end = start + definition.length;
  const { commas, comments } = punctuation(text);
  const isBehindLineComment = comments.some(({ offset, length }) => text.startsWith('//', offset) && offset + length === start);
  const restOfLine = /^[^\n]*/.exec(text.slice(end))?.[0] ?? '';
  // What follows must not become part of the comment before.
  const erased = { ...definition, content: isBehindLineComment && restOfLine.trim() !== '' ? lineEnding(text) : '' };
  // One that was added behind a trailing comma has brought its own.
  if (text.charAt(end - 1) === ',') return [erased];
  const object = objectAround(parse(text), start, end);
  if (!object) return [erased];
  const siblings = object.children ?? [];
  const before = siblings.findLast((sibling) => sibling.offset + sibling.length <= start);
  const objectEnd = siblings.find((sibling) => sibling.offset >= end)?.offset ?? object.offset + object.length;
  const comma =
    commas.find((offset) => offset >= end && offset < objectEnd) ??
    (before && commas.find((offset) => offset >= before.offset + before.length && offset < start));
  const edits = comma === undefined ? [erased] : [erased, { offset: comma, length: 1, content: '' }];
  // Whatever was not thought of: no file is left that cannot be read.
  parse(applyEdits(text, edits));
  return edits;
}

/** The innermost object that holds a stretch within its braces. */
function objectAround(node: Node | undefined, start: number, end: number): Node | undefined {
  if (!node || start < node.offset || end >= node.offset + node.length) return undefined;
  for (const child of node.children ?? []) {
    const deeper = objectAround(child, start, end);
    if (deeper) return deeper;
  }
  return node.type === 'object' && start > node.offset ? node : undefined;
}
