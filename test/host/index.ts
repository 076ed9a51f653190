import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

/** Called by VS Code inside its extension host: every built test beside this file. */
export async function run(): Promise<void> {
  // Tells the tests' lines from all else that is printed in a window.
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
    for (const line of format(...args).split('\n')) console.log(`[test] ${line}`);
  };
  const mocha = new Mocha({ timeout: 20_000, color: false });
  const files = (await readdir(path.join(__dirname, '..'), { recursive: true })).filter((name) => name.endsWith('.test.js'));
  for (const name of files.sort()) mocha.addFile(path.join(__dirname, '..', name));
  const results: { title: string; passed: boolean }[] = [];
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('test end', (test) => results.push({ title: test.fullTitle(), passed: test.state === 'passed' }));
  });
  await writeFile(path.join(__dirname, '../results.json'), JSON.stringify(results));
  if (failures > 0) throw new Error(`${String(failures)} host tests failed`);
}
