/** A replacement in a text, in UTF-16 code units; the shape of jsonc-parser's edits. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

/** The text after edits that do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((a, b) => b.offset - a.offset)
    .reduce((result, { offset, length, content }) => result.slice(0, offset) + content + result.slice(offset + length), text);
}
