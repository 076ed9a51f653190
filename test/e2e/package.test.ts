import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Canary } from '../support/canary.ts';
import { projectRoot } from '../support/provision.ts';

describe('The package', () => {
  it('holds what runs and what is read, and no secret', async () => {
    const vsce = path.join(projectRoot, 'node_modules/@vscode/vsce/vsce');
    const { stdout } = await promisify(execFile)(process.execPath, [vsce, 'ls', '--no-dependencies'], { cwd: projectRoot });
    const files = stdout.split(/\r?\n/).filter((line) => line !== '');
    assert.ok(files.includes('dist/extension.js') && files.length > 20);
    const expected =
      /^(dist\/(extension|chunks\/[\w-]+)\.js|examples\/sandbox\.http|media\/[\w-]+\.(png|svg)|package\.json|(README|CHANGELOG|SECURITY)\.md|LICENSE)$/;
    assert.deepEqual(
      files.filter((file) => !expected.test(file)),
      [],
    );
    const canary = new Canary();
    for (const file of files) {
      const text = await readFile(path.join(projectRoot, file), 'latin1');
      assert.ok(!text.includes(projectRoot), `${file} names a folder of this machine`);
      // The sandbox brings the made-up credentials that it accepts; they are open.
      if (!file.startsWith('dist/chunks/server-')) for (const line of text.split('\n')) canary.read(line);
    }
    canary.assertSilent();
  });
});
