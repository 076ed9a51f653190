import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { Canary } from './canary.ts';
import { installExtension } from './installExtension.ts';
import { projectRoot } from './provision.ts';
import { startVSCodeServer, type ServerOptions, type VSCodeServer } from './vscodeServer.ts';

const screenshots = path.join(projectRoot, 'out/screenshots');

const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'editor.fontSize': 13,
  'git.openRepositoryInParentFolders': 'never',
  'remote.autoForwardPorts': false,
  'window.commandCenter': false,
  'workbench.colorTheme': 'Dark Modern',
};

/** A workbench as a person has it before the eyes: keys, clicks, and what can be read. */
export class Workbench {
  readonly page: Page;
  readonly server: VSCodeServer;
  readonly #browser: Browser;
  readonly #context: BrowserContext;
  readonly #extensionsDir: string;
  readonly #canary: Canary;

  private constructor(page: Page, server: VSCodeServer, browser: Browser, context: BrowserContext, extensionsDir: string, canary: Canary) {
    this.page = page;
    this.server = server;
    this.#browser = browser;
    this.#context = context;
    this.#extensionsDir = extensionsDir;
    this.#canary = canary;
  }

  /** Starts VS Code with the built extension installed, and opens a folder in it. */
  static async open(folder: string, options: ServerOptions = {}): Promise<Workbench> {
    const extensionsDir = await mkdtemp(path.join(tmpdir(), 'payment-auth-extensions-'));
    await installExtension(extensionsDir);
    const server = await startVSCodeServer({ ...options, extensionsDir, settings: { ...quietSettings, ...options.settings } });
    const browser = await launchBrowser();
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    // The server would have to hand out a part of the key under which the browser keeps secrets; without it they live as long as a page.
    await context.route('**/mint-key', (route) => route.fulfill({ body: Buffer.alloc(32, 7) }));
    const canary = new Canary();
    await canary.watch(context);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const workbench = new Workbench(page, server, browser, context, extensionsDir, canary);
    await workbench.#load(folder);
    return workbench;
  }

  /** The same with the sandbox started from its button: five profiles with tokens, and nothing else open. */
  static async openWithSandbox(folder: string, options: ServerOptions = {}): Promise<Workbench> {
    const workbench = await Workbench.open(folder, options);
    await workbench.openView();
    await workbench.page.getByRole('button', { name: 'Try it with the sandbox' }).click();
    await workbench.notification('5 of 5 profiles have a token').waitFor();
    await workbench.dismissNotifications();
    await workbench.run('View: Revert and Close Editor');
    return workbench;
  }

  /** Another window of the same VS Code, with the same settings and secrets; an empty one without a folder. */
  async another(folder?: string): Promise<Workbench> {
    const page = await this.#context.newPage();
    page.setDefaultTimeout(15_000);
    const other = new Workbench(page, this.server, this.#browser, this.#context, this.#extensionsDir, this.#canary);
    await other.#load(folder);
    return other;
  }

  async #load(folder: string | undefined): Promise<void> {
    await this.page.goto(folder === undefined ? `${this.server.origin}/?ew=true` : this.server.url(folder));
    await this.page.locator('.monaco-workbench .activitybar').waitFor();
    await this.page.locator('.activitybar a[aria-label="Payment Auth"]').waitFor();
  }

  /**
   * Fails where a secret or a token was shown, printed or kept in a file.
   * @param folder the workspace
   * @param except files of the user's data and of the workspace that a person chose to put a token into
   */
  async assertNothingLeaked(folder: string, except?: RegExp): Promise<void> {
    this.#canary.read(this.server.output());
    await this.#canary.search(this.server.userDataDir, except);
    await this.#canary.search(folder, except);
    this.#canary.assertSilent();
  }

  async close(): Promise<void> {
    await this.#context.close();
    await this.#browser.close();
    await this.server.stop();
    await rm(this.#extensionsDir, { recursive: true, force: true });
  }

  get input(): Locator {
    return this.page.locator('.quick-input-widget:not([style*="display: none"]) .quick-input-box input');
  }

  get status(): Locator {
    return this.page.locator('.statusbar-item[id="paymentauth.payment-auth.paymentAuth.status"]');
  }

  /** Opens the palette, types and waits until the command is offered. Its list is made when it opens, so it may have to open again. */
  async typeIntoPalette(title: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press('F1');
      await this.input.waitFor();
      await this.input.fill(`>${title}`);
      try {
        await this.quickPickRow(title).first().waitFor({ timeout: 2000 });
        return;
      } catch (error) {
        if (attempt === 5) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  async run(title: string): Promise<void> {
    await this.typeIntoPalette(title);
    await this.page
      .locator(`.quick-input-list .monaco-list-row[aria-label^="${title}"], .quick-input-list .monaco-list-row[aria-label*=": ${title}"]`)
      .first()
      .click();
  }

  quickPickRow(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text });
  }

  /** Waits for a step of the wizard by what its prompt or placeholder says. */
  async step(text: string | RegExp): Promise<void> {
    const widget = this.page.locator('.quick-input-widget');
    const byText = widget.filter({ hasText: text });
    const byPlaceholder = widget.getByPlaceholder(text);
    await byText.or(byPlaceholder).first().waitFor();
  }

  async choose(text: string): Promise<void> {
    await this.input.fill(text);
    await this.quickPickRow(text).first().click();
  }

  /** Answers an input step; without a text its suggestion is taken. */
  async answer(prompt: string | RegExp, text?: string): Promise<void> {
    await this.step(prompt);
    if (text !== undefined) await this.input.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** A row of the view: a profile by its name, which begins its accessible label, anything by a pattern of its text. */
  treeRow(label: string | RegExp): Locator {
    const rows = this.page.locator('.pane-body .monaco-list-row');
    return typeof label === 'string'
      ? this.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}, "]`)
      : rows.filter({ hasText: label });
  }

  async openView(): Promise<void> {
    // The icon would close the view where it is open already.
    await this.run('Payment Auth: Focus on Profiles View');
  }

  /** Presses a button of a modal question. */
  async confirm(button: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box').getByRole('button', { name: button }).click();
  }

  /** Runs a command in a new terminal until it has shown an effect; a shell may not listen yet when it is first seen. */
  async runInNewTerminal(command: string, hasRun: () => Promise<boolean>, folder?: string): Promise<void> {
    await this.run('Terminal: Create New Terminal');
    if (folder !== undefined) await this.choose(folder);
    await this.page.locator('.terminal-wrapper .xterm').last().waitFor();
    for (let attempt = 1; attempt <= 5; attempt++) {
      await this.page.waitForTimeout(1500);
      await this.page.locator('.terminal-wrapper .xterm').last().click();
      await this.page.keyboard.type(`${command}\n`);
      for (let look = 0; look < 30; look++) {
        if (await hasRun()) return;
        await this.page.waitForTimeout(100);
      }
    }
    throw new Error(`The terminal did not run: ${command}`);
  }

  async widenSideBar(pixels: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (!box) throw new Error('The side bar is not shown');
    const [x, y] = [box.x + box.width, box.y + box.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + pixels, y, { steps: 5 });
    await this.page.mouse.up();
  }

  async theme(name: string): Promise<void> {
    await this.run('Preferences: Color Theme');
    await this.choose(name);
    await this.input.waitFor({ state: 'hidden' });
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast').filter({ hasText: text });
  }

  async dismissNotifications(): Promise<void> {
    await this.run('Notifications: Clear All Notifications');
  }

  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.input.fill(name);
    await this.quickPickRow(name).first().click();
    await this.page.locator('.tab.active').filter({ hasText: name }).waitFor();
  }

  /** Empties the clipboard, runs what copies, and waits for what is copied. */
  async copied(copy: () => Promise<void>): Promise<string> {
    await this.page.evaluate(() => navigator.clipboard.writeText(''));
    await copy();
    for (let attempt = 0; attempt < 150; attempt++) {
      const text = await this.page.evaluate(() => navigator.clipboard.readText());
      if (text !== '') return text;
      await this.page.waitForTimeout(100);
    }
    throw new Error('Nothing was copied within 15 s');
  }

  async screenshot(name: string): Promise<void> {
    await mkdir(screenshots, { recursive: true });
    await this.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }

  /** To be called after each test. */
  async screenshotFailure(test: Mocha.Test | undefined): Promise<void> {
    if (test?.state === 'failed') await this.screenshot(`failed-${test.title.replaceAll(/\W+/g, '-')}`);
  }

  /** A screenshot that the README shows; `PAYMENT_AUTH_PICTURES=1` renews the one in `media`. */
  async picture(name: string): Promise<void> {
    await this.screenshot(name);
    if (process.env.PAYMENT_AUTH_PICTURES === '1')
      await cp(path.join(screenshots, `${name}.png`), path.join(projectRoot, 'media', `${name}.png`));
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.locator('.activitybar a[aria-label="Payment Auth"]').waitFor();
  }
}
