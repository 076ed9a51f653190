import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { commandIds } from '../../src/manifest.ts';
import { sendWithHttpyac } from '../support/httpyac.ts';
import { accounts, profilesSetting, setProfiles, until } from './support.ts';

describe('The sandbox, from one command to sent requests', () => {
  after(async () => {
    await vscode.commands.executeCommand(commandIds.stopSandbox);
    await setProfiles([]);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('makes five profiles with a token each and opens an example', async () => {
    await vscode.commands.executeCommand(commandIds.startSandbox);
    assert.deepEqual(
      profilesSetting().map(({ variable }) => variable),
      accounts.map(({ variable }) => variable),
    );
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /SANDBOX_PAPAYA_TOKEN/);
  });

  it('keeps the tokens in the environment of this process, where the clients read them', () => {
    for (const { variable } of accounts) assert.ok((process.env[variable] ?? '').length > 20, variable);
  });

  it('lets httpYac, started from this process, send the example with 200 for every provider', async () => {
    const { document } = vscode.window.activeTextEditor ?? {};
    assert.ok(document);
    const folder = await mkdtemp(path.join(tmpdir(), 'payment-auth-host-'));
    try {
      const file = path.join(folder, 'sandbox.http');
      await writeFile(file, document.getText());
      // No variable is handed over: the environment of this process is the only way the tokens can take.
      assert.deepEqual(await sendWithHttpyac(file, {}), [200, 200, 200, 200, 200]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('renews on command, and the environment follows', async () => {
    const before = process.env.SANDBOX_PAY4POWER_TOKEN;
    const [, profile] = profilesSetting();
    assert.ok(profile);
    await vscode.commands.executeCommand(commandIds.refreshAllTokens);
    await until('a new token in the environment', () => process.env.SANDBOX_PAY4POWER_TOKEN !== before);
  });

  it('takes a token out of the environment when it is forgotten', async () => {
    const [papaya] = accounts;
    assert.ok(papaya);
    const entry = profilesSetting().find(({ variable }) => variable === papaya.variable);
    await vscode.commands.executeCommand(commandIds.forgetToken, { profile: { id: entry?.id } });
    await until('the variable is gone', () => process.env[papaya.variable] === undefined);
  });

  it('takes tokens out of the environment when their profiles go', async () => {
    await setProfiles([]);
    await until('all variables are gone', () => accounts.every(({ variable }) => process.env[variable] === undefined));
  });
});
