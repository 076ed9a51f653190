import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** `SOAK=full` for 90 days and 10,000 renewals; otherwise a few seconds' worth. */
const settings = process.env.SOAK === 'full' ? {} : { SOAK_RENEWALS: '1200', SOAK_DAYS: '6' };

it('Months of renewals with faults leave no timer, listener, socket or memory behind, and no state unexplained', async function () {
  this.timeout(300_000);
  const script = fileURLToPath(import.meta.resolve('./soak.ts'));
  const child = spawn(process.execPath, ['--expose-gc', '--no-flush-bytecode', script], { env: { ...process.env, ...settings } });
  const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  assert.equal(child.exitCode, 0, complaints);
  console.log(`      ${output.trim()}`);
});
