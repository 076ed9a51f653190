import { parseHttpDocument, requestAt } from '../httpDocument.ts';
import type { TextEdit } from './textEdit.ts';

/** Why no header can be put at a line. */
export type NoPlace = 'noRequest' | 'curl';

/**
 * Edits that give the request at a line one `Authorization` header (RFC 9110 section 11.6.2) of this value: an
 * existing one gets the value, further ones go (REST Client would join them with commas), a missing one is added
 * behind the other headers. Line endings stay as they are.
 * @param line counted from 0
 */
export function setAuthorizationHeader(text: string, line: number, value: string): TextEdit[] | NoPlace {
  const request = requestAt(parseHttpDocument(text), line);
  if (!request) return 'noRequest';
  if (request.isCurl) return 'curl';
  const starts = lineStarts(text);
  const startOf = (index: number) => starts[index] ?? text.length;
  const endOf = (index: number) => startOf(index) + (/^[^\r\n]*/.exec(text.slice(startOf(index), startOf(index + 1)))?.[0].length ?? 0);

  const [first, ...others] = request.headers.filter((header) => header.name.toLowerCase() === 'authorization');
  if (!first) {
    const offset = endOf(request.lastHeadLine);
    return [{ offset, length: 0, content: `${lineEnding(text)}Authorization: ${value}` }];
  }
  const valueStart = startOf(first.line) + first.valueStart;
  const replaced = { offset: valueStart, length: endOf(first.line) - valueStart, content: value };
  const removed = others.map((header) => {
    // With the line break before it, so that one without a break behind it goes whole too.
    const offset = endOf(header.line - 1);
    return { offset, length: endOf(header.line) - offset, content: '' };
  });
  return [replaced, ...removed].filter((edit) => text.slice(edit.offset, edit.offset + edit.length) !== edit.content);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineEnding(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}
