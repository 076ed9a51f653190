import type * as vscode from 'vscode';
import type { TokenService } from '../core/tokenService.ts';
import type { Vault } from '../core/vault.ts';
import type { ActiveProfile } from './activeProfile.ts';
import type { Bindings } from './bindings/bindings.ts';
import type { Clipboard } from './clipboard.ts';
import type { Log } from './log.ts';
import type { ProductionGuard } from './production/productionGuard.ts';
import type { ProfileStore } from './profileStore.ts';

/** What commands work with. */
export interface Services {
  readonly extensionUri: vscode.Uri;
  /** Folder of this extension among the user’s data. */
  readonly globalStorageUri: vscode.Uri;
  /** Of this workspace, for choices that a person made here. */
  readonly state: vscode.Memento;
  readonly store: ProfileStore;
  readonly active: ActiveProfile;
  readonly tokens: TokenService;
  readonly bindings: Bindings;
  readonly vault: Vault;
  readonly clipboard: Clipboard;
  readonly production: ProductionGuard;
  readonly log: Log;
}
