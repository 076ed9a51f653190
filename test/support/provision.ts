import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The VS Code that tests and `npm start` use where no desktop one is at hand: the server build inside this npm package. */
const defaultVersion = '4.139.1';

export const projectRoot = path.resolve(import.meta.dirname, '../..');
export const cacheFolder = path.join(projectRoot, '.vscode-test');

/** Folder of a VS Code server build (it holds `out/server-main.js`), installed from the npm registry on first use. */
export async function provisionServer(version = process.env.PAYMENT_AUTH_CODE_SERVER ?? defaultVersion): Promise<string> {
  const target = path.join(cacheFolder, `code-server-${version}`);
  const ready = path.join(target, 'ready');
  const root = path.join(target, 'node_modules/code-server/lib/vscode');
  if (existsSync(ready)) return root;

  const started = Date.now();
  console.log(`Provisioning VS Code from the npm registry (once; about 600 MB) into ${path.relative(projectRoot, target)}`);
  await rm(target, { recursive: true, force: true });
  const staging = `${target}.partial-${String(process.pid)}`;
  const stagedRoot = path.join(staging, 'node_modules/code-server/lib/vscode');
  await mkdir(staging, { recursive: true });
  try {
    await npm(
      ['install', '--prefix', staging, '--ignore-scripts', '--no-audit', '--no-fund', `code-server@${version}`],
      projectRoot,
      '1/3 downloading',
    );
    await npm(['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], stagedRoot, '2/3 installing its dependencies');
    // Without its native modules the server still runs, without terminals and with noisier logs.
    await npm(
      ['rebuild', '@vscode/spdlog', '@vscode/native-watchdog', 'node-pty', '@parcel/watcher'],
      stagedRoot,
      '3/3 building native modules',
    ).catch((error: unknown) => {
      console.warn(`Native modules could not be built (python3, make and g++ are needed); terminals will not work. ${String(error)}`);
    });
    await rename(staging, target);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  await writeFile(ready, `${version}\n`);
  console.log(`VS Code is ready after ${String(Math.round((Date.now() - started) / 1000))} s`);
  return root;
}

function npm(args: string[], cwd: string, step: string): Promise<void> {
  console.log(`  ${step} …`);
  return new Promise((resolve, reject) => {
    // npm's own variables of the outer run would point the inner one at this project.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|command|config_local_prefix)/.test(name)),
    );
    const child = spawn('npm', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    let output = '';
    const collect = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(output))
        reject(
          new Error(
            'The npm registry cannot be reached. Check the network, the proxy and `npm config get registry`, then run the command again.',
          ),
        );
      else reject(new Error(`npm ${args[0] ?? ''} failed with code ${String(code)}:\n${output}`));
    });
  });
}
