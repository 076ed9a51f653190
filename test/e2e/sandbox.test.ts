import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
    await workbench.screenshotFailure(this.currentTest);
  });

  it('makes profiles with tokens and opens the example', async () => {
    await workbench.openView();
    await workbench.page.getByRole('button', { name: 'Try it with the sandbox' }).click();
    await workbench.notification('5 of 5 profiles have a token').waitFor();
    for (const { name } of accounts) await workbench.treeRow(name).filter({ hasText: 'valid, ' }).waitFor();
    await workbench.page.locator('.tab.active').filter({ hasText: 'sandbox.http' }).waitFor();
    await workbench.status.filter({ hasText: /Papaya sandbox 23h 5\dm/ }).waitFor();
    await workbench.dismissNotifications();
  });

  it('looks right in the dark, in the light and in high contrast', async () => {
    // VS Code asks for lenses only of an editor that has the focus for a while.
    await workbench.page.locator('.view-line').first().click();
    await workbench.page
      .locator('.codelens-decoration a')
      .filter({ hasText: /Papaya sandbox · valid/ })
      .waitFor();
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
    const token = await workbench.copied(async () => {
      await workbench.run('Payment Auth: Copy token');
      await workbench.choose('Papaya sandbox');
    });
    // Another program may have the usual port; what the editor shows is what a person would send.
    const shown = await workbench.page.locator('.view-line').filter({ hasText: '@sandbox' }).innerText();
    const example = await readFile(path.join(folder, 'sandbox.http'), 'utf8');
    const file = path.join(folder, 'sent.http');
    await writeFile(file, example.replace(/^@sandbox.*$/m, shown.replaceAll('\u00a0', ' ')));
    assert.deepEqual(await sendWithHttpyac(file, { SANDBOX_PAPAYA_TOKEN: token }), [200, 401, 401, 401, 401]);
  });

  it('offers everything in the menu of a profile', async () => {
    await workbench.treeRow('Papaya sandbox').click({ button: 'right' });
    const menu = workbench.page.locator('.monaco-menu');
    await menu.getByText('Forget token').waitFor();
    for (const title of ['Renew token', 'Verify token']) assert.equal(await menu.getByText(title).count(), 1, title);
    await workbench.screenshot('menu');
    await workbench.page.keyboard.press('Escape');
  });

  it('renames, duplicates, makes active and deletes a profile', async () => {
    await workbench.run('Payment Auth: Rename profile');
    await workbench.choose('B2BinPay sandbox');
    await workbench.input.fill('Pay-Connect sandbox');
    await workbench.step('There is a profile named Pay-Connect sandbox already');
    await workbench.input.fill('Crypto');
    await workbench.page.keyboard.press('Enter');
    await workbench.treeRow('Crypto').filter({ hasText: 'valid, ' }).waitFor();

    await workbench.run('Payment Auth: Duplicate profile');
    await workbench.choose('Crypto');
    await workbench.treeRow('Crypto copy').filter({ hasText: 'not fetched yet' }).waitFor();

    await workbench.run('Payment Auth: Set active profile');
    await workbench.choose('Crypto copy');
    await workbench.status.filter({ hasText: 'Crypto copy' }).click();
    await workbench.status.filter({ hasText: /Crypto copy \d+m/ }).waitFor();

    const command = await workbench.copied(async () => {
      await workbench.run('Payment Auth: Copy as curl');
      await workbench.choose('Crypto copy');
      await workbench.choose('Reads the token from the environment');
    });
    assert.match(command, /^curl --header "Authorization: Bearer \$SANDBOX_B2BINPAY_TOKEN_2" 'http:\/\/127\.0\.0\.1:\d+\/'$/);

    await workbench.run('Payment Auth: Delete profile');
    await workbench.choose('Crypto copy');
    await workbench.confirm('Delete');
    await workbench.treeRow('Crypto copy').waitFor({ state: 'detached' });
    await workbench.status.filter({ hasText: 'Papaya sandbox' }).waitFor();
  });

  it('edits a profile step by step, and asks for credentials where they would go elsewhere', async () => {
    await workbench.run('Payment Auth: Edit profile');
    await workbench.choose('Pay-Connect sandbox');
    await workbench.step('Which environment');
    await workbench.choose('development');
    await workbench.step('Client ID');
    await workbench.page.keyboard.press('Escape');
    await workbench.run('Payment Auth: Edit profile');
    await workbench.choose('Pay-Connect sandbox');
    await workbench.step('Which environment');
    await workbench.page.keyboard.press('Enter');
    await workbench.answer('token endpoint');
    await workbench.answer('A name for the profile', 'Terminals');
    await workbench.answer('The variable');
    await workbench.step('How will you use');
    await workbench.choose('Copy only');
    await workbench.treeRow('Terminals').filter({ hasText: 'valid, ' }).waitFor();
  });

  it('names a wrong entry of the settings, which opens at its place', async () => {
    const line = (text: string) => workbench.page.locator('.view-line').filter({ hasText: `"provider": "${text}"` });
    await workbench.run('Preferences: Open User Settings (JSON)');
    await line('papaya').click();
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.press('ArrowLeft');
    await workbench.page.keyboard.press('ArrowLeft');
    await workbench.page.keyboard.type('s');
    await workbench.page.keyboard.press('Control+S');
    const wrong = workbench.treeRow(/There is no provider “papayas”/);
    await wrong.waitFor();
    await workbench.page.keyboard.press('Escape');
    await line('papayas').waitFor({ state: 'detached' });
    await workbench.screenshot('wrong-entry');
    await workbench.treeRow('Pay4Power DEV sandbox').filter({ hasText: 'valid, ' }).waitFor();

    await wrong.click();
    await line('papayas').waitFor();
    await workbench.screenshot('wrong-entry-opened');
    await line('papayas').click();
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.press('ArrowLeft');
    await workbench.page.keyboard.press('ArrowLeft');
    await workbench.page.keyboard.press('Backspace');
    await workbench.page.keyboard.press('Control+S');
    await workbench.treeRow('Papaya sandbox').filter({ hasText: 'valid, ' }).waitFor();
    await workbench.page.keyboard.press('Escape');
    await line('papaya').waitFor({ state: 'detached' });
  });

  it('has shown, printed and kept in files no credential and no token', async () => {
    await workbench.assertNothingLeaked(folder);
  });

  it('stops on command and says so where a token is asked for', async () => {
    await workbench.run('Payment Auth: Stop the sandbox');
    await workbench.notification('The sandbox is stopped').waitFor();
    await workbench.dismissNotifications();
    await workbench.run('Payment Auth: Verify token');
    await workbench.choose('Papaya sandbox');
    await workbench.notification(/Papaya sandbox: unclear whether the token is accepted\. Nothing answers at 127\.0\.0\.1/).waitFor();
    await workbench.notification('verifying').waitFor({ state: 'detached' });
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('verify-unclear');
    await workbench.dismissNotifications();
    await workbench.status.click();
    const failure = workbench.notification(/Papaya sandbox: Nothing answers at 127\.0\.0\.1/);
    await failure.waitFor();
    await workbench.screenshot('sandbox-stopped');
    await failure.getByRole('button', { name: 'Start Sandbox' }).click();
    await workbench.notification('5 of 5 profiles have a token').waitFor();
  });
});
