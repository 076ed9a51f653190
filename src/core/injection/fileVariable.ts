import { AuthError } from '../errors.ts';
import { isSeparator, parseHttpDocument, plainLines, requestAt } from '../httpDocument.ts';
import { lineAt, lineEnding } from '../textLines.ts';
import { isEnvironmentReference } from './reference.ts';
import { assertPortable, wholeLines, type Cursor, type Insertion, type ValueTarget, type WrittenValue } from './valueTarget.ts';

/**
 * `@name = value` in an `.http` file or a Markdown file. Every definition gets the value, those in bodies and in prose
 * too: REST Client takes the last of all lines, whatever stands around it.
 */
export const fileVariable: ValueTarget = {
  isOfWholeLines: true,

  find(text, [name = '']) {
    const found: WrittenValue[] = [];
    const definition = new RegExp(`^[^\\S\\r\\n]*@(?:global\\.)?${escaped(name)}[^\\S\\r\\n]*:?=[^\\S\\r\\n]*(.*?)[^\\S\\r\\n]*$`, 'gdm');
    for (const { indices, 1: value } of text.matchAll(definition)) {
      const [start, end] = indices?.[1] ?? [0, 0];
      found.push({ offset: start, length: end - start, value: value ?? '' });
    }
    return found;
  },

  suffices(text, places, cursor) {
    const { line, document, block, top } = surroundings(text, cursor);
    const request = requestAt(document, line);
    // To httpYac a variable counts in the region that it stands in, or everywhere from the top.
    const reach = new Set([
      ...(top.isGlobal ? plainLines(document.lines, block.start, top.end) : []),
      ...(request ? plainLines(document.lines, request.start, request.requestLine) : []),
    ]);
    return places.some(({ offset }) => reach.has(lineAt(text, offset)));
  },

  encode(value) {
    if (!isEnvironmentReference(value)) assertPortable(value);
    return value;
  },

  add(text, [name = ''], written, cursor) {
    return addDefinition(text, `@${name} = `, written, cursor);
  },

  definition(text, place) {
    return wholeLines(text, place);
  },

  erase: (_text, definition) => [{ ...definition, content: '' }],
};

/** The block at the cursor, and what stands in it before the first separator. @throws AuthError where there is no block */
function surroundings(text: string, cursor: Cursor | undefined) {
  const { line, language } = cursor ?? { line: 0, language: 'http' };
  const document = parseHttpDocument(text, language);
  const { lines, blocks, requests } = document;
  const block = blocks.find(({ start, end }) => line >= start - 1 && line <= end);
  if (!block)
    throw new AuthError('placeNotFound', 'There is no http fence at the cursor. Put the cursor into one that begins with ```http.');
  let end = block.start;
  while (end < block.end && !isSeparator(lines[end] ?? '')) end++;
  // A variable is the file's own only in a region without a request and a name.
  const isGlobal =
    end < block.end &&
    !requests.some(({ requestLine }) => requestLine >= block.start && requestLine < end) &&
    !lines.slice(block.start, end).some((each) => /^\s*(#+|\/{2,})\s*@name\s/.test(each));
  return { line, document, block, top: { end, isGlobal } };
}

/** At the top, behind the variables that stand there, else before a separator of its own. */
function addDefinition(text: string, before: string, written: string, cursor: Cursor | undefined): Insertion {
  const { document, block, top } = surroundings(text, cursor);
  const { lines, starts } = document;
  const eol = lineEnding(text);
  const last = [...plainLines(lines, block.start, top.end)].findLast((line) => /^\s*@\S/.test(lines[line] ?? ''));
  if (top.isGlobal && last !== undefined) {
    const offset = (starts[last] ?? 0) + (lines[last]?.length ?? 0);
    return { edits: [{ offset, length: 0, content: eol + before + written }], added: { before: eol + before, after: '' } };
  }
  const after = top.isGlobal ? eol : `${eol}###${eol}`;
  return {
    edits: [{ offset: starts[block.start] ?? text.length, length: 0, content: before + written + after }],
    added: { before, after },
  };
}

function escaped(name: string): string {
  return name.replaceAll(/\W/g, '\\$&');
}
