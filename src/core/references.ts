import { isComment, isSeparator, plainLines, type HttpDocument, type HttpRequest } from './httpDocument.ts';
import { lineOf } from './textLines.ts';

/** A name that a client resolves at the moment of sending, and where it stands. Columns are counted from 0. */
export interface Reference {
  readonly name: string;
  /** Of `{{$processEnv NAME}}`, `{{$dotenv NAME}}`, or any other word in braces, which httpYac reads as JavaScript. */
  readonly source: 'environment' | 'dotenv' | 'variable';
  readonly line: number;
  /** Of the name. */
  readonly start: number;
  readonly end: number;
  /** Of the braces around it. */
  readonly outerStart: number;
  readonly outerEnd: number;
}

/** A file variable, `@name = value`. */
export interface Definition {
  readonly name: string;
  readonly line: number;
  readonly nameStart: number;
  readonly valueStart: number;
  readonly value: string;
}

export interface References {
  /** In the order of the text. */
  readonly all: readonly Reference[];
  /** By name; all of one name count, whatever stands around them. */
  readonly definitions: ReadonlyMap<string, readonly Definition[]>;
  /** The same by line, of which none has two. */
  readonly definedOn: ReadonlyMap<number, Definition>;
  /** By the name of a file variable, the names that its definitions refer to. */
  readonly leads: ReadonlyMap<string, ReadonlySet<string>>;
}

const found = new WeakMap<HttpDocument, References>();

/** What a document refers to and what it defines, read once. Comments do not count. */
export function referencesOf(document: HttpDocument): References {
  const known = found.get(document);
  if (known) return known;
  const definedOn = readDefinitions(document);
  const definitions = byName(definedOn.values());
  const all = readReferences(document, definitions);
  const references = { all, definitions, definedOn, leads: leadsOf(all, definitions) };
  found.set(document, references);
  return references;
}

/** The references that stand on lines of a range; `end` is one past the last. */
export function referencesWithin({ all }: References, start: number, end: number): readonly Reference[] {
  return within(all, start, end);
}

function within(all: readonly Reference[], start: number, end: number): readonly Reference[] {
  const from = firstAt(all, start);
  const to = firstAt(all, end);
  return from === to ? none : all.slice(from, to);
}

const none: readonly Reference[] = [];

/**
 * Every name that a request may resolve before it is sent: those in its lines, and those that file variables of these
 * names refer to.
 */
export function referencedNames(document: HttpDocument, { requestLine, start, end }: HttpRequest): ReadonlySet<string> {
  const references = referencesOf(document);
  return namesBehind(references, referencesWithin(references, Math.min(start, requestLine), end));
}

/** The names of references, and all that file variables of these names refer to. */
export function namesBehind({ leads }: References, direct: readonly Reference[]): ReadonlySet<string> {
  const names = new Set<string>();
  const waiting = direct.map(({ name }) => name);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (names.has(name)) continue;
    names.add(name);
    waiting.push(...(leads.get(name) ?? []));
  }
  return names;
}

function leadsOf(all: readonly Reference[], definitions: References['definitions']): Map<string, Set<string>> {
  const leads = new Map<string, Set<string>>();
  if (all.length === 0) return leads;
  for (const [name, places] of definitions)
    leads.set(name, new Set(places.flatMap(({ line }) => within(all, line, line + 1).map((reference) => reference.name))));
  return leads;
}

function readReferences(document: HttpDocument, definitions: References['definitions']): Reference[] {
  const all: Reference[] = [];
  const hidden = hiddenLines(document);
  for (const line of linesWith('{{', document)) {
    const text = document.lines[line] ?? '';
    if (isComment(text) || hidden.has(line) || !isInBlock(document, line)) continue;
    for (let outerStart = text.indexOf('{{'), close; outerStart >= 0; outerStart = text.indexOf('{{', close + 2)) {
      close = text.indexOf('}}', outerStart + 2);
      if (close < 0) break;
      const inside = text.slice(outerStart + 2, close);
      for (const { name, source, at, length } of namesIn(inside, definitions)) {
        const start = outerStart + 2 + at;
        all.push({ line, outerStart, outerEnd: close + 2, name, source, start, end: start + length });
      }
    }
  }
  return all;
}

interface NameInside extends Pick<Reference, 'name' | 'source'> {
  readonly at: number;
  readonly length: number;
}

function namesIn(inside: string, definitions: References['definitions']): NameInside[] {
  const own = /^(\s*\$(processEnv|dotenv)\s+)(%?)(\w+)\s*$/.exec(inside);
  if (own) {
    const [, before = '', keyword, indirect = '', name = ''] = own;
    const place = { at: before.length + indirect.length, length: name.length };
    const source = keyword === 'dotenv' ? 'dotenv' : 'environment';
    if (indirect === '') return [{ name, source, ...place }];
    // The name of the variable is itself the value of another one.
    const named = (definitions.get(name) ?? []).filter(({ value }) => /^\w+$/.test(value));
    return [{ name, source: 'variable', ...place }, ...named.map(({ value }) => ({ name: value, source, ...place }) as const)];
  }
  const whole = inside.trim();
  const words = [...inside.matchAll(/[\w$]+/g)].map(
    ({ 0: name, index }) => ({ name, source: 'variable', at: index, length: name.length }) as const,
  );
  // REST Client takes any name, such as papaya-token; httpYac reads the same as JavaScript.
  return definitions.has(whole) && words.length !== 1
    ? [{ name: whole, source: 'variable', at: inside.indexOf(whole), length: whole.length }, ...words]
    : words;
}

function readDefinitions(document: HttpDocument): Map<number, Definition> {
  const definitions = new Map<number, Definition>();
  for (const line of linesWith('@', document)) {
    const match = /^(\s*@(?:global\.)?)([^\s=:]+)(\s*:?=\s*)(.*)$/.exec((document.lines[line] ?? '').trimEnd());
    if (!match) continue;
    const [, before = '', name = '', sign = '', value = ''] = match;
    definitions.set(line, { name, line, nameStart: before.length, valueStart: before.length + name.length + sign.length, value });
  }
  return definitions;
}

function byName(definitions: Iterable<Definition>): Map<string, Definition[]> {
  const named = new Map<string, Definition[]>();
  for (const definition of definitions) {
    const others = named.get(definition.name);
    if (others) others.push(definition);
    else named.set(definition.name, [definition]);
  }
  return named;
}

const hiddenOf = new WeakMap<HttpDocument, ReadonlySet<number>>();

/** The lines of scripts and of comments of several lines, in which no client resolves a reference. */
export function hiddenLines(document: HttpDocument): ReadonlySet<number> {
  const known = hiddenOf.get(document) ?? new Set(linesHidden(document));
  hiddenOf.set(document, known);
  return known;
}

function* linesHidden({ text, lines, blocks }: HttpDocument): Generator<number> {
  // Nearly no file has any.
  if (!text.includes('/*') && !text.includes('{%') && !/^[ \t]*\}\}/m.test(text)) return;
  for (const block of blocks)
    for (let start = block.start; start < block.end;) {
      let end = start;
      while (end < block.end && !isSeparator(lines[end] ?? '')) end++;
      const plain = new Set(plainLines(lines, start, end));
      // What is never closed is none: a body may begin like a comment, and REST Client knows none of several lines.
      const isOpen = !plain.has(end - 1) && !/\*\/|%\}|^\s*\}\}\s*$/.test(lines[end - 1] ?? '');
      let last = end;
      while (isOpen && last > start && !plain.has(last - 1)) last--;
      for (let line = start; line < last; line++) if (!plain.has(line)) yield line;
      start = end + 1;
    }
}

/** The lines that hold a text, found without a look at the others. */
export function* linesWith(part: string, { text, starts }: HttpDocument): Generator<number> {
  let line = 0;
  for (let at = text.indexOf(part); at >= 0;) {
    line = lineOf({ starts }, at, line);
    yield line;
    const next = starts[line + 1];
    at = next === undefined ? -1 : text.indexOf(part, next);
  }
}

function firstAt(all: readonly Reference[], line: number): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.line ?? 0) < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function isInBlock({ blocks }: HttpDocument, line: number): boolean {
  return blocks.some(({ start, end }) => line >= start && line < end);
}
