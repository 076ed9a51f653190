import * as vscode from 'vscode';
import { settingIds } from '../manifest.ts';

/** A setting with its default, read where it is used; the manifest gives it the scope `application`. */
class Setting<T extends boolean | number> {
  readonly id: string;
  readonly #fallback: T;

  constructor(id: string, fallback: T) {
    this.id = id;
    this.#fallback = fallback;
  }

  get value(): T {
    const value = vscode.workspace.getConfiguration().get<unknown>(this.id);
    return typeof value === typeof this.#fallback ? (value as T) : this.#fallback;
  }
}

export const settings = {
  requestTimeoutSeconds: new Setting<number>(settingIds.requestTimeoutSeconds, 20),
  automaticRenewal: new Setting<boolean>(settingIds.automaticRenewal, true),
  clipboardClearAfterSeconds: new Setting<number>(settingIds.clipboardClearAfterSeconds, 30),
  sandboxPort: new Setting<number>(settingIds.sandboxPort, 4010),
  sandboxTokenLifetimeSeconds: new Setting<number>(settingIds.sandboxTokenLifetimeSeconds, 0),
};
