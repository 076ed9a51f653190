import * as vscode from 'vscode';
import type { CredentialValues } from '../../core/credentials.ts';
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
  #own: Sandbox | undefined;
  #starting: Promise<void> | undefined;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Starts the server, or joins the one of another window, and makes everything ready to send. */
  start(): Promise<void> {
    return (this.#starting ??= this.#start().finally(() => (this.#starting = undefined)));
  }

  async #start(): Promise<void> {
    const { accounts } = await import('../../sandbox/server.ts');
    const { origin } = await this.#listen();
    const profiles = await this.#addProfiles(accounts, origin);
    const outcomes = await Promise.allSettled(profiles.map((profile) => this.#services.tokens.fetch(profile)));
    await openExample(this.#services.extensionUri, origin);
    const ready = outcomes.filter(({ status }) => status === 'fulfilled').length;
    void vscode.window.showInformationMessage(
      `The sandbox answers at ${origin}. ${String(ready)} of ${String(profiles.length)} profiles have a token; send a request of the example.`,
    );
  }

  async stop(): Promise<void> {
    const sandbox = this.#own;
    if (!sandbox) return;
    this.#own = undefined;
    await sandbox.stop();
    await this.#tellRunning();
    // Not awaited: the server is stopped, however long the message stays.
    void vscode.window
      .showInformationMessage('The sandbox is stopped. Its profiles are of no use until it runs again.', removeProfiles)
      .then(async (choice) => {
        if (choice === removeProfiles) await this.#removeProfiles(sandbox.origin);
      });
  }

  async #tellRunning(): Promise<void> {
    await vscode.commands.executeCommand('setContext', contextKeys.sandboxRunning, this.#own !== undefined);
  }

  dispose(): void {
    void this.#own?.stop();
  }

  /** The window's own server where it runs; otherwise looks anew, as another window's may have ended since. */
  async #listen(): Promise<Sandbox> {
    if (this.#own) return this.#own;
    const { startSandbox } = await import('../../sandbox/server.ts');
    const sandbox = await startSandbox({
      port: settings.sandboxPort.value,
      lifetimeSeconds: settings.sandboxTokenLifetimeSeconds.value,
      log: this.#services.log,
    });
    if (!sandbox.owned) return sandbox;
    this.#own = sandbox;
    await this.#tellRunning();
    return sandbox;
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
    const { store, tokens } = this.#services;
    const wanted: { profile: Profile; credentials: CredentialValues }[] = [];
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
            apiHosts: [],
          };
      wanted.push({ profile, credentials: account.credentials });
    }
    await store.save(...wanted.map(({ profile }) => profile));
    await Promise.all(wanted.map(({ profile, credentials }) => tokens.setCredentials(profile, credentials)));
    return wanted.map(({ profile }) => store.find(profile.id)).filter((profile) => profile !== undefined);
  }
}

/** The example: the workspace's copy where it is the very same, else one of its own with the address that answers. */
async function openExample(extensionUri: vscode.Uri, origin: string): Promise<void> {
  const shipped = await read(vscode.Uri.joinPath(extensionUri, 'examples/sandbox.http'));
  const example = shipped.replace(/^(@sandbox = ).*$/m, `$1${origin}`);
  const [present] = await vscode.workspace.findFiles('sandbox.http', undefined, 1);
  // Any other file of that name is the workspace's business; nobody is invited to send from it.
  const document =
    present && (await read(present)) === example
      ? await vscode.workspace.openTextDocument(present)
      : await vscode.workspace.openTextDocument({ language: 'http', content: example });
  await vscode.window.showTextDocument(document, { preview: false });
}

async function read(uri: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
