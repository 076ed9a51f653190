import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from './provision.ts';

export interface HttpyacAnswer {
  readonly file: string;
  /** Where the region of the request begins, counted from 0. */
  readonly line: number;
  /** 0 where none came. */
  readonly status: number;
}

interface Output {
  readonly requests: readonly { fileName: string; line: number; response?: { statusCode?: number } }[];
}

/** What the real httpYac command line, started in a folder, gets for every request of files below it. */
export async function httpyacAnswers(
  cwd: string,
  files: readonly string[],
  env: Readonly<Record<string, string>> = {},
  environments: readonly string[] = [],
): Promise<HttpyacAnswer[]> {
  const cli = path.join(projectRoot, 'node_modules/httpyac/bin/httpyac.js');
  const chosen = environments.length > 0 ? ['--env', ...environments] : [];
  const folder = await mkdtemp(path.join(tmpdir(), 'payment-auth-httpyac-'));
  try {
    // Into a file, as it exits before a pipe has taken everything.
    const output = await open(path.join(folder, 'output.json'), 'w');
    const child = spawn(process.execPath, [cli, 'send', ...files, '--all', '--json', ...chosen], {
      env: { ...process.env, ...env },
      cwd,
      stdio: ['pipe', output.fd, 'ignore'],
    });
    // What would ask is told that nobody is there.
    child.stdin?.end();
    // Its exit code tells of failed tests; what was answered stands in its output either way.
    await once(child, 'close');
    await output.close();
    const text = await readFile(path.join(folder, 'output.json'), 'utf8');
    const { requests } = JSON.parse(text.slice(text.search(/^\{$/m))) as Output;
    return requests.map(({ fileName, line, response }) => ({ file: fileName, line, status: response?.statusCode ?? 0 }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The status codes for every request of a file, in order. */
export async function sendWithHttpyac(file: string, env: Readonly<Record<string, string>>): Promise<number[]> {
  return (await httpyacAnswers(path.dirname(file), [file], env)).map(({ status }) => status);
}
