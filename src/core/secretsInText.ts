import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { HttpDocument, HttpRequest } from './httpDocument.ts';
import { isAuthorization } from './injection/authorizationHeader.ts';
import { referenceTokens } from './jsonPointer.ts';
import type { Profile } from './profile.ts';
import type { CredentialField, Provider } from './provider.ts';
import { isInBlock, linesWith, referencesOf } from './references.ts';
import { requestUrlOf, type Span } from './requestUrl.ts';
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

/** The secrets in a document, in its order. None overlap. */
export function secretsIn(document: HttpDocument, known: KnownSecrets): SecretInText[] {
  const found = [...credentials(document, known), ...tokens(document, known)];
  const byLine = new Map<number, SecretInText[]>();
  for (const secret of found) {
    const others = byLine.get(secret.span.line) ?? [];
    if (!others.some(({ span }) => overlap(span, secret.span))) byLine.set(secret.span.line, [...others, secret]);
  }
  return [...byLine.values()]
    .flat()
    .map((secret) => ({ ...secret, ...definitionOf(document, secret) }))
    .sort((a, b) => a.span.line - b.span.line || a.span.start - b.span.start);
}

function tokens(document: HttpDocument, { accessTokens }: KnownSecrets): SecretInText[] {
  const found: SecretInText[] = [];
  const take = (line: number, start: number, value: string) => {
    found.push({ span: { line, start, end: start + value.length }, value });
  };
  for (const token of accessTokens)
    for (const line of linesWith(token, document)) {
      const text = document.lines[line] ?? '';
      for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + token.length)) take(line, at, token);
    }
  for (const line of linesWith('eyJ', document))
    if (isInBlock(document, line)) for (const { 0: value, index } of (document.lines[line] ?? '').matchAll(jwt)) take(line, index, value);
  for (const { headers } of document.requests)
    for (const { line, name, valueStart } of headers) {
      if (!isAuthorization({ name }) || document.lines[line]?.includes('{{') === true) continue;
      const match = /^(Bearer\s+)(\S+)\s*$/i.exec((document.lines[line] ?? '').slice(valueStart));
      if (match && opaque.test(match[2] ?? '')) take(line, valueStart + (match[1] ?? '').length, match[2] ?? '');
    }
  for (const definitions of referencesOf(document).definitions.values())
    for (const { name, line, value, valueStart } of definitions)
      if (isInBlock(document, line) && /(token|bearer)$/i.test(name)) {
        const [scheme = ''] = /^Bearer\s+/i.exec(value) ?? [];
        const token = value.slice(scheme.length);
        if (opaque.test(token)) take(line, valueStart + scheme.length, token);
      }
  return found;
}

function credentials(document: HttpDocument, known: KnownSecrets): SecretInText[] {
  const fields = known.providers.flatMap((provider) => provider.credentials.map((field) => ({ provider, field })));
  return [...byPrefix(document, fields), ...byName(document, fields), ...inTokenCalls(document, known)];
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
      const start = text.indexOf(prefix);
      const value = /^[\w.-]+/.exec(text.slice(start))?.[0] ?? '';
      if (value.length >= prefix.length + 6) found.push({ span: { line, start, end: start + value.length }, value, credential });
    }
  }
  return found;
}

/** File variables that are named as the provider’s credentials are in environments, such as `papayaClientSecret`. */
function byName(document: HttpDocument, fields: readonly OwnedField[]): SecretInText[] {
  const { definitions } = referencesOf(document);
  if (definitions.size === 0) return [];
  const owners = new Map(
    fields
      .filter(({ field }) => field.secret)
      .flatMap((owned) =>
        (owned.field.aliases ?? []).filter((alias) => /^[A-Z\d]+_/.test(alias)).map((alias) => [normalized(alias), owned] as const),
      ),
  );
  return [...definitions.values()].flat().flatMap(({ name, line, value, valueStart }) => {
    const credential = owners.get(normalized(name));
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
    const start = document.starts[request.headEnd];
    if (start === undefined || request.headEnd >= request.end) return [];
    const body = document.text.slice(start, document.starts[request.end] ?? document.text.length);
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
  const path = url?.pathname ?? (document.lines[request.requestLine] ?? '').trim().replace(/(\s+HTTP\/[\d.]+|\?\S*)$/, '');
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

/** Neither a reference nor what stands in for a value: `<your secret>`, `YOUR_SECRET`, `…`. */
function isLiteral(value: string): boolean {
  return value.length >= 6 && !/\{\{|^<.*>$|^(your|my)[\s_-]|^[.…*x]+$/i.test(value);
}

function definitionOf(document: HttpDocument, { span, value }: SecretInText): { readonly definition?: string } {
  const text = document.lines[span.line] ?? '';
  if (!/^\s*@/.test(text)) return {};
  for (const definitions of referencesOf(document).definitions.values())
    for (const each of definitions) if (each.line === span.line && each.value === value) return { definition: each.name };
  return {};
}

function overlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

function normalized(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}
