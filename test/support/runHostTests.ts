/**
 * Builds tests, those of `test/host` or of the pattern given, and runs them inside a VS Code: the npm-provisioned one,
 * or `VSCODE_EXECUTABLE`. What each came to stands in `out/host/results.json` afterwards.
 */
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import * as esbuild from 'esbuild';
import { authority } from './certificates.ts';
import { projectRoot, provisionServer } from './provision.ts';

const out = path.join(projectRoot, 'out/host');
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const tests = globSync(process.argv[2] ?? 'test/host/**/*.test.ts', { cwd: projectRoot });
await esbuild.build({
  absWorkingDir: projectRoot,
  entryPoints: [...tests, 'test/host/index.ts'],
  outbase: 'test',
  outdir: out,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node22',
  mainFields: ['module', 'main'],
  sourcemap: 'inline',
  // Parts of the running extension are looked at from within; what has a life of its own stays outside.
  external: ['vscode', 'mocha', 'httpyac'],
  // Every support file lies in the same folder, and CommonJS has no other way to know it.
  define: { 'import.meta.dirname': JSON.stringify(import.meta.dirname) },
  logLevel: 'warning',
});

const workspace = path.join(projectRoot, 'out/host-workspace');
await rm(workspace, { recursive: true, force: true });
await mkdir(workspace, { recursive: true });
await writeFile(path.join(workspace, 'empty.http'), '');
await writeFile(path.join(workspace, '.gitignore'), '/ignored/\n');
execFileSync('git', ['init', '--quiet', workspace]);

const extensions = path.join(projectRoot, 'out/host-extensions');
await rm(extensions, { recursive: true, force: true });
await cp(path.join(projectRoot, 'test/support/hostHelper'), path.join(extensions, 'paymentauth.payment-auth-host-helper-0.0.1'), {
  recursive: true,
});

// Of a private authority that VS Code is started with, as a company's would be.
const certificates = path.join(projectRoot, 'out/host-certificates');
await mkdir(certificates, { recursive: true });
const company = authority();
const { key, cert } = company.issue('api.acme.test');
for (const [name, content] of Object.entries({ 'authority.pem': company.cert, 'key.pem': key, 'cert.pem': cert }))
  await writeFile(path.join(certificates, name), content);
process.env.SSL_CERT_FILE = path.join(certificates, 'authority.pem');
process.env.PAYMENT_AUTH_TEST_CERTIFICATES = certificates;

const own = process.env.VSCODE_EXECUTABLE;
if (own === undefined) await provisionServer();
const code = await runTests({
  vscodeExecutablePath: own ?? path.join(projectRoot, 'test/support/code.ts'),
  extensionDevelopmentPath: projectRoot,
  extensionTestsPath: path.join(out, 'host/index.js'),
  launchArgs: [workspace, '--disable-workspace-trust', `--extensions-dir=${extensions}`],
}).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
process.exit(code);
