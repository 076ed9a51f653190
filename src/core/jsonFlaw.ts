export const deepestJson = 100;

/**
 * What makes a text dangerous though `JSON.parse` takes it: a name that an object has twice, of which parsers choose
 * differently (RFC 8259 section 4), or nesting of more than {@link deepestJson} levels.
 * @param text JSON; of anything else the result says nothing
 */
export function jsonFlaw(text: string): 'repeatedName' | 'tooDeep' | undefined {
  /** Names seen so far of each open object; `undefined` for an array. */
  const open: (Set<string> | undefined)[] = [];
  let nameIsNext = false;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '{':
      case '[':
        nameIsNext = text[at] === '{';
        if (open.push(nameIsNext ? new Set() : undefined) > deepestJson) return 'tooDeep';
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        nameIsNext = true;
        break;
      case '"': {
        const start = at;
        at = closingQuote(text, start);
        const names = open.at(-1);
        if (!nameIsNext || !names) break;
        nameIsNext = false;
        // Parsed, because "\u0074oken" and "token" are one name.
        const name = JSON.parse(text.slice(start, at + 1)) as string;
        if (names.has(name)) return 'repeatedName';
        names.add(name);
        break;
      }
    }
  }
  return undefined;
}

function closingQuote(text: string, opening: number): number {
  let at = opening + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
