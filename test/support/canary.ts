import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { accounts } from '../../src/sandbox/server.ts';

/** Made-up secrets that a test types itself, beside those of the sandbox. */
const typed = ['not-the-key', 'not-the-secret'];
const secrets = [...accounts.flatMap(({ credentials }) => Object.values(credentials)), ...typed].filter((text) => text.length > 8);

/** How the secrets of the sandbox, and its tokens, can be read anywhere: as they are, in base64 and in a URL. */
const patterns: readonly RegExp[] = [
  ...secrets
    .flatMap((secret) => [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), encodeURIComponent(secret)])
    .map(literal),
  // A JWT, and its beginning in base64.
  /eyJ[\w-]{10,}(?:\.|%2E)[\w-]{10,}/,
  /ZXlKaGJHY2lPaU/,
];

function literal(text: string): RegExp {
  return new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

function leakIn(text: string): string | undefined {
  return patterns.find((pattern) => pattern.test(text))?.source;
}

/** Looks at all that a window shows and prints, from the first moment: texts, labels, tooltips, notifications, the console. */
export class Canary {
  readonly #leaks: string[] = [];
  #looked = 0;

  async watch(context: BrowserContext): Promise<void> {
    await context.exposeFunction('canarySees', (texts: string[]) => {
      for (const text of texts) this.#look('shown', text);
    });
    context.on('console', (message) => {
      this.#look('printed', message.text());
    });
    await context.addInitScript(() => {
      const seen: string[] = [];
      // What a person opened in an editor, a terminal or a box is what they chose to see.
      const chosen = '.monaco-editor, .xterm, .quick-input-widget input, .monaco-inputbox input';
      const note = (node: Node) => {
        const element = node instanceof Element ? node : node.parentElement;
        if (!element || element.closest(chosen) || ['SCRIPT', 'STYLE'].includes(element.tagName)) return;
        if (!(node instanceof Element)) seen.push(node.textContent ?? '');
        else {
          for (const name of ['title', 'aria-label', 'aria-description', 'placeholder', 'value']) {
            const value = element.getAttribute(name);
            if (value !== null) seen.push(value);
          }
          for (const child of element.childNodes) note(child);
        }
      };
      new MutationObserver((records) => {
        for (const { type, target, addedNodes } of records)
          if (type === 'childList') for (const node of addedNodes) note(node);
          else note(target);
        const texts = seen.splice(0).filter((text) => text.length > 8);
        if (texts.length > 0) void (window as unknown as { canarySees(texts: string[]): Promise<void> }).canarySees(texts);
      }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    });
  }

  /** Looks at what was printed elsewhere. */
  read(text: string): void {
    this.#look('printed', text);
  }

  /** Looks into every file of a folder. @param except those that a person chose to put a token into, by their path */
  async search(folder: string, except?: RegExp): Promise<void> {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (!entry.isFile() || except?.test(path.relative(folder, file)) === true) continue;
      this.#look(`in ${path.relative(folder, file)}`, await readFile(file, 'latin1'));
    }
  }

  /** Fails where anything was seen that nobody should, and where nothing was looked at. */
  assertSilent(): void {
    assert.ok(this.#looked > 100, `only ${String(this.#looked)} texts were looked at`);
    assert.deepEqual(this.#leaks, []);
  }

  #look(where: string, text: string): void {
    this.#looked++;
    const leak = leakIn(text);
    // What was found is not repeated: reports are read by others.
    if (leak !== undefined) this.#leaks.push(`${where}: ${leak}`);
  }
}
