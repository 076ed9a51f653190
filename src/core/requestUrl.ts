import type { HttpDocument, HttpRequest } from './httpDocument.ts';
import { referencesOf, type References } from './references.ts';

/** A stretch of one line. Columns are counted from 0. */
export interface Span {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

export interface RequestUrl {
  readonly url: URL;
  /** As it is written, references included. */
  readonly span: Span;
}

const requestLine = /^(\s*(?:[A-Z]+\s+)?)(\S.*?)(?:\s+HTTP\/[\d.]+)?\s*$/;
/** Of variables in one URL, those of variables counted in; a few lines can ask for billions. */
const mostReplacements = 50;
const longest = 8192;

/**
 * Where a request goes, with the file's own variables put in; `undefined` where its host is known to the client alone,
 * from an environment, a script or an answer.
 */
export function requestUrlOf(document: HttpDocument, request: HttpRequest): RequestUrl | undefined {
  const match = requestLine.exec(document.lines[request.requestLine] ?? '');
  if (!match || request.isCurl) return undefined;
  const [, before = '', written = ''] = match;
  const references = referencesOf(document);
  const text = filledIn(written, references);
  const host = request.headers.find(({ name }) => name.toLowerCase() === 'host');
  const target = text.startsWith('/')
    ? filledIn(document.lines[host?.line ?? -1]?.slice(host?.valueStart) ?? '', references).trim() + text
    : text;
  const url = absolute(target);
  return url && { url, span: { line: request.requestLine, start: before.length, end: before.length + written.length } };
}

/** Without a scheme REST Client and httpYac both take plain HTTP. */
function absolute(target: string): URL | undefined {
  const text = /^https?:\/\//i.test(target) ? target : `http://${target}`;
  const authority = /^https?:\/\/([^/?#]*)/i.exec(text)?.[1] ?? '';
  if (authority === '' || authority.includes('{') || text.length > longest) return undefined;
  return URL.parse(text) ?? undefined;
}

/** The last definition of a name wins, as REST Client has it. What cannot be filled in stays as it is written. */
function filledIn(text: string, references: References, budget = { left: mostReplacements }): string {
  if (!text.includes('{{') || text.length > longest) return text;
  return text.replaceAll(/\{\{\s*([\w-]+)\s*\}\}/g, (whole, name: string) => {
    const value = references.definitions.get(name)?.at(-1)?.value;
    return value === undefined || --budget.left < 0 ? whole : filledIn(value, references, budget);
  });
}
