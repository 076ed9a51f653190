import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseHttpDocument, requestAt, type HttpLanguage, type HttpRequest } from '../../src/core/httpDocument.ts';
import { setAuthorizationHeader } from '../../src/core/injection/authorizationHeader.ts';
import { dotenv } from '../../src/core/injection/dotenv.ts';
import { fileVariable } from '../../src/core/injection/fileVariable.ts';
import { httpClientEnvironment } from '../../src/core/injection/httpClientEnvironment.ts';
import { dotenvReference, environmentReference, variableReference } from '../../src/core/injection/reference.ts';
import { restClientEnvironment, restClientPath } from '../../src/core/injection/restClientEnvironment.ts';
import { applyEdits } from '../../src/core/injection/textEdit.ts';
import { insertValue } from '../../src/core/injection/valueTarget.ts';
import { accounts, startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { httpyacAnswers, type HttpyacAnswer } from '../support/httpyac.ts';
import { dotenvShapes } from '../support/shapes/dotenvShapes.ts';
import { fileVariableShapes } from '../support/shapes/fileVariableShapes.ts';
import { headerShapes } from '../support/shapes/headerShapes.ts';
import { jsonShapes } from '../support/shapes/jsonShapes.ts';

interface Sent {
  readonly title: string;
  readonly file: string;
  readonly request: Pick<HttpRequest, 'start' | 'requestLine'>;
}

/** A client that nobody here wrote sends every shape to the sandbox's protected resource. */
describe('The real httpYac', () => {
  let folder: string;
  let sandbox: Sandbox;
  let token: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'payment-auth-clients-'));
    sandbox = await startSandbox();
    const [account] = accounts;
    assert.ok(account);
    const answer = await fetch(sandbox.origin + account.tokenPath, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(account.credentials),
    });
    token = /eyJ[\w.-]+/.exec(JSON.stringify(await answer.json()))?.[0] ?? '';
    assert.match(token, /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  after(async () => {
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const endings = [
    ['\n', ''],
    ['\r\n', '\r\n'],
  ] as const;

  function atSandbox(text: string): string {
    return text.replaceAll(/https:\/\/[ab]\.example/g, `${sandbox.origin}/sandbox/papaya`);
  }

  async function write(file: string, text: string): Promise<string> {
    const target = path.join(folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
    return target;
  }

  /** The request of a text that another text has at a line. */
  function sameRequest(before: string, line: number, after: string, language: HttpLanguage): Sent['request'] {
    const document = parseHttpDocument(before, language);
    const request = requestAt(document, line);
    assert.ok(request);
    const { requests, blocks } = parseHttpDocument(after, language);
    const same = requests[document.requests.indexOf(request)];
    assert.ok(same);
    // In Markdown httpYac gives the line of the fence's first.
    const block = blocks.find(({ start, end }) => start <= same.requestLine && same.requestLine < end);
    return { start: language === 'markdown' ? (block?.start ?? 0) : same.start, requestLine: same.requestLine };
  }

  function assertAccepted(sent: readonly Sent[], answers: readonly HttpyacAnswer[], least = 25): void {
    assert.ok(sent.length >= least, `only ${String(sent.length)} were sent`);
    const refused = sent.filter(({ file, request }) => {
      const answer = answers.find((each) => each.file === file && each.line >= request.start - 1 && each.line <= request.requestLine);
      return answer?.status !== 200;
    });
    assert.deepEqual(
      refused.map(
        ({ title, file, request }) =>
          `${title}: line ${String(request.requestLine)} of ${JSON.stringify(answers.filter((each) => each.file === file))}`,
      ),
      [],
    );
  }

  it('sends the token by a reference in the request', async () => {
    const sent: Sent[] = [];
    for (const [index, [title, lines, line]] of headerShapes.entries())
      for (const [ending, last] of endings) {
        const text = atSandbox(lines.join(ending) + last);
        const edits = setAuthorizationHeader(parseHttpDocument(text), line, `Bearer ${environmentReference('ACME_TOKEN')}`);
        assert.ok(typeof edits !== 'string');
        const after = applyEdits(text, edits);
        const file = await write(`reference/${String(index)}-${String(ending.length)}.http`, after);
        sent.push({ title, file, request: sameRequest(text, line, after, 'http') });
      }
    assertAccepted(
      sent,
      await httpyacAnswers(
        folder,
        sent.map(({ file }) => file),
        { ACME_TOKEN: token },
      ),
    );
  });

  for (const [kind, value] of [
    ['by reference', () => environmentReference('ACME_TOKEN')],
    ['as it is', () => token],
  ] as const)
    it(`sends the token of a file variable, ${kind}`, async () => {
      const sent: Sent[] = [];
      for (const [index, { name, before, line, language = 'http' }] of fileVariableShapes.entries())
        for (const [ending, last] of endings) {
          const text = atSandbox(before.join(ending) + last);
          const definition = insertValue(fileVariable, text, ['acmeToken'], value(), { line, language }).edits;
          const header = setAuthorizationHeader(parseHttpDocument(text, language), line, `Bearer ${variableReference('acmeToken')}`);
          assert.ok(typeof header !== 'string');
          const after = applyEdits(text, [...definition, ...header]);
          const extension = language === 'markdown' ? 'md' : 'http';
          const file = await write(`variable-${kind.replaceAll(' ', '-')}/${String(index)}-${String(ending.length)}.${extension}`, after);
          sent.push({ title: name, file, request: sameRequest(text, line, after, language) });
        }
      assertAccepted(
        sent,
        await httpyacAnswers(
          folder,
          sent.map(({ file }) => file),
          { ACME_TOKEN: token },
        ),
      );
    });

  const request = (value: string) => `GET https://a.example\nAuthorization: Bearer ${value}\n`;

  it('sends the token of every .env file', async () => {
    const sent: Sent[] = [];
    for (const [index, { name, before }] of dotenvShapes.entries()) {
      await write(`dotenv/${String(index)}/.env`, applyEdits(before, insertValue(dotenv, before, ['ACME_TOKEN'], token).edits));
      const file = await write(`dotenv/${String(index)}/a.http`, atSandbox(request(dotenvReference('ACME_TOKEN'))));
      sent.push({ title: name, file, request: { start: 0, requestLine: 0 } });
    }
    assertAccepted(
      sent,
      await httpyacAnswers(
        folder,
        sent.map(({ file }) => file),
      ),
    );
  });

  it('sends the token of every http-client.private.env.json that is plain JSON', async () => {
    const sent: Sent[] = [];
    for (const [index, { name, before }] of jsonShapes.entries()) {
      const after = applyEdits(before, insertValue(httpClientEnvironment, before, ['staging', 'acmeToken'], token).edits);
      if (!isPlainJson(after)) continue;
      await write(`private/${String(index)}/http-client.private.env.json`, after);
      const file = await write(`private/${String(index)}/a.http`, atSandbox(request(variableReference('acmeToken'))));
      sent.push({ title: name, file, request: { start: 0, requestLine: 0 } });
    }
    // httpYac reads this file with JSON.parse, so that those with comments are none to it.
    assertAccepted(
      sent,
      await httpyacAnswers(
        folder,
        sent.map(({ file }) => file),
        {},
        ['staging'],
      ),
      15,
    );
  });

  it('sends the token of REST Client’s environments, handed over as its own', async () => {
    const sent: Sent[] = [];
    for (const [index, environment] of ['$shared', 'staging'].entries()) {
      const settings = '{ "editor.fontSize": 12 }';
      const after = applyEdits(
        settings,
        insertValue(restClientEnvironment, settings, restClientPath('settings', environment, 'acmeToken'), token).edits,
      );
      const environments = (JSON.parse(after) as Record<string, unknown>)['rest-client.environmentVariables'];
      await write(`rest-${String(index)}/.httpyac.json`, JSON.stringify({ environments }));
      await write(`rest-${String(index)}/package.json`, '{}');
      const file = await write(`rest-${String(index)}/a.http`, atSandbox(request(variableReference('acmeToken'))));
      sent.push({ title: environment, file, request: { start: 0, requestLine: 0 } });
    }
    const answers = await Promise.all(
      sent.map(({ file, title }) => httpyacAnswers(path.dirname(file), [file], {}, title === '$shared' ? [] : [title])),
    );
    assert.deepEqual(
      answers.flat().map(({ status }) => status),
      [200, 200],
    );
  });
});

function isPlainJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
