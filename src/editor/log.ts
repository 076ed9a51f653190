import * as vscode from 'vscode';
import type { Disposable, Logger } from '../core/ports.ts';

/** The log channel "Payment Auth", made when there is first something to say. */
export class Log implements Logger, Disposable {
  #channel: vscode.LogOutputChannel | undefined;

  info(message: string): void {
    this.#open().info(message);
  }

  warn(message: string): void {
    this.#open().warn(message);
  }

  error(message: string): void {
    this.#open().error(message);
  }

  show(): void {
    this.#open().show();
  }

  dispose(): void {
    this.#channel?.dispose();
  }

  #open(): vscode.LogOutputChannel {
    return (this.#channel ??= vscode.window.createOutputChannel('Payment Auth', { log: true }));
  }
}
