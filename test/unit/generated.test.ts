import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { generate } from '../../scripts/generate.ts';

describe('What is generated', () => {
  it('is up to date in package.json and the README', async () => {
    for (const [file, content] of await generate())
      assert.equal(await readFile(file, 'utf8'), content, `${path.basename(file)} is stale: run npm run generate`);
  });
});
