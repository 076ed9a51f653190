import * as vscode from 'vscode';
import { settingIds } from '../manifest.ts';

interface Setting<T> {
  readonly value: T;
}

/** Read where they are used; defaults and ranges as in the manifest, which gives them the scope `application`. */
export const settings = {
  requestTimeoutSeconds: numeric(settingIds.requestTimeoutSeconds, 20, 1, 300),
  confirmProduction: toggle(settingIds.confirmProduction, true),
  automaticRenewal: toggle(settingIds.automaticRenewal, true),
  blankExpired: toggle(settingIds.blankExpired, false),
  allowProduction: toggle(settingIds.allowProduction, false),
  clipboardClearAfterSeconds: numeric(settingIds.clipboardClearAfterSeconds, 30, 0, 3600),
  sandboxPort: numeric(settingIds.sandboxPort, 4010, 1024, 65_535),
  sandboxTokenLifetimeSeconds: numeric(settingIds.sandboxTokenLifetimeSeconds, 0, 0, 86_400),
};

/** The manifest's range warns only where settings are edited; a value outside it is brought to the nearest end. */
function numeric(id: string, fallback: number, minimum: number, maximum: number): Setting<number> {
  return {
    get value() {
      const value = vscode.workspace.getConfiguration().get<unknown>(id);
      return typeof value === 'number' && Number.isFinite(value) ? Math.min(Math.max(Math.trunc(value), minimum), maximum) : fallback;
    },
  };
}

function toggle(id: string, fallback: boolean): Setting<boolean> {
  return {
    get value() {
      const value = vscode.workspace.getConfiguration().get<unknown>(id);
      return typeof value === 'boolean' ? value : fallback;
    },
  };
}
