import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { commandIds, settingIds } from '../../src/manifest.ts';
import { profilesSetting, setProfiles, startSandbox, until, type Sandbox } from './support.ts';

const variable = 'SANDBOX_PAPAYA_TOKEN';

describe('The targets, in use', () => {
  let sandbox: Sandbox;
  let folder: string;
  let profile: { id: string };
  let sent: number[][];

  const update = (id: string, value: unknown) => vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);

  before(async () => {
    const [root] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(root);
    folder = path.join(root.uri.fsPath, 'ignored/targets');
    await mkdir(folder, { recursive: true });
    // Where httpYac and the place of a new .env take the project to begin.
    await writeFile(path.join(folder, 'package.json'), '{}');
    sandbox = await startSandbox();
    await update(settingIds.sandboxPort, Number(new URL(sandbox.origin).port));
    await vscode.commands.executeCommand(commandIds.startSandbox);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const entry = profilesSetting().find((each) => each.variable === variable);
    assert.ok(entry);
    profile = { id: entry.id };
    sent = (await vscode.extensions.getExtension<{ sent: number[][] }>('paymentauth.payment-auth-host-helper')?.activate())?.sent ?? [];
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await setProfiles([]);
    await update(settingIds.sandboxPort, undefined);
    await sandbox.stop();
  });

  afterEach(async () => {
    while (vscode.window.tabGroups.activeTabGroup.activeTab)
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  async function open(name: string, text: string, line = 0): Promise<vscode.TextDocument> {
    const file = path.join(folder, name);
    await writeFile(file, text);
    const editor = await vscode.window.showTextDocument(vscode.Uri.file(file));
    editor.selection = new vscode.Selection(line, 0, line, 0);
    return editor.document;
  }

  const insert = (target: string) => vscode.commands.executeCommand(commandIds.insertToken, { profile, target });
  const request = () => `GET ${sandbox.origin}/sandbox/papaya\n`;
  const token = () => process.env[variable] ?? '';

  /** Leaves the profile with a token that has expired, as after a night. */
  async function sleep(): Promise<string> {
    await update(settingIds.automaticRenewal, false);
    sandbox.setLifetime(3);
    await vscode.commands.executeCommand(commandIds.refreshToken, { profile });
    const stale = await until('the short-lived token', () => process.env[variable]);
    sandbox.setLifetime(0);
    await until('it has expired', () => process.env[variable] === undefined);
    return stale;
  }

  async function sendAt(line: number): Promise<number[] | undefined> {
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    editor.selection = new vscode.Selection(line, 0, line, 0);
    const before = sent.length;
    await vscode.commands.executeCommand(commandIds.sendRequest);
    return sent.length > before ? sent.at(-1) : undefined;
  }

  describe('after a night, one click', () => {
    after(() => update(settingIds.automaticRenewal, undefined));

    it('sends a reference with a fresh token: 200', async () => {
      await open('reference.http', request());
      await insert('reference');
      await sleep();
      assert.deepEqual(await sendAt(0), [200]);
    });

    it('sends a file variable by reference with a fresh token: 200', async () => {
      const document = await open('by-reference.http', request());
      await insert('fileReference');
      assert.equal(
        document.getText(),
        `@sandboxPapayaToken = {{$processEnv ${variable}}}\n###\n${request()}Authorization: Bearer {{sandboxPapayaToken}}\n`,
      );
      await sleep();
      assert.deepEqual(await sendAt(3), [200]);
    });

    it('rewrites the token in the file, then sends it: 200', async () => {
      const document = await open('literal.http', request());
      await insert('fileVariable');
      assert.match(document.getText(), /^@sandboxPapayaToken = eyJ/);
      const stale = await sleep();
      await until('the document holds the stale one', () => document.getText().includes(stale));
      assert.deepEqual(await sendAt(3), [200]);
      assert.ok(document.getText().includes(token()));
    });

    it('puts a renewal that was undone back before it sends: 200', async () => {
      const document = await open('undone.http', request());
      await insert('fileVariable');
      await document.save();
      const stale = await sleep();
      await vscode.commands.executeCommand(commandIds.refreshToken, { profile });
      await until('the document follows', () => token() !== '' && document.getText().includes(token()));
      await vscode.commands.executeCommand('undo');
      await until('it is undone', () => document.getText().includes(stale));
      assert.deepEqual(await sendAt(3), [200]);
    });

    it('sends what was asked for, though another file was opened while it fetched: 200', async () => {
      await open('other.http', `GET ${sandbox.origin}/nothing\n`);
      await open('asked.http', request());
      await insert('reference');
      await sleep();
      const [sending] = [sendAt(0)];
      await vscode.window.showTextDocument(vscode.Uri.file(path.join(folder, 'other.http')));
      assert.deepEqual(await sending, [200]);
    });

    it('rewrites the token in .env, then sends it: 200', async () => {
      const document = await open('dotenv.http', request());
      await insert('dotenv');
      assert.equal(document.getText(), `${request()}Authorization: Bearer {{$dotenv ${variable}}}\n`);
      await document.save();
      await sleep();
      assert.deepEqual(await sendAt(0), [200]);
      assert.equal(await readFile(path.join(folder, '.env'), 'utf8'), `${variable}=${token()}\n`);
    });

    it('sends a request in a fence of Markdown: 200', async () => {
      await open('notes.md', `# Notes\n\n\`\`\`http\n${request()}\`\`\`\n`, 3);
      await insert('fileReference');
      await sleep();
      assert.deepEqual(await sendAt(5), [200]);
    });

    it('sends a request that refers to no profile as it is, and fetches nothing: 401', async () => {
      await open('none.http', `${request()}Authorization: Bearer {{$processEnv SOMETHING_ELSE}}\n`);
      await sleep();
      assert.deepEqual(await sendAt(0), [401]);
      assert.equal(process.env[variable], undefined);
    });

    it('does not send while the token cannot be fetched', async () => {
      await open('down.http', request());
      await insert('reference');
      await sleep();
      const { origin } = sandbox;
      await sandbox.stop();
      assert.equal(await sendAt(0), undefined);
      sandbox = await startSandbox({ port: Number(new URL(origin).port) });
      assert.equal(sandbox.origin, origin);
      assert.deepEqual(await sendAt(0), [200]);
    });
  });

  it('sends nothing where there is no request at the cursor', async () => {
    await open('comment.http', '# nothing\n');
    assert.equal(await sendAt(0), undefined);
  });

  it('gives the token to new terminals, to a real shell, follows a renewal, and takes it out again', async () => {
    await insert('terminal');
    let count = 0;
    const inShell = async () => {
      const out = path.join(folder, `shell-${String(count++)}.txt`);
      const terminal = vscode.window.createTerminal({ cwd: folder, shellPath: '/bin/sh' });
      try {
        terminal.sendText(`printf '<%s>' "$${variable}" > '${out}'`);
        return await until('the shell has answered', () =>
          readFile(out, 'utf8').then(
            (text) => text.endsWith('>') && text,
            () => undefined,
          ),
        );
      } finally {
        terminal.dispose();
      }
    };
    assert.equal(await inShell(), `<${token()}>`);
    const answer = await fetch(`${sandbox.origin}/sandbox/papaya`, {
      headers: { authorization: `Bearer ${(await inShell()).slice(1, -1)}` },
    });
    assert.equal(answer.status, 200);
    const before = token();
    await vscode.commands.executeCommand(commandIds.refreshToken, { profile });
    await until('another token', () => token() !== before && token() !== '');
    assert.equal(await inShell(), `<${token()}>`);
    await vscode.commands.executeCommand(commandIds.forgetToken, { profile });
    assert.equal(await inShell(), '<>');
  });
});
