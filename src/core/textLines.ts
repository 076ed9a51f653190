/** A text cut into lines without their ends, and where each begins, in UTF-16 code units. */
export interface TextLines {
  readonly lines: readonly string[];
  readonly starts: readonly number[];
}

export function textLines(text: string): TextLines {
  const lines: string[] = [];
  const starts: number[] = [];
  for (let start = 0; ;) {
    const end = text.indexOf('\n', start);
    starts.push(start);
    if (end < 0) {
      lines.push(text.slice(start));
      return { lines, starts };
    }
    lines.push(text.slice(start, text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end));
    start = end + 1;
  }
}

/** The line, counted from 0, that an offset lies in. */
export function lineAt(text: string, offset: number): number {
  let line = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** The same for a text that was cut into lines; the line lies not before another one. */
export function lineOf({ starts }: Pick<TextLines, 'starts'>, offset: number, from = 0): number {
  let low = from;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first line ending of the text, which is taken for that of all; a line feed where there is none. */
export function lineEnding(text: string): '\n' | '\r\n' {
  const end = text.indexOf('\n');
  return end > 0 && text.charCodeAt(end - 1) === 13 ? '\r\n' : '\n';
}
