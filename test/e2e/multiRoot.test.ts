import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from '../support/waitFor.ts';
import { Workbench } from '../support/workbench.ts';

const tokenPattern = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;

describe('A workspace of several folders', function () {
  let root: string;
  let workbench: Workbench;

  const read = (name: string) => readFile(path.join(root, name), 'utf8').catch(() => undefined);

  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'payment-auth-workspace-'));
    for (const folder of ['one', 'two']) {
      await mkdir(path.join(root, folder, 'requests'), { recursive: true });
      await writeFile(path.join(root, folder, `requests/${folder}.http`), 'GET http://127.0.0.1:4010/sandbox/papaya\n');
    }
    const workspaceFile = path.join(root, 'one/both.code-workspace');
    await writeFile(workspaceFile, '{\n\t// two of them\n\t"folders": [{ "path": "." }, { "path": "../two" }]\n}\n');
    workbench = await Workbench.openWithSandbox(workspaceFile);
  });

  after(async () => {
    await workbench.close();
    await rm(root, { recursive: true, force: true });
  });

  afterEach(async function () {
    await workbench.screenshotFailure(this.currentTest);
  });

  async function insert(target: string): Promise<void> {
    await workbench.run('Payment Auth: Insert token…');
    await workbench.choose('Papaya sandbox');
    await workbench.step('Put the token of Papaya sandbox where?');
    await workbench.choose(target);
  }

  it('asks for the folder where no file says which', async () => {
    await insert('.env');
    await workbench.step('In which folder?');
    await workbench.screenshot('which-folder');
    await workbench.choose('two');
    await workbench.confirm('Write Anyway');
    await waitFor(async () => tokenPattern.test((await read('two/.env')) ?? ''), 'the chosen folder has it');
    assert.equal(await read('one/.env'), undefined);
  });

  it('takes the folder of the active file', async () => {
    await workbench.openFile('one.http');
    await insert('.env');
    await workbench.confirm('Write Anyway');
    await waitFor(async () => tokenPattern.test((await read('one/.env')) ?? ''), 'the folder of the file has it');
  });

  it('writes REST Client’s environments into the workspace’s file, which is the one that counts', async () => {
    await workbench.openFile('one.http');
    await insert('REST Client environment');
    await workbench.step('In which settings?');
    await workbench.choose('Workspace');
    await workbench.step('In which environment?');
    await workbench.choose('$shared');
    await workbench.confirm('Write Anyway');
    await waitFor(async () => tokenPattern.test((await read('one/both.code-workspace')) ?? ''), 'the workspace’s file has it');
    assert.match(
      (await read('one/both.code-workspace')) ?? '',
      /^\{\n\t\/\/ two of them\n\t"folders": \[\{ "path": "\." \}, \{ "path": "\.\.\/two" \}\],\n\t"settings": \{\n\t\t"rest-client\.environmentVariables": \{\n\t\t\t"\$shared": \{\n\t\t\t\t"sandboxPapayaToken": "eyJ[^"]+"\n\t\t\t\}\n\t\t\}\n\t\}\n\}\n$/,
    );
    assert.equal(await read('one/.vscode/settings.json'), undefined);
  });

  it('gives the token to the terminals of one folder only', async () => {
    await insert('Terminals');
    await workbench.treeRow('Papaya sandbox').click();
    await workbench.page.keyboard.press('ArrowRight');
    await workbench.page.locator('.pane-body .monaco-list-row[aria-label^="Binding Terminals of one"]').waitFor();
    await workbench.screenshot('multi-root');
    for (const folder of ['one', 'two']) {
      const answer = `answer-${folder}.txt`;
      await workbench.runInNewTerminal(
        `echo "<$SANDBOX_PAPAYA_TOKEN>" > ${path.join(root, answer)}`,
        async () => ((await read(answer)) ?? '') !== '',
        folder,
      );
    }
    await waitFor(async () => tokenPattern.test((await read('answer-one.txt')) ?? ''), 'the terminal of the bound folder has it');
    assert.equal(await read('answer-two.txt'), '<>\n');
  });
});
