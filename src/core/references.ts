import type { HttpDocument, HttpRequest } from './httpDocument.ts';

/**
 * Every name that a request may resolve before it is sent: of `{{$processEnv NAME}}`, `{{$dotenv NAME}}`, variables
 * and, as httpYac reads `{{…}}` as JavaScript, any word in one; those that file variables refer to as well.
 */
export function referencedNames(document: HttpDocument, { requestLine, start, end }: HttpRequest): ReadonlySet<string> {
  const definitions = new Map<string, string[]>();
  for (const line of document.lines) {
    const match = /^\s*@(?:global\.)?([^\s=:]+)\s*:?=\s*(.*)$/.exec(line);
    if (match) definitions.set(match[1] ?? '', [...(definitions.get(match[1] ?? '') ?? []), match[2] ?? '']);
  }
  const names = new Set<string>();
  const read = (text: string) => {
    for (const [, inside = ''] of text.matchAll(/\{\{(.*?)\}\}/g))
      for (const [name] of inside.matchAll(/[\w$]+/g)) {
        if (names.has(name)) continue;
        names.add(name);
        for (const value of definitions.get(name) ?? []) read(value);
      }
  };
  for (let line = Math.min(start, requestLine); line < end; line++) read(document.lines[line] ?? '');
  return names;
}
