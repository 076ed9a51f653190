import { normalizedName } from './credentialNames.ts';
import type { CredentialValues } from './credentials.ts';
import type { CredentialField } from './provider.ts';
import { parseJson } from './storedFormat.ts';

/**
 * Credential values found in a pasted JSON body, `.env` lines or `curl` command, by field id; empty where the text
 * is none of these. Line breaks may have become blanks, as an input box makes them.
 */
export function parsePastedCredentials(text: string, fields: readonly CredentialField[]): CredentialValues {
  const names = new Map(
    fields.flatMap((field) => [field.id, ...(field.aliases ?? [])].map((name) => [normalizedName(name), field.id] as const)),
  );
  const found: Record<string, string> = {};
  const take = (name: string, value: unknown) => {
    const id = names.get(normalizedName(name));
    if (id !== undefined && found[id] === undefined && (typeof value === 'string' || typeof value === 'number') && value !== '')
      found[id] = String(value);
  };

  const json = jsonIn(text);
  if (json !== undefined) walk(json, take);
  if (/^\s*curl\s/.test(text)) readCurl(text, take);
  else if (json === undefined) readAssignments(text, fields, take);
  return found;
}

type Take = (name: string, value: unknown) => void;

/** The JSON object that the text is, or that it holds from its first to its last brace. */
function jsonIn(text: string): unknown {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  if (start < 0 || end < start) return undefined;
  const value = parseJson(text.slice(start, end + 1));
  return typeof value === 'object' && value !== null ? value : undefined;
}

function walk(value: unknown, take: Take, depth = 0): void {
  if (typeof value !== 'object' || value === null || depth > 8) return;
  for (const [name, inner] of Object.entries(value)) {
    take(name, inner);
    walk(inner, take, depth + 1);
  }
}

function readCurl(text: string, take: Take): void {
  const words = [...text.matchAll(/'([^']*)'|"((?:\\.|[^"\\])*)"|[^\s'"]+/g)].map(
    ([word, single, double]) => single ?? double?.replaceAll(/\\([\\"$`])/g, '$1') ?? word,
  );
  for (const [index, word] of words.entries()) {
    const value = words[index + 1] ?? '';
    if (/^(-H|--header)$/.test(word)) {
      const separator = value.indexOf(':');
      if (separator > 0) take(value.slice(0, separator).trim(), value.slice(separator + 1).trim());
    } else if (/^(-d|--data(-\w+)?|-F|--form)$/.test(word)) {
      // Braces elsewhere, as in a URL with a placeholder, hide the body's from a search through the whole text.
      const json = jsonIn(value);
      if (json !== undefined) walk(json, take);
      else for (const [name, parameter] of new URLSearchParams(value)) take(name, parameter);
    }
  }
}

function readAssignments(text: string, fields: readonly CredentialField[], take: Take): void {
  const known = fields
    .flatMap((field) => [field.id, ...(field.aliases ?? [])])
    .sort((a, b) => b.length - a.length)
    .join('|');
  // Line breaks may have become blanks, or be gone: an unquoted value ends at a blank or at the next known name, and
  // an assignment that follows the sign and a blank is not its value. The padding of base64 is no assignment.
  const sign = `[^\\S\\r\\n]*[=:](?:[^\\S\\r\\n]+(?!\\w+=(?!=?(?:\\s|$))|\\w*(?:${known})[=:]))?`;
  const plain = `(?!#)(?:(?:Basic|Bearer)[^\\S\\r\\n]+)?(?:(?!(?:${known})=)\\S)+`;
  const assignment = new RegExp(`(${known})${sign}(?:"([^"\\r\\n]*)"|'([^'\\r\\n]*)'|(?!["'])(${plain}))`, 'gi');
  for (const [, name, double, single, bare] of text.matchAll(assignment)) take(name ?? '', double ?? single ?? bare?.replace(/[,;]$/, ''));
}
