import * as vscode from 'vscode';
import { GuardedSecretStore } from './core/guardedSecretStore.ts';
import { retrying } from './core/retry.ts';
import { TokenService } from './core/tokenService.ts';
import { Vault } from './core/vault.ts';
import { ActiveProfile } from './editor/activeProfile.ts';
import { Bindings } from './editor/bindings/bindings.ts';
import { Clipboard } from './editor/clipboard.ts';
import { Inspections } from './editor/commands/inspections.ts';
import { SandboxControl } from './editor/commands/sandbox.ts';
import { FileLeases } from './editor/fileLeases.ts';
import { followHttpFiles } from './editor/followHttpFiles.ts';
import { followSurroundings } from './editor/followSurroundings.ts';
import { Log } from './editor/log.ts';
import { ProcessEnvironment } from './editor/processEnvironment.ts';
import { ProductionGuard } from './editor/production/productionGuard.ts';
import { ProfileStore } from './editor/profileStore.ts';
import { ProfileView } from './editor/profileView.ts';
import { settings } from './editor/settings.ts';
import { StatusBar } from './editor/statusBar.ts';
import { systemClock } from './editor/systemClock.ts';
import { Terminals } from './editor/terminals.ts';

/** The parts list: builds, wires and hands over to VS Code; decides nothing. @returns what runs a command by its id. */
export function start(context: vscode.ExtensionContext): (command: string, argument: unknown) => Promise<void> {
  const log = new Log();
  const vault = new Vault(new GuardedSecretStore(context.secrets, systemClock), context.globalState);
  const store = new ProfileStore(log);
  const active = new ActiveProfile(context.workspaceState, store);
  const clipboard = new Clipboard(systemClock);
  const trusted = () => vscode.workspace.isTrusted;
  const tokens: TokenService = new TokenService({
    vault,
    clock: systemClock,
    log,
    leases: new FileLeases(vscode.Uri.joinPath(context.globalStorageUri, 'leases').fsPath, systemClock),
    client: async () => retrying((await import('./core/tokenClient.ts')).fetchToken),
    timeout: () => settings.requestTimeoutSeconds.value * 1000,
    allowed: trusted,
    renews: (profile) =>
      settings.automaticRenewal.value &&
      (profile.inject.length > 0 || profile === active.profile || bindings.of(profile.id).some((binding) => !bindings.withholds(binding))),
  });
  const environment = new ProcessEnvironment(store, tokens, systemClock, trusted, process.env);
  const production = new ProductionGuard({
    store,
    asks: () => settings.confirmProduction.value,
    literals: () => settings.allowProduction.value,
    ask: async (use, profiles) => (await import('./editor/production/productionQuestion.ts')).askAboutProduction(use, profiles),
  });
  const bindings = new Bindings({
    state: context.workspaceState,
    store,
    tokens,
    clock: systemClock,
    log,
    allowed: trusted,
    allowsLiterals: (profile) => production.allowsLiterals(profile),
  });
  const terminals = new Terminals(context.environmentVariableCollection, store, bindings, tokens);
  const services = {
    extensionUri: context.extensionUri,
    globalStorageUri: context.globalStorageUri,
    state: context.workspaceState,
    store,
    active,
    tokens,
    bindings,
    vault,
    clipboard,
    production,
    log,
  };
  const sandbox = new SandboxControl(services);
  const inspections = new Inspections(services);
  context.subscriptions.push(
    ...followSurroundings(context.secrets, store, active, tokens, bindings, environment, terminals),
    new ProfileView(store, active, tokens, bindings, systemClock),
    new StatusBar(store, active, tokens, systemClock),
    followHttpFiles(services),
    terminals,
    sandbox,
    inspections,
    bindings,
    environment,
    tokens,
    clipboard,
    production,
    active,
    store,
    log,
  );
  return async (command, argument) =>
    (await import('./editor/commands/runner.ts')).run(services, { sandbox, inspections }, command, argument);
}
