import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fakeJwt } from '../support/acme.ts';
import { waitFor } from '../support/waitFor.ts';
import { Workbench } from '../support/workbench.ts';

const origin = 'http://127.0.0.1:4010';
/** Made up; no profile has it, and it is told by its shape alone. */
const foreignToken = fakeJwt({ sub: 'made-up-0001', name: 'Nobody', email: 'nobody@sandbox.invalid', exp: 2_000_000_000 });

const files = {
  'payments.http': `@papayaToken = {{$processEnv SANDBOX_PAPAYA_TOKEN}}

### Pay out
POST ${origin}/sandbox/papaya
Authorization: Bearer {{papayaToken}}
Content-Type: application/json

{ "amount": 100 }

### Services
GET ${origin}/api/v2.1/b2b/services
Authorization: Bearer {{$processEnv SANDBOX_PAY4POWER_TOKEN}}

### Nothing of ours
GET ${origin}/sandbox
`,
  'wrong.http': `### A misspelled variable
GET ${origin}/wallet/
Authorization: Bearer {{$processEnv SANDBOX_B2BINPAY_TOKN}}

### Two of them
GET ${origin}/wallet/
Authorization: Bearer {{$processEnv SANDBOX_B2BINPAY_TOKEN}}
authorization: Bearer {{$processEnv SANDBOX_PAPAYA_TOKEN}}

### A blank line too many
GET ${origin}/wallet/

Authorization: Bearer {{$processEnv SANDBOX_B2BINPAY_TOKEN}}

### A comment that is none
GET ${origin}/wallet/
#Authorization: Bearer {{$processEnv SANDBOX_B2BINPAY_TOKEN}}
`,
  'literal.http': `GET ${origin}/sandbox/papaya
Authorization: Bearer ${foreignToken}
`,
  'login.http': `POST ${origin}/token
Content-Type: application/json

{
  "api_key": "made-up-key-of-mine",
  "client_secret": "made-up-secret-of-mine"
}
`,
  'typing.http': `GET ${origin}/sandbox/papaya
`,
};

describe('Tokens in the file itself', function () {
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'payment-auth-workspace-'));
    execFileSync('git', ['init', '--quiet', folder]);
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
    workbench = await Workbench.openWithSandbox(folder, { settings: { 'editor.minimap.enabled': false } });
  });

  after(async () => {
    await workbench.close();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(async function () {
    await workbench.screenshotFailure(this.currentTest);
  });

  const read = (name: string) => readFile(path.join(folder, name), 'utf8');
  const line = (text: string | RegExp) => workbench.page.locator('.view-line').filter({ hasText: text });
  const lens = (text: string | RegExp) => workbench.page.locator('.codelens-decoration a').filter({ hasText: text });
  const hover = () => workbench.page.locator('.monaco-hover:not(.hidden) .monaco-hover-content').first();
  const problems = () => workbench.page.locator('.squiggly-error, .squiggly-warning, .squiggly-info');

  /** Points at a word of a line. */
  async function pointAt(text: string, word: string): Promise<void> {
    const written = line(text).first().locator(':scope > span');
    const box = await written.boundingBox();
    const whole = (await written.textContent()) ?? '';
    assert.ok(box && whole.includes(word));
    const width = box.width / whole.length;
    await workbench.page.mouse.move(5, 5);
    await workbench.page.mouse.move(box.x + (whole.indexOf(word) + word.length / 2) * width, box.y + box.height / 2, { steps: 3 });
  }

  async function fix(at: string | RegExp, title: string): Promise<void> {
    await line(at).first().click();
    await workbench.page.keyboard.press('Control+.');
    const item = workbench.page.locator('.action-widget .monaco-list-row').filter({ hasText: title });
    await item.first().waitFor();
    await item.first().click();
  }

  it('says above each request whether it will be accepted', async () => {
    await workbench.openFile('payments.http');
    await lens(/Papaya sandbox · valid, \d+ h/).waitFor();
    await lens(/Pay4Power DEV sandbox · valid, \d+ min left/).waitFor();
    assert.equal(await lens('send with a fresh token').count(), 2);
    await workbench.picture('lenses');
  });

  it('tells of the token behind a reference, claims masked and no token shown', async () => {
    await pointAt('Bearer {{papayaToken}}', 'papayaToken');
    await hover().getByText('not verified').waitFor();
    const text = ((await hover().textContent()) ?? '').replaceAll('\u00a0', ' ');
    assert.match(text, /Papaya sandbox/);
    assert.match(text, /user\/email/);
    assert.doesNotMatch(text, /nobody@sandbox\.invalid/);
    await workbench.screenshot('hover');
    await workbench.page.mouse.move(5, 5);
  });

  it('follows what becomes of the token', async () => {
    await workbench.run('Payment Auth: Forget token');
    await workbench.choose('Papaya sandbox');
    await lens('Papaya sandbox · not fetched yet: fetch').waitFor();
    await problems().first().waitFor();
    await workbench.screenshot('lenses-no-token');
    await lens('Papaya sandbox · not fetched yet: fetch').click();
    await lens(/Papaya sandbox · valid, \d+ h/).waitFor();
    await problems().first().waitFor({ state: 'detached' });
  });

  it('underlines what will go wrong, and mends it', async () => {
    await workbench.openFile('wrong.http');
    await waitFor(async () => (await problems().count()) >= 4, 'four findings');
    await workbench.screenshot('findings');
    await workbench.theme('Light Modern');
    await workbench.screenshot('findings-light');
    await workbench.theme('Dark Modern');
    await line('SANDBOX_B2BINPAY_TOKN').click();
    await workbench.page.keyboard.press('Control+.');
    await workbench.page.locator('.action-widget').first().waitFor();
    await workbench.screenshot('quick-fix');
    await workbench.page.keyboard.press('Escape');
    await fix('SANDBOX_B2BINPAY_TOKN', 'Change to {{$processEnv SANDBOX_B2BINPAY_TOKEN}}');
    await waitFor(async () => (await lens(/B2BinPay sandbox · valid/).count()) === 4, 'a lens above each request');
    await fix(/^authorization/, 'Remove this header');
    await fix(/^#Authorization/, 'Make it a header');
    await waitFor(async () => (await problems().count()) === 1, 'one finding');
    await workbench.page.keyboard.press('F8');
    await workbench.page.locator('.marker-widget').filter({ hasText: 'A blank line ends the headers' }).waitFor();
    await workbench.screenshot('finding-in-place');
    await workbench.page.keyboard.press('Escape');
    await workbench.run('File: Save');
  });

  it('completes references with the profiles and their state', async () => {
    await workbench.openFile('typing.http');
    await line('/sandbox/papaya').click();
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.keyboard.type('Authorization: ');
    const row = workbench.page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'SANDBOX_PAPAYA_TOKEN' });
    await row.waitFor();
    await workbench.screenshot('completion');
    await workbench.page.keyboard.press('Enter');
    await line('Authorization: Bearer {{$processEnv SANDBOX_PAPAYA_TOKEN}}').waitFor();
    await lens(/Papaya sandbox · valid/).waitFor();
    await workbench.run('File: Save');
  });

  it('moves a token into a profile and leaves a reference', async () => {
    await workbench.openFile('literal.http');
    await problems().first().waitFor();
    await pointAt('Authorization: Bearer', 'eyJ');
    await hover().getByText('A token that no profile holds').waitFor();
    await workbench.screenshot('hover-literal');
    await workbench.page.mouse.move(5, 5);
    await workbench.run('Payment Auth: Forget token');
    await workbench.choose('Pay-Connect sandbox');
    await workbench.treeRow('Pay-Connect sandbox').filter({ hasText: 'not fetched yet' }).waitFor();
    await fix('Authorization', 'Move it to a profile and leave a reference');
    await workbench.step('Which profile is this token of?');
    await workbench.screenshot('move-token');
    await workbench.choose('Pay-Connect sandbox');
    await line('Authorization: Bearer {{$processEnv SANDBOX_PAY_CONNECT_TOKEN}}').waitFor();
    // Taken over, as the profile had none: nothing that the sandbox issues lives for years.
    await workbench
      .treeRow('Pay-Connect sandbox')
      .filter({ hasText: /valid, \d{4} d/ })
      .waitFor();
    await waitFor(async () => !(await read('literal.http')).includes('eyJ'), 'the file saved');
    await workbench.notification('a reference stands in the place of the token').waitFor();
    await workbench.dismissNotifications();
  });

  it('moves credentials into a new profile, with the wizard for what the file does not say', async () => {
    await workbench.openFile('login.http');
    await waitFor(async () => (await problems().count()) >= 2, 'two findings');
    await workbench.screenshot('hard-coded');
    await fix('client_secret', 'Move it to a profile and leave a reference');
    await workbench.step('Which Papaya profile do these credentials belong to?');
    await workbench.choose('New profile');
    await workbench.step('Which environment of Papaya Global?');
    await workbench.choose('local');
    await workbench.answer(/URL of the token endpoint/, `${origin}/token`);
    await workbench.answer('A name for the profile', 'Mine');
    await workbench.answer(/The variable/, 'MINE_TOKEN');
    await workbench.step('How will you use the token?');
    await workbench.page.keyboard.press('Enter');
    await line('PAPAYA_CLIENT_SECRET').waitFor();
    await waitFor(async () => !(await read('login.http')).includes('made-up'), 'the file saved');
    const text = await read('login.http');
    assert.match(text, /"api_key": "\{\{\$processEnv PAPAYA_API_KEY\}\}"/);
    assert.match(text, /"client_secret": "\{\{\$processEnv PAPAYA_CLIENT_SECRET\}\}"/);
    await workbench.notification('Mine has the credentials now').waitFor();
    await workbench.treeRow('Mine').filter({ hasText: 'not fetched yet' }).waitFor();
    await workbench.screenshot('moved-credentials');
    await workbench.dismissNotifications();
  });

  it('has shown and kept no secret', async () => {
    await workbench.assertNothingLeaked(folder);
  });
});
