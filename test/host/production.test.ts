import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { fileBindingKinds } from '../../src/core/binding.ts';
import { parseProfiles, type ProfileEntry } from '../../src/core/profile.ts';
import { providers } from '../../src/core/providers/index.ts';
import { insertChoices } from '../../src/editor/insertion/choices.ts';
import { commandIds, fetchCommandId, settingIds } from '../../src/manifest.ts';
import { accounts, profilesSetting, setProfiles, startSandbox, until, type Sandbox } from './support.ts';

const account = accounts.find(({ provider }) => provider === 'b2BinPay') ?? assert.fail();
const { variable } = account;

describe('A production profile', () => {
  const calls: string[] = [];
  let sandbox: Sandbox;
  let count = 0;
  let folder: string;
  let profile: ProfileEntry;
  let sent: number[][];

  const update = (id: string, value: unknown) => vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
  const run = (command: string, rest: object = {}) => vscode.commands.executeCommand(command, { profile: { id: profile.id }, ...rest });
  const token = () => process.env[variable] ?? '';
  const tokenCalls = () => calls.filter((line) => line.includes(`POST ${account.tokenPath} `)).length;

  before(async () => {
    folder = path.join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'ignored/production');
    await mkdir(folder, { recursive: true });
    // Where httpYac and the place of a new .env take the project to begin.
    await writeFile(path.join(folder, 'package.json'), '{}');
    const log = { info: (line: string) => void calls.push(line), warn: () => undefined, error: () => undefined };
    sandbox = await startSandbox({ log });
    await update(settingIds.sandboxPort, Number(new URL(sandbox.origin).port));
    await update(settingIds.automaticRenewal, false);
    await vscode.commands.executeCommand(commandIds.startSandbox);
    profile = profilesSetting().find((entry) => entry.variable === variable) ?? assert.fail();
    sent = (await vscode.extensions.getExtension<{ sent: number[][] }>('paymentauth.payment-auth-host-helper')?.activate())?.sent ?? [];
  });

  beforeEach(async () => {
    await become('production');
    await vscode.env.clipboard.writeText('mine');
  });

  afterEach(async () => {
    for (const id of [settingIds.confirmProduction, settingIds.allowProduction]) await update(id, undefined);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.env.clipboard.writeText('');
  });

  after(async () => {
    await setProfiles([]);
    await update(settingIds.sandboxPort, undefined);
    await update(settingIds.automaticRenewal, undefined);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await sandbox.stop();
  });

  /** Its credentials and its token stay: the URL does. */
  async function become(environment: string): Promise<void> {
    await setProfiles(profilesSetting().map((entry) => (entry.id === profile.id ? { ...entry, environment } : entry)));
  }

  /** A file of its own each: VS Code may still know the one before. */
  async function open(text: string): Promise<vscode.TextDocument> {
    const file = path.join(folder, `request${String(count++)}.http`);
    await writeFile(file, text);
    return (await vscode.window.showTextDocument(vscode.Uri.file(file))).document;
  }

  const request = () => `GET ${sandbox.origin}${account.resourcePath}\n`;

  const asking: readonly (readonly [string, string, object?])[] = [
    ['fetch', commandIds.fetchToken],
    ['fetch for its provider', fetchCommandId(account.provider)],
    ['renew', commandIds.refreshToken],
    ['renew the active one', commandIds.refreshActiveToken],
    ['copy', commandIds.copyToken],
    ['copy as a header', commandIds.copyAuthorizationHeader],
    ['insert a reference', commandIds.insertToken, { target: 'reference' }],
    ['insert a variable', commandIds.insertToken, { target: 'fileReference' }],
    ['give it to terminals', commandIds.insertToken, { target: 'terminal' }],
  ];

  // VS Code shows no modal question to a test, so nobody goes on.
  for (const state of ['valid', 'absent'] as const)
    describe(`whose token is ${state}, and whose question nobody confirms`, () => {
      before(async () => {
        await become('local');
        await run(commandIds.selectActiveProfile);
        await run(state === 'valid' ? commandIds.refreshToken : commandIds.forgetToken);
        await until('the environment follows', () => (token() !== '') === (state === 'valid'));
      });

      for (const [what, command, rest] of asking)
        it(`${what}: sends, copies and writes nothing`, async () => {
          const document = await open(request());
          const before = [tokenCalls(), token()];
          await run(command, rest);
          assert.deepEqual([tokenCalls(), token()], before);
          assert.equal(document.getText(), request());
          assert.equal(await vscode.env.clipboard.readText(), 'mine');
        });

      it('send: hands nothing to the client', async () => {
        await open(`${request()}Authorization: Bearer {{$processEnv ${variable}}}\n`);
        const before = [tokenCalls(), sent.length];
        await vscode.commands.executeCommand(commandIds.sendRequest);
        assert.deepEqual([tokenCalls(), sent.length], before);
      });

      it('renew all: sends nothing for it', async () => {
        const before = tokenCalls();
        await vscode.commands.executeCommand(commandIds.refreshAllTokens);
        assert.equal(tokenCalls(), before);
      });
    });

  describe('where production is not asked about', () => {
    beforeEach(() => update(settingIds.confirmProduction, false));

    it('is fetched and renewed at once', async () => {
      for (const command of [
        commandIds.fetchToken,
        commandIds.refreshToken,
        fetchCommandId(account.provider),
        commandIds.refreshAllTokens,
      ]) {
        const before = tokenCalls();
        await run(command);
        assert.equal(tokenCalls(), before + 1, command);
      }
    });

    it('is copied, inserted and sent', async () => {
      await run(commandIds.copyToken);
      assert.equal(await vscode.env.clipboard.readText(), token());
      const document = await open(request());
      await run(commandIds.insertToken, { target: 'reference' });
      assert.equal(document.getText(), `${request()}Authorization: Bearer {{$processEnv ${variable}}}\n`);
      await vscode.commands.executeCommand(commandIds.sendRequest);
      assert.deepEqual(sent.at(-1), [200]);
    });

    for (const target of fileBindingKinds)
      it(`is not written into ${target}, asked for by a keybinding`, async () => {
        const document = await open(request());
        const [before, files] = [tokenCalls(), await readdir(folder)];
        await run(commandIds.insertToken, { target });
        assert.equal(document.getText(), request());
        assert.deepEqual([tokenCalls(), await readdir(folder)], [before, files]);
      });

    it('is written into a file where that is allowed', async () => {
      await update(settingIds.allowProduction, true);
      const document = await open(request());
      await run(commandIds.insertToken, { target: 'fileVariable' });
      assert.ok(document.getText().startsWith(`@sandboxB2binpayToken = ${token()}\n`) && token() !== '');
    });

    it('leaves a place alone that was made for another environment, and asks before that is sent, until a setting allows it', async () => {
      await become('local');
      const document = await open(request());
      await run(commandIds.insertToken, { target: 'fileVariable' });
      await document.save();
      const stale = token();
      const text = document.getText();
      assert.ok(text.includes(stale) && stale !== '');
      await become('production');
      await run(commandIds.refreshToken);
      await until('there is another token', () => token() !== stale);
      const before = sent.length;
      // Brings the places up to date first, and nobody says that it is to be sent anyway.
      await vscode.window.showTextDocument(document, { selection: new vscode.Range(2, 0, 2, 0) });
      await vscode.commands.executeCommand(commandIds.sendRequest);
      assert.equal(sent.length, before);
      assert.equal(document.getText(), text);
      assert.equal(await readFile(document.uri.fsPath, 'utf8'), text);
      await update(settingIds.allowProduction, true);
      await until('the document follows', () => document.getText() === text.replace(stale, token()));
    });

    it('keeps a place up to date that was made under production while a setting allowed it', async () => {
      await update(settingIds.allowProduction, true);
      const document = await open(request());
      await run(commandIds.insertToken, { target: 'fileVariable' });
      const stale = token();
      assert.ok(document.getText().includes(stale) && stale !== '');
      await update(settingIds.allowProduction, undefined);
      await run(commandIds.refreshToken);
      await until('the document follows', () => token() !== stale && document.getText().includes(token()));
    });
  });

  it('is offered no target that holds its token on disk, with the reason, unless that is allowed', () => {
    const [parsed] = parseProfiles([{ ...profile, environment: 'production' }], providers).profiles;
    const targets = (allowsLiterals: boolean) =>
      insertChoices(parsed ?? assert.fail(), { hasHttpFile: true, hasFolder: true, allowsLiterals });
    const inMemory = ['reference', 'fileReference', 'terminal', 'clipboard'];
    assert.deepEqual(
      targets(false).flatMap(({ target }) => target ?? []),
      inMemory,
    );
    assert.equal(targets(false).at(-1)?.detail, 'Not for production profiles, unless a setting allows it');
    assert.deepEqual(new Set(targets(true).flatMap(({ target }) => target ?? [])), new Set([...inMemory, ...fileBindingKinds]));
  });
});
