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

/** Of variables in one URL, those of variables counted in; a few lines can ask for billions. */
const mostReplacements = 50;
const mostUrls = 8;
const longest = 8192;

/**
 * Where a request may go, with the file’s own variables put in; empty where its host is known to the client alone, from
 * an environment, a script or an answer.
 */
export function requestUrlsOf(document: HttpDocument, request: HttpRequest): RequestUrl[] {
  const place = writtenUrl(document, request);
  if (!place) return [];
  const { span, written } = place;
  const host = request.headers.find(({ name }) => name.toLowerCase() === 'host');
  const top = document.requests[0]?.requestLine ?? 0;
  const filling: Filling = { references: referencesOf(document), request, top, left: mostReplacements };
  return filledIn(written, filling)
    .flatMap((text) =>
      text.startsWith('/')
        ? filledIn(document.lines[host?.line ?? -1]?.slice(host?.valueStart) ?? '', filling).map((name) => name.trim() + text)
        : [text],
    )
    .map(absolute)
    .filter((url) => url !== undefined)
    .map((url) => ({ url, span }));
}

/** The one that REST Client would send to. */
export function requestUrlOf(document: HttpDocument, request: HttpRequest): RequestUrl | undefined {
  return requestUrlsOf(document, request).at(-1);
}

interface WrittenUrl {
  readonly span: Span;
  readonly written: string;
}

/** The URL of a request as it is written. */
export function writtenUrl(document: HttpDocument, { requestLine, end, isCurl }: HttpRequest): WrittenUrl | undefined {
  if (isCurl) return curlUrl(document.lines, requestLine, end);
  const text = (document.lines[requestLine] ?? '').trimEnd();
  const start = /^\s*(?:[a-z]+\s+)?/i.exec(text)?.[0].length ?? 0;
  const last = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t'));
  const stop = last > start && /^HTTP\/[\d.]+$/i.test(text.slice(last + 1)) ? text.slice(0, last).trimEnd().length : text.length;
  return stop > start ? { span: { line: requestLine, start, end: stop }, written: text.slice(start, stop) } : undefined;
}

/** Options of curl that are followed by a value; a short one may have it in the same word. */
const withValue =
  /^(-[HdXuoAbceFxmTwKCrYytEQ]|--(request|header|data(-(raw|binary|urlencode|ascii))?|json|form(-string)?|user|user-agent|output|cookie(-jar)?|referer|proxy|max-time|connect-timeout|retry|upload-file|write-out|config|cacert|cert|key|resolve|oauth2-bearer))$/;
const alone =
  /^(-[sSkLifvGIgnNOjq#]+|-[HdXuoAbceFxmTwKCrYytEQ].+|--(silent|show-error|insecure|location|include|fail|verbose|get|head|globoff|no-buffer|compressed|http1\.1|http2|http3|tlsv1\.\d|ipv4|ipv6)|--[\w-]+=.*)$/;

/** The first word of a curl command that is neither an option nor the value of one; nothing where an option is not known. */
function curlUrl(lines: readonly string[], first: number, end: number): WrittenUrl | undefined {
  let value = false;
  for (let line = first; line < end; line++) {
    const text = lines[line] ?? '';
    for (const { 0: word, index } of text.slice(0, longest).matchAll(/(?:'[^']*'|"[^"]*"|\{\{[^}]*\}\}|[^\s'"])+/g)) {
      if ((line === first && word === 'curl') || word === '\\') continue;
      if (value) value = false;
      else if (withValue.test(word)) value = true;
      else if (word === '--url') continue;
      else if (word.startsWith('-')) {
        if (!alone.test(word)) return undefined;
      } else {
        const quotes = /^['"]/.test(word) ? 1 : 0;
        return {
          span: { line, start: index + quotes, end: index + word.length - quotes },
          written: word.slice(quotes, word.length - quotes),
        };
      }
    }
    if (!text.trimEnd().endsWith('\\')) return undefined;
  }
  return undefined;
}

/** Without a scheme REST Client and httpYac both take plain HTTP. */
function absolute(target: string): URL | undefined {
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(target) ? target : `http://${target}`;
  const authority = /^[^:]+:\/\/([^/?#]*)/.exec(text)?.[1] ?? '';
  // What only a client could fill in, or nobody.
  if (authority === '' || /[{}\s"]/.test(authority) || text.length > longest) return undefined;
  return URL.parse(text) ?? undefined;
}

interface Filling {
  readonly references: References;
  readonly request: HttpRequest;
  /** Line of the first request, above which variables are the whole file’s. */
  readonly top: number;
  left: number;
}

/** A text with each of the values that its variables may have. What cannot be filled in stays as it is written. */
function filledIn(text: string, filling: Filling): string[] {
  let texts = [text];
  for (let from = text.indexOf('{{'); from >= 0; from = text.indexOf('{{', from + 2)) {
    const to = text.indexOf('}}', from);
    if (to < 0 || --filling.left < 0) break;
    const filled = valuesOf(text.slice(from + 2, to).trim(), filling).flatMap((value) => filledIn(value, filling));
    if (filled.length === 0) continue;
    const whole = text.slice(from, to + 2);
    texts = texts
      .flatMap((each) => filled.map((value) => each.replace(whole, () => value)))
      .filter(({ length }) => length <= longest)
      .slice(-mostUrls);
  }
  return texts;
}

/** httpYac takes the definition of the request’s region, else of the whole file; REST Client the last one, wherever it stands. */
function valuesOf(name: string, { references, request, top }: Filling): string[] {
  const all = references.definitions.get(name) ?? [];
  const own = all.findLast(({ line }) => line >= request.start && line < request.end) ?? all.findLast(({ line }) => line < top);
  return [...new Set([own, all.at(-1)].filter((definition) => definition !== undefined).map(({ value }) => value))];
}
