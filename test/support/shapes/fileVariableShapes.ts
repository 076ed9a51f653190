/** Shapes of .http and Markdown files, with a cursor in a request, and what they are with `@acmeToken` and its use. */
export interface FileVariableShape {
  readonly name: string;
  readonly before: readonly string[];
  readonly line: number;
  readonly after: readonly string[];
  readonly language?: 'markdown';
  /** Removing it leaves something else than the original. */
  readonly removed?: readonly string[];
}

const get = 'GET https://a.example';
const post = 'POST https://a.example';
const definition = '@acmeToken = VALUE';
const header = 'Authorization: Bearer {{acmeToken}}';

export const fileVariableShapes: readonly FileVariableShape[] = [
  { name: 'a request alone', before: [get], line: 0, after: [definition, '###', get, header] },
  { name: 'a request with headers', before: [get, 'A: 1', 'B: 2'], line: 2, after: [definition, '###', get, 'A: 1', 'B: 2', header] },
  { name: 'a request with a body', before: [post, 'A: 1', '', '{}'], line: 3, after: [definition, '###', post, 'A: 1', header, '', '{}'] },
  {
    name: 'a body that looks like headers',
    before: [post, 'A: 1', '', 'Authorization: body', '@other = body'],
    line: 0,
    after: [definition, '###', post, 'A: 1', header, '', 'Authorization: body', '@other = body'],
  },
  {
    name: 'comments before the request',
    before: ['# first', '// second', get],
    line: 0,
    after: [definition, '###', '# first', '// second', get, header],
  },
  {
    name: 'a name and a prompt',
    before: ['# @name login', '# @prompt code', get],
    line: 2,
    after: [definition, '###', '# @name login', '# @prompt code', get, header],
  },
  {
    name: 'a name before variables and no request',
    before: ['# @name top', '@a = 1', '###', get],
    line: 3,
    after: [definition, '###', '# @name top', '@a = 1', '###', get, header],
  },
  { name: 'variables at the top', before: ['@a = 1', '###', get], line: 2, after: ['@a = 1', definition, '###', get, header] },
  {
    name: 'variables, blanks and comments at the top',
    before: ['# Payments', '', '@a = 1', '@b={{a}}', '', '# the rest', '### one', get],
    line: 7,
    after: ['# Payments', '', '@a = 1', '@b={{a}}', definition, '', '# the rest', '### one', get, header],
  },
  {
    name: 'only comments at the top',
    before: ['# Payments', '', '###', get],
    line: 3,
    after: [definition, '# Payments', '', '###', get, header],
  },
  { name: 'a separator at the very top', before: ['### one', get], line: 1, after: [definition, '### one', get, header] },
  { name: 'variables of the request itself', before: ['@a = 1', get], line: 1, after: [definition, '###', '@a = 1', get, header] },
  {
    name: 'the second of two requests',
    before: ['### one', get, '', '### two', 'GET https://b.example', 'B: 1'],
    line: 4,
    after: [definition, '### one', get, '', '### two', 'GET https://b.example', 'B: 1', header],
  },
  {
    name: 'two requests without a separator',
    before: [get, '', 'GET https://b.example'],
    line: 2,
    after: [definition, '###', get, '', 'GET https://b.example', header],
  },
  { name: 'continuation lines', before: [get, '  ?a=1', '  &b=2'], line: 0, after: [definition, '###', get, '  ?a=1', '  &b=2', header] },
  { name: 'a blank line right after the URL', before: [post, '', 'body'], line: 0, after: [definition, '###', post, header, '', 'body'] },
  {
    name: 'a header that is there',
    before: [get, 'authorization: Bearer old', 'B: 2'],
    line: 1,
    after: [definition, '###', get, 'authorization: Bearer {{acmeToken}}', 'B: 2'],
    removed: [get, 'B: 2'],
  },
  {
    name: 'duplicate headers',
    before: [get, 'Authorization: a', 'Authorization: b'],
    line: 0,
    after: [definition, '###', get, header],
    removed: [get],
  },
  {
    name: 'a definition and its use',
    before: ['@acmeToken = old', '###', get, header],
    line: 2,
    after: [definition, '###', get, header],
    removed: ['@acmeToken = ', '###', get],
  },
  { name: 'an empty definition', before: ['@acmeToken =', '###', get], line: 2, after: ['@acmeToken =VALUE', '###', get, header] },
  {
    name: 'a definition without blanks',
    before: ['@acmeToken=old', '###', get],
    line: 2,
    after: ['@acmeToken=VALUE', '###', get, header],
    removed: ['@acmeToken=', '###', get],
  },
  {
    name: 'an indented definition',
    before: ['  @acmeToken  =  old  ', '###', get],
    line: 2,
    after: ['  @acmeToken  =  VALUE  ', '###', get, header],
    removed: ['  @acmeToken  =    ', '###', get],
  },
  {
    name: 'a definition in quotes',
    before: ['@acmeToken = "old"', '###', get],
    line: 2,
    after: [definition, '###', get, header],
    removed: ['@acmeToken = ', '###', get],
  },
  {
    name: 'a lazy definition of httpYac',
    before: ['@acmeToken := old', '###', get],
    line: 2,
    after: ['@acmeToken := VALUE', '###', get, header],
    removed: ['@acmeToken := ', '###', get],
  },
  {
    name: 'several definitions, of which the clients take different ones',
    before: ['@acmeToken = a', '###', get, '', '###', '@acmeToken = b', 'GET https://b.example'],
    line: 2,
    after: [definition, '###', get, header, '', '###', definition, 'GET https://b.example'],
    removed: ['@acmeToken = ', '###', get, '', '###', '@acmeToken = ', 'GET https://b.example'],
  },
  {
    name: 'names that begin alike',
    before: ['@acmeTokenOld = a', '@acme = b', '###', get],
    line: 3,
    after: ['@acmeTokenOld = a', '@acme = b', definition, '###', get, header],
  },
  {
    name: 'a script at the top',
    before: ['{{', '  exports.a = 1;', '}}', '###', get],
    line: 4,
    after: [definition, '{{', '  exports.a = 1;', '}}', '###', get, header],
  },
  {
    name: 'variables and a script at the top',
    before: ['@a = 1', '{{', '  exports.b = 1;', '}}', '###', get],
    line: 5,
    after: ['@a = 1', definition, '{{', '  exports.b = 1;', '}}', '###', get, header],
  },
  {
    name: 'a script before the request',
    before: ['{{', '  exports.b = 1;', '}}', get],
    line: 3,
    after: [definition, '###', '{{', '  exports.b = 1;', '}}', get, header],
  },
  {
    name: 'a comment of several lines',
    before: ['/*', '@a = 1', '*/', '###', get],
    line: 4,
    after: [definition, '/*', '@a = 1', '*/', '###', get, header],
  },
  {
    name: 'letters of other scripts',
    before: ['# Größe 💶', '@a = ü', '###', get],
    line: 3,
    after: ['# Größe 💶', '@a = ü', definition, '###', get, header],
  },
  {
    name: 'a fence of Markdown',
    before: ['# Pay', '', '```http', get, '```', 'end'],
    line: 3,
    language: 'markdown',
    after: ['# Pay', '', '```http', definition, '###', get, header, '```', 'end'],
  },
  {
    name: 'the second fence of Markdown',
    before: ['```http', 'GET https://b.example', '```', 'and', '```rest', '### two', get, 'A: 1', '```'],
    line: 6,
    language: 'markdown',
    after: ['```http', 'GET https://b.example', '```', 'and', '```rest', definition, '### two', get, 'A: 1', header, '```'],
  },
  {
    name: 'a fence of another language before it',
    before: ['```sh', 'GET nothing', '```', '```http', get, '```'],
    line: 4,
    language: 'markdown',
    after: ['```sh', 'GET nothing', '```', '```http', definition, '###', get, header, '```'],
  },
  {
    name: 'a definition that is local to another request',
    before: [get, '', '###', '@acmeToken = b', 'GET https://b.example'],
    line: 0,
    after: [definition, '###', get, header, '', '###', definition, 'GET https://b.example'],
    removed: [get, '', '###', '@acmeToken = ', 'GET https://b.example'],
  },
  {
    name: 'a definition of the request itself',
    before: ['### one', '@acmeToken = a', get],
    line: 2,
    after: ['### one', definition, get, header],
    removed: ['### one', '@acmeToken = ', get],
  },
  {
    name: 'a definition in a comment of several lines',
    before: ['/*', '@acmeToken = a', '*/', '###', get],
    line: 4,
    after: [definition, '/*', definition, '*/', '###', get, header],
    removed: ['/*', '@acmeToken = ', '*/', '###', get],
  },
  {
    name: 'a definition in the prose of Markdown',
    before: ['@acmeToken = x', '', '```http', get, '```'],
    line: 3,
    language: 'markdown',
    after: [definition, '', '```http', definition, '###', get, header, '```'],
    removed: ['@acmeToken = ', '', '```http', get, '```'],
  },
];
