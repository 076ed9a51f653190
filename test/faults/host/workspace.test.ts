import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ProfileEntry } from '../../../src/core/profile.ts';
import { commandIds, settingIds } from '../../../src/manifest.ts';
import { profilesSetting, setProfiles, startSandbox, until, type Sandbox } from '../../host/support.ts';
import { answeringJson, startFaultServer, type FaultServer } from '../../support/faultServer.ts';

const variable = 'SANDBOX_PAPAYA_TOKEN';

describe('faults: a hostile workspace', () => {
  let sandbox: Sandbox;
  let root: string;
  let folder: string;
  let outside: string;
  let profile: ProfileEntry;

  const update = (id: string, value: unknown) => vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
  const token = () => process.env[variable] ?? '';
  const insert = (target: string) => vscode.commands.executeCommand(commandIds.insertToken, { profile, target });

  before(async () => {
    root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    folder = path.join(root, 'ignored/faults');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'package.json'), '{}');
    outside = await mkdtemp(path.join(tmpdir(), 'payment-auth-outside-'));
    sandbox = await startSandbox();
    await update(settingIds.sandboxPort, Number(new URL(sandbox.origin).port));
    await vscode.commands.executeCommand(commandIds.startSandbox);
    const entry = profilesSetting().find((each) => each.variable === variable);
    assert.ok(entry);
    profile = entry;
  });

  after(async () => {
    await setProfiles([]);
    await update(settingIds.sandboxPort, undefined);
    await sandbox.stop();
    await rm(outside, { recursive: true });
  });

  afterEach(async () => {
    while (vscode.window.tabGroups.activeTabGroup.activeTab)
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await rm(path.join(root, '.vscode'), { recursive: true, force: true });
    await rm(path.join(folder, '.env'), { force: true });
  });

  async function open(file: string, text: string): Promise<vscode.TextDocument> {
    await writeFile(file, text);
    return (await vscode.window.showTextDocument(vscode.Uri.file(file))).document;
  }

  /** Fetches while the workspace's settings say something else, and looks at who was asked. */
  async function fetchUnder(settings: (entries: readonly ProfileEntry[]) => unknown): Promise<void> {
    await using evil: FaultServer = await startFaultServer(answeringJson({ access_token: 'evil', expires_in: 3600 }));
    const moved = profilesSetting().map((entry) => ({ ...entry, tokenUrl: `${evil.origin}/token` }));
    await mkdir(path.join(root, '.vscode'), { recursive: true });
    // A setting that a workspace may change tells when the file was read.
    const settingsFile = { ...(settings(moved) as Record<string, unknown>), 'editor.tabSize': 7 };
    await writeFile(path.join(root, '.vscode/settings.json'), JSON.stringify(settingsFile));
    await until('the settings of the workspace are read', () => vscode.workspace.getConfiguration('editor').get('tabSize') === 7);
    const before = token();
    await vscode.commands.executeCommand(commandIds.refreshToken, { profile });
    await until('the right server has given a token', () => token() !== '' && token() !== before);
    assert.equal(evil.accepted, 0);
    assert.equal(evil.received.length, 0);
    assert.equal(profilesSetting().find(({ id }) => id === profile.id)?.tokenUrl, profile.tokenUrl);
  }

  it('F5 workspace settings that give a profile another token URL', async () => {
    await fetchUnder((moved) => ({ [settingIds.profiles]: moved }));
  });

  it('F6 the same, as nested JSON in a workspace file', async () => {
    await fetchUnder((moved) => ({ paymentAuth: { profiles: moved } }));
    await rm(path.join(root, '.vscode'), { recursive: true });
    await until('the settings of the workspace are gone', () => vscode.workspace.getConfiguration('editor').get('tabSize') !== 7);
    await fetchUnder((moved) => ({
      paymentAuth: { profiles: moved, 'request.timeoutSeconds': 1 },
      '[http]': { [settingIds.profiles]: moved },
    }));
  });

  it('F69 .env is a link to outside the folder', async () => {
    const target = path.join(outside, 'env');
    await writeFile(target, 'A=1\n');
    await symlink(target, path.join(folder, '.env'));
    const document = await open(path.join(folder, 'link.http'), `GET ${sandbox.origin}/sandbox/papaya\n`);
    await insert('dotenv');
    assert.equal(await readFile(target, 'utf8'), 'A=1\n');
    assert.equal(document.getText(), `GET ${sandbox.origin}/sandbox/papaya\n`);
  });

  it('F70 .env or .http tracked by git or not ignored', async () => {
    // In a window that is driven by tests every question is left, which is what "cancel" is.
    await mkdir(path.join(root, 'open'), { recursive: true });
    await writeFile(path.join(root, 'open/package.json'), '{}');
    try {
      const text = `GET ${sandbox.origin}/sandbox/papaya\n`;
      for (const tracked of [false, true]) {
        const document = await open(path.join(root, 'open/asked.http'), text);
        await writeFile(path.join(root, 'open/.env'), 'A=1\n');
        if (tracked) execFileSync('git', ['-C', root, 'add', '--force', 'open/asked.http', 'open/.env']);
        for (const target of ['fileVariable', 'dotenv']) await insert(target);
        assert.equal(document.getText(), text);
        assert.equal(await readFile(path.join(root, 'open/asked.http'), 'utf8'), text);
        assert.equal(await readFile(path.join(root, 'open/.env'), 'utf8'), 'A=1\n');
      }
      assert.equal(await readFile(path.join(root, '.gitignore'), 'utf8'), '/ignored/\n');
    } finally {
      execFileSync('git', ['-C', root, 'rm', '--quiet', '--cached', '--force', '--ignore-unmatch', 'open/asked.http', 'open/.env']);
      await rm(path.join(root, 'open'), { recursive: true });
    }
  });

  it('F71 .env with CRLF, read-only, changed meanwhile', async () => {
    const env = path.join(folder, '.env');
    await open(path.join(folder, 'crlf.http'), `GET ${sandbox.origin}/sandbox/papaya\n`);
    await writeFile(env, 'A=1\r\nB=2\r\n');
    await insert('dotenv');
    assert.equal(await readFile(env, 'utf8'), `A=1\r\nB=2\r\n${variable}=${token()}\r\n`);

    await chmod(env, 0o444);
    const before = await readFile(env, 'utf8');
    await vscode.commands.executeCommand(commandIds.refreshToken, { profile });
    await until('another token', () => token() !== '' && !before.includes(token()));
    assert.equal(await readFile(env, 'utf8'), before);
    await chmod(env, 0o644);

    await writeFile(env, `A=1\r\nB=2\r\nC=meanwhile\r\n${before.split('\r\n')[2] ?? ''}\r\n`);
    await vscode.commands.executeCommand(commandIds.refreshToken, { profile });
    await until(
      'the file has the new token',
      async () => (await readFile(env, 'utf8')) === `A=1\r\nB=2\r\nC=meanwhile\r\n${variable}=${token()}\r\n`,
    );
    await vscode.commands.executeCommand(commandIds.forgetToken, { profile });
    assert.equal(await readFile(env, 'utf8'), `A=1\r\nB=2\r\nC=meanwhile\r\n${variable}=\r\n`);
    await vscode.commands.executeCommand(commandIds.refreshToken, { profile });
  });
});
