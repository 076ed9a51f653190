/** The reference tokens of a JSON Pointer (RFC 6901 section 4). */
export function referenceTokens(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw new SyntaxError(`Not a JSON Pointer: ${pointer}`);
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at a JSON Pointer, `undefined` where there is none. Inherited properties do not count. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const token of referenceTokens(pointer)) {
    if (Array.isArray(value)) {
      value = /^(0|[1-9]\d*)$/.test(token) ? value[Number(token)] : undefined;
    } else if (typeof value === 'object' && value !== null && Object.hasOwn(value, token)) {
      value = (value as Record<string, unknown>)[token];
    } else {
      return undefined;
    }
  }
  return value;
}

/** Puts a value into nested objects, made on the way where they are missing. */
export function setAt(document: Record<string, unknown>, pointer: string, value: unknown): void {
  const tokens = referenceTokens(pointer);
  const last = tokens.pop();
  if (last === undefined) throw new SyntaxError('The whole document cannot be replaced');
  let target = document;
  for (const token of tokens) {
    const next = Object.hasOwn(target, token) ? target[token] : undefined;
    if (typeof next === 'object' && next !== null) target = next as Record<string, unknown>;
    else Object.defineProperty(target, token, { value: (target = {}), enumerable: true, configurable: true, writable: true });
  }
  Object.defineProperty(target, last, { value, enumerable: true, configurable: true, writable: true });
}
