import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Workbench } from '../support/workbench.ts';

describe('A workspace that is not trusted', () => {
  const content = 'GET https://api.example.com/payments\n';
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'payment-auth-workspace-'));
    await writeFile(path.join(folder, 'hostile.http'), content);
    workbench = await Workbench.open(folder, { workspaceTrust: true });
    await workbench.page.getByText('Restricted Mode is intended for safe code browsing').waitFor();
  });

  after(async () => {
    await workbench.close();
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
    for (const title of ['Fetch', 'Insert', 'Copy', 'Add profile', 'sandbox', 'Renew', 'Send', 'binding'])
      assert.deepEqual(
        offered.filter((row) => row.startsWith('Payment Auth: ') && row.includes(title)),
        [],
        title,
      );
    await workbench.page.keyboard.press('Escape');
    assert.equal(await readFile(path.join(folder, 'hostile.http'), 'utf8'), content);
  });
});
