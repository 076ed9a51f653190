/** Shapes of JSON files with comments, and what they are with `staging › acmeToken`. */
export interface JsonShape {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** Where removing it leaves something else than the original. */
  readonly removed?: string;
  /** The same where environments are never taken away. */
  readonly kept?: string;
}

export const jsonShapes: readonly JsonShape[] = [
  { name: 'an empty file', before: '', after: '{\n  "staging": {\n    "acmeToken": "VALUE"\n  }\n}\n', kept: '{\n  "staging": {}\n}\n' },
  { name: 'an empty object', before: '{}', after: '{ "staging": { "acmeToken": "VALUE" } }', kept: '{ "staging": {} }' },
  {
    name: 'an empty object and a line break',
    before: '{}\n',
    after: '{\n  "staging": {\n    "acmeToken": "VALUE"\n  }\n}\n',
    kept: '{\n  "staging": {}\n}\n',
  },
  {
    name: 'an empty object over two lines',
    before: '{\n}\n',
    after: '{\n  "staging": {\n    "acmeToken": "VALUE"\n  }\n}\n',
    kept: '{\n  "staging": {}\n}\n',
  },
  { name: 'an object with a blank', before: '{ }', after: '{ "staging": { "acmeToken": "VALUE" } }', kept: '{ "staging": {} }' },
  {
    name: 'a comment alone',
    before: '// later\n',
    after: '// later\n{\n  "staging": {\n    "acmeToken": "VALUE"\n  }\n}\n',
    kept: '// later\n{\n  "staging": {}\n}\n',
  },
  {
    name: 'a comment in an empty object',
    before: '{\n  // later\n}\n',
    after: '{\n  // later\n  "staging": {\n    "acmeToken": "VALUE"\n  }\n}\n',
    kept: '{\n  // later\n  "staging": {}\n}\n',
  },
  {
    name: 'the environment',
    before: '{\n  "staging": {\n    "host": "a"\n  }\n}\n',
    after: '{\n  "staging": {\n    "host": "a",\n    "acmeToken": "VALUE"\n  }\n}\n',
  },
  { name: 'the empty environment', before: '{\n  "staging": {}\n}\n', after: '{\n  "staging": {\n    "acmeToken": "VALUE"\n  }\n}\n' },
  {
    name: 'another environment',
    before: '{\n  "dev": {\n    "host": "a"\n  }\n}\n',
    after: '{\n  "dev": {\n    "host": "a"\n  },\n  "staging": {\n    "acmeToken": "VALUE"\n  }\n}\n',
    kept: '{\n  "dev": {\n    "host": "a"\n  },\n  "staging": {}\n}\n',
  },
  {
    name: 'an old value',
    before: '{\n  "staging": {\n    "acmeToken": "old",\n    "host": "a"\n  }\n}\n',
    after: '{\n  "staging": {\n    "acmeToken": "VALUE",\n    "host": "a"\n  }\n}\n',
    removed: '{\n  "staging": {\n    "acmeToken": "",\n    "host": "a"\n  }\n}\n',
  },
  {
    name: 'an empty value',
    before: '{\n  "staging": {\n    "acmeToken": ""\n  }\n}\n',
    after: '{\n  "staging": {\n    "acmeToken": "VALUE"\n  }\n}\n',
  },
  {
    name: 'a comment behind the last value',
    before: '{\n  "staging": {\n    "host": "a" // ours\n  }\n}\n',
    after: '{\n  "staging": {\n    "host": "a", // ours\n    "acmeToken": "VALUE"\n  }\n}\n',
  },
  {
    name: 'two comments behind the last value, one of them on lines of its own',
    before: '{\n  "staging": {\n    "host": "a" /* x */ // y\n    /* z\n     */\n  }\n}\n',
    after: '{\n  "staging": {\n    "host": "a", /* x */ // y\n    "acmeToken": "VALUE"\n    /* z\n     */\n  }\n}\n',
  },
  {
    name: 'a trailing comma',
    before: '{\n  "staging": {\n    "host": "a",\n  },\n}\n',
    after: '{\n  "staging": {\n    "host": "a",\n    "acmeToken": "VALUE",\n  },\n}\n',
  },
  {
    name: 'a trailing comma with a comment',
    before: '{\n  "staging": {\n    "host": "a", // ours\n  },\n}\n',
    after: '{\n  "staging": {\n    "host": "a", // ours\n    "acmeToken": "VALUE",\n  },\n}\n',
  },
  {
    name: 'a trailing comma behind another environment',
    before: '{\n  "dev": {\n    "host": "a",\n  },\n}\n',
    after: '{\n  "dev": {\n    "host": "a",\n  },\n  "staging": {\n    "acmeToken": "VALUE"\n  },\n}\n',
    kept: '{\n  "dev": {\n    "host": "a",\n  },\n  "staging": {},\n}\n',
  },
  {
    name: 'a comment between key and value',
    before: '{\n  "staging": /* here */ {\n    "host": /* a */ "a"\n  }\n}\n',
    after: '{\n  "staging": /* here */ {\n    "host": /* a */ "a",\n    "acmeToken": "VALUE"\n  }\n}\n',
  },
  {
    name: 'a comment before an old value',
    before: '{\n  "staging": {\n    // renewed\n    "acmeToken": /* v */ "old"\n  }\n}\n',
    after: '{\n  "staging": {\n    // renewed\n    "acmeToken": /* v */ "VALUE"\n  }\n}\n',
    removed: '{\n  "staging": {\n    // renewed\n    "acmeToken": /* v */ ""\n  }\n}\n',
  },
  { name: 'all in one line', before: '{ "staging": { "host": "a" } }', after: '{ "staging": { "host": "a", "acmeToken": "VALUE" } }' },
  { name: 'all in one line without blanks', before: '{"staging":{"host":"a"}}', after: '{"staging":{"host":"a","acmeToken": "VALUE"}}' },
  {
    name: 'an environment in one line',
    before: '{\n  "dev": { "host": "a" }\n}\n',
    after: '{\n  "dev": { "host": "a" },\n  "staging": {\n    "acmeToken": "VALUE"\n  }\n}\n',
    kept: '{\n  "dev": { "host": "a" },\n  "staging": {}\n}\n',
  },
  {
    name: 'tabs',
    before: '{\n\t"staging": {\n\t\t"host": "a"\n\t}\n}\n',
    after: '{\n\t"staging": {\n\t\t"host": "a",\n\t\t"acmeToken": "VALUE"\n\t}\n}\n',
  },
  {
    name: 'tabs and a new environment',
    before: '{\n\t"dev": {}\n}',
    after: '{\n\t"dev": {},\n\t"staging": {\n\t\t"acmeToken": "VALUE"\n\t}\n}',
    kept: '{\n\t"dev": {},\n\t"staging": {}\n}',
  },
  {
    name: 'Windows line endings',
    before: '{\r\n    "staging": {\r\n        "host": "a"\r\n    }\r\n}\r\n',
    after: '{\r\n    "staging": {\r\n        "host": "a",\r\n        "acmeToken": "VALUE"\r\n    }\r\n}\r\n',
  },
  {
    name: 'Windows line endings and a new environment',
    before: '{\r\n    "dev": {}\r\n}\r\n',
    after: '{\r\n    "dev": {},\r\n    "staging": {\r\n        "acmeToken": "VALUE"\r\n    }\r\n}\r\n',
    kept: '{\r\n    "dev": {},\r\n    "staging": {}\r\n}\r\n',
  },
  {
    name: 'commas and braces in texts',
    before: '{\n  "staging": {\n    "a": "x,}//y"\n  }\n}\n',
    after: '{\n  "staging": {\n    "a": "x,}//y",\n    "acmeToken": "VALUE"\n  }\n}\n',
  },
  {
    name: 'letters of other scripts',
    before: '{\n  // Größe 💶\n  "staging": {\n    "währung": "€"\n  }\n}\n',
    after: '{\n  // Größe 💶\n  "staging": {\n    "währung": "€",\n    "acmeToken": "VALUE"\n  }\n}\n',
  },
];
