import { isComment, type HttpDocument, type HttpRequest } from '../httpDocument.ts';
import { isAuthorization } from '../injection/authorizationHeader.ts';
import { endOfLine, withoutLines } from '../injection/textEdit.ts';
import { lineEnding } from '../textLines.ts';
import type { Fix, Report } from './finding.ts';

/** Further `Authorization` headers of a request. */
export function repeatedAuthorization(document: HttpDocument, { headers }: HttpRequest, report: Report): void {
  let first = true;
  for (const header of headers) {
    if (!isAuthorization(header)) continue;
    if (first) {
      first = false;
      continue;
    }
    const { line } = header;
    report({
      rule: 'repeatedAuthorization',
      span: wholeLine(document, line),
      message:
        'Authorization stands twice in this request: REST Client joins both with a comma, httpYac sends both, and servers refuse either.',
      fixes: () => [
        { title: 'Remove this header', action: { kind: 'edit', edits: [withoutLines(document, line)] } },
        {
          title: 'Keep this header and remove the others',
          action: {
            kind: 'edit',
            edits: headers.filter((other) => isAuthorization(other) && other !== header).map((other) => withoutLines(document, other.line)),
          },
        },
      ],
    });
  }
}

const headerLine = /^[\w-]+\s*:\s*\S/;
const meantAsHead = /^(authorization|content-type)\s*:/i;

/** Lines that are meant as headers, or as comments, and that a client takes for something else. */
export function misreadHeaders(document: HttpDocument, request: HttpRequest, report: Report): void {
  if (request.isCurl) return;
  const { lines } = document;
  const find = (line: number, message: string, fixes: () => readonly Fix[]) => {
    report({ rule: 'misreadHeader', span: wholeLine(document, line), message, fixes });
  };
  for (let line = request.requestLine + 1; line < request.headEnd; line++) {
    const text = lines[line] ?? '';
    const sign = text.includes('#') ? /^(\s*)#+(?=[\w-]+\s*:)/.exec(text) : undefined;
    if (!sign) continue;
    const name = /[\w-]+/.exec(text)?.[0] ?? '';
    const [offset, length] = [(document.starts[line] ?? 0) + (sign[1] ?? '').length, sign[0].trim().length];
    find(line, `httpYac sends #${name} as a header of this name; REST Client takes the line for a comment.`, () => [
      edit('Make it a comment', { offset: offset + length, length: 0, content: ' ' }),
      edit('Make it a header', { offset, length, content: '' }),
    ]);
  }

  const ending = lines[request.headEnd] ?? '';
  if (request.headEnd >= request.end) return;
  if (ending.trim() === '') {
    let first = request.headEnd;
    while (first < request.end && (lines[first] ?? '').trim() === '') first++;
    if (isHead(document, request, first))
      find(first, 'A blank line ends the headers, so this line is sent as part of the body.', () => [
        edit('Remove the blank line above', withoutLines(document, request.headEnd, first)),
      ]);
  } else if (/^\s*@\S+\s*:?=/.test(ending)) {
    const eol = lineEnding(document.text);
    find(
      request.headEnd,
      'REST Client sends this line as a header, and to httpYac the headers end here. Variables stand above the request line.',
      () => [
        {
          title: 'Move it above the request line',
          action: {
            kind: 'edit',
            edits: [
              { offset: document.starts[request.requestLine] ?? 0, length: 0, content: ending + eol },
              withoutLines(document, request.headEnd),
            ],
          },
        },
      ],
    );
  } else {
    const scheme = /^\s*authorization(?=\s+\S)/i.exec(ending);
    if (scheme)
      find(request.headEnd, 'Without a colon this line is no header, and to httpYac the headers end here.', () => [
        edit('Put the colon in', { offset: (document.starts[request.headEnd] ?? 0) + scheme[0].length, length: 0, content: ':' }),
      ]);
  }
}

/** Whether a body is meant as headers: it begins with lines of their form, one of them no body has, and a blank line ends them. */
function isHead({ lines }: HttpDocument, { headers, end }: HttpRequest, first: number): boolean {
  // A body whose type is stated is meant as one.
  if (headers.some(({ name }) => name.toLowerCase() === 'content-type')) return false;
  let meant = false;
  for (let line = first; line < end; line++) {
    const text = lines[line] ?? '';
    if (text.trim() === '') return meant;
    if (isComment(text)) continue;
    if (!headerLine.test(text)) return false;
    meant ||= meantAsHead.test(text);
  }
  return meant;
}

function edit(title: string, change: { readonly offset: number; readonly length: number; readonly content: string }): Fix {
  return { title, action: { kind: 'edit', edits: [change] } };
}

function wholeLine(document: HttpDocument, line: number) {
  const text = document.lines[line] ?? '';
  const start = text.length - text.trimStart().length;
  return { line, start, end: Math.max(start, endOfLine(document, line) - (document.starts[line] ?? 0)) };
}
