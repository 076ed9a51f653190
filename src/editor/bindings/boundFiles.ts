import * as vscode from 'vscode';
import { Emitter } from '../../core/emitter.ts';
import type { Clock, Disposable } from '../../core/ports.ts';

/** Milliseconds of rest after typing before a file is looked at again. */
const rest = 300;

/** Tells when one of some files has changed, in the editor or on disk, and is at rest. */
export class BoundFiles implements Disposable {
  readonly #clock: Clock;
  readonly #changed = new Emitter<string>();
  readonly #subscriptions: readonly Disposable[];
  readonly #timers = new Map<string, Disposable>();
  readonly #watchers = new Map<string, Disposable>();
  #uris: ReadonlySet<string> = new Set();

  /** Fires with the URI. */
  readonly onDidChange = this.#changed.event;

  constructor(clock: Clock) {
    this.#clock = clock;
    const look = ({ uri }: vscode.TextDocument) => {
      this.lookSoon(uri.toString());
    };
    this.#subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        look(document);
      }),
      vscode.workspace.onDidSaveTextDocument(look),
      vscode.workspace.onDidCloseTextDocument(look),
    ];
  }

  /** Watches these files and no others. */
  watch(uris: ReadonlySet<string>): void {
    this.#uris = uris;
    for (const [uri, watcher] of this.#watchers)
      if (!uris.has(uri)) {
        watcher.dispose();
        this.#watchers.delete(uri);
      }
    for (const uri of uris) {
      const file = vscode.Uri.parse(uri);
      if (this.#watchers.has(uri) || file.scheme !== 'file') continue;
      const name = (file.path.split('/').at(-1) ?? '').replaceAll(/[[\]{}*?]/g, '[$&]');
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.joinPath(file, '..'), name));
      const look = () => {
        this.lookSoon(uri);
      };
      const parts = [watcher, watcher.onDidCreate(look), watcher.onDidChange(look), watcher.onDidDelete(look)];
      this.#watchers.set(uri, {
        dispose: () => {
          for (const part of parts) part.dispose();
        },
      });
    }
  }

  lookSoon(uri: string): void {
    if (!this.#uris.has(uri)) return;
    this.#timers.get(uri)?.dispose();
    this.#timers.set(
      uri,
      this.#clock.schedule(rest, () => {
        this.#timers.delete(uri);
        this.#changed.fire(uri);
      }),
    );
  }

  dispose(): void {
    for (const disposable of [...this.#subscriptions, ...this.#timers.values(), ...this.#watchers.values()]) disposable.dispose();
    this.#changed.dispose();
  }
}
