import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { HttpDocument, HttpRequest } from './httpDocument.ts';
import { credentialVariables, normalizedName } from './credentialNames.ts';
import { isAuthorization } from './injection/authorizationHeader.ts';
import { deepestJson } from './jsonFlaw.ts';
import { referenceTokens } from './jsonPointer.ts';
import type { Profile } from './profile.ts';
import type { CredentialField, Provider } from './provider.ts';
import { isInBlock, linesWith, referencesOf } from './references.ts';
import { requestUrlOf, writtenUrl, type Span } from './requestUrl.ts';
import { lineOf } from './textLines.ts';

/** A token, or a provider’s key, that stands in a document as text. Lives as long as its reader; holds the value. */
export interface SecretInText {
  readonly span: Span;
  readonly value: string;
  /** Absent for a token. */
  readonly credential?: { readonly provider: Provider; readonly field: CredentialField };
  /** The file variable whose whole value it is. */
  readonly definition?: string;
}

export interface KnownSecrets {
  readonly providers: readonly Provider[];
  readonly profiles: readonly Profile[];
  /** Tokens of the profiles, which no shape would tell. */
  readonly accessTokens: readonly string[];
}

/** RFC 7515 section 3.1: a header and a payload, both of JSON objects, and a signature, which may be empty. */
const jwt = /(?<![\w-])eyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*/g;
/** b68token (RFC 6750 section 2.1) of a length and mixture that no word and no placeholder has. */
const opaque = /^(?=[^\s]*\d)[\w\-.~+/]{20,}=*$/;

const longestKey = 1000;
const longestName = 100;
const longestBody = 100_000;
const longestPath = 8192;

/** The secrets in a document, in its order. None overlap. */
export function secretsIn(document: HttpDocument, known: KnownSecrets): SecretInText[] {
  const found = [...credentials(document, known), ...tokens(document, known)];
  // Of two that overlap the first to be found counts: what a provider's data knows, a profile's own token, a shape.
  const inOrder = found
    .map((secret, rank) => ({ secret, rank }))
    .sort((a, b) => a.secret.span.line - b.secret.span.line || a.secret.span.start - b.secret.span.start || a.rank - b.rank);
  const kept: typeof inOrder = [];
  for (const each of inOrder) {
    const last = kept.at(-1);
    if (last?.secret.span.line !== each.secret.span.line || last.secret.span.end <= each.secret.span.start) kept.push(each);
    else if (each.rank < last.rank) kept.splice(-1, 1, each);
  }
  return kept.map(({ secret }) => ({ ...secret, ...definitionOf(document, secret) }));
}

function tokens(document: HttpDocument, { accessTokens }: KnownSecrets): SecretInText[] {
  const found: SecretInText[] = [];
  const take = (line: number, start: number, value: string) => {
    found.push({ span: { line, start, end: start + value.length }, value });
  };
  for (const token of accessTokens)
    for (const line of linesWith(token, document)) {
      const text = document.lines[line] ?? '';
      for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + token.length))
        // Within a longer word it is another secret.
        if (!/[\w.~+/-]/.test(text.charAt(at - 1)) && !/[\w.~+/=-]/.test(text.charAt(at + token.length))) take(line, at, token);
    }
  for (const line of linesWith('eyJ', document))
    if (isInBlock(document, line)) for (const { 0: value, index } of (document.lines[line] ?? '').matchAll(jwt)) take(line, index, value);
  const takeValue = (line: number, start: number, text: string) => {
    const [before = ''] = /^(?:Bearer\s+)?["']?/i.exec(text) ?? [];
    const value = /^[^\s"']*/.exec(text.slice(before.length))?.[0] ?? '';
    if (opaque.test(value) && isLiteral(value) && mayBeToken(value)) take(line, start + before.length, value);
  };
  for (const { headers, isCurl, requestLine, end } of document.requests) {
    for (const { line, name, valueStart } of headers) {
      if (!isAuthorization({ name }) && !namesToken(name)) continue;
      const text = document.lines[line] ?? '';
      if (!text.includes('{{')) takeValue(line, valueStart, text.slice(valueStart));
    }
    for (let line = requestLine; isCurl && line < end; line++) {
      const text = document.lines[line] ?? '';
      const header = /authorization:\s*/i.exec(text);
      if (header) takeValue(line, header.index + header[0].length, text.slice(header.index + header[0].length));
    }
  }
  for (const { name, line, value, valueStart } of referencesOf(document).definedOn.values())
    if (namesToken(name) && isInBlock(document, line)) takeValue(line, valueStart, value);
  return found;
}

/** Names of bearer tokens; those of forms, of lists and of devices are tokens of another kind. */
function namesToken(name: string): boolean {
  return /(token|bearer)(value|\d+)?$/i.test(name) && !/csrf|xsrf|page|continu|cursor|idempot|sync|request|device|push|verif/i.test(name);
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** What a name alone makes a token: no path, no identifier. */
function mayBeToken(value: string): boolean {
  return !/^\.{0,2}\/|^%/.test(value) && !uuid.test(value);
}

function credentials(document: HttpDocument, known: KnownSecrets): SecretInText[] {
  const fields = known.providers.flatMap((provider) => provider.credentials.map((field) => ({ provider, field })));
  return [...inTokenCalls(document, known), ...byName(document, fields), ...byPrefix(document, fields)];
}

interface OwnedField {
  readonly provider: Provider;
  readonly field: CredentialField;
}

function byPrefix(document: HttpDocument, fields: readonly OwnedField[]): SecretInText[] {
  const found: SecretInText[] = [];
  for (const credential of fields) {
    const { prefix, secret } = credential.field;
    if (prefix === undefined || !secret) continue;
    for (const line of linesWith(prefix, document)) {
      if (!isInBlock(document, line)) continue;
      const text = document.lines[line] ?? '';
      const named = /^\s*@[^\s=:]+/.exec(text)?.[0].length ?? 0;
      for (let start = text.indexOf(prefix); start >= 0; start = text.indexOf(prefix, start + prefix.length)) {
        const value = /^[\w.~+/=-]+/.exec(text.slice(start, start + longestKey))?.[0] ?? '';
        // A name, of a variable or of a reference, is no key.
        const isName =
          /[\w-]/.test(text.charAt(start - 1)) || start < named || /\{\{[^{}]*$/.test(text.slice(Math.max(0, start - longestName), start));
        if (!isName && isLiteral(value.slice(prefix.length)))
          found.push({ span: { line, start, end: start + value.length }, value, credential });
      }
    }
  }
  return found;
}

/** File variables that are named as the provider’s credentials are in environments, such as `papayaClientSecret`. */
function byName(document: HttpDocument, fields: readonly OwnedField[]): SecretInText[] {
  const { definedOn } = referencesOf(document);
  if (definedOn.size === 0) return [];
  const owners = new Map(
    fields
      .filter(({ field }) => field.secret)
      .flatMap((owned) => credentialVariables(owned.provider, owned.field).map((name) => [normalizedName(name), owned] as const)),
  );
  return [...definedOn.values()].flatMap(({ name, line, value, valueStart }) => {
    const credential = owners.get(normalizedName(name));
    return credential && isLiteral(value) && isInBlock(document, line)
      ? [{ span: { line, start: valueStart, end: valueStart + value.length }, value, credential }]
      : [];
  });
}

/** In the body of a provider’s own token call, wherever its format puts them. */
function inTokenCalls(document: HttpDocument, known: KnownSecrets): SecretInText[] {
  const names = new Map<string, boolean>();
  const has = (name: string) => {
    const present = names.get(name) ?? document.text.includes(`"${name}"`);
    names.set(name, present);
    return present;
  };
  const likely = known.providers.filter((provider) => secretNames(provider).some(has));
  if (likely.length === 0) return [];
  return document.requests.flatMap((request) => {
    const stretch = bodyOf(document, request);
    if (!stretch) return [];
    const { start, body } = stretch;
    const provider = likely.find((candidate) => isTokenCall(document, request, body, candidate, known.profiles));
    return provider ? inBody(document, start, body, provider) : [];
  });
}

/** The names that secrets have in the JSON of a token call. */
function secretNames({ request, credentials: fields }: Provider): string[] {
  return request.parameters.flatMap((parameter) => {
    const isSecret = parameter.in === 'json' && 'field' in parameter && fields.some(({ id, secret }) => secret && id === parameter.field);
    return isSecret ? (referenceTokens(parameter.at).at(-1) ?? []) : [];
  });
}

/** The text that holds a request’s JSON, and where it begins. */
function bodyOf(
  { text, starts }: HttpDocument,
  { requestLine, headEnd, end, isCurl }: HttpRequest,
): { readonly start: number; readonly body: string } | undefined {
  const stop = starts[end] ?? text.length;
  const start = isCurl ? text.indexOf('{', starts[requestLine]) : starts[headEnd];
  if (start === undefined || start < 0 || start >= stop || (!isCurl && headEnd >= end)) return undefined;
  const body = text.slice(start, isCurl ? text.lastIndexOf('}', stop) + 1 : stop);
  // What no provider reads, no parser need read here.
  return body.length > longestBody || isDeep(body) ? undefined : { start, body };
}

/** Whether it may be nested deeper than the parser, which calls itself, can follow. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth > deepestJson) return true;
  }
  return false;
}

function inBody(document: HttpDocument, start: number, body: string, provider: Provider): SecretInText[] {
  const tree = parseTree(body);
  return provider.request.parameters.flatMap((parameter) => {
    if (parameter.in !== 'json' || !('field' in parameter)) return [];
    const field = provider.credentials.find(({ id }) => id === parameter.field);
    const node = tree && findNodeAtLocation(tree, referenceTokens(parameter.at));
    if (!field?.secret || node?.type !== 'string' || !isLiteral(String(node.value))) return [];
    const value = String(node.value);
    // Escapes and line breaks make a value that no one line shows as it is.
    if (node.length !== value.length + 2) return [];
    const offset = start + node.offset + 1;
    const line = lineOf(document, offset);
    const column = offset - (document.starts[line] ?? 0);
    return [{ span: { line, start: column, end: column + value.length }, value, credential: { provider, field } }];
  });
}

/** By its URL, or by its body where the URL ends as the provider’s does. */
function isTokenCall(
  document: HttpDocument,
  request: HttpRequest,
  body: string,
  provider: Provider,
  profiles: readonly Profile[],
): boolean {
  const url = requestUrlOf(document, request)?.url;
  const known = [
    ...provider.environments.flatMap(({ tokenUrl, suggestedTokenUrl }) => [tokenUrl, suggestedTokenUrl]),
    ...profiles.filter((profile) => profile.provider === provider).map(({ tokenUrl }) => tokenUrl),
  ].filter((each) => each !== undefined);
  if (url && known.some((each) => URL.parse(each)?.href === url.href)) return true;
  const paths = [...known.map((each) => new URL(each).pathname), ...provider.environments.flatMap(({ tokenPath }) => tokenPath ?? [])];
  const path = url?.pathname ?? writtenUrl(document, request)?.written.slice(0, longestPath).split('?', 1)[0] ?? '';
  if (!paths.some((each) => path.endsWith(each))) return false;
  const tree = parseTree(body);
  return provider.request.parameters.every(
    (parameter) =>
      parameter.in !== 'json' ||
      ('field' in parameter && !isRequired(provider, parameter.field)) ||
      (tree && findNodeAtLocation(tree, referenceTokens(parameter.at))),
  );
}

function isRequired({ credentials: fields }: Provider, fieldId: string): boolean {
  return fields.some(({ id, required }) => id === fieldId && required);
}

/** Neither a reference nor what stands in for a value: `<your secret>`, `CHANGE_ME`, `$NAME`, `xxxx`. */
function isLiteral(value: string): boolean {
  return (
    value.length >= 6 &&
    !value.includes('{{') &&
    !/^\$[A-Z_][A-Z\d_]*$/.test(value) &&
    !/^<.*>$|^\$\{|^\$processEnv|^%\w+%$|^(.)\1*$|x{4}|\*{3}|\.{3}|…/i.test(value) &&
    !/(^|[_\s.-])(your|my|todo|replace|insert|example|dummy|placeholder|change.?me)([_\s.-]|$)|^change-?me/i.test(value)
  );
}

function definitionOf(document: HttpDocument, { span, value }: SecretInText): { readonly definition?: string } {
  const definition = referencesOf(document).definedOn.get(span.line);
  return definition?.value === value ? { definition: definition.name } : {};
}
