/** What can be completed at a place, told from the line up to it. */
export interface CompletionPlace {
  readonly kind: 'variable' | 'reference' | 'authorization' | 'value' | 'definition';
  /** Column, counted from 0, at which what is to be completed begins. */
  readonly start: number;
}

const places: readonly (readonly [CompletionPlace['kind'], RegExp])[] = [
  // `{{$processEnv PAP`
  ['variable', /^(.*\{\{\s*\$processEnv\s+)\w*$/],
  // `{{$pro`
  ['reference', /^(.*\{\{\s*)\$?\w*$/],
  // `Authorization: Bea`
  ['authorization', /^(\s*authorization\s*:\s*)(?:\w+\s*)?$/i],
  // `@papayaToken = `
  ['value', /^(\s*@(?:global\.)?[^\s=:]+\s*:?=\s*)\w*$/],
  // `@pap`
  ['definition', /^(\s*)@\w*$/],
];

/** @param before the line up to the cursor */
export function completionAt(before: string): CompletionPlace | undefined {
  // Nearly every key is pressed in a line that has none of these.
  if (!/[{@]|^\s*authorization/i.test(before)) return undefined;
  for (const [kind, pattern] of places) {
    const match = pattern.exec(before);
    if (match) return { kind, start: (match[1] ?? '').length };
  }
  return undefined;
}
