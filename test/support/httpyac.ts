import { execFile } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from './provision.ts';

/** The status codes that the real httpYac command line gets for every request of a file, in order. */
export async function sendWithHttpyac(file: string, env: Readonly<Record<string, string>>): Promise<number[]> {
  const cli = path.join(projectRoot, 'node_modules/httpyac/bin/httpyac.js');
  const stdout = await new Promise<string>((resolve) => {
    // Its exit code tells of failed tests; what was answered stands in its output either way.
    execFile(
      process.execPath,
      [cli, 'send', file, '--all', '--json'],
      { env: { ...process.env, ...env }, cwd: path.dirname(file) },
      (_error, out) => {
        resolve(out);
      },
    );
  });
  const { requests } = JSON.parse(stdout) as { requests: { response?: { statusCode?: number } }[] };
  return requests.map(({ response }) => response?.statusCode ?? 0);
}
