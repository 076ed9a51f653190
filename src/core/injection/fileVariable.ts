import { AuthError } from '../errors.ts';
import { isSeparator, parseHttpDocument } from '../httpDocument.ts';
import { lineEnding } from '../textLines.ts';
import { isEnvironmentReference } from './reference.ts';
import { assertPortable, wholeLines, type Insertion, type ValueTarget, type WrittenValue } from './valueTarget.ts';

/**
 * `@name = value` in an `.http` file or in the fences of a Markdown file. Every definition counts, those in bodies
 * too: REST Client takes the last of all lines, httpYac that of the file's top.
 */
export const fileVariable: ValueTarget = {
  find(text, [name = '']) {
    const found: WrittenValue[] = [];
    const definition = new RegExp(`^[^\\S\\r\\n]*@(?:global\\.)?${escaped(name)}[^\\S\\r\\n]*:?=[^\\S\\r\\n]*(.*?)[^\\S\\r\\n]*$`, 'gdm');
    for (const { indices, 1: value } of text.matchAll(definition)) {
      const [start, end] = indices?.[1] ?? [0, 0];
      found.push({ offset: start, length: end - start, value: value ?? '' });
    }
    return found;
  },

  encode(value) {
    if (!isEnvironmentReference(value)) assertPortable(value);
    return value;
  },

  add(text, [name = ''], written, cursor) {
    return addDefinition(text, `@${name} = `, written, cursor ?? { line: 0, language: 'http' });
  },

  definition: wholeLines,

  erase: (_text, definition) => [{ ...definition, content: '' }],
};

/**
 * To httpYac a variable is the file's own only in a region without a request and a name, so it goes to the top,
 * behind the variables that stand there, else before a separator of its own.
 */
function addDefinition(
  text: string,
  before: string,
  written: string,
  { line, language }: { line: number; language: 'http' | 'markdown' },
): Insertion {
  const { lines, starts, blocks, requests } = parseHttpDocument(text, language);
  const block = blocks.find(({ start, end }) => line >= start - 1 && line <= end);
  if (!block)
    throw new AuthError('placeNotFound', 'There is no http fence at the cursor. Put the cursor into one that begins with ```http.');
  const eol = lineEnding(text);
  let top = block.start;
  while (top < block.end && !isSeparator(lines[top] ?? '')) top++;
  const region = lines.slice(block.start, top);
  const isTop =
    top < block.end &&
    !requests.some(({ requestLine }) => requestLine >= block.start && requestLine < top) &&
    !region.some((each) => /^\s*(#+|\/{2,})\s*@name\s/.test(each));
  const hasScript = region.some((each) => /^\s*(\{\{|[<>]\s*\{%|\/\*)/.test(each));
  const last = region.findLastIndex((each) => /^\s*@\S/.test(each));
  if (isTop && !hasScript && last >= 0) {
    const at = block.start + last;
    const offset = (starts[at] ?? 0) + (lines[at]?.length ?? 0);
    return { edits: [{ offset, length: 0, content: eol + before + written }], added: { before: eol + before, after: '' } };
  }
  const after = isTop ? eol : `${eol}###${eol}`;
  return {
    edits: [{ offset: starts[block.start] ?? text.length, length: 0, content: before + written + after }],
    added: { before, after },
  };
}

function escaped(name: string): string {
  return name.replaceAll(/\W/g, '\\$&');
}
