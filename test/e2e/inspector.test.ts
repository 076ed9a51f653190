import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { Workbench } from '../support/workbench.ts';

describe('The token inspector', function () {
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'payment-auth-workspace-'));
    await writeFile(path.join(folder, 'payments.http'), 'GET https://api.example.com/payments\n');
    workbench = await Workbench.open(folder);
    await workbench.openView();
    await workbench.page.getByRole('button', { name: 'Try it with the sandbox' }).click();
    await workbench.notification('5 of 5 profiles have a token').waitFor();
    await workbench.dismissNotifications();
  });

  after(async () => {
    await workbench.close();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(async function () {
    await workbench.screenshotFailure(this.currentTest);
  });

  /** Editors draw each space as one that does not break. */
  function line(text: string): Locator {
    const words = new RegExp(text.replaceAll(' ', String.raw`\s+`));
    return workbench.page.locator('.editor-group-container.active .view-line').filter({ hasText: words });
  }

  it('opens beside the request by a click on the row “Token”', async () => {
    await workbench.treeRow('Papaya sandbox').click();
    await workbench.page.keyboard.press('ArrowRight');
    await workbench.treeRow(/^Token/).click();
    await workbench.page.locator('.tab.active').filter({ hasText: 'Papaya sandbox token.md' }).waitFor();
    await line('State valid, 23 h 5').waitFor();
    await line('Key SANDBOXKEY0').waitFor();
    await line('user/email •••').waitFor();
    await workbench.page.mouse.move(900, 740);
    await workbench.screenshot('inspector');
  });

  it('opens from the menu of a profile and from the palette, in the same place', async () => {
    await workbench.treeRow('Pay4Power DEV sandbox').click({ button: 'right' });
    await workbench.page.locator('.monaco-menu').getByText('Inspect token').click();
    await line('SANDBOX_MERCHANT_ISSUER').first().waitFor();
    await workbench.run('Payment Auth: Inspect token');
    await workbench.choose('Pay-Connect sandbox');
    await line('The token is opaque').waitFor();
    await workbench.screenshot('inspector-opaque');
  });

  it('reads well in the light, in high contrast and in the preview of Markdown', async () => {
    await workbench.run('Payment Auth: Inspect token');
    await workbench.choose('Pay4Power DEV sandbox');
    await line('SANDBOX_MERCHANT_ISSUER').first().waitFor();
    await workbench.theme('Light Modern');
    await workbench.page.locator('.monaco-workbench.vs').waitFor();
    await workbench.screenshot('inspector-light');
    await workbench.theme('Dark High Contrast');
    await workbench.page.locator('.monaco-workbench.hc-black').waitFor();
    await workbench.screenshot('inspector-high-contrast');
    await workbench.theme('Dark Modern');
    await workbench.page.locator('.monaco-workbench.vs-dark').waitFor();
    await workbench.run('Markdown: Open Preview');
    const preview = workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe');
    await preview.getByRole('heading', { name: 'Pay4Power DEV sandbox' }).waitFor();
    await preview.getByText('SANDBOX_MERCHANT_ISSUER').first().waitFor();
    await workbench.screenshot('inspector-preview');
  });

  it('has shown, printed and kept in files no credential and no token', async () => {
    await workbench.assertNothingLeaked(folder);
  });

  it('leaves no tab behind that cannot be read after a reload', async () => {
    await workbench.run('Payment Auth: Inspect token');
    await workbench.choose('Papaya sandbox');
    await line('Key SANDBOXKEY0').waitFor();
    await workbench.reload();
    await workbench.treeRow('Papaya sandbox').waitFor();
    await workbench.page.waitForTimeout(2000);
    await workbench.screenshot('inspector-reloaded');
    await workbench.page.locator('.tab').filter({ hasText: 'Papaya sandbox token.md' }).waitFor({ state: 'detached' });
  });
});
