import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type WindowOrder = 'fetch' | 'use' | 'report';
export type WindowNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'log'; readonly message: string }
  | { readonly kind: 'status'; readonly token?: string | undefined; readonly fetching: boolean; readonly failure?: string | undefined };

/** One window, in a process of its own. */
export class WindowProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<void>;
  readonly log: string[] = [];
  token: string | undefined;
  fetching = false;
  failure: string | undefined;

  constructor(folder: string, tokenUrl: string, renews: boolean) {
    const script = fileURLToPath(import.meta.resolve('./windowProcess.ts'));
    this.#child = fork(script, [folder, tokenUrl, renews ? 'renews' : ''], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#ready = new Promise((resolve, reject) => {
      this.#child.once('exit', () => {
        reject(new Error('The window ended before it was ready.'));
      });
      this.#child.on('message', (news: WindowNews) => {
        if (news.kind === 'ready') resolve();
        else if (news.kind === 'log') this.log.push(news.message);
        else ({ token: this.token, fetching: this.fetching, failure: this.failure } = { failure: undefined, token: undefined, ...news });
      });
    });
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  order(order: WindowOrder): void {
    this.#child.send(order);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}
