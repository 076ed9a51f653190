import { textLines, type TextLines } from './textLines.ts';

/** `http`: the whole text is requests; `markdown`: those in fences of `http` or `rest` are. */
export type HttpLanguage = 'http' | 'markdown';

/**
 * The parts of an `.http` file that matter to where a token goes, read so that REST Client and httpYac agree.
 * Lines are counted from 0.
 */
export interface HttpDocument extends TextLines {
  readonly text: string;
  /** The whole file, or each fence of a Markdown file. */
  readonly blocks: readonly LineRange[];
  readonly requests: readonly HttpRequest[];
}

interface LineRange {
  readonly start: number;
  /** One past the last line. */
  readonly end: number;
}

export interface HttpRequest {
  /** First line of the region: the one after the separator, or the first of the text. */
  readonly start: number;
  /** One past the last line of the region. */
  readonly end: number;
  /** The line with the method and the URL, or the URL alone. */
  readonly requestLine: number;
  readonly headers: readonly HttpHeader[];
  /** After this line a new header stands rightly. */
  readonly lastHeadLine: number;
  /** The line that ends the head: a blank one, or the first that is no header; that of `end` where there is none. */
  readonly headEnd: number;
  /** A `curl` command, which REST Client accepts in place of a request and which has no header lines. */
  readonly isCurl: boolean;
}

interface HttpHeader {
  readonly line: number;
  readonly name: string;
  /** Column at which the value begins. */
  readonly valueStart: number;
}

const separator = /^\s*#{3,}/;
const comment = /^\s*(#|\/{2})/;
const fileVariable = /^\s*@\S/;
const queryLine = /^\s*[&?]/;
const header = /^(\s*)([\w!#$%&'*+.^`|~-]+)(\s*:\s*)/;
/** `...spread`, query and path lines, which httpYac takes between headers. */
const headExtra = /^\s*(\.{3}|[&?/])/;
/**
 * With a method httpYac starts a request wherever such a line stands. Prose of a body may begin alike, so the URL has
 * to look like one.
 */
const methodLine =
  /^\s*(GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|CONNECT|TRACE|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|GRAPHQL)\s+(https?:\/\/|\{\{|\/|localhost(?=[:/\s]|$)|[\w-]+(\.[\w-]+)+(?=[:/?\s]|$)|[\w.-]+:\d+)/;

export function parseHttpDocument(text: string, language: HttpLanguage = 'http'): HttpDocument {
  const { lines, starts } = textLines(text);
  const blocks = language === 'markdown' ? fences(lines) : [{ start: 0, end: lines.length }];
  const requests: HttpRequest[] = [];
  for (const block of blocks) {
    let { start } = block;
    for (let line = start; line <= block.end; line++) {
      if (line < block.end && !isSeparator(lines[line] ?? '')) continue;
      readRegion(lines, start, line, requests);
      start = line + 1;
    }
  }
  return { text, lines, starts, blocks, requests };
}

/** The insides of the fences that REST Client takes: exactly "```http" or "```rest", up to "```". */
function fences(lines: readonly string[]): LineRange[] {
  const found: LineRange[] = [];
  let start: number | undefined;
  for (const [line, text] of lines.entries()) {
    if (start === undefined) {
      if (/^```(http|rest)$/.test(text)) start = line + 1;
    } else if (text === '```') {
      found.push({ start, end: line });
      start = undefined;
    }
  }
  return found;
}

/** A comment to REST Client and httpYac both; `#Name: value` without a blank behind the sign is none to httpYac. */
export function isComment(line: string): boolean {
  return /^\s*(#+(\s|$)|\/{2})/.test(line);
}

export function isSeparator(line: string): boolean {
  return separator.test(line);
}

function readRegion(lines: readonly string[], start: number, end: number, requests: HttpRequest[]): void {
  let from = start;
  while (from < end) {
    const requestLine = findRequestLine(lines, from, end);
    if (requestLine === undefined) return;
    const request = readHead(lines, from, requestLine, end);
    let next = request.lastHeadLine + 1;
    while (next < end && !startsRequest(lines[next] ?? '')) next++;
    requests.push({ ...request, end: next });
    from = next;
  }
}

function startsRequest(line: string): boolean {
  // Nearly every line of a body is through after one character.
  return /^\s*[A-Z]/.test(line) && methodLine.test(line);
}

function findRequestLine(lines: readonly string[], from: number, end: number): number | undefined {
  for (const line of plainLines(lines, from, end)) {
    const text = lines[line] ?? '';
    if (text.trim() !== '' && !comment.test(text) && !fileVariable.test(text) && !/^\s*[<>]\s/.test(text)) return line;
  }
  return undefined;
}

/** The lines of a range that lie in no script and in no comment of several lines. */
export function* plainLines(lines: readonly string[], from: number, end: number): Generator<number> {
  let within: 'script' | 'handler' | 'comment' | undefined;
  for (let line = from; line < end; line++) {
    const text = lines[line] ?? '';
    if (within === 'script') {
      if (/^\s*\}\}\s*$/.test(text)) within = undefined;
    } else if (within === 'handler') {
      if (text.includes('%}')) within = undefined;
    } else if (within === 'comment') {
      if (text.includes('*/')) within = undefined;
    } else if (/^\s*\{\{[@+]?\w*\s*$/.test(text)) within = 'script';
    else if (/^\s*[<>]\s*\{%/.test(text)) within = text.includes('%}') ? undefined : 'handler';
    else if (/^\s*\/\*/.test(text)) within = text.includes('*/') ? undefined : 'comment';
    else yield line;
  }
}

function readHead(lines: readonly string[], start: number, requestLine: number, end: number): HttpRequest {
  let lastHeadLine = requestLine;
  while (lastHeadLine + 1 < end && queryLine.test(lines[lastHeadLine + 1] ?? '')) lastHeadLine++;
  const headers: HttpHeader[] = [];
  let line = lastHeadLine + 1;
  for (; line < end; line++) {
    const text = lines[line] ?? '';
    if (text.trim() === '') break;
    const match = header.exec(text);
    // `#Authorization: x` without a blank after the # is a header to httpYac and a comment to REST Client.
    if (comment.test(text) || headExtra.test(text)) continue;
    // To httpYac the head is over here, and what follows is a body or a script, whatever it looks like.
    if (!match) break;
    headers.push({ line, name: match[2] ?? '', valueStart: match[0].length });
    lastHeadLine = line;
  }
  return { start, end, requestLine, headers, lastHeadLine, headEnd: line, isCurl: /^\s*curl\s/.test(lines[requestLine] ?? '') };
}

/** The request that a line belongs to; comments, variables and blanks before the request line belong to it too. */
export function requestAt({ requests }: Pick<HttpDocument, 'requests'>, line: number): HttpRequest | undefined {
  return requests.find((request) => line >= request.start - 1 && line < request.end);
}
