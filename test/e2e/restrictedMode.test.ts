import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { Workbench } from '../support/workbench.ts';

describe('A workspace that is not trusted', () => {
  const calls: string[] = [];
  let sandbox: Sandbox;
  const content = 'GET https://api.example.com/payments\n';
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'payment-auth-workspace-'));
    await writeFile(path.join(folder, 'hostile.http'), content);
    const log = { info: (message: string) => calls.push(message), warn: () => undefined, error: () => undefined };
    sandbox = await startSandbox({ port: 4010, log });
    workbench = await Workbench.open(folder, { workspaceTrust: true });
    await workbench.page.getByText('Restricted Mode is intended for safe code browsing').waitFor();
  });

  after(async () => {
    await workbench.close();
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is told why nothing is offered, and how to trust it', async () => {
    await workbench.openView();
    await workbench.page.getByText('Nothing is sent from a workspace that is not trusted.').waitFor();
    await workbench.page.getByRole('button', { name: 'Manage workspace trust' }).waitFor();
    await workbench.screenshot('restricted');
  });

  it('has no command in the palette that sends or writes', async () => {
    await workbench.typeIntoPalette('Payment Auth: Show log');
    await workbench.input.fill('>Payment Auth: ');
    await workbench.quickPickRow('Show log').waitFor();
    const offered = await workbench.page.locator('.quick-input-list .monaco-list-row').allInnerTexts();
    for (const title of ['Fetch', 'Insert', 'Copy', 'Add profile', 'sandbox', 'Renew', 'Send', 'Verify', 'binding'])
      assert.deepEqual(
        offered.filter((row) => row.startsWith('Payment Auth: ') && row.includes(title)),
        [],
        title,
      );
    await workbench.page.keyboard.press('Escape');
    assert.equal(await readFile(path.join(folder, 'hostile.http'), 'utf8'), content);
  });

  it('sees the profiles and the times of another window, and sends, writes and injects nothing', async () => {
    const trusted = await workbench.another();
    await trusted.openView();
    await trusted.page.getByRole('button', { name: 'Try it with the sandbox' }).click();
    await trusted.notification('5 of 5 profiles have a token').waitFor();
    await trusted.page.close();
    const before = calls.length;
    await workbench.reload();
    await workbench.openView();
    const row = workbench.treeRow('Papaya sandbox');
    await row.filter({ hasText: 'valid, ' }).waitFor();
    await workbench.status.filter({ hasText: 'Papaya sandbox' }).waitFor();
    // The buttons of a row that would send are not there.
    await row.hover();
    assert.equal(await row.getByRole('button').count(), 0);
    await workbench.screenshot('restricted-profiles');
    // Looking at a token sends nothing.
    await workbench.run('Payment Auth: Inspect token');
    await workbench.choose('Papaya sandbox');
    await workbench.page.locator('.view-line').filter({ hasText: 'SANDBOXKEY0' }).waitFor();
    // A click on the status bar would renew: it says why not.
    await workbench.status.click();
    await workbench.notification('Nothing is fetched, copied, inserted or sent in a workspace that is not trusted').waitFor();
    assert.deepEqual(calls.slice(before), []);
    assert.equal(await readFile(path.join(folder, 'hostile.http'), 'utf8'), content);
    await workbench.assertNothingLeaked(folder);
  });
});
