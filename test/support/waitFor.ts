import assert from 'node:assert/strict';

/** Waits for a condition of another party; fails with what was waited for. */
export async function waitFor(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > end) assert.fail(`Not within 15 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
