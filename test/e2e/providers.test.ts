import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProvider } from '../../src/core/providers/index.ts';
import { accounts, startSandbox, type Sandbox, type SandboxAccount } from '../../src/sandbox/server.ts';
import { sendWithHttpyac } from '../support/httpyac.ts';
import { waitFor } from '../support/waitFor.ts';
import { Workbench } from '../support/workbench.ts';

interface Row {
  readonly profile: string;
  readonly account: SandboxAccount;
  readonly variable: string;
  readonly left: RegExp;
  /** How the credentials are given: typed box by box, or all at once. */
  readonly give: 'typed' | 'json' | 'env' | 'curl';
}

const [papaya, dev, testPath, payConnect, b2BinPay] = accounts as [
  SandboxAccount,
  SandboxAccount,
  SandboxAccount,
  SandboxAccount,
  SandboxAccount,
];
const rows: readonly Row[] = [
  { profile: 'Papaya local', account: papaya, variable: 'PAPAYA_TOKEN', left: /valid, 23 h 5\d min left/, give: 'typed' },
  { profile: 'Pay4Power local', account: dev, variable: 'PAY4POWER_TOKEN', left: /valid, 5\d min left/, give: 'json' },
  { profile: 'Pay4Power local 2', account: testPath, variable: 'PAY4POWER_LOCAL_TOKEN', left: /valid, 5\d min left/, give: 'json' },
  { profile: 'Pay-Connect local', account: payConnect, variable: 'PAY_CONNECT_TOKEN', left: /valid, 5\d min left/, give: 'env' },
  { profile: 'B2BinPay local', account: b2BinPay, variable: 'B2BINPAY_TOKEN', left: /valid, 5\d min left/, give: 'curl' },
];

describe('From the palette to an authenticated request', function () {
  let sandbox: Sandbox;
  const calls: string[] = [];
  const log = { info: (message: string) => calls.push(message), warn: () => undefined, error: () => undefined };
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    sandbox = await startSandbox({ log });
    folder = await mkdtemp(path.join(tmpdir(), 'payment-auth-workspace-'));
    for (const [index, { account }] of rows.entries())
      await writeFile(
        path.join(folder, `request${String(index)}.http`),
        `# A protected resource\r\nGET ${sandbox.origin}${account.resourcePath}\r\nAccept: application/json\r\n`,
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

  it('starts with an empty view that says what to do', async () => {
    await workbench.openView();
    await workbench.page.getByRole('button', { name: 'Add a profile' }).waitFor();
    await workbench.page.getByRole('button', { name: 'Try it with the sandbox' }).waitFor();
    assert.equal(await workbench.status.count(), 0, 'no status bar item without profiles');
    await workbench.screenshot('empty');
  });

  for (const [index, row] of rows.entries()) {
    const provider = findProvider(row.account.provider);
    assert.ok(provider);
    const title = `Fetch ${provider.shortName} token`;

    it(`${title}: ${row.profile} through the wizard to a 200`, async () => {
      await workbench.run(title);
      // With a profile of the provider there, the command fetches; the wizard is asked for.
      if (index === 2) {
        await workbench.notification('Pay4Power local: token valid until').waitFor();
        await workbench.dismissNotifications();
        await workbench.run('Payment Auth: Add profile');
        await workbench.choose('Pay4Power');
      }
      await workbench.step('Which environment');
      if (index === 0) await workbench.screenshot('wizard-environment');
      await workbench.choose('local');
      await workbench.answer('token endpoint', sandbox.origin + row.account.tokenPath);
      await giveCredentials(workbench, row, sandbox.origin);
      await workbench.answer('A name for the profile');
      await workbench.answer('The variable');
      await workbench.step('How will you use');
      if (index === 0) await workbench.screenshot('wizard-use');
      await workbench.page.keyboard.press('Enter');

      await workbench.notification(`${row.profile}: token valid until`).waitFor();
      if (index === 0) await workbench.screenshot('fetched');
      const treeRow = workbench.treeRow(row.profile);
      await treeRow.filter({ hasText: row.left }).waitFor();
      await workbench.status.filter({ hasText: row.profile }).waitFor();
      assert.match(
        (await workbench.status.locator('[aria-label]').first().getAttribute('aria-label')) ?? '',
        new RegExp(`${row.profile}, token valid, `),
      );
      await workbench.dismissNotifications();

      const before = tokenCalls(calls, row).length;
      await workbench.status.click();
      await waitFor(() => tokenCalls(calls, row).length === before + 1, 'a click on the status bar renews');
      await treeRow.filter({ hasText: row.left }).waitFor();

      await workbench.openFile(`request${String(index)}.http`);
      await workbench.page.keyboard.press('Control+Home');
      await workbench.run('Payment Auth: Insert token…');
      if (index > 0) await workbench.choose(row.profile);
      await workbench.step(`Put the token of ${row.profile} where?`);
      await workbench.choose('Reference in the request');
      await workbench.page
        .locator('.view-line')
        .filter({ hasText: `$processEnv ${row.variable}` })
        .waitFor();
      await workbench.page.keyboard.press('Control+S');
      const file = path.join(folder, `request${String(index)}.http`);
      const expected = `# A protected resource\r\nGET ${sandbox.origin}${row.account.resourcePath}\r\nAccept: application/json\r\nAuthorization: Bearer {{$processEnv ${row.variable}}}\r\n`;
      await waitFor(async () => (await readFile(file, 'utf8')) === expected, 'the saved file holds the reference and nothing else new');
      await workbench.screenshot(`inserted-${String(index)}`);

      const token = await workbench.copied(async () => {
        await workbench.run('Payment Auth: Copy token');
        if (index > 0) await workbench.choose(row.profile);
      });
      assert.ok(token.length > 20);
      assert.deepEqual(await sendWithHttpyac(file, { [row.variable]: token }), [200]);
      assert.deepEqual(await sendWithHttpyac(file, { [row.variable]: '' }), [401]);
      assert.equal((await readFile(file, 'utf8')).includes(token), false);
    });
  }

  it('undoes an insertion in one step', async () => {
    await workbench.openFile('request0.http');
    await workbench.page.keyboard.press('Control+Z');
    await workbench.page.locator('.view-line').filter({ hasText: '$processEnv' }).waitFor({ state: 'detached' });
    await workbench.page.keyboard.press('Control+Shift+Z');
    await workbench.page.locator('.view-line').filter({ hasText: '$processEnv' }).waitFor();
    await workbench.page.keyboard.press('Control+S');
  });

  it('shows what is known of a profile, and never a token', async () => {
    await workbench.openView();
    await workbench.treeRow('Papaya local').click();
    await workbench.page.keyboard.press('ArrowRight');
    await workbench
      .treeRow(/^Variable/)
      .filter({ hasText: 'PAPAYA_TOKEN · in memory' })
      .waitFor();
    await workbench
      .treeRow(/^Token/)
      .filter({ hasText: 'expires tomorrow' })
      .waitFor();
    await workbench
      .treeRow(/^Environment/)
      .filter({ hasText: `local · ${new URL(sandbox.origin).host}` })
      .waitFor();
    await workbench.status.hover();
    await workbench.page.locator('.monaco-hover').filter({ hasText: 'Switch profile' }).waitFor();
    await workbench.screenshot('tree-and-tooltip');
    const text = await workbench.page.locator('body').innerText();
    assert.doesNotMatch(text, /eyJ[\w-]{10,}/);
    await workbench.page.keyboard.press('Escape');
  });

  it('renews by itself ahead of the expiry, without a word', async () => {
    const [row] = rows;
    assert.ok(row);
    sandbox.setLifetime(15);
    await workbench.run('Payment Auth: Fetch token');
    await workbench.choose(row.profile);
    await workbench.notification('Papaya local: token valid until').waitFor();
    sandbox.setLifetime(0);
    await workbench.status.filter({ hasText: 'Papaya local <1m' }).waitFor();
    await workbench.dismissNotifications();
    const before = tokenCalls(calls, row).length;
    await waitFor(() => tokenCalls(calls, row).length === before + 1, 'one renewal');
    await workbench.status.filter({ hasText: /Papaya local 23h 5\dm/ }).waitFor();
    assert.equal(await workbench.notification(/./).count(), 0);
  });

  it('knows its tokens again after the window was reloaded, and fetches none for it', async () => {
    const before = calls.length;
    await workbench.reload();
    await workbench.openView();
    for (const { profile } of rows) await workbench.treeRow(profile).filter({ hasText: 'valid, ' }).waitFor();
    await workbench.status.filter({ hasText: /Papaya local 23h 5\dm/ }).waitFor();
    assert.deepEqual(calls.slice(before), []);
  });

  it('says what to do about refused credentials, and the way out works', async () => {
    await workbench.run('Payment Auth: Edit credentials');
    await workbench.choose('B2BinPay local');
    await workbench.answer('API key', 'not-the-key');
    await workbench.answer('API secret', 'not-the-secret');
    const refusal = workbench.notification(
      'B2BinPay local: The provider refused these credentials (400). Check the API key and the API secret.',
    );
    await refusal.waitFor();
    await workbench.screenshot('refused');
    await refusal.getByRole('button', { name: 'Edit Credentials' }).click();
    await workbench.answer('API key', b2BinPay.credentials.client_id);
    const row = rows.at(-1);
    assert.ok(row);
    const before = tokenCalls(calls, row).length;
    await workbench.answer('API secret', b2BinPay.credentials.client_secret);
    // VS Code may hide a message that comes while the toast of the one before has the focus.
    await waitFor(() => tokenCalls(calls, row).length === before + 1, 'the right credentials fetch a token');
    assert.doesNotMatch(await workbench.page.locator('body').innerText(), /not-the-(key|secret)|sandbox-b2binpay/);
    await workbench.dismissNotifications();
  });

  it('tells whether the provider accepts the token, and what to do where it does not', async () => {
    await workbench.run('Payment Auth: Verify token');
    await workbench.choose('Papaya local');
    const host = new URL(sandbox.origin).host.replaceAll('.', '\\.');
    await workbench.notification(new RegExp(`Papaya local: the token was accepted \\(200 from ${host}, \\d+ ms\\)\\.`)).waitFor();
    await workbench.notification('verifying').waitFor({ state: 'detached' });
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('verify-accepted');
    await workbench.dismissNotifications();

    // Another server in its place has other keys.
    await sandbox.stop();
    sandbox = await startSandbox({ port: Number(new URL(sandbox.origin).port), log });
    await workbench.run('Payment Auth: Verify token');
    await workbench.choose('Papaya local');
    const refusal = workbench.notification(new RegExp(`Papaya local: the token was refused \\(401 from ${host}\\)\\. Fetch a new one\\.`));
    await refusal.waitFor();
    await workbench.notification('verifying').waitFor({ state: 'detached' });
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('verify-refused');
    const [row] = rows;
    assert.ok(row);
    const before = tokenCalls(calls, row).length;
    await refusal.getByRole('button', { name: 'Fetch' }).click();
    // VS Code may hide a message that comes while the toast of the one before has the focus.
    await waitFor(() => tokenCalls(calls, row).length === before + 1, 'the button fetches a token');
    await workbench.dismissNotifications();
  });

  it('keeps nothing where the wizard is left, and goes back a step', async () => {
    await workbench.run('Payment Auth: Add profile');
    await workbench.choose('Papaya Global');
    await workbench.choose('staging');
    await workbench.step('API key');
    await workbench.page.locator('.quick-input-titlebar [aria-label^="Back"]').click();
    await workbench.step('Which environment');
    await workbench.choose('production');
    await workbench.step('token endpoint');
    await workbench.input.fill('http://pay.example.com/token');
    await workbench.step('is not encrypted');
    await workbench.screenshot('wizard-insecure-url');
    await workbench.page.keyboard.press('Escape');
    await workbench.input.waitFor({ state: 'hidden' });
    assert.equal(await workbench.treeRow(/Papaya (staging|production)/).count(), 0);
  });

  it('has shown, printed and kept in files no credential and no token', async () => {
    await workbench.assertNothingLeaked(folder);
  });

  it('deletes everything on command', async () => {
    await workbench.run('Payment Auth: Delete all Payment Auth data');
    await workbench.confirm('Delete All');
    await workbench.page.getByRole('button', { name: 'Add a profile' }).waitFor();
    await workbench.status.waitFor({ state: 'detached' });
    // The names of secrets are readable in the browser's storage, their values are not.
    const stored = await workbench.page.evaluate(() => localStorage.getItem('secrets.provider') ?? '{}');
    assert.doesNotMatch(stored, /payment-auth/);
  });
});

function tokenCalls(calls: readonly string[], { account }: Row): string[] {
  return calls.filter((line) => line.startsWith(`Sandbox: POST ${account.tokenPath} answered 20`));
}

async function giveCredentials(workbench: Workbench, { account, give }: Row, origin: string): Promise<void> {
  const provider = findProvider(account.provider);
  const fields = provider?.credentials ?? [];
  if (give === 'typed') {
    for (const { id, label } of fields) await workbench.answer(label, account.credentials[id] ?? '');
    return;
  }
  await workbench.step(fields[0]?.label ?? '');
  const lines = fields
    .filter(({ id }) => account.credentials[id] !== undefined)
    .map(({ id, aliases }) => `${aliases?.at(-1) ?? id}=${account.credentials[id] ?? ''}`);
  const texts = {
    json: JSON.stringify(account.credentials, undefined, 2),
    env: `# my keys\n${lines.join('\n')}\n`,
    curl: `curl --location '${origin}${account.tokenPath}' \\\n--header 'Content-Type: application/json' \\\n--data '${JSON.stringify({ data: { type: 'auth-token', attributes: account.credentials } }, undefined, 2)}'`,
  };
  // Pasted as a person does it: an input box treats line breaks in its own way.
  await workbench.page.evaluate((text) => navigator.clipboard.writeText(text), texts[give]);
  await workbench.page.keyboard.press('Control+V');
  await workbench.step('Filled from what you pasted');
  if (give === 'curl') {
    await workbench.page.waitForTimeout(500);
    await workbench.picture('wizard');
  }
  await workbench.page.keyboard.press('Enter');
}
