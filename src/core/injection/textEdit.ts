import type { TextLines } from '../textLines.ts';

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

export function endOfLine({ starts, lines }: TextLines, line: number): number {
  return (starts[line] ?? 0) + (lines[line]?.length ?? 0);
}

/** Takes lines out, up to one that stays, with the line break before them, so that the last of a text goes whole too. */
export function withoutLines(text: TextLines, from: number, to = from + 1): TextEdit {
  // Of the first line it is the one behind that has to go.
  const offset = from === 0 ? 0 : endOfLine(text, from - 1);
  return { offset, length: (from === 0 ? (text.starts[to] ?? endOfLine(text, to - 1)) : endOfLine(text, to - 1)) - offset, content: '' };
}
