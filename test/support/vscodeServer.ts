import { spawn } from 'node:child_process';
import { mkdtemp, rm, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { provisionServer } from './provision.ts';

export interface ServerOptions {
  /** A folder whose sub-folders are installed extensions. */
  extensionsDir?: string;
  /** Written as the user's settings.json before the start. */
  settings?: Record<string, unknown>;
  /** Leave Restricted Mode on, as it is for a user. */
  workspaceTrust?: boolean;
  /** Honour the address's `payload`, as test runs need it; it also keeps notifications from showing. */
  automation?: boolean;
  /** 0 or absent: any free port. */
  port?: number;
  env?: Record<string, string>;
}

export interface VSCodeServer {
  readonly origin: string;
  readonly userDataDir: string;
  /** What it has printed last. */
  readonly output: () => string;
  /** The workbench's address for a folder or a `.code-workspace` file; `payload` as VS Code's web client reads it. */
  url(folder: string, payload?: readonly (readonly [string, string])[]): string;
  /** An absolute path as the workbench names it on the server side. */
  remote(file: string): string;
  stop(): Promise<void>;
}

/** Starts the npm-provisioned VS Code on loopback with a user data folder of its own, removed on stop. */
export async function startVSCodeServer(options: ServerOptions = {}): Promise<VSCodeServer> {
  const root = await provisionServer();
  const scratch = await mkdtemp(path.join(tmpdir(), 'payment-auth-vscode-'));
  const userDataDir = path.join(scratch, 'data');
  const extensionsDir = options.extensionsDir ?? path.join(scratch, 'extensions');
  await mkdir(path.join(userDataDir, 'Machine'), { recursive: true });
  await mkdir(path.join(userDataDir, 'User'), { recursive: true });
  await mkdir(extensionsDir, { recursive: true });
  await writeFile(path.join(userDataDir, 'Machine/settings.json'), JSON.stringify(options.settings ?? {}, undefined, 2));
  const port = options.port ?? (await freePort());

  const child = spawn(
    process.execPath,
    [
      path.join(root, 'out/server-main.js'),
      '--without-connection-token',
      ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
      ...(options.automation ? ['--enable-smoke-test-driver'] : []),
      '--disable-telemetry',
      '--accept-server-license-terms',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--user-data-dir',
      userDataDir,
      '--extensions-dir',
      extensionsDir,
    ],
    {
      // An empty gallery: VS Code would otherwise wait half a minute for a marketplace.
      env: { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":"","itemUrl":"","resourceUrlTemplate":""}', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  const exited = new Promise<void>((resolve) =>
    child.on('close', () => {
      resolve();
    }),
  );
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`VS Code did not start within 60 s:\n${output}`));
    }, 60_000);
    const read = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-200_000);
      if (output.includes('Extension host agent started')) {
        clearTimeout(timer);
        resolve();
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('close', (code) => {
      clearTimeout(timer);
      reject(new Error(`VS Code ended with code ${String(code)}:\n${output}`));
    });
  });

  const origin = `http://127.0.0.1:${String(port)}`;
  return {
    origin,
    userDataDir,
    output: () => output,
    remote: (file) => `vscode-remote://127.0.0.1:${String(port)}${file}`,
    url: (folder, payload) => {
      const query = new URLSearchParams(folder.endsWith('.code-workspace') ? { workspace: folder } : { folder });
      if (payload) query.set('payload', JSON.stringify(payload));
      return `${origin}/?${query.toString()}`;
    },
    stop: async () => {
      child.kill();
      const forced = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(forced);
      await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address) resolve(address.port);
        else reject(new Error('No free port on loopback'));
      });
    });
  });
}
