/** `npm run test:faults`: runs the tests of `test/faults`, named by the numbers of the faults, and prints the table. */
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../test/support/provision.ts';

/** Faults are numbered from 1 to this. */
const last = 75;

interface Result {
  readonly title: string;
  readonly passed: boolean;
}

const inNode = path.join(projectRoot, 'out/faults.json');
const inVSCode = path.join(projectRoot, 'out/host/results.json');

function run(...command: string[]): void {
  spawnSync(process.execPath, command, { cwd: projectRoot, stdio: ['ignore', 'inherit', 'inherit'] });
}

async function mochaResults(pattern: string): Promise<Result[]> {
  await rm(inNode, { force: true });
  const mocha = path.join(projectRoot, 'node_modules/mocha/bin/mocha.js');
  run(mocha, '--timeout', '120000', '--reporter', 'json', '--reporter-option', `output=${inNode}`, pattern);
  const { tests } = JSON.parse(await readFile(inNode, 'utf8')) as { tests: { fullTitle: string; err: object }[] };
  return tests.map(({ fullTitle: title, err }) => {
    const passed = Object.keys(err).length === 0;
    if (!passed) console.error(`${title}\n${JSON.stringify(err, undefined, 2).slice(0, 3000)}`);
    return { title, passed };
  });
}

async function resultsInVSCode(): Promise<Result[]> {
  await rm(inVSCode, { force: true });
  run(path.join(projectRoot, 'test/support/runHostTests.ts'), 'test/faults/host/*.test.ts');
  return JSON.parse(await readFile(inVSCode, 'utf8')) as Result[];
}

await mkdir(path.join(projectRoot, 'out'), { recursive: true });
const results = [
  ...(await mochaResults('test/faults/*.test.ts')),
  ...(await resultsInVSCode()),
  ...(await mochaResults('test/faults/e2e/*.test.ts')),
];
let failed = results.filter(({ passed }) => !passed).length;
console.log('');
for (let number = 1; number <= last; number++) {
  const own = results.filter(({ title }) => new RegExp(`\\bF${String(number)} `).test(title));
  if (own.length === 0) failed++;
  // Without the file's heading, which comes first.
  for (const { title, passed } of own) console.log(`${passed ? '✔' : '✘'} ${title.slice(title.search(/\bF\d+ /))}`);
  if (own.length === 0) console.log(`✘ F${String(number)} has no test`);
}
console.log(`\n${String(results.filter(({ passed }) => passed).length)} of ${String(results.length)} tests passed.`);
process.exitCode = failed === 0 ? 0 : 1;
