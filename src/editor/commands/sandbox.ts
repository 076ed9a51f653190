import * as vscode from 'vscode';
import { profileId, unique, type Profile } from '../../core/profile.ts';
import { localEnvironment } from '../../core/provider.ts';
import { findProvider } from '../../core/providers/index.ts';
import { contextKeys } from '../../manifest.ts';
import type { Sandbox, SandboxAccount } from '../../sandbox/server.ts';
import type { Services } from '../services.ts';
import { settings } from '../settings.ts';

const removeProfiles = 'Remove Its Profiles';

/** The sandbox server of this window and the profiles that go with it. */
export class SandboxControl implements vscode.Disposable {
  readonly #services: Services;
  #sandbox: Sandbox | undefined;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Starts the server, or joins one of another window, and makes everything ready to send. */
  async start(): Promise<void> {
    const { accounts, startSandbox } = await import('../../sandbox/server.ts');
    this.#sandbox ??= await startSandbox({
      port: settings.sandboxPort.value,
      lifetimeSeconds: settings.sandboxTokenLifetimeSeconds.value,
      log: this.#services.log,
    });
    await vscode.commands.executeCommand('setContext', contextKeys.sandboxRunning, true);
    const profiles = await this.#addProfiles(accounts, this.#sandbox.origin);
    const outcomes = await Promise.allSettled(profiles.map((profile) => this.#services.tokens.fetch(profile)));
    await openExample(this.#services.extensionUri, this.#sandbox.origin);
    const ready = outcomes.filter(({ status }) => status === 'fulfilled').length;
    void vscode.window.showInformationMessage(
      `The sandbox answers at ${this.#sandbox.origin}. ${String(ready)} of ${String(profiles.length)} profiles have a token; send a request of the example.`,
    );
  }

  async stop(): Promise<void> {
    const sandbox = this.#sandbox;
    if (!sandbox) return;
    this.#sandbox = undefined;
    await sandbox.stop();
    await vscode.commands.executeCommand('setContext', contextKeys.sandboxRunning, false);
    // Not awaited: the server is stopped, however long the message stays.
    void vscode.window
      .showInformationMessage('The sandbox is stopped. Its profiles are of no use until it runs again.', removeProfiles)
      .then(async (choice) => {
        if (choice === removeProfiles) await this.#removeProfiles(sandbox.origin);
      });
  }

  dispose(): void {
    void this.#sandbox?.stop();
  }

  async #removeProfiles(origin: string): Promise<void> {
    const { store, vault } = this.#services;
    const ids = store.profiles
      .filter((profile) => profile.environment === localEnvironment && profile.origin === origin)
      .map(({ id }) => id);
    await store.remove(...ids);
    await Promise.all(ids.map((id) => vault.deleteAll(id)));
  }

  /** One profile per account; those that are there already get the origin at which the sandbox answers now. */
  async #addProfiles(accounts: readonly SandboxAccount[], origin: string): Promise<Profile[]> {
    const { store, vault, tokens } = this.#services;
    const wanted: Profile[] = [];
    const taken = { ids: store.ids(), variables: store.profiles.map(({ variable }) => variable) };
    for (const account of accounts) {
      const provider = findProvider(account.provider);
      if (!provider) continue;
      const tokenUrl = origin + account.tokenPath;
      // The example names the variables, so a profile of one's own for the same server is not what it needs.
      const present = store.profiles.find((profile) => profile.environment === localEnvironment && profile.variable === account.variable);
      const profile: Profile = present
        ? { ...present, provider, tokenUrl, origin }
        : {
            id: profileId(account.name, taken.ids),
            name: account.name,
            provider,
            environment: localEnvironment,
            tokenUrl,
            origin,
            variable: unique(account.variable, taken.variables, '_'),
            inject: ['processEnvironment'],
          };
      await vault.storeCredentials(profile, account.credentials);
      wanted.push(profile);
    }
    await store.save(...wanted);
    await Promise.all(wanted.map(({ id }) => tokens.credentialsChanged(id)));
    return wanted.map(({ id }) => store.find(id)).filter((profile) => profile !== undefined);
  }
}

/** The example as it lies in the workspace, else a copy with the address at which the sandbox answers. */
async function openExample(extensionUri: vscode.Uri, origin: string): Promise<void> {
  const shipped = vscode.Uri.joinPath(extensionUri, 'examples/sandbox.http');
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(shipped));
  const adapted = text.replace(/^(@sandbox = ).*$/m, `$1${origin}`);
  const [present] = await vscode.workspace.findFiles('sandbox.http', undefined, 1);
  const document = present && adapted === text ? await vscode.workspace.openTextDocument(present) : await untitled(adapted);
  await vscode.window.showTextDocument(document, { preview: false });
}

async function untitled(content: string): Promise<vscode.TextDocument> {
  return vscode.workspace.openTextDocument({ language: 'http', content });
}
