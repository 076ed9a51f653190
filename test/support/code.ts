#!/usr/bin/env node
/**
 * Stands where `@vscode/test-electron` expects a VS Code executable: takes `--extensionDevelopmentPath=` and
 * `--extensionTestsPath=`, runs them in the npm-provisioned VS Code, prints what the extension host prints and
 * exits with the tests' code.
 */
import { parseArgs } from 'node:util';
import { launchBrowser } from './browser.ts';
import { startVSCodeServer } from './vscodeServer.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { extensionDevelopmentPath: { type: 'string' }, extensionTestsPath: { type: 'string' }, 'extensions-dir': { type: 'string' } },
});
const { extensionDevelopmentPath, extensionTestsPath } = values;
if (typeof extensionDevelopmentPath !== 'string' || typeof extensionTestsPath !== 'string') {
  console.error('Usage: code.ts <folder> --extensionDevelopmentPath=… --extensionTestsPath=…');
  process.exit(2);
}
/** Marks what the tests print among all that the workbench logs. */
const testOutput = '[test] ';
const workbenchLog: string[] = [];
const extensionsDir = values['extensions-dir'];

const server = await startVSCodeServer({
  automation: true,
  settings: { 'chat.disableAIFeatures': true },
  ...(typeof extensionsDir === 'string' ? { extensionsDir } : {}),
  workspaceTrust: process.argv.includes('--enable-workspace-trust'),
});
const browser = await launchBrowser();
let code = 1;
try {
  const page = await browser.newPage({ permissions: ['clipboard-read', 'clipboard-write'] });
  const ended = new Promise<number>((resolve, reject) => {
    page.on('crash', () => {
      reject(new Error('The browser page crashed'));
    });
    browser.on('disconnected', () => {
      reject(new Error('The browser ended'));
    });
    setTimeout(() => {
      reject(new Error('The tests did not end within 5 minutes'));
    }, 300_000).unref();
    void page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
      const line = args.map(String).join(' ');
      // The workbench talks too; it is heard where no test could speak.
      if (line.startsWith(testOutput)) console.log(line.slice(testOutput.length));
      else workbenchLog.push(line);
    });
    void page.exposeFunction('codeAutomationExit', resolve);
  });
  await page.goto(
    server.url(positionals[0] ?? server.userDataDir, [
      ['extensionDevelopmentPath', server.remote(extensionDevelopmentPath)],
      ['extensionTestsPath', server.remote(extensionTestsPath)],
      ['skipWelcome', 'true'],
    ]),
  );
  code = await ended;
} catch (error) {
  console.error(error);
} finally {
  if (code !== 0) console.error(`The workbench's last words:\n${workbenchLog.slice(-15).join('\n')}`);
  await browser.close();
  await server.stop();
}
process.exit(code);
