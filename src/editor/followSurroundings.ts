import * as vscode from 'vscode';
import type { Disposable } from '../core/ports.ts';
import type { TokenService } from '../core/tokenService.ts';
import { Vault } from '../core/vault.ts';
import type { Terminals } from './terminals.ts';
import { contextKeys } from '../manifest.ts';
import type { ActiveProfile } from './activeProfile.ts';
import type { Bindings } from './bindings/bindings.ts';
import type { ProcessEnvironment } from './processEnvironment.ts';
import type { ProfileStore } from './profileStore.ts';
import { settings } from './settings.ts';

/** Passes on what happens outside: the profiles' setting, other windows' secrets, the window's focus, trust. */
export function followSurroundings(
  secrets: vscode.SecretStorage,
  store: ProfileStore,
  active: ActiveProfile,
  tokens: TokenService,
  bindings: Bindings,
  environment: ProcessEnvironment,
  terminals: Terminals,
): Disposable[] {
  const takeProfiles = () => {
    void vscode.commands.executeCommand('setContext', contextKeys.hasProfiles, store.profiles.length > 0);
    void tokens.setProfiles(store.profiles);
  };
  const tellBindings = () => {
    void vscode.commands.executeCommand('setContext', contextKeys.hasBindings, bindings.all.length > 0);
    // A profile with places to keep fresh is renewed by itself.
    tokens.replan();
  };
  takeProfiles();
  tellBindings();
  return [
    bindings.onDidChange(tellBindings),
    store.onDidChange(takeProfiles),
    // The active profile is renewed even where its token is only copied.
    active.onDidChange(() => {
      tokens.replan();
    }),
    secrets.onDidChange(({ key }) => {
      const id = Vault.profileOf(key);
      if (id !== undefined) void tokens.reload(id);
    }),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      // After sleep, timers are late by as long as it lasted.
      if (focused) tokens.wake();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      environment.update();
      bindings.update();
      terminals.update();
      tokens.replan();
    }),
    settings.automaticRenewal.onDidChange(() => {
      tokens.replan();
    }),
    settings.blankExpired.onDidChange(() => {
      bindings.update();
    }),
    settings.allowProduction.onDidChange(() => {
      bindings.update();
    }),
  ];
}
