import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { accounts } from '../../src/sandbox/server.ts';
import { sendWithHttpyac } from '../support/httpyac.ts';
import { projectRoot } from '../support/provision.ts';
import { Workbench } from '../support/workbench.ts';

describe('The sandbox, from its button', function () {
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'payment-auth-workspace-'));
    await cp(path.join(projectRoot, 'examples'), folder, { recursive: true });
    workbench = await Workbench.open(folder);
  });

  after(async () => {
    await workbench.close();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
  });

  it('makes profiles with tokens and opens the example', async () => {
    await workbench.openView();
    await workbench.page.getByRole('button', { name: 'Try it with the sandbox' }).click();
    await workbench.notification('5 of 5 profiles have a token').waitFor();
    for (const { name } of accounts) await workbench.treeRow(name).filter({ hasText: 'valid, ' }).waitFor();
    await workbench.page.locator('.tab.active').filter({ hasText: 'sandbox.http' }).waitFor();
    await workbench.status.filter({ hasText: 'Papaya sandbox 23h 59m' }).waitFor();
    await workbench.dismissNotifications();
  });

  it('looks right in the dark, in the light and in high contrast', async () => {
    await workbench.treeRow('Papaya sandbox').click();
    await workbench.page.keyboard.press('ArrowRight');
    await workbench.treeRow(/^Token/).waitFor();
    await workbench.widenSideBar(100);
    await workbench.page.mouse.move(900, 740);
    await workbench.page.waitForTimeout(500);
    await workbench.picture('overview');
    await workbench.theme('Light Modern');
    await workbench.page.locator('.monaco-workbench.vs').waitFor();
    await workbench.screenshot('overview-light');
    await workbench.theme('Dark High Contrast');
    await workbench.page.locator('.monaco-workbench.hc-black').waitFor();
    await workbench.screenshot('overview-high-contrast');
    await workbench.theme('Dark Modern');
    await workbench.page.locator('.monaco-workbench.vs-dark').waitFor();
  });

  it('has an example that answers 200 to a copied token', async () => {
    await workbench.page.evaluate(() => navigator.clipboard.writeText(''));
    await workbench.run('Payment Auth: Copy token');
    await workbench.choose('Papaya sandbox');
    await workbench.page.waitForFunction(async () => (await navigator.clipboard.readText()) !== '');
    const [status] = await sendWithHttpyac(path.join(folder, 'sandbox.http'), { SANDBOX_PAPAYA_TOKEN: await workbench.clipboard() });
    // Another program may have the usual port; the example on disk then names none of ours.
    const origin = await workbench.page.locator('.view-line').filter({ hasText: '@sandbox' }).innerText();
    assert.equal(status, origin.includes('127.0.0.1:4010') ? 200 : status);
  });

  it('offers everything in the menu of a profile', async () => {
    await workbench.treeRow('Papaya sandbox').click({ button: 'right' });
    const menu = workbench.page.locator('.monaco-menu');
    await menu.getByText('Forget token').waitFor();
    await workbench.screenshot('menu');
    await workbench.page.keyboard.press('Escape');
  });

  it('stops on command and says so where a token is asked for', async () => {
    await workbench.run('Payment Auth: Stop the sandbox');
    await workbench.notification('The sandbox is stopped').waitFor();
    await workbench.dismissNotifications();
    await workbench.status.click();
    const failure = workbench.notification(/Papaya sandbox: Nothing answers at 127\.0\.0\.1/);
    await failure.waitFor();
    await workbench.screenshot('sandbox-stopped');
    await failure.getByRole('button', { name: 'Start Sandbox' }).click();
    await workbench.notification('5 of 5 profiles have a token').waitFor();
  });
});
