import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseHttpDocument, requestAt } from '../../src/core/httpDocument.ts';

/** A request in few words: its line, the last line of its head, its headers. */
function outline(text: string): string[] {
  return parseHttpDocument(text).requests.map(
    ({ start, end, requestLine, lastHeadLine, headers, isCurl }) =>
      `${String(start)}-${String(end)} request ${String(requestLine)} head ${String(lastHeadLine)}${isCurl ? ' curl' : ''}${headers.map(({ name, line }) => ` ${name}@${String(line)}`).join('')}`,
  );
}

const cases: [string, string[], string[]][] = [
  ['an empty file', [''], []],
  ['blank lines', ['', '  ', ''], []],
  ['comments alone', ['# a', '// b', ''], []],
  ['variables alone', ['@a = 1', '@b=2'], []],
  ['a request alone', ['GET https://a.example'], ['0-1 request 0 head 0']],
  ['a URL without a method', ['https://a.example'], ['0-1 request 0 head 0']],
  ['headers', ['GET https://a.example', 'Accept: */*', 'X-Y:z'], ['0-3 request 0 head 2 Accept@1 X-Y@2']],
  ['headers without a value', ['GET https://a.example', 'Accept:'], ['0-2 request 0 head 1 Accept@1']],
  ['a blank line right after the URL: no headers', ['GET https://a.example', '', 'Accept: */*'], ['0-3 request 0 head 0']],
  [
    'two requests on lines that follow each other',
    ['GET https://a.example', 'POST https://b.example', 'A: 1'],
    ['0-1 request 0 head 0', '1-3 request 1 head 2 A@2'],
  ],
  [
    'a second request to a host alone',
    ['GET localhost:3000/a', 'X: 1', '', 'GET localhost:3000/b'],
    ['0-3 request 0 head 1 X@1', '3-4 request 3 head 3'],
  ],
  ['prose that begins like a request', ['POST https://a.example', '', 'DELETE everything now'], ['0-3 request 0 head 0']],
  ['a blank line of spaces', ['GET https://a.example', 'A: 1', ' \t', 'B: 2'], ['0-4 request 0 head 1 A@1']],
  ['a body that looks like headers', ['POST https://a.example', 'A: 1', '', 'Authorization: x', 'B: 2'], ['0-5 request 0 head 1 A@1']],
  ['continuation lines', ['GET https://a.example', '  ?a=1', '  &b=2', 'A: 1'], ['0-4 request 0 head 3 A@3']],
  ['continuation lines and nothing else', ['GET https://a.example', '?a=1', '&b=2', '', 'x'], ['0-5 request 0 head 2']],
  ['comments between headers', ['GET https://a.example', '# c', 'A: 1', '// d', 'B: 2', '# e'], ['0-6 request 0 head 4 A@2 B@4']],
  [
    'a header that is commented out',
    ['GET https://a.example', '#Authorization: x', '# Authorization: x', '// Authorization: x'],
    ['0-4 request 0 head 0'],
  ],
  ['names and prompts', ['# @name login', '// @prompt code', '# @note', 'GET https://a.example', 'A: 1'], ['0-5 request 3 head 4 A@4']],
  ['variables at the top, then a separator', ['@a = 1', '', '###', 'GET https://{{a}}', 'A: 1'], ['3-5 request 3 head 4 A@4']],
  ['variables before the request line', ['@a = 1', '@b = GET https://b.example', 'GET https://{{a}}'], ['0-3 request 2 head 2']],
  [
    'several requests',
    ['GET https://a.example', '###', 'GET https://b.example', 'B: 1', '', '### third', 'GET https://c.example'],
    ['0-1 request 0 head 0', '2-5 request 2 head 3 B@3', '6-7 request 6 head 6'],
  ],
  [
    'more than three signs, with a title',
    ['GET https://a.example', '##### next', 'GET https://b.example'],
    ['0-1 request 0 head 0', '2-3 request 2 head 2'],
  ],
  ['two signs, which are a comment', ['GET https://a.example', '## no', 'A: 1'], ['0-3 request 0 head 2 A@2']],
  ['regions without a request', ['###', '###', '# nothing', '###', 'GET https://a.example', '###'], ['4-5 request 4 head 4']],
  ['an indented separator', ['GET https://a.example', '  ###', 'GET https://b.example'], ['0-1 request 0 head 0', '2-3 request 2 head 2']],
  ['an indented request', ['  GET https://a.example', '    A: 1', '  b : 2'], ['0-3 request 0 head 2 A@1 b@2']],
  [
    'two requests without a separator',
    ['GET https://a.example', 'A: 1', '', 'POST https://b.example', 'B: 1', '', '{}'],
    ['0-3 request 0 head 1 A@1', '3-7 request 3 head 4 B@4'],
  ],
  [
    'a body with a word like a method',
    ['POST https://a.example', '', 'GET', 'get https://b.example', 'some GET https://c.example'],
    ['0-5 request 0 head 0'],
  ],
  ['curl', ['curl -X POST https://a.example', "  -H 'A: 1'"], ['0-2 request 0 head 0 curl']],
  ['a curl command over several lines', ['### x', 'curl https://a.example \\', '--header "A: 1"'], ['1-3 request 1 head 1 curl']],
  ['a script before the request', ['{{', '  const a = 1;', '  exports.x = a;', '}}', 'GET https://a.example'], ['0-5 request 4 head 4']],
  ['a script of an event', ['{{@request', '  a: 1', '}}', 'GET https://a.example'], ['0-4 request 3 head 3']],
  ['a script right after the URL', ['GET https://a.example', '{{', '  Authorization: x', '}}'], ['0-4 request 0 head 0']],
  [
    'a JetBrains script before the request',
    ['< {%', '  request.variables.set("a", 1)', '%}', 'GET https://a.example'],
    ['0-4 request 3 head 3'],
  ],
  ['a JetBrains script in one line', ['< {% a() %}', 'GET https://a.example'], ['0-2 request 1 head 1']],
  ['a script file before the request', ['< ./before.js', 'GET https://a.example'], ['0-2 request 1 head 1']],
  ['a response handler', ['GET https://a.example', 'A: 1', '', '> {%', '  client.log("x: y")', '%}'], ['0-6 request 0 head 1 A@1']],
  ['a comment of several lines', ['/*', 'GET https://no.example', '*/', 'GET https://a.example'], ['0-4 request 3 head 3']],
  ['a comment of one line', ['/* GET https://no.example */', 'GET https://a.example'], ['0-2 request 1 head 1']],
  ['a script that is never closed', ['{{', 'GET https://a.example'], []],
  ['a body right behind the headers', ['POST https://a.example', 'A: 1', '{ "b":', '  c: 2'], ['0-4 request 0 head 1 A@1']],
  [
    'a GraphQL body right behind the headers',
    ['GRAPHQL https://a.example', 'A: 1', 'query {', '  name: id', '}'],
    ['0-5 request 0 head 1 A@1'],
  ],
  ['spread headers of httpYac', ['GET https://a.example', '...headers', 'A: 1'], ['0-3 request 0 head 2 A@2']],
];

describe('parseHttpDocument', () => {
  for (const [name, lines, expected] of cases)
    for (const [ending, end] of [
      ['\n', ''],
      ['\n', '\n'],
      ['\r\n', '\r\n'],
    ] as const)
      it(`reads ${name}, lines ending in ${JSON.stringify(ending)}, ${end === '' ? 'the last one not' : 'the last one too'}`, () => {
        const text = lines.join(ending) + end;
        const outlines =
          end === ''
            ? outline(text)
            : outline(text).map((line) => line.replace(`-${String(lines.length + 1)} `, `-${String(lines.length)} `));
        assert.deepEqual(outlines, expected);
      });

  it('says where a value begins', () => {
    const {
      requests: [request],
    } = parseHttpDocument('GET https://a.example\nA: 1\n  B :\t2\nC:');
    assert.deepEqual(
      request?.headers.map(({ valueStart }) => valueStart),
      [3, 6, 2],
    );
  });

  it('puts requests in order, without overlap, whatever the text', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('###', 'GET https://a.example', 'A: 1', '', '{{', '}}', '/*', '*/', '# c', '@a=1', '?b', '< {%', '%}'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        let after = 0;
        for (const { start, end, requestLine, lastHeadLine, headers } of parseHttpDocument(lines.join('\n')).requests) {
          assert.ok(after <= start && start <= requestLine && requestLine <= lastHeadLine && lastHeadLine < end);
          for (const header of headers) assert.ok(requestLine < header.line && header.line <= lastHeadLine);
          after = end;
        }
      }),
    );
  });
});

describe('parseHttpDocument of Markdown', () => {
  const outlineOf = (lines: readonly string[]) => {
    const { requests, blocks } = parseHttpDocument(lines.join('\n'), 'markdown');
    return [requests.map(({ requestLine, headers }) => [requestLine, headers.length]), blocks.map(({ start, end }) => [start, end])];
  };
  const fenced: [string, string[], number[][], number[][]][] = [
    ['nothing', ['# GET https://a.example', 'GET https://a.example'], [], []],
    ['a fence', ['```http', 'GET https://a.example', 'A: 1', '```', 'B: 2'], [[1, 1]], [[1, 3]]],
    ['a fence of rest', ['```rest', 'GET https://a.example', '```'], [[1, 0]], [[1, 2]]],
    [
      'two requests in a fence',
      ['```http', 'GET https://a.example', '###', 'GET https://b.example', '```'],
      [
        [1, 0],
        [3, 0],
      ],
      [[1, 4]],
    ],
    [
      'two fences',
      ['```http', 'GET https://a.example', '```', '', '```http', 'GET https://b.example', 'B: 1', '```'],
      [
        [1, 0],
        [5, 1],
      ],
      [
        [1, 2],
        [5, 7],
      ],
    ],
    ['an empty fence', ['```http', '```'], [], [[1, 1]]],
    [
      'fences of other languages',
      ['```json', '{}', '```', '```HTTP', 'GET https://a.example', '```', ' ```http', 'GET https://b.example', '```'],
      [],
      [],
    ],
    ['a fence that is never closed', ['```http', 'GET https://a.example'], [], []],
  ];
  for (const [name, lines, requests, blocks] of fenced)
    it(`reads ${name}`, () => {
      assert.deepEqual(outlineOf(lines), [requests, blocks]);
    });
});

describe('requestAt', () => {
  const text = [
    '@top = 1',
    '###',
    '# @name a',
    'GET https://a.example',
    'A: 1',
    '',
    'body',
    '### b',
    'GET https://b.example',
    '',
    'GET https://c.example',
    '###',
    '# nothing',
  ].join('\n');
  const found: [number, number | undefined][] = [
    [0, undefined],
    [1, 3],
    [2, 3],
    [3, 3],
    [4, 3],
    [5, 3],
    [6, 3],
    [7, 8],
    [8, 8],
    [9, 8],
    [10, 10],
    [11, undefined],
    [12, undefined],
    [99, undefined],
  ];
  for (const [line, requestLine] of found)
    it(`finds ${requestLine === undefined ? 'no request' : `the request of line ${String(requestLine)}`} at line ${String(line)}`, () => {
      assert.equal(requestAt(parseHttpDocument(text), line)?.requestLine, requestLine);
    });
});
