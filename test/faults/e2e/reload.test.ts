import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Workbench } from '../../support/workbench.ts';

describe('faults: a reload', () => {
  it('F75 the window is reloaded', async function () {
    const folder = await mkdtemp(path.join(tmpdir(), 'payment-auth-workspace-'));
    const workbench = await Workbench.open(folder);
    try {
      await workbench.openView();
      await workbench.page.getByRole('button', { name: 'Try it with the sandbox' }).click();
      await workbench.notification('5 of 5 profiles have a token').waitFor();
      await workbench.dismissNotifications();
      await workbench.run('View: Revert and Close Editor');
      await workbench.run('Payment Auth: Insert token…');
      await workbench.choose('Papaya sandbox');
      await workbench.step('Put the token of Papaya sandbox where?');
      await workbench.choose('Terminals');
      const lengthIn = async (file: string) => {
        const answer = () => readFile(path.join(folder, file), 'utf8').catch(() => '');
        await workbench.runInNewTerminal(`echo "\${#SANDBOX_PAPAYA_TOKEN}" > ${file}`, async () => (await answer()) !== '');
        return Number(await readFile(path.join(folder, file), 'utf8'));
      };
      // That there is something to leak: a terminal has the token.
      assert.ok((await lengthIn('before.txt')) > 100);
      await workbench.run('Terminal: Kill All Terminals');
      await workbench.reload();
      await workbench.openView();
      await workbench.treeRow('Papaya sandbox').filter({ hasText: 'valid, ' }).waitFor();
      assert.ok((await lengthIn('after.txt')) > 100);
      await workbench.assertNothingLeaked(folder);
      const stored = await workbench.page.evaluate(async () => {
        const dump: unknown[] = [Object.entries(localStorage)];
        for (const { name = '' } of await indexedDB.databases()) {
          const database = await new Promise<IDBDatabase>((resolve, reject) => {
            const request = indexedDB.open(name);
            request.onsuccess = () => {
              resolve(request.result);
            };
            request.onerror = () => {
              reject(new Error('A database could not be opened'));
            };
          });
          for (const store of database.objectStoreNames)
            dump.push(
              await new Promise((resolve) => {
                const request = database.transaction(store).objectStore(store).getAll();
                request.onsuccess = () => {
                  resolve(request.result);
                };
              }),
            );
          database.close();
        }
        return JSON.stringify(dump);
      });
      assert.ok(stored.length > 1000, 'VS Code keeps its state in the browser');
      assert.doesNotMatch(stored, /eyJ[\w-]{10,}\.[\w-]{10,}/);
    } catch (error) {
      await workbench.screenshotFailure(this.test as Mocha.Test);
      throw error;
    } finally {
      await workbench.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
