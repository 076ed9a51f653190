/**
 * `npm start`: opens a VS Code with the extension as it is built, the sandbox running and the example workspace.
 * A desktop `code` on the PATH is used where there is one, else the npm-provisioned one, served on loopback.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installExtension } from '../test/support/installExtension.ts';
import { projectRoot } from '../test/support/provision.ts';
import { startVSCodeServer } from '../test/support/vscodeServer.ts';

const scratch = await mkdtemp(path.join(tmpdir(), 'payment-auth-start-'));
// A copy: what is tried out in it is nobody's change to the examples.
const workspace = path.join(scratch, 'examples');
await cp(path.join(projectRoot, 'examples'), workspace, { recursive: true });
const autostart = path.join(projectRoot, 'test/support/autostart');

const running: { stop?: () => Promise<void> } = {};
let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping …');
    void (running.stop?.() ?? Promise.resolve())
      .then(() => rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }))
      .then(() => process.exit(0));
  });
}
running.stop = await (hasDesktopCode() ? startDesktop() : startServed());

function hasDesktopCode(): boolean {
  return (
    process.env.PAYMENT_AUTH_SERVED === undefined &&
    spawnSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' }).status === 0
  );
}

function startDesktop(): Promise<() => Promise<void>> {
  const child = spawn(
    'code',
    [
      '--wait',
      '--new-window',
      `--user-data-dir=${path.join(scratch, 'data')}`,
      `--extensionDevelopmentPath=${projectRoot}`,
      `--extensionDevelopmentPath=${autostart}`,
      '--disable-workspace-trust',
      workspace,
    ],
    { stdio: 'ignore', shell: process.platform === 'win32' },
  );
  console.log('VS Code opens with Payment Auth, the sandbox and the examples. Ctrl+C here closes it.');
  child.on('close', () => process.kill(process.pid, 'SIGTERM'));
  return Promise.resolve(() => {
    child.kill();
    return Promise.resolve();
  });
}

async function startServed(): Promise<() => Promise<void>> {
  const extensionsDir = path.join(scratch, 'extensions');
  await installExtension(extensionsDir);
  await cp(autostart, path.join(extensionsDir, 'paymentauth.payment-auth-autostart-0.0.1'), { recursive: true });
  const server = await startVSCodeServer({
    extensionsDir,
    settings: {
      'workbench.startupEditor': 'none',
      'workbench.secondarySideBar.defaultVisibility': 'hidden',
      'chat.disableAIFeatures': true,
      'remote.autoForwardPorts': false,
    },
    ...(process.env.PORT === undefined ? {} : { port: Number(process.env.PORT) }),
  });
  console.log(
    `\nVS Code with Payment Auth, the sandbox and the examples:\n\n  ${server.url(workspace)}\n\nOpen it in a browser. Ctrl+C here stops it.\nThis VS Code forgets secrets when the page is reloaded; the sandbox then brings its own again.`,
  );
  return () => server.stop();
}
