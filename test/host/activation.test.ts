import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { commandIds } from '../../src/manifest.ts';
import { extensionId, setProfiles } from './support.ts';

describe('Activation', () => {
  after(async () => {
    await vscode.commands.executeCommand(commandIds.stopSandbox);
    await setProfiles([]);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('keeps the code that start-up loads under 100 kB', async () => {
    const dist = path.join(vscode.extensions.getExtension(extensionId)?.extensionPath ?? '', 'dist');
    const chunks = (await readdir(path.join(dist, 'chunks'))).filter((name) => /^(start|chunk)-/.test(name));
    const sizes = await Promise.all(['extension.js', ...chunks.map((name) => `chunks/${name}`)].map((name) => stat(path.join(dist, name))));
    const total = sizes.reduce((sum, { size }) => sum + size, 0);
    assert.ok(chunks.length > 0 && total < 100_000, `${String(total)} bytes`);
  });

  it('loads neither the HTTP client nor the sandbox nor the wizard before they are needed', async () => {
    await vscode.extensions.getExtension(extensionId)?.activate();
    assert.deepEqual(loadedOnDemand(), []);
    await vscode.commands.executeCommand(commandIds.startSandbox);
    assert.deepEqual(loadedOnDemand(), ['server', 'tokenClient']);
  });
});

/** The bundle's on-demand files that Node has loaded by now. */
function loadedOnDemand(): string[] {
  return Object.keys(require.cache)
    .map((file) => /\/dist\/chunks\/(server|tokenClient|wizard)-[^/]+$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}
