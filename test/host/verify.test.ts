import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds, settingIds } from '../../src/manifest.ts';
import { accounts, profilesSetting, setProfiles, startSandbox, until, type Sandbox } from './support.ts';

describe('Verifying a token', () => {
  const lines: string[] = [];
  const log = { info: (line: string) => lines.push(line), warn: () => undefined, error: () => undefined };
  let sandbox: Sandbox;

  const setPort = (port: number | undefined) =>
    vscode.workspace.getConfiguration().update(settingIds.sandboxPort, port, vscode.ConfigurationTarget.Global);

  /** What the sandbox logs of the command for one profile. */
  async function linesOf(variable: string): Promise<string[]> {
    const id = profilesSetting().find((entry) => entry.variable === variable)?.id;
    assert.ok(id !== undefined);
    const before = lines.length;
    await vscode.commands.executeCommand(commandIds.verifyToken, { profile: { id } });
    return lines.slice(before);
  }

  before(async () => {
    sandbox = await startSandbox({ log });
    await setPort(Number(new URL(sandbox.origin).port));
    // Joins the server of this test, whose log can be read.
    await vscode.commands.executeCommand(commandIds.startSandbox);
    await until('five tokens', () => accounts.every(({ variable }) => process.env[variable] !== undefined));
  });

  after(async () => {
    await sandbox.stop();
    await setPort(undefined);
    await setProfiles([]);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  for (const { name, variable, resourcePath } of accounts)
    it(`asks for one resource with the token of ${name}, which is accepted, and fetches none`, async () => {
      assert.deepEqual(await linesOf(variable), [`Sandbox: GET ${resourcePath} answered 200.`]);
    });

  it('sends the token that there is, though it is refused, and keeps it', async () => {
    const [{ variable, resourcePath }] = accounts as [(typeof accounts)[number]];
    const token = process.env[variable];
    const port = Number(new URL(sandbox.origin).port);
    await sandbox.stop();
    // Another server in its place has other keys.
    sandbox = await startSandbox({ port, log });
    assert.equal(new URL(sandbox.origin).port, String(port));
    // A connection to the server before may be taken for a good one once; then it is told as broken.
    const line = await until('an answer', async () => (await linesOf(variable)).at(-1));
    assert.equal(line, `Sandbox: GET ${resourcePath} answered 401.`);
    assert.equal(process.env[variable], token);
  });

  it('sends nothing without a token', async () => {
    const [{ variable }] = accounts as [(typeof accounts)[number]];
    const id = profilesSetting().find((entry) => entry.variable === variable)?.id;
    await vscode.commands.executeCommand(commandIds.forgetToken, { profile: { id } });
    assert.deepEqual(await linesOf(variable), []);
  });
});
