import { requestAt, type HttpDocument } from '../httpDocument.ts';
import { lineEnding } from '../textLines.ts';
import { endOfLine, withoutLines, type TextEdit } from './textEdit.ts';

/** Why no header can be put at a line. */
export type NoPlace = 'noRequest' | 'curl';

/**
 * Edits that give the request at a line one `Authorization` header (RFC 9110 section 11.6.2) of this value: an
 * existing one gets the value, further ones go (REST Client would join them with commas), a missing one is added
 * behind the other headers. Line endings stay as they are.
 * @param line counted from 0
 */
export function setAuthorizationHeader(document: HttpDocument, line: number, value: string): TextEdit[] | NoPlace {
  const request = requestAt(document, line);
  if (!request) return 'noRequest';
  if (request.isCurl) return 'curl';
  const [first, ...others] = request.headers.filter(isAuthorization);
  if (!first) {
    const offset = endOfLine(document, request.lastHeadLine);
    return [{ offset, length: 0, content: `${lineEnding(document.text)}Authorization: ${value}` }];
  }
  const offset = (document.starts[first.line] ?? 0) + first.valueStart;
  const length = endOfLine(document, first.line) - offset;
  const replaced = document.text.slice(offset, offset + length) === value ? [] : [{ offset, length, content: value }];
  return [...replaced, ...others.map((header) => withoutLines(document, header.line))];
}

/** Edits that take every `Authorization` header of exactly this value out again. */
export function removeAuthorizationHeaders(document: HttpDocument, value: string): TextEdit[] {
  return document.requests
    .flatMap(({ headers }) => headers.filter(isAuthorization))
    .filter(({ line, valueStart }) => document.lines[line]?.slice(valueStart) === value)
    .map(({ line }) => withoutLines(document, line));
}

export function isAuthorization({ name }: { readonly name: string }): boolean {
  return name.length === 13 && name.toLowerCase() === 'authorization';
}
