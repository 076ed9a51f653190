import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { commandIds } from '../../src/manifest.ts';
import { startUpFiles } from '../support/bundle.ts';
import { extensionId, setProfiles } from './support.ts';

describe('Activation', () => {
  after(async () => {
    await vscode.commands.executeCommand(commandIds.stopSandbox);
    await setProfiles([]);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('keeps the code that start-up loads under 100 kB', async () => {
    const files = await startUpFiles();
    const sizes = await Promise.all(files.map((file) => stat(file)));
    const total = sizes.reduce((sum, { size }) => sum + size, 0);
    assert.ok(files.length > 1 && total < 100_000, `${String(total)} bytes`);
  });

  it('loads neither the HTTP client nor the sandbox, the wizard nor the inspector before they are needed', async () => {
    await vscode.extensions.getExtension(extensionId)?.activate();
    assert.deepEqual(loadedOnDemand(), []);
    await vscode.commands.executeCommand(commandIds.startSandbox);
    assert.deepEqual(loadedOnDemand(), ['server', 'tokenClient']);
  });
});

/** The bundle's on-demand files that Node has loaded by now. */
function loadedOnDemand(): string[] {
  return Object.keys(require.cache)
    .map((file) => /\/dist\/chunks\/(inspector|server|tokenClient|wizard)-[^/]+$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}
