/**
 * `npm run bench`: measured figures, compared within one run because machines differ and are noisy.
 * `-- --json` prints one JSON object of name to figure and unit instead.
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { diagnose } from '../src/core/diagnosis/diagnose.ts';
import { parseHttpDocument } from '../src/core/httpDocument.ts';
import { parseProfiles } from '../src/core/profile.ts';
import { providers } from '../src/core/providers/index.ts';
import httpyac from 'httpyac';
import { setAuthorizationHeader } from '../src/core/injection/authorizationHeader.ts';
import { fileVariable } from '../src/core/injection/fileVariable.ts';
import { insertValue, rewriteValue } from '../src/core/injection/valueTarget.ts';
import { launchBrowser } from '../test/support/browser.ts';
import { installExtension } from '../test/support/installExtension.ts';
import { startUpFiles } from '../test/support/bundle.ts';
import { projectRoot } from '../test/support/provision.ts';
import { startVSCodeServer } from '../test/support/vscodeServer.ts';

interface Figure {
  readonly value: number;
  readonly unit: string;
}

const json = process.argv.includes('--json');
const figures: Record<string, Figure> = {};

function report(name: string, value: number, unit: string): void {
  figures[name] = { value: Math.round(value * 100) / 100, unit };
  if (!json) console.log(`${name}: ${String(figures[name].value)} ${unit}`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function bundleSizes(): Promise<void> {
  report('size of dist/extension.js', (await stat(path.join(projectRoot, 'dist/extension.js'))).size / 1000, 'kB');
  const sizes = await Promise.all((await startUpFiles()).filter((file) => !file.endsWith('extension.js')).map((file) => stat(file)));
  report('size of what follows it at start-up', sizes.reduce((sum, { size }) => sum + size, 0) / 1000, 'kB');
  let all = 0;
  for (const entry of await readdir(path.join(projectRoot, 'dist'), { recursive: true, withFileTypes: true }))
    if (entry.isFile()) all += (await stat(path.join(entry.parentPath, entry.name))).size;
  report('size of dist in all', all / 1000, 'kB');
}

const ours = 'paymentauth.payment-auth';
const empty = 'paymentauth.empty';

const reference = 'Authorization: Bearer {{$processEnv PAPAYA_TOKEN}}\n';
const benchProfile = {
  id: 'bench',
  name: 'Bench',
  provider: 'papaya',
  environment: 'staging',
  variable: 'PAPAYA_TOKEN',
  inject: ['processEnvironment'],
};

/** A window of VS Code with the extension, activated by the harness instead of with the window, and what that measures. */
async function inWindow<T>(work: (measure: (env: NodeJS.ProcessEnv) => Promise<T>, extensionsDir: string) => Promise<void>): Promise<void> {
  const extensionsDir = await mkdtemp(path.join(tmpdir(), 'payment-auth-bench-'));
  const browser = await launchBrowser();
  try {
    const target = await installExtension(extensionsDir);
    const manifest = JSON.parse(await readFile(path.join(target, 'package.json'), 'utf8')) as Record<string, unknown>;
    // Activated by the harness instead of with the window, which is when the clock can be read.
    await writeFile(path.join(target, 'package.json'), JSON.stringify({ ...manifest, activationEvents: [] }));
    await cp(path.join(projectRoot, 'test/support/benchHarness'), path.join(extensionsDir, 'harness'), { recursive: true });
    let windows = 0;
    await work(async (env) => {
      const out = path.join(extensionsDir, `result-${String(windows++)}.json`);
      // VS Code looks for ports to forward every second otherwise, in the process that is measured.
      const settings = { 'remote.autoForwardPorts': false };
      const server = await startVSCodeServer({ extensionsDir, settings, env: { ...env, PAYMENT_AUTH_BENCH_OUT: out } });
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        await page.goto(server.url(path.join(projectRoot, 'examples')));
        const end = Date.now() + 240_000;
        while (!existsSync(out) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 100));
        return JSON.parse(await readFile(out, 'utf8')) as T;
      } finally {
        await context.close();
        await server.stop();
      }
    }, extensionsDir);
  } finally {
    await browser.close();
    await rm(extensionsDir, { recursive: true, force: true });
  }
}

/** Activation inside VS Code beside that of an empty extension, both by request, in turns, a fresh window each time. */
async function activation(rounds: number): Promise<void> {
  await inWindow<Record<string, number>>(async (measure, extensionsDir) => {
    await mkdir(path.join(extensionsDir, empty));
    await writeFile(
      path.join(extensionsDir, empty, 'package.json'),
      JSON.stringify({
        name: 'empty',
        publisher: 'paymentauth',
        version: '0.0.1',
        engines: { vscode: '^1.105.0' },
        main: './extension.js',
        activationEvents: [],
      }),
    );
    await writeFile(path.join(extensionsDir, empty, 'extension.js'), "require('vscode'); exports.activate = () => {};\n");
    const times: Record<string, number[]> = { [ours]: [], [empty]: [], ready: [] };
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? [ours, empty] : [empty, ours];
      const result = await measure({ PAYMENT_AUTH_BENCH_ORDER: order.join(',') });
      for (const [id, milliseconds] of Object.entries(result)) times[id]?.push(milliseconds);
    }
    const [own, base] = [median(times[ours] ?? []), median(times[empty] ?? [])];
    report(`activation, median of ${String(rounds)}`, own, 'ms');
    report(`activation of an empty extension, median of ${String(rounds)}`, base, 'ms');
    report('until the first command is through, its parts loaded', median(times.ready ?? []), 'ms');
    report('activation against an empty extension', own / base, 'times');
  });
}

/** What a key costs the extension host in files of 10,000 lines: its busy time until all has followed, less that without the extension. */
async function typing(): Promise<void> {
  await inWindow<Record<string, { readonly typed: number[]; readonly alone: number[] }>>(async (measure, extensionsDir) => {
    const files = {
      'with a reference in each request': requests(10_000, reference),
      'without references': requests(10_000),
    };
    const paths: Record<string, string> = {};
    for (const [name, content] of Object.entries(files)) {
      paths[name] = path.join(extensionsDir, `${name.replaceAll(' ', '-')}.http`);
      await writeFile(paths[name], content);
    }
    const result = await measure({
      PAYMENT_AUTH_BENCH_TYPING: JSON.stringify(paths),
      PAYMENT_AUTH_BENCH_PROFILES: JSON.stringify([benchProfile]),
    });
    for (const name of Object.keys(files)) {
      const [own, base] = [result[`with ${name}`], result[`without ${name}`]];
      report(
        `typing in 10,000 lines ${name}, a key, more than without the extension`,
        median(own?.typed ?? []) - median(base?.typed ?? []),
        'ms',
      );
      report(`the same without the extension`, median(base?.typed ?? []), 'ms');
      report(
        `one key and all that follows a pause, more than without the extension`,
        median(own?.alone ?? []) - median(base?.alone ?? []),
        'ms',
      );
      report(`the same without the extension`, median(base?.alone ?? []), 'ms');
    }
  });
}

function requests(lines: number, header = ''): string {
  const request = `POST https://a.example/payments\nContent-Type: application/json\n${header}\n{"amount": 1}\n\n###\n`;
  return request.repeat(Math.ceil(lines / (request.split('\n').length - 1)));
}

async function medianTime(runs: number, task: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await task();
    times.push(performance.now() - start);
  }
  return median(times);
}

/** Locating the request in the middle of a file and computing the edits, beside httpYac's own parser on the same text. */
async function insertion(): Promise<void> {
  const reference = (lines: number) => {
    const text = requests(lines);
    return medianTime(15, () =>
      setAuthorizationHeader(parseHttpDocument(text), Math.floor(lines / 2), 'Bearer {{$processEnv PAPAYA_TOKEN}}'),
    );
  };
  const literal = (lines: number) => {
    const text = requests(lines);
    const cursor = { line: Math.floor(lines / 2), language: 'http' } as const;
    return medianTime(15, () => insertValue(fileVariable, text, ['papayaToken'], 'made-up.token', cursor));
  };
  const renewal = (lines: number) => {
    const text = `@papayaToken = made-up.token\n###\n${requests(lines)}`;
    return medianTime(15, () => rewriteValue(fileVariable, text, ['papayaToken'], 'another.made-up.token'));
  };
  await reference(10_000);
  for (const [name, time] of [
    ['header', reference],
    ['file variable', literal],
    ['renewal of a file variable', renewal],
  ] as const) {
    const [small, large] = [await time(10_000), await time(100_000)];
    report(`${name} in a file of 10,000 lines, median of 15`, small, 'ms');
    report(`${name} in a file of 100,000 lines against 10,000`, large / small, 'times');
  }
  const text = requests(10_000);
  // What its command line sets up before it parses.
  Object.assign(httpyac.io.fileProvider, {
    EOL: '\n',
    exists: () => Promise.resolve(false),
    readdir: () => Promise.resolve([]),
    isAbsolute: (file: string) => Promise.resolve(path.isAbsolute(file)),
    dirname: (file: string) => path.dirname(file),
    hasExtension: (file: string, ...extensions: string[]) => extensions.some((extension) => file.endsWith(`.${extension}`)),
    joinPath: (...parts: string[]) => path.join(...parts),
  });
  const { HttpFileStore } = httpyac.store;
  const parse = () => new HttpFileStore().parse(path.join(projectRoot, 'bench.http'), text, { workingDir: projectRoot });
  await parse();
  report("httpYac's own parser on the 10,000 lines, median of 3", await medianTime(3, parse), 'ms');
}

/** Reading a document once for all features, and what all rules find in it. */
async function features(): Promise<void> {
  const { profiles } = parseProfiles([benchProfile], providers);
  const known = profiles.map((profile) => ({
    profile,
    availability: 'expired' as const,
    boundNames: new Set<string>(),
    ownNames: new Set<string>(),
  }));
  const context = { providers, profiles: known, injects: true, isSet: () => false };
  for (const [name, text] of [
    ['with a reference in each request', requests(10_000, reference)],
    ['without references', requests(10_000)],
  ] as const) {
    const read = () => parseHttpDocument(text);
    await medianTime(15, read);
    report(`reading 10,000 lines ${name}, median of 15`, await medianTime(15, read), 'ms');
    report(`reading them and applying all rules, median of 15`, await medianTime(15, () => diagnose(read(), context)), 'ms');
  }
}

await bundleSizes();
await insertion();
await features();
if (!process.argv.includes('--quick')) {
  await typing();
  await activation(7);
}
if (json) console.log(JSON.stringify(figures, undefined, 2));
