import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { cacheFolder } from './provision.ts';

const installed = [
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A headless Chromium: an installed one, else the one inside an npm package. */
export async function launchBrowser(): Promise<Browser> {
  const own = process.env.PAYMENT_AUTH_CHROME ?? installed.find((file) => existsSync(file));
  return chromium.launch({
    ...(own ? { executablePath: own } : await packagedChromium()),
    // Root, as in containers, has no sandbox; the rest keeps the browser off every network but loopback.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

async function packagedChromium(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const folder = path.join(cacheFolder, 'chromium');
  const ready = path.join(folder, 'ready');
  // A browser that an interrupted run left half unpacked would be taken for a whole one.
  if (!existsSync(ready)) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // The package unpacks into the temporary folder, its libraries only on what it takes for a Lambda,
  // and sets variables that no other process of ours should see.
  const before = { ...process.env };
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs22.x';
  process.env.TMPDIR = folder;
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    const executablePath = await packaged.executablePath();
    await writeFile(path.join(folder, 'fonts.conf'), fontConfiguration(folder));
    await writeFile(ready, '');
    const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
    return {
      executablePath,
      env: { ...env, LD_LIBRARY_PATH: path.join(folder, 'al2023/lib'), FONTCONFIG_FILE: path.join(folder, 'fonts.conf') },
    };
  } finally {
    for (const name of new Set([...Object.keys(before), ...Object.keys(process.env)])) {
      const value = before[name];
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
}

/** The package's own names folders of a Lambda; a browser that finds no font at all ends itself. */
function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(folder, 'fonts')}</dir>
  <dir>/usr/share/fonts/truetype/dejavu</dir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <selectfont><rejectfont><pattern><patelt name="family"><string>DejaVu Serif</string></patelt></pattern></rejectfont></selectfont>
  <cachedir>${path.join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}
