import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { accounts, startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { waitFor } from '../support/waitFor.ts';
import { Workbench } from '../support/workbench.ts';

const account = accounts.find(({ provider }) => provider === 'b2BinPay') ?? assert.fail();
const name = 'B2BinPay production';

describe('A production profile, as a person meets it', function () {
  const calls: string[] = [];
  let sandbox: Sandbox;
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    const log = { info: (line: string) => void calls.push(line), warn: () => undefined, error: () => undefined };
    sandbox = await startSandbox({ log });
    folder = await mkdtemp(path.join(tmpdir(), 'payment-auth-workspace-'));
    await writeFile(path.join(folder, 'payments.http'), `GET ${sandbox.origin}${account.resourcePath}\nAccept: application/json\n`);
    await writeFile(
      path.join(folder, 'elsewhere.http'),
      'GET https://api.pay.example/wallet/\nAuthorization: Bearer {{$processEnv B2BINPAY_TOKEN}}\n',
    );
    workbench = await Workbench.open(folder);
  });

  after(async () => {
    await workbench.close();
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(async function () {
    await workbench.screenshotFailure(this.currentTest);
  });

  const tokenCalls = () => calls.filter((line) => line.includes(`POST ${account.tokenPath} `)).length;
  const dialog = () => workbench.page.locator('.monaco-dialog-box');
  const title = (text: string) => workbench.page.locator('.quick-input-title').filter({ hasText: text });

  async function question(...texts: string[]): Promise<Locator> {
    const asked = texts.reduce((box, hasText) => box.filter({ hasText }), dialog());
    await asked.waitFor();
    return asked;
  }

  async function decline(): Promise<void> {
    await workbench.confirm('Cancel');
    await dialog().waitFor({ state: 'detached' });
  }

  it('is marked in every step of the wizard from the environment on', async () => {
    await workbench.openView();
    await workbench.run('Fetch B2BinPay token');
    await workbench.step('Which environment');
    assert.equal(await title('· PROD').count(), 0);
    await workbench.choose('production');
    await workbench.step('token endpoint');
    await title('Add a B2BinPay profile · PROD').waitFor();
    await workbench.answer('token endpoint', sandbox.origin + account.tokenPath);
    await workbench.step('API key');
    await title('· PROD').waitFor();
    await workbench.screenshot('production-wizard');
    await workbench.answer('API key', account.credentials.client_id);
    await workbench.answer('API secret', account.credentials.client_secret);
    await workbench.answer('A name for the profile');
    await workbench.answer('The variable');
    await workbench.step('How will you use');
    await title('· PROD').waitFor();
    await workbench.page.keyboard.press('Enter');
  });

  it('is asked about before its first token is fetched; Cancel fetches nothing and keeps the profile', async () => {
    await question(`${name} is a production profile.`, 'You are about to fetch its token, which moves real money.');
    await workbench.page.waitForTimeout(300);
    await workbench.screenshot('production-question');
    await decline();
    await workbench.treeRow(name).filter({ hasText: 'PROD · not fetched yet' }).waitFor();
    assert.equal(tokenCalls(), 0);
    assert.equal(await workbench.notification(/./).count(), 0);
  });

  it('is fetched after a yes, and says PROD in red in the status bar and by a word everywhere', async () => {
    await workbench.run('Fetch B2BinPay token');
    await question(`${name} is a production profile.`);
    await workbench.confirm('Fetch');
    await workbench.notification(`PROD ${name}: token valid until`).waitFor();
    assert.equal(tokenCalls(), 1);
    await workbench.treeRow(`${name}, production`).filter({ hasText: 'PROD · valid, ' }).waitFor();
    await workbench.status.filter({ hasText: `PROD ${name} ` }).waitFor();
    assert.match((await workbench.status.getAttribute('class')) ?? '', /\berror-kind\b/);
    const background = await workbench.status.evaluate((item) => getComputedStyle(item).backgroundColor);
    const [red = 0, green = 0, blue = 0] = (/\d+, \d+, \d+/.exec(background)?.[0] ?? '').split(', ').map(Number);
    assert.ok(red > green + 50 && red > blue + 50, background);
    await workbench.dismissNotifications();
  });

  it('is copied and renewed without another question', async () => {
    const token = await workbench.copied(() => workbench.run('Payment Auth: Copy token'));
    assert.ok(token.length > 20);
    await workbench.status.click();
    await waitFor(() => tokenCalls() === 2, 'a click on the status bar renews');
    assert.equal(await dialog().count(), 0);
  });

  it('is offered no target that holds its token on disk, and the way to allow it', async () => {
    await workbench.openFile('payments.http');
    await workbench.page.keyboard.press('Control+Home');
    await workbench.run('Payment Auth: Insert token…');
    await workbench.step(`Put the token of PROD ${name} where?`);
    await workbench.quickPickRow('Not for production profiles, unless a setting allows it').waitFor();
    await workbench.screenshot('production-targets');
    for (const target of ['with the token', '.env', 'http-client.private.env.json', 'REST Client environment'])
      assert.equal(await workbench.quickPickRow(target).count(), 0, target);
    await workbench.choose('Files and settings');
    const refusal = workbench.notification(`${name} is a production profile, so its token is not written into files or settings.`);
    await refusal.waitFor();
    await workbench.page.waitForTimeout(300);
    await workbench.screenshot('production-refused');
    await refusal.getByRole('button', { name: 'Open Setting' }).click();
    await workbench.page.locator('.settings-editor').getByText('Allow Production').first().waitFor();
    await workbench.screenshot('production-setting');
    await workbench.page.keyboard.press('Escape');
    await workbench.page.locator('.settings-editor').waitFor({ state: 'detached' });
    await workbench.dismissNotifications();
    await workbench.run('Payment Auth: Copy as curl');
    await workbench.quickPickRow('Reads the token from the environment').waitFor();
    assert.equal(await workbench.quickPickRow('Holds the token').count(), 0);
    await workbench.page.keyboard.press('Escape');
  });

  it('is inserted by reference', async () => {
    await workbench.openFile('payments.http');
    await workbench.run('Payment Auth: Insert token…');
    await workbench.choose('Reference in the request');
    await workbench.page.locator('.view-line').filter({ hasText: '$processEnv B2BINPAY_TOKEN' }).waitFor();
    await workbench.page.keyboard.press('Control+S');
    await waitFor(
      async () => (await readFile(path.join(folder, 'payments.http'), 'utf8')).includes('{{$processEnv B2BINPAY_TOKEN}}'),
      'the file holds the reference',
    );
    assert.equal(await dialog().count(), 0);
  });

  it('is underlined on its way to another host, until a person says that the host is one of its own', async () => {
    await workbench.openFile('elsewhere.http');
    await workbench.page.locator('.squiggly-error').waitFor();
    await workbench.page
      .locator('.codelens-decoration a')
      .filter({ hasText: `PROD ${name} · valid` })
      .waitFor();
    await workbench.page.locator('.view-line').first().click();
    const choose = async () => {
      await workbench.page.keyboard.press('Control+.');
      await workbench.page
        .locator('.action-widget .monaco-list-row')
        .filter({ hasText: 'Add api.pay.example to the API hosts' })
        .first()
        .click();
      await question('Is api.pay.example a production host of B2BinPay v3?');
    };
    await choose();
    await workbench.screenshot('production-host');
    await decline();
    await workbench.page.locator('.squiggly-error').waitFor();
    await choose();
    await workbench.confirm('Add Host');
    await workbench.page.locator('.squiggly-error').waitFor({ state: 'detached' });
  });

  it('looks right in the dark, in the light and in high contrast', async () => {
    await workbench.openView();
    await workbench.treeRow(name).click();
    await workbench.page.keyboard.press('ArrowRight');
    await workbench
      .treeRow(/^Environment/)
      .filter({ hasText: 'PROD · production · ' })
      .waitFor();
    await workbench.widenSideBar(120);
    await workbench.page.mouse.move(900, 740);
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('production-dark');
    await workbench.theme('Light Modern');
    await workbench.page.locator('.monaco-workbench.vs').waitFor();
    await workbench.screenshot('production-light');
    await workbench.theme('Dark High Contrast');
    await workbench.page.locator('.monaco-workbench.hc-black').waitFor();
    await workbench.screenshot('production-high-contrast');
    await workbench.theme('Dark Modern');
    await workbench.page.locator('.monaco-workbench.vs-dark').waitFor();
  });

  it('asks for a copy of it anew, and no longer once that is another environment', async () => {
    await workbench.run('Payment Auth: Duplicate profile');
    const copy = workbench.treeRow(`${name} copy`);
    await copy.filter({ hasText: 'not fetched yet' }).waitFor();
    await workbench.run('Payment Auth: Renew token');
    await workbench.choose(`${name} copy`);
    await question(`${name} copy is a production profile.`, 'You are about to fetch its token');
    await decline();
    await workbench.run('Payment Auth: Edit profile');
    await workbench.choose(`${name} copy`);
    await workbench.step('Which environment');
    await title(`Edit ${name} copy · PROD`).waitFor();
    await workbench.choose('local');
    await workbench.answer('token endpoint', sandbox.origin + account.tokenPath);
    await workbench.answer('A name for the profile', 'Trial');
    await workbench.answer('The variable');
    await workbench.step('How will you use');
    assert.equal(await title('· PROD').count(), 0);
    await workbench.page.keyboard.press('Enter');
    await workbench.treeRow('Trial').filter({ hasText: 'not fetched yet' }).waitFor();
    const before = tokenCalls();
    await workbench.run('Payment Auth: Renew token');
    await workbench.choose('Trial');
    await workbench.treeRow('Trial').filter({ hasText: 'valid, ' }).waitFor();
    assert.equal(tokenCalls(), before + 1);
  });

  it('is asked about again in another session, though its token is valid', async () => {
    await workbench.reload();
    await workbench.openView();
    await workbench.treeRow(name).filter({ hasText: 'PROD · valid, ' }).waitFor();
    const before = tokenCalls();
    await workbench.page.evaluate(() => navigator.clipboard.writeText('mine'));
    await workbench.run('Payment Auth: Copy token');
    await workbench.choose(name);
    await question(`${name} is a production profile.`, 'You are about to copy its token');
    await decline();
    assert.equal(await workbench.page.evaluate(() => navigator.clipboard.readText()), 'mine');
    assert.equal(tokenCalls(), before);
  });

  it('is left out where all tokens are renewed and it is not confirmed', async () => {
    const before = tokenCalls();
    await workbench.run('Payment Auth: Renew all tokens');
    await question(`${name} is a production profile.`, 'Cancel leaves it out and renews the others.');
    await workbench.screenshot('production-renew-all');
    await decline();
    await waitFor(() => tokenCalls() === before + 1, 'the other one is renewed');
    await workbench.treeRow('Trial').filter({ hasText: 'valid, ' }).waitFor();
    await workbench.run('Payment Auth: Renew all tokens');
    await question(`${name} is a production profile.`);
    await workbench.confirm('Renew');
    await waitFor(() => tokenCalls() === before + 3, 'both are renewed');
  });

  it('is asked about before an edit hands its token to terminals', async () => {
    await workbench.reload();
    await workbench.openView();
    await workbench.treeRow(name).filter({ hasText: 'PROD · valid, ' }).waitFor();
    await workbench.run('Payment Auth: Edit profile');
    await workbench.choose(name);
    await workbench.step('Which environment');
    await workbench.page.keyboard.press('Enter');
    await workbench.answer('token endpoint');
    await workbench.answer('A name for the profile');
    await workbench.answer('The variable');
    await workbench.step('How will you use');
    await workbench.choose('In memory, and in terminals');
    await question(`${name} is a production profile.`, 'You are about to give its token to more programs than before');
    await decline();
    await workbench.treeRow(name).click();
    await workbench.page.keyboard.press('ArrowRight');
    await workbench.treeRow(/^Token/).waitFor();
    assert.equal(await workbench.treeRow(/^Bindings/).count(), 0);
  });

  it('has shown, printed and kept in files no credential and no token', async () => {
    await workbench.assertNothingLeaked(folder);
  });
});
