import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from '../support/waitFor.ts';
import { Workbench } from '../support/workbench.ts';

const tokenPattern = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;

describe('Tokens in the places of a workspace', function () {
  let folder: string;
  let workbench: Workbench;

  const read = (name: string) => readFile(path.join(folder, name), 'utf8').catch(() => undefined);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'payment-auth-workspace-'));
    execFileSync('git', ['init', '--quiet', folder]);
    for (const name of ['tracked.http', 'scratch.http'])
      await writeFile(
        path.join(folder, name),
        `# ${name}\n\n### Papaya\nGET http://127.0.0.1:4010/sandbox/papaya\nAccept: application/json\n`,
      );
    execFileSync('git', ['-C', folder, 'add', 'tracked.http']);
    workbench = await Workbench.openWithSandbox(folder);
  });

  after(async () => {
    await workbench.close();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(async function () {
    await workbench.screenshotFailure(this.currentTest);
  });

  async function openAtRequest(name: string): Promise<void> {
    await workbench.openFile(name);
    await editorLine('GET http://127.0.0.1:4010/sandbox/papaya').click();
  }

  async function insert(target: string): Promise<void> {
    await workbench.run('Payment Auth: Insert token…');
    await workbench.choose('Papaya sandbox');
    await workbench.step('Put the token of Papaya sandbox where?');
    await workbench.choose(target);
  }

  const dialog = () => workbench.page.locator('.monaco-dialog-box');
  const editorLine = (text: string | RegExp) => workbench.page.locator('.view-line').filter({ hasText: text });
  const binding = (label: string) => workbench.page.locator(`.pane-body .monaco-list-row[aria-label^="Binding ${label}"]`);

  it('offers every target with a sentence on what ends up where', async () => {
    await openAtRequest('tracked.http');
    await workbench.run('Payment Auth: Insert token…');
    await workbench.choose('Papaya sandbox');
    await workbench.step('Put the token of Papaya sandbox where?');
    for (const label of [
      'Reference in the request',
      'File variable, by reference',
      'Terminals',
      'Clipboard',
      'File variable, with the token',
      '.env',
      'http-client.private.env.json',
      'REST Client environment',
    ])
      await workbench.quickPickRow(label).first().waitFor();
    await workbench.screenshot('insert-targets');
    await workbench.page.keyboard.press('Escape');
  });

  it('warns of a file that git tracks, and inserts a reference instead', async () => {
    await openAtRequest('tracked.http');
    await insert('File variable, with the token');
    await dialog().getByText('git tracks tracked.http.').waitFor();
    assert.equal(await dialog().getByRole('button', { name: 'Add to .gitignore' }).count(), 0, 'an entry would not help');
    await workbench.screenshot('git-tracks');
    await workbench.confirm('Use a Reference Instead');
    await editorLine('@sandboxPapayaToken = {{$processEnv SANDBOX_PAPAYA_TOKEN}}').waitFor();
    await editorLine('Authorization: Bearer {{sandboxPapayaToken}}').waitFor();
    await workbench.page.keyboard.press('Control+S');
    await waitFor(async () => (await read('tracked.http'))?.includes('$processEnv') === true, 'it is saved');
    assert.doesNotMatch((await read('tracked.http')) ?? '', tokenPattern);
  });

  it('writes nothing where the question is left', async () => {
    await openAtRequest('scratch.http');
    const before = await read('scratch.http');
    await insert('File variable, with the token');
    await dialog().getByText('Nothing keeps scratch.http out of git.').waitFor();
    await workbench.screenshot('git-unprotected');
    await workbench.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    assert.equal(await read('scratch.http'), before);
    assert.equal(await read('.gitignore'), undefined);
    assert.equal(await editorLine('@sandboxPapayaToken').count(), 0);
  });

  it('adds the file to .gitignore and writes the token, as one step to undo', async () => {
    await insert('File variable, with the token');
    await workbench.confirm('Add to .gitignore');
    await editorLine(/@sandboxPapayaToken.=.eyJ/).waitFor();
    await editorLine('Authorization: Bearer {{sandboxPapayaToken}}').waitFor();
    assert.equal(await read('.gitignore'), '/scratch.http\n');
    execFileSync('git', ['-C', folder, 'check-ignore', 'scratch.http']);
    await workbench.page.keyboard.press('Control+Z');
    await editorLine(/@sandboxPapayaToken/).waitFor({ state: 'detached' });
    await editorLine(/Authorization/).waitFor({ state: 'detached' });
    await workbench.page.keyboard.press('Control+Shift+Z');
    await editorLine(/@sandboxPapayaToken.=.eyJ/).waitFor();
    await workbench.page.keyboard.press('Control+S');
    await waitFor(async () => tokenPattern.test((await read('scratch.http')) ?? ''), 'it is saved');
  });

  it('writes .env anyway where that is chosen', async () => {
    await insert('.env');
    await dialog().getByText('Nothing keeps .env out of git.').waitFor();
    await workbench.confirm('Write Anyway');
    await waitFor(async () => /^SANDBOX_PAPAYA_TOKEN=eyJ\S+\n$/.test((await read('.env')) ?? ''), '.env holds the token');
  });

  it('writes the private environment of httpYac and JetBrains, and stops where the public one has the name', async () => {
    await writeFile(path.join(folder, 'http-client.env.json'), '{\n  "dev": { "sandboxPapayaToken": "" },\n  "staging": {}\n}\n');
    await writeFile(path.join(folder, '.gitignore'), '/scratch.http\n*.private.env.json\n');
    await insert('http-client.private.env.json');
    await workbench.step('In which environment?');
    await workbench.choose('dev');
    await workbench.notification('http-client.env.json defines sandboxPapayaToken for dev too').waitFor();
    await workbench.dismissNotifications();
    assert.equal(await read('http-client.private.env.json'), undefined);
    await insert('http-client.private.env.json');
    await workbench.step('In which environment?');
    await workbench.screenshot('environments');
    await workbench.choose('staging');
    await waitFor(async () => tokenPattern.test((await read('http-client.private.env.json')) ?? ''), 'the file holds the token');
    assert.match(
      (await read('http-client.private.env.json')) ?? '',
      /^\{\n {2}"staging": \{\n {4}"sandboxPapayaToken": "eyJ\S+"\n {2}\}\n\}\n$/,
    );
  });

  it('writes REST Client’s environments into the settings of the workspace', async () => {
    await insert('REST Client environment');
    await workbench.step('In which settings?');
    await workbench.screenshot('settings-scope');
    await workbench.choose('Workspace');
    await workbench.step('In which environment?');
    await workbench.choose('New environment');
    await workbench.answer('Choose it in the client', 'sandbox');
    await workbench.confirm('Write Anyway');
    await waitFor(async () => tokenPattern.test((await read('.vscode/settings.json')) ?? ''), 'the settings hold the token');
    const settings = JSON.parse((await read('.vscode/settings.json')) ?? '') as Record<
      string,
      { sandbox?: { sandboxPapayaToken?: string } }
    >;
    assert.match(settings['rest-client.environmentVariables']?.sandbox?.sandboxPapayaToken ?? '', tokenPattern);
  });

  it('writes them into the user settings, comments kept', async () => {
    await workbench.run('Preferences: Open User Settings (JSON)');
    await workbench.page.locator('.monaco-modal-editor-block .view-line').first().click();
    await workbench.page.keyboard.press('Control+Home');
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.keyboard.type('// mine');
    await workbench.page.keyboard.press('Control+S');
    await workbench.page.keyboard.press('Escape');
    await editorLine('// mine').waitFor({ state: 'detached' });
    await insert('REST Client environment');
    await workbench.step('In which settings?');
    await workbench.choose('User');
    await workbench.step('In which environment?');
    await workbench.choose('$shared');
    const settings = () => readFile(path.join(workbench.server.userDataDir, 'User/settings.json'), 'utf8');
    await waitFor(async () => tokenPattern.test(await settings()), 'the settings hold the token');
    assert.match(await settings(), /^\{\n\s+\/\/ mine\n/);
  });

  it('gives the token to a new terminal, which VS Code marks as stale after a renewal', async () => {
    await insert('Terminals');
    await workbench.treeRow('Papaya sandbox').click();
    await workbench.page.keyboard.press('ArrowRight');
    await binding('New terminals').waitFor();
    await workbench.runInNewTerminal(
      'clear; curl -s -o /dev/null -w "%{http_code}" -H "Authorization: Bearer $SANDBOX_PAPAYA_TOKEN" http://127.0.0.1:4010/sandbox/papaya > answer.txt',
      async () => (await read('answer.txt')) === '200',
    );
  });

  it('lists all of them under the profile, up to date', async () => {
    await workbench.widenSideBar(160);
    await workbench
      .treeRow(/^Bindings/)
      .filter({ hasText: 'up to date' })
      .waitFor();
    for (const [label, name] of [
      ['scratch.http:1', '@sandboxPapayaToken'],
      ['.env:1', 'SANDBOX_PAPAYA_TOKEN'],
      ['http-client.private.env.json:3', 'staging › sandboxPapayaToken'],
      ['.vscode/settings.json:', 'sandbox › sandboxPapayaToken'],
      ['User settings:', '$shared › sandboxPapayaToken'],
      ['New terminals', 'SANDBOX_PAPAYA_TOKEN'],
    ] as const)
      await binding(label)
        .filter({ hasText: `${name} · up to date` })
        .waitFor();
    // Without the terminal, which names folders, and with the pointer out of the way.
    await workbench.run('View: Hide Panel');
    await workbench.page.mouse.move(900, 700);
    await workbench.page.waitForTimeout(500);
    await workbench.picture('bindings');
    await workbench.run('View: Focus into Panel');
    assert.doesNotMatch(await workbench.page.locator('.part.sidebar').innerText(), tokenPattern);
  });

  it('rewrites all of them at a renewal', async () => {
    const names = ['scratch.http', '.env', 'http-client.private.env.json', '.vscode/settings.json'];
    const tokens = () => Promise.all(names.map(async (name) => tokenPattern.exec((await read(name)) ?? '')?.[0]));
    const [before] = await tokens();
    await workbench.run('Payment Auth: Renew token');
    await workbench.choose('Papaya sandbox');
    await waitFor(async () => (await tokens()).every((token) => token !== undefined && token !== before), 'all files have the new token');
    assert.equal(new Set(await tokens()).size, 1);
    await binding('User settings:').filter({ hasText: 'up to date' }).waitFor();
    await workbench.page.locator('.terminal-tab, .single-terminal-tab').first().hover();
    await workbench.page.getByText('want to relaunch the terminal to contribute to its environment').waitFor();
    await workbench.screenshot('terminal-stale');
    await workbench.run('Terminal: Kill All Terminals');
  });

  it('tells what is out of date and why, opens the place, and refreshes it', async () => {
    const text = (await read('.env')) ?? '';
    await writeFile(path.join(folder, '.env'), 'SANDBOX_PAPAYA_TOKEN=by-hand\n');
    await binding('.env').filter({ hasText: 'changed by hand, so it is left alone' }).waitFor();
    await workbench
      .treeRow(/^Bindings/)
      .filter({ hasText: '1 out of date' })
      .waitFor();
    await workbench.treeRow('Papaya sandbox').filter({ hasText: '1 binding out of date' }).waitFor();
    await workbench.screenshot('binding-out-of-date');
    await binding('.env').click();
    await workbench.page.locator('.tab.active').filter({ hasText: '.env' }).waitFor();
    await editorLine('SANDBOX_PAPAYA_TOKEN=by-hand').waitFor();
    await binding('.env').hover();
    await binding('.env').getByRole('button', { name: 'Refresh binding' }).click();
    await waitFor(async () => (await read('.env')) === text, 'the token is back');
    await binding('.env').filter({ hasText: 'up to date' }).waitFor();
  });

  it('knows them again after the window was reloaded', async () => {
    await workbench.reload();
    await workbench.openView();
    await workbench.treeRow('Papaya sandbox').click();
    await workbench.page.keyboard.press('ArrowRight');
    await binding('.env:1').filter({ hasText: 'up to date' }).waitFor();
    await binding('scratch.http:1').filter({ hasText: 'up to date' }).waitFor();
  });

  it('remembers the target that was chosen last', async () => {
    await openAtRequest('scratch.http');
    await workbench.run('Payment Auth: Insert token…');
    await workbench.choose('Papaya sandbox');
    await workbench.step('Put the token of Papaya sandbox where?');
    await workbench.page
      .locator('.quick-input-list .monaco-list-row.focused')
      .filter({ hasText: 'Terminals' })
      .filter({ hasText: 'last chosen here' })
      .waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('says what to install where no client is there to send', async () => {
    await openAtRequest('scratch.http');
    await workbench.page.keyboard.press('Control+Alt+Enter');
    const message = workbench.notification('Sending needs REST Client or httpYac.');
    await message.waitFor();
    await workbench.screenshot('send-without-client');
    await message.getByRole('button', { name: 'Show REST Client' }).click();
    await workbench.page.locator('.extensions-viewlet').waitFor();
    await workbench.openView();
  });

  it('takes the tokens out again, byte for byte', async () => {
    for (const label of [
      '.env',
      'http-client.private.env.json',
      '.vscode/settings.json',
      'User settings',
      'New terminals',
      'scratch.http',
    ]) {
      await binding(label).hover();
      await binding(label).getByRole('button', { name: 'Remove binding' }).click();
      await binding(label).waitFor({ state: 'detached' });
    }
    await workbench.page.keyboard.press('Control+S');
    const original = '# scratch.http\n\n### Papaya\nGET http://127.0.0.1:4010/sandbox/papaya\nAccept: application/json\n';
    await waitFor(async () => (await read('scratch.http')) === original, 'the request is as it was');
    assert.equal(await read('.env'), undefined);
    assert.equal(await read('http-client.private.env.json'), undefined);
    assert.deepEqual(JSON.parse((await read('.vscode/settings.json')) ?? ''), { 'rest-client.environmentVariables': { sandbox: {} } });
    for (const name of ['tracked.http', '.gitignore', '.vscode/settings.json']) assert.doesNotMatch((await read(name)) ?? '', tokenPattern);
  });

  it('has shown, printed and kept in files no token, but where it was put', async () => {
    // Copies that VS Code keeps of files that a person had a token written into.
    await workbench.assertNothingLeaked(folder, /^User\/History\/|^User\/settings\.json$|Backups\//);
  });
});
