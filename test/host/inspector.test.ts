import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds } from '../../src/manifest.ts';
import { profilesSetting, setProfiles, until } from './support.ts';

describe('The token inspector', () => {
  before(async () => {
    await vscode.commands.executeCommand(commandIds.startSandbox);
  });

  after(async () => {
    await vscode.commands.executeCommand(commandIds.stopSandbox);
    await setProfiles([]);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  function idOf(variable: string): string {
    const id = profilesSetting().find((entry) => entry.variable === variable)?.id;
    assert.ok(id !== undefined);
    return id;
  }

  async function inspect(variable: string): Promise<vscode.TextDocument> {
    await vscode.commands.executeCommand(commandIds.inspectToken, { profile: { id: idOf(variable) } });
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'payment-auth');
    return document;
  }

  /** Fails where the token of a variable, or a part of it, can be read. */
  function assertTellsNoToken(text: string, variable: string): void {
    const token = process.env[variable] ?? '';
    assert.ok(token.length > 20);
    for (const part of [token, ...token.split('.')]) assert.ok(!text.includes(part));
  }

  it('opens a document of a readable name, in Markdown, beside the editor', async () => {
    const document = await inspect('SANDBOX_PAY4POWER_TOKEN');
    assert.equal(document.uri.path, `/${idOf('SANDBOX_PAY4POWER_TOKEN')}/Pay4Power DEV sandbox token.md`);
    assert.equal(document.languageId, 'markdown');
    assert.equal(vscode.window.tabGroups.all.length, 2);
    assert.equal(vscode.window.activeTextEditor?.viewColumn, vscode.ViewColumn.Two);
  });

  it('shows issuer, audience and claims of a JWT, and no part of the token', async () => {
    const text = (await inspect('SANDBOX_PAY4POWER_TOKEN')).getText();
    assert.match(text, /^# Pay4Power DEV sandbox\n/);
    assert.match(text, /^ {4}State +valid, 59 min left$/m);
    assert.match(text, /^ {4}Issuer +SANDBOX_MERCHANT_ISSUER$/m);
    assert.match(text, /^ {4}Audience +SANDBOX_MERCHANT_AUDIENCE$/m);
    assert.match(text, /^ {4}Algorithm +HS256$/m);
    assert.match(text, /^ {4}business_name +SANDBOX$/m);
    assert.match(text, /^ {4}public_key +•••$/m);
    assert.match(text, /^ {4}nbf +\d{10} {2}\S.*\d{4}/m);
    assertTellsNoToken(text, 'SANDBOX_PAY4POWER_TOKEN');
  });

  it('masks personal claims, and opens where another inspection is', async () => {
    const text = (await inspect('SANDBOX_PAPAYA_TOKEN')).getText();
    assert.match(text, /^ {4}user\/email +•••$/m);
    assert.match(text, /^ {4}user\/owner\/ownerType +org_id$/m);
    assert.match(text, /^ {4}Key +SANDBOXKEY0$/m);
    assert.ok(!text.includes('nobody') && !text.includes('sandbox.invalid'));
    assertTellsNoToken(text, 'SANDBOX_PAPAYA_TOKEN');
    assert.equal(vscode.window.tabGroups.all.length, 2);
  });

  it('says of an opaque token that there are no claims', async () => {
    const text = (await inspect('SANDBOX_PAY_CONNECT_TOKEN')).getText();
    assert.match(text, /^The token is opaque: it has no claims to show\.$/m);
    assertTellsNoToken(text, 'SANDBOX_PAY_CONNECT_TOKEN');
  });

  it('cannot be edited', async () => {
    const document = await inspect('SANDBOX_B2BINPAY_TOKEN');
    const before = document.getText();
    await vscode.commands.executeCommand('type', { text: 'x' });
    assert.equal(document.getText(), before);
    assert.equal(document.isDirty, false);
  });

  it('follows a renewal', async () => {
    const document = await inspect('SANDBOX_B2BINPAY_TOKEN');
    const id = () => /^ {4}jti +(\S+)$/m.exec(document.getText())?.[1];
    const before = id();
    assert.ok(before !== undefined);
    await vscode.commands.executeCommand(commandIds.refreshToken, { profile: { id: idOf('SANDBOX_B2BINPAY_TOKEN') } });
    await until('another token', () => id() !== before);
    assertTellsNoToken(document.getText(), 'SANDBOX_B2BINPAY_TOKEN');
  });

  it('says what to do where the token was forgotten', async () => {
    const document = await inspect('SANDBOX_B2BINPAY_TOKEN');
    await vscode.commands.executeCommand(commandIds.forgetToken, { profile: { id: idOf('SANDBOX_B2BINPAY_TOKEN') } });
    await until('there is none', () =>
      document.getText().includes('There is none. Run “Payment Auth: Fetch B2BinPay token” from the command palette.'),
    );
    assert.doesNotMatch(document.getText(), /jti/);
  });

  it('follows a new name, and says when the profile was deleted', async () => {
    const document = await inspect('SANDBOX_B2BINPAY_TOKEN');
    const entries = profilesSetting();
    await setProfiles(entries.map((entry) => (entry.variable === 'SANDBOX_B2BINPAY_TOKEN' ? { ...entry, name: 'Crypto <b>' } : entry)));
    await until('the new name', () => document.getText().startsWith('# Crypto \\<b\\>\n'));
    await setProfiles(entries.filter(({ variable }) => variable !== 'SANDBOX_B2BINPAY_TOKEN'));
    await until('the end', () => document.getText() === '# B2BinPay sandbox\n\nThis profile was deleted.\n');
  });
});
