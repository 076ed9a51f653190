import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds } from '../../src/manifest.ts';
import { accounts, profilesSetting, closeSandbox, openSandbox, until, type Sandbox } from './support.ts';

describe('Inserting into an .http file', () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await openSandbox();
  });

  after(async () => {
    await closeSandbox(sandbox);
  });

  async function insertInto(content: string, line: number): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument({ language: 'http', content });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(line, 0, line, 0);
    await vscode.commands.executeCommand(commandIds.insertToken, { profile: profileOf('SANDBOX_PAPAYA_TOKEN'), target: 'reference' });
    return document;
  }

  const reference = 'Authorization: Bearer {{$processEnv SANDBOX_PAPAYA_TOKEN}}';

  it('adds the header to the request at the cursor, in one step to undo', async () => {
    const content = 'GET https://a.example\nAccept: */*\n\n###\n\nPOST https://b.example\nContent-Type: application/json\n\n{"a": 1}\n';
    const document = await insertInto(content, 8);
    assert.equal(document.getText(), content.replace('application/json\n', `application/json\n${reference}\n`));
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), content);
  });

  it('replaces a header that is there and keeps CRLF', async () => {
    const document = await insertInto('GET https://a.example\r\nauthorization: Bearer old\r\nAccept: */*\r\n', 0);
    assert.equal(document.getText(), `GET https://a.example\r\n${reference.replace('Authorization', 'authorization')}\r\nAccept: */*\r\n`);
  });

  it('changes nothing where there is no request', async () => {
    const document = await insertInto('# only a comment\n', 0);
    assert.equal(document.getText(), '# only a comment\n');
  });

  it('leaves the token out of the document', async () => {
    const document = await insertInto('GET https://a.example', 0);
    assert.equal(document.getText(), `GET https://a.example\n${reference}`);
    const token = await until('the token in memory', () => process.env.SANDBOX_PAPAYA_TOKEN);
    assert.equal(document.getText().includes(token), false);
  });

  it('gives every command away without a value', async () => {
    const profile = profileOf('SANDBOX_PAPAYA_TOKEN');
    for (const id of [commandIds.copyToken, commandIds.copyAuthorizationHeader, commandIds.refreshToken, commandIds.fetchToken])
      assert.equal(await vscode.commands.executeCommand(id, { profile }), undefined, id);
  });

  it('copies on command and clears the clipboard only while it holds what was copied', async () => {
    const setting = 'paymentAuth.clipboard.clearAfterSeconds';
    await vscode.workspace.getConfiguration().update(setting, 1, vscode.ConfigurationTarget.Global);
    try {
      const profile = profileOf('SANDBOX_PAPAYA_TOKEN');
      await vscode.commands.executeCommand(commandIds.copyAuthorizationHeader, { profile });
      assert.equal(await vscode.env.clipboard.readText(), `Authorization: Bearer ${process.env.SANDBOX_PAPAYA_TOKEN ?? ''}`);
      await until('the clipboard is cleared', async () => (await vscode.env.clipboard.readText()) === '');
      await vscode.commands.executeCommand(commandIds.copyToken, { profile });
      await vscode.env.clipboard.writeText('something else');
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.equal(await vscode.env.clipboard.readText(), 'something else');
    } finally {
      await vscode.workspace.getConfiguration().update(setting, undefined, vscode.ConfigurationTarget.Global);
    }
  });
});

function profileOf(variable: string): { id: string } {
  const account = accounts.find((candidate) => candidate.variable === variable);
  const entry = profilesSetting().find((candidate) => candidate.variable === account?.variable);
  assert.ok(entry);
  return { id: entry.id };
}
