import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { addToGitignore, askedAbout, gitState } from '../../src/editor/insertion/gitGuard.ts';

describe('What git would do with a file', () => {
  const [root] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(root);
  const folder = path.join(root.uri.fsPath, 'git');
  const git = (...command: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...command]);
  const state = async (name: string) => gitState(await askedAbout(path.join(folder, name)));

  before(async () => {
    await mkdir(path.join(folder, 'nested'), { recursive: true });
    git('init', '--quiet', '.');
    execFileSync('git', ['init', '--quiet', path.join(folder, 'nested')]);
    await writeFile(path.join(folder, '.gitignore'), '.env\n/.vscode/\nodd*.http\n!odd2.http\n');
    for (const name of ['tracked.env', 'plain.http', 'odd1.http', 'odd2.http', 'nested/a.http', ':(top)x.http', 'a b[1].http'])
      await writeFile(path.join(folder, name), '');
    git('add', 'tracked.env');
  });

  after(() => rm(folder, { recursive: true }));

  it('is told by tracking, by rules and by rules that take back', async () => {
    assert.equal(await state('tracked.env'), 'tracked');
    assert.equal(await state('.env'), 'ignored');
    assert.equal(await state('plain.http'), 'unprotected');
    assert.equal(await state('odd1.http'), 'ignored');
    assert.equal(await state('odd2.http'), 'unprotected');
    assert.equal(await state('nested/a.http'), 'unprotected');
  });

  it('is told for names that mean something to git', async () => {
    assert.equal(await state(':(top)x.http'), 'unprotected');
    assert.equal(await state('a b[1].http'), 'unprotected');
    git('--literal-pathspecs', 'add', '--', 'a b[1].http');
    assert.equal(await state('a b[1].http'), 'tracked');
    git('rm', '--quiet', '--cached', '--', 'a b\\[1\\].http');
  });

  it('is told for a file in a folder that is not there yet', async () => {
    assert.equal(await state('.vscode/settings.json'), 'ignored');
    assert.equal(await state('new/deep/.vscode/settings.json'), 'unprotected');
  });

  it('is told of the file that a link leads to', async () => {
    await symlink(path.join(folder, 'tracked.env'), path.join(folder, '.env'));
    try {
      assert.equal(await state('.env'), 'tracked');
    } finally {
      await rm(path.join(folder, '.env'));
    }
  });

  for (const [name, gitignore, line] of [
    ['a b[1].http', '.gitignore', '/a\\ b\\[1\\].http'],
    ['nested/a.http', 'nested/.gitignore', '/a.http'],
    ['later/settings.json', '.gitignore', '/later/settings.json'],
  ] as const)
    it(`is changed for ${name} by a line in the repository that it lies in`, async () => {
      const file = await askedAbout(path.join(folder, name));
      assert.equal(await gitState(file), 'unprotected');
      await addToGitignore(root, file, name);
      assert.equal((await readFile(path.join(folder, gitignore), 'utf8')).split('\n').at(-2), line);
      assert.equal(await gitState(file), 'ignored');
    });
});
