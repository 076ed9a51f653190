import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { providers } from '../../src/core/providers/index.ts';
import { commandIds, fetchCommandId, settingIds, viewContainerId, viewId } from '../../src/manifest.ts';
import { extensionId } from './support.ts';

interface Contributes {
  readonly commands: { command: string; title: string; category: string }[];
  readonly configuration: { readonly properties: Record<string, { scope: string; default: unknown }> };
  readonly views: Record<string, { id: string }[]>;
}

describe('The manifest and the running extension', () => {
  const extension = vscode.extensions.getExtension(extensionId);
  const contributes = (extension?.packageJSON as { contributes: Contributes }).contributes;

  before(async () => {
    await extension?.activate();
  });

  it('contribute the same commands, all of them registered', async () => {
    const known = [...Object.values(commandIds), ...providers.map(({ id }) => fetchCommandId(id))].sort();
    const registered = (await vscode.commands.getCommands(true))
      .filter((id) => id.startsWith('paymentAuth.') && !id.startsWith(`${viewId}.`))
      .sort();
    assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), known);
    assert.deepEqual(
      registered.filter((id) => known.includes(id)),
      known,
    );
  });

  it('name the settings alike, each out of a workspace’s reach', () => {
    assert.deepEqual(Object.keys(contributes.configuration.properties).sort(), Object.values(settingIds).sort());
    for (const [id, { scope }] of Object.entries(contributes.configuration.properties)) assert.equal(scope, 'application', id);
  });

  it('name the view alike', () => {
    assert.deepEqual(
      contributes.views[viewContainerId]?.map(({ id }) => id),
      [viewId],
    );
  });

  it('exports nothing that another extension could use', () => {
    assert.equal(extension?.exports, undefined);
  });
});
