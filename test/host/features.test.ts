import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { commandIds, settingIds } from '../../src/manifest.ts';
import { fakeJwt } from '../support/acme.ts';
import { profilesSetting, closeSandbox, openSandbox, setProfiles, until, type Sandbox } from './support.ts';

/** Made up; no profile has it. */
const foreignToken = fakeJwt({ sub: 'made-up', exp: 2_000_000_000 });

describe('What the editor shows in files with requests', () => {
  let sandbox: Sandbox;
  let workspace: string;

  before(async () => {
    workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    sandbox = await openSandbox();
  });

  after(async () => {
    await closeSandbox(sandbox);
  });

  async function configure(id: string, value: unknown): Promise<void> {
    await vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
  }

  function profileOf(variable: string): { id: string; name: string } {
    const entry = profilesSetting().find((candidate) => candidate.variable === variable);
    assert.ok(entry);
    return { id: entry.id, name: entry.name };
  }

  async function open(content: string, language = 'http'): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument({ language, content });
    await vscode.window.showTextDocument(document);
    return document;
  }

  const request = (variable = 'SANDBOX_PAPAYA_TOKEN') =>
    `GET ${sandbox.origin}/sandbox/papaya\nAuthorization: Bearer {{$processEnv ${variable}}}\n`;

  const isSend = ({ command }: vscode.CodeLens) => command?.command === commandIds.sendRequest;

  async function lenses(document: vscode.TextDocument): Promise<string[]> {
    const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 100);
    return all.map(({ range, command }) => `${String(range.start.line)} ${command?.title ?? 'unresolved'}`);
  }

  async function hover(document: vscode.TextDocument, line: number, character: number): Promise<string> {
    const all = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(line, character),
    );
    return all
      .flatMap(({ contents }) => contents)
      .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
      .join('\n')
      .replaceAll('&nbsp;', ' ');
  }

  async function completions(document: vscode.TextDocument, line: number, character: number): Promise<vscode.CompletionItem[]> {
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new vscode.Position(line, character),
    );
    return items.filter(({ kind }) => kind === vscode.CompletionItemKind.Variable);
  }

  function found(document: vscode.TextDocument): string[] {
    return vscode.languages
      .getDiagnostics(document.uri)
      .filter(({ source }) => source === 'Payment Auth')
      .map(({ code, range }) => `${String(range.start.line)} ${String(code)}`);
  }

  /** Waits for the rules to have looked, and for exactly this. */
  async function untilFound(document: vscode.TextDocument, ...expected: string[]): Promise<void> {
    await until(`${expected.join(', ') || 'nothing'} found`, () => found(document).join('\n') === expected.join('\n')).catch(
      (error: unknown) => {
        assert.deepEqual(found(document), expected, String(error));
      },
    );
  }

  async function fixes(document: vscode.TextDocument): Promise<vscode.CodeAction[]> {
    const [diagnostic] = vscode.languages.getDiagnostics(document.uri);
    assert.ok(diagnostic);
    return vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      diagnostic.range,
      vscode.CodeActionKind.QuickFix.value,
    );
  }

  async function apply(document: vscode.TextDocument, title: string): Promise<void> {
    const all = await fixes(document);
    const action = all.find((each) => each.title === title);
    assert.ok(action, `no “${title}” among ${all.map((each) => each.title).join(', ')}`);
    if (action.edit) await vscode.workspace.applyEdit(action.edit);
    if (action.command) await vscode.commands.executeCommand(action.command.command, ...((action.command.arguments ?? []) as unknown[]));
  }

  describe('code lenses', () => {
    it('tell the state of the token above each request that refers to it', async () => {
      const document = await open(`${request()}\n###\nGET https://a.example\n\n###\n${request('SANDBOX_B2BINPAY_TOKEN')}`);
      const shown = await until('two lenses a request', async () => {
        const titles = await lenses(document);
        return titles.length === 4 && titles;
      });
      assert.match(shown[0] ?? '', /^0 \$\(key\)\u00a0Papaya sandbox · valid, 2\d h (\d+ min )?left$/);
      assert.equal(shown[1], '0 $(send)\u00a0send with a fresh token');
      assert.match(shown[2] ?? '', /^7 \$\(key\)\u00a0B2BinPay sandbox · valid, \d+ min left$/);
    });

    it('follow the state, and fetch on a click', async () => {
      const { id, name } = profileOf('SANDBOX_PAPAYA_TOKEN');
      const document = await open(request());
      await vscode.commands.executeCommand(commandIds.forgetToken, { profile: { id } });
      assert.equal((await lenses(document))[0], `0 $(key)\u00a0${name} · not fetched yet: fetch`);
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 1);
      const lens = all.find((each) => !isSend(each));
      assert.ok(lens?.command);
      await vscode.commands.executeCommand(lens.command.command, ...((lens.command.arguments ?? []) as unknown[]));
      assert.match((await lenses(document))[0] ?? '', /· valid, /);
    });

    it('stand in fences of Markdown and in file variables’ requests, and nowhere else', async () => {
      const document = await open(`# Title\n\n{{$processEnv SANDBOX_PAPAYA_TOKEN}}\n\n\`\`\`http\n${request()}\`\`\`\n`, 'markdown');
      assert.deepEqual(
        (await lenses(document)).map((title) => title.split(' ')[0]),
        ['5', '5'],
      );
      const through = await open(`@t = {{$processEnv SANDBOX_PAPAYA_TOKEN}}\n###\nGET https://a.example\nA: {{t}}\n`);
      assert.equal((await lenses(through)).length, 2);
      assert.deepEqual(await lenses(await open('GET https://a.example\n')), []);
    });

    it('can be turned off', async () => {
      const document = await open(request());
      await configure(settingIds.codeLens, false);
      try {
        assert.deepEqual(await lenses(document), []);
      } finally {
        await configure(settingIds.codeLens, undefined);
      }
    });

    it('send the request that they stand above', async () => {
      const helper = vscode.extensions.getExtension<{ sent: number[][] }>('paymentauth.payment-auth-host-helper');
      assert.ok(helper);
      const { sent } = await helper.activate();
      const before = sent.length;
      const document = await open(`GET ${sandbox.origin}/sandbox/papaya\n\n###\n${request()}`);
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 100);
      const send = all.find(({ command }) => command?.command === commandIds.sendRequest);
      assert.ok(send?.command);
      await vscode.commands.executeCommand(send.command.command, ...((send.command.arguments ?? []) as unknown[]));
      assert.deepEqual(sent.slice(before), [[200]]);
    });
  });

  describe('hover', () => {
    it('tells of the token behind a reference, and never shows it', async () => {
      const document = await open(request());
      const text = await hover(document, 1, 40);
      for (const part of ['Papaya sandbox', 'Papaya Global, local', 'SANDBOX', 'valid', 'Expires'])
        assert.ok(text.includes(part), `no “${part}” in ${text}`);
      const token = await until('the token in memory', () => process.env.SANDBOX_PAPAYA_TOKEN);
      for (const part of token.split('.')) assert.equal(text.includes(part), false);
    });

    it('tells of it at a file variable too, where it is defined and where it is used', async () => {
      const document = await open(`@t = {{$processEnv SANDBOX_PAPAYA_TOKEN}}\n###\nGET https://a.example\nAuthorization: Bearer {{t}}\n`);
      for (const [line, character] of [
        [0, 1],
        [0, 20],
        [3, 25],
      ] as const)
        assert.match(await hover(document, line, character), /Papaya sandbox/);
      assert.equal(await hover(document, 2, 8), '');
    });

    it('tells of a token that stands in the file', async () => {
      const token = await until('the token in memory', () => process.env.SANDBOX_PAPAYA_TOKEN);
      const document = await open(`GET https://a.example\nAuthorization: Bearer ${token}\n`);
      const text = await hover(document, 1, 60);
      assert.match(text, /Papaya sandbox/);
      for (const part of token.split('.')) assert.equal(text.includes(part), false);
    });
  });

  describe('completion', () => {
    const texts = (items: readonly vscode.CompletionItem[]) =>
      items.map(({ insertText }) => String(insertText)).filter((text) => /papaya/i.test(text));

    it('offers the variables of the profiles with their state', async () => {
      const document = await open('GET https://a.example\nA: {{$processEnv SANDBOX_P}}\n');
      const items = await completions(document, 1, '  A: {{$processEnv SANDBOX_P'.length - 2);
      const item = items.find(({ label }) => typeof label !== 'string' && label.label === 'SANDBOX_PAPAYA_TOKEN');
      assert.ok(item && typeof item.label !== 'string');
      assert.match(item.label.description ?? '', /^Papaya sandbox · /);
      assert.equal(item.insertText, 'SANDBOX_PAPAYA_TOKEN');
      assert.ok(item.documentation instanceof vscode.MarkdownString);
    });

    it('takes the place of the rest of a word', async () => {
      const document = await open('GET https://a.example\nA: {{$processEnv SANDBOX_PAP_OLD}}\n');
      const [item] = await completions(document, 1, 'A: {{$processEnv SANDBOX_PAP'.length);
      assert.equal(item?.insertText, 'SANDBOX_PAPAYA_TOKEN');
      assert.ok(item.range instanceof vscode.Range);
      assert.equal(document.getText(item.range), 'SANDBOX_PAP_OLD');
    });

    it('closes the braces that are open', async () => {
      const document = await open('GET https://a.example\nA: {{\n');
      const [item] = await completions(document, 1, 5);
      assert.equal(item?.insertText, '$processEnv SANDBOX_PAPAYA_TOKEN}}');
    });

    it('offers the whole value behind Authorization, file variables first', async () => {
      const document = await open('@papaya = {{$processEnv SANDBOX_PAPAYA_TOKEN}}\n###\nGET https://a.example\nAuthorization: \n');
      assert.deepEqual(texts(await completions(document, 3, 15)).slice(0, 2), [
        'Bearer {{papaya}}',
        'Bearer {{$processEnv SANDBOX_PAPAYA_TOKEN}}',
      ]);
    });

    it('offers the value of a file variable, and a whole definition', async () => {
      const document = await open('@papaya = \n@pa\n###\nGET https://a.example\n');
      assert.ok(texts(await completions(document, 0, 10)).includes('{{$processEnv SANDBOX_PAPAYA_TOKEN}}'));
      assert.ok(texts(await completions(document, 1, 3)).includes('@sandboxPapayaToken = {{$processEnv SANDBOX_PAPAYA_TOKEN}}'));
    });

    it('offers nothing in bodies, comments and prose', async () => {
      const document = await open('GET https://a.example\n# {{\n\nplain text \n');
      assert.deepEqual(await completions(document, 3, 11), []);
      assert.deepEqual(await completions(document, 1, 4), []);
      const markdown = await open('Prose {{\n\n```http\nGET https://a.example\n```\n', 'markdown');
      assert.deepEqual(await completions(markdown, 0, 8), []);
    });
  });

  describe('beside other extensions', () => {
    it('shows what REST Client and httpYac show as well', async () => {
      const { languages } = vscode;
      const others = [
        languages.registerCodeLensProvider('http', {
          provideCodeLenses: () => [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title: 'Send Request', command: 'other' })],
        }),
        languages.registerHoverProvider('http', { provideHover: () => new vscode.Hover('another hover') }),
        languages.registerCompletionItemProvider('http', {
          provideCompletionItems: () => [new vscode.CompletionItem('$guid', vscode.CompletionItemKind.Variable)],
        }),
      ];
      try {
        const document = await open(`${request()}A: {{$\n`);
        assert.deepEqual((await lenses(document)).map((title) => title.replace(/^0 (\S+ · )?/, '').split(' ')[0]).sort(), [
          '$(key)\u00a0Papaya',
          '$(send)\u00a0send',
          'Send',
        ]);
        const text = await hover(document, 1, 40);
        assert.match(text, /Papaya sandbox/);
        assert.match(text, /another hover/);
        const items = await completions(document, 2, 6);
        assert.ok(items.some(({ label }) => label === '$guid') && items.length > 1);
      } finally {
        for (const other of others) other.dispose();
      }
    });
  });

  describe('diagnostics', () => {
    it('tell of an empty reference, and are gone once the token is there', async () => {
      const { id, name } = profileOf('SANDBOX_PAPAYA_TOKEN');
      await vscode.commands.executeCommand(commandIds.forgetToken, { profile: { id } });
      const document = await open(request());
      await untilFound(document, '1 unavailableToken');
      await apply(document, `Fetch a token of ${name}`);
      await untilFound(document);
    });

    it('tell of what nobody provides, with the profile that is meant', async () => {
      const document = await open(request('SANDBOX_PAPAYA_TOKN'));
      await untilFound(document, '1 unknownVariable');
      await apply(document, 'Change to {{$processEnv SANDBOX_PAPAYA_TOKEN}}');
      assert.equal(document.getText(), request());
      await untilFound(document);
    });

    it('mend what the clients would misread', async () => {
      const document = await open('GET https://a.example\n\nAuthorization: x\nAuthorization: y\n');
      await untilFound(document, '2 misreadHeader');
      await apply(document, 'Remove the blank line above');
      await untilFound(document, '2 repeatedAuthorization');
      await apply(document, 'Keep this header and remove the others');
      assert.equal(document.getText(), 'GET https://a.example\nAuthorization: y\n');
      await untilFound(document);
    });

    it('have the severity that the settings give them', async () => {
      const document = await open('GET https://a.example\n#A: x\n');
      await untilFound(document, '1 misreadHeader');
      await configure(settingIds.misreadHeader, 'error');
      try {
        await until('an error', () => vscode.languages.getDiagnostics(document.uri)[0]?.severity === vscode.DiagnosticSeverity.Error);
        await configure(settingIds.misreadHeader, 'off');
        await untilFound(document);
      } finally {
        await configure(settingIds.misreadHeader, undefined);
      }
    });

    it('move a token out of a file into its profile', async () => {
      const file = path.join(workspace, 'moved.http');
      const token = await until('the token in memory', () => process.env.SANDBOX_PAPAYA_TOKEN);
      await writeFile(file, `@mine = ${token}\n###\nGET https://a.example\nAuthorization: Bearer ${token}\n`);
      const document = await vscode.workspace.openTextDocument(file);
      await vscode.window.showTextDocument(document);
      await untilFound(document, '0 hardCodedSecret', '3 hardCodedSecret');
      await apply(document, 'Move it to a profile and leave a reference');
      const reference = '{{$processEnv SANDBOX_PAPAYA_TOKEN}}';
      assert.equal(document.getText(), `@mine = ${reference}\n###\nGET https://a.example\nAuthorization: Bearer ${reference}\n`);
      assert.equal(await readFile(file, 'utf8'), document.getText());
      await untilFound(document);
      await rm(file);
    });

    it('move the key that is meant, and leave another one of the same kind where it is', async () => {
      const before = profilesSetting();
      const tokenUrl = `${sandbox.origin}/api/v2.1/b2b/auth/token`;
      const entry = { id: 'moved', name: 'Moved', provider: 'pay4Power', environment: 'local', tokenUrl, variable: 'MOVED_TOKEN' };
      await setProfiles([entry]);
      try {
        const body = (key: string) => `{"publicKey": "PUB_KEY_sandbox", "privateKey": "${key}", "environment": "TEST"}`;
        const lines = (key: string) =>
          `POST ${tokenUrl}\nContent-Type: application/json\n\n${body(key)}\n\n###\n@other = PRIV_KEY_made_up_00001\n`;
        const document = await open(lines('PRIV_KEY_sandbox'));
        await untilFound(document, '3 hardCodedSecret', '6 hardCodedSecret');
        const [diagnostic] = vscode.languages.getDiagnostics(document.uri);
        assert.ok(diagnostic);
        const { line, character: start } = diagnostic.range.start;
        const moving = vscode.commands.executeCommand(commandIds.moveSecret, { uri: document.uri, line, start });
        await until('the reference in its place', async () => {
          await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
          return document.getText() === lines('{{$processEnv PAY4POWER_PRIVATE_KEY}}');
        });
        await moving;
        // The sandbox takes its own key only.
        await vscode.commands.executeCommand(commandIds.keepInMemory, { profile: { id: 'moved' } });
        await vscode.commands.executeCommand(commandIds.fetchToken, { profile: { id: 'moved' } });
        await setProfiles([{ ...entry, inject: ['processEnvironment'] }]);
        await until('a token of the sandbox', () => process.env.MOVED_TOKEN);
      } finally {
        await setProfiles(before);
      }
    });

    it('forget a binding whose token became a reference', async () => {
      const profile = profileOf('SANDBOX_PAPAYA_TOKEN');
      const document = await open(`GET ${sandbox.origin}/sandbox/papaya\n`);
      await vscode.commands.executeCommand(commandIds.insertToken, { profile: { id: profile.id }, target: 'fileVariable' });
      const value = /@sandboxPapayaToken = (eyJ\S+)/.exec(document.getText())?.[1];
      assert.ok(value);
      await vscode.commands.executeCommand(commandIds.moveSecret, { uri: document.uri, line: 0, start: '@sandboxPapayaToken = '.length });
      assert.match(document.getText(), /^@sandboxPapayaToken = \{\{\$processEnv SANDBOX_PAPAYA_TOKEN\}\}$/m);
      await vscode.commands.executeCommand(commandIds.refreshToken, { profile: { id: profile.id } });
      // A binding that is left would have written the new token over the reference.
      await vscode.commands.executeCommand(commandIds.refreshAllTokens);
      assert.match(document.getText(), /^@sandboxPapayaToken = \{\{\$processEnv SANDBOX_PAPAYA_TOKEN\}\}$/m);
    });

    it('are looked for again when the language changes', async () => {
      const document = await open('GET https://a.example\n#A: x\n', 'plaintext');
      await vscode.languages.setTextDocumentLanguage(document, 'http');
      await untilFound(document, '1 misreadHeader');
      await vscode.languages.setTextDocumentLanguage(document, 'plaintext');
      await untilFound(document);
    });

    it('say nothing of secrets in files that git ignores, and of all else', async () => {
      await mkdir(path.join(workspace, 'ignored'), { recursive: true });
      const file = path.join(workspace, 'ignored/secret.http');
      await writeFile(file, `GET https://a.example\n#A: b\nAuthorization: Bearer ${foreignToken}\n`);
      const document = await vscode.workspace.openTextDocument(file);
      await untilFound(document, '1 misreadHeader');
      await rm(file);
    });

    it('name no secret', async () => {
      const document = await open(`GET https://a.example\nAuthorization: Bearer ${foreignToken}\n`);
      await untilFound(document, '1 hardCodedSecret');
      const told =
        JSON.stringify(vscode.languages.getDiagnostics(document.uri)) + JSON.stringify((await fixes(document)).map(({ title }) => title));
      assert.equal(told.includes(foreignToken), false);
    });

    it('warn of a production token that would leave its hosts, until the host is one of them', async () => {
      const before = profilesSetting();
      const live = {
        id: 'live',
        name: 'Live',
        provider: 'b2BinPay',
        environment: 'production',
        tokenUrl: `${sandbox.origin}/token/`,
        variable: 'LIVE_TOKEN',
        inject: [],
      };
      await setProfiles([...before, live]);
      try {
        const document = await open('GET https://api.pay.example/x\nAuthorization: Bearer {{liveToken}}\nX: {{LIVE_TOKEN}}\n');
        await untilFound(document, '0 wrongHost');
        // A person is asked first, and nobody answers here.
        await apply(document, 'Add api.pay.example to the API hosts of Live');
        assert.equal(profilesSetting().at(-1)?.apiHosts, undefined);
        await vscode.commands.executeCommand(commandIds.addApiHost, { profile: { id: 'live' }, host: 'https://no-host' });
        assert.equal(profilesSetting().at(-1)?.apiHosts, undefined);
        await setProfiles([...before, { ...live, apiHosts: ['api.pay.example'] }]);
        await untilFound(document);
      } finally {
        await setProfiles(before);
      }
    });

    it('follow the typing, and are gone with the document', async () => {
      const document = await open('GET https://a.example\n');
      await untilFound(document);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(1, 0), '#A: x\n');
      await vscode.workspace.applyEdit(edit);
      await untilFound(document, '1 misreadHeader');
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await untilFound(document);
    });
  });
});
