import * as vscode from 'vscode';
import type { Clock, Disposable } from '../core/ports.ts';
import { settings } from './settings.ts';

/** Copies secrets on command and takes them out of the clipboard again if they are still there. */
export class Clipboard implements Disposable {
  readonly #clock: Clock;
  #copied: string | undefined;
  #timer: Disposable | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns the seconds after which the clipboard is cleared; 0 for never. */
  async copySecret(text: string): Promise<number> {
    const seconds = settings.clipboardClearAfterSeconds.value;
    this.#timer?.dispose();
    this.#timer = undefined;
    await vscode.env.clipboard.writeText(text);
    this.#copied = text;
    if (seconds > 0)
      this.#timer = this.#clock.schedule(seconds * 1000, () => {
        void this.clear();
      });
    return seconds;
  }

  /** Empties the clipboard if it still holds what was copied. */
  async clear(): Promise<void> {
    const copied = this.#copied;
    this.#copied = undefined;
    this.#timer?.dispose();
    if (copied !== undefined && (await vscode.env.clipboard.readText()) === copied) await vscode.env.clipboard.writeText('');
  }

  dispose(): void {
    // VS Code waits for nothing on the way out; what can still be done is begun.
    if (this.#timer) void this.clear();
  }
}
