import { mkdir, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Disposable, Lease, Leases } from '../core/ports.ts';

/** After this long without a sign of life a holder is taken for dead. */
const silence = 6000;
const beat = 2000;
/** Between two looks at a lease that another window holds; the spread keeps windows from looking in step. */
const pause = { least: 100, spread: 200 };

/**
 * Leases as files of a folder that the windows share. A file holds the random id of its holder and nothing else; its
 * time of change is the holder's last sign of life. Beside it lies what its holders leave to each other.
 */
export class FileLeases implements Leases {
  readonly #folder: string;
  readonly #clock: Clock;

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  async acquire(name: string, signal: AbortSignal): Promise<Lease | undefined> {
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, `${encodeURIComponent(name)}.lease`);
    const holder = crypto.randomUUID();
    while (!signal.aborted) {
      if ((await this.#create(path, holder)) || (await this.#takeOver(path, holder))) return new HeldLease(path, holder, this.#clock);
      await this.#pause(signal);
    }
    return undefined;
  }

  /** Only one window can make a file that is not there yet. */
  async #create(path: string, holder: string): Promise<boolean> {
    try {
      const file = await open(path, 'wx');
      try {
        await file.writeFile(holder);
        // The folder's server may have a clock of its own.
        await touch(path, this.#clock);
      } catch (error) {
        // Left half made it would hold everybody up.
        await rm(path, { force: true });
        throw error;
      } finally {
        await file.close();
      }
      return true;
    } catch (error) {
      if (isCode(error, 'EEXIST')) return false;
      throw error;
    }
  }

  async #takeOver(path: string, holder: string): Promise<boolean> {
    const dead = await this.#deadHolder(path);
    if (dead === undefined) return false;
    const claim = `${path}.${dead}.claim`;
    const next = `${path}.${holder}.next`;
    // By the id of the dead, so that a window that looked long ago cannot take the place of its successor.
    if (!(await this.#create(claim, holder))) {
      if ((await this.#deadHolder(claim)) !== undefined) await rm(claim, { force: true });
      return false;
    }
    try {
      if ((await this.#deadHolder(path)) !== dead) return false;
      await this.#create(next, holder);
      await rename(next, path);
      return true;
    } catch {
      // Windows renames over no file that somebody has open; there will be another look.
      await rm(next, { force: true });
      return false;
    } finally {
      await rm(claim, { force: true });
    }
  }

  /** The holder of a lease that gave no sign of life for too long; `undefined` while it lives, and where there is none. */
  async #deadHolder(path: string): Promise<string | undefined> {
    try {
      const [holder, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
      // One from the future is from before the clock was set back.
      return Math.abs(this.#clock.now() - mtimeMs) > silence ? holder : undefined;
    } catch (error) {
      if (isCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.schedule(pause.least + Math.random() * pause.spread, end);
      function end() {
        timer.dispose();
        signal.removeEventListener('abort', end);
        resolve();
      }
      signal.addEventListener('abort', end, { once: true });
    });
  }
}

class HeldLease implements Lease {
  readonly #path: string;
  readonly #holder: string;
  readonly #clock: Clock;
  #lastBeat: number;
  #timer: Disposable;

  constructor(path: string, holder: string, clock: Clock) {
    this.#path = path;
    this.#holder = holder;
    this.#clock = clock;
    this.#lastBeat = clock.now();
    this.#timer = this.#nextBeat();
  }

  readonly memo = {
    read: () => readFile(this.#memoPath, 'utf8').catch(() => undefined),
    write: async (text: string | undefined) => {
      if (text === undefined) await rm(this.#memoPath, { force: true });
      else await writeFile(this.#memoPath, text, { mode: 0o600 });
    },
  };

  get #memoPath(): string {
    return `${this.#path}.memo`;
  }

  async release(): Promise<void> {
    this.#timer.dispose();
    if (await this.#isOwn()) await rm(this.#path, { force: true });
  }

  #nextBeat(): Disposable {
    return this.#clock.schedule(beat, () => {
      this.#timer = this.#nextBeat();
      void this.#beat();
    });
  }

  async #beat(): Promise<void> {
    try {
      if (!(await this.#isOwn())) {
        this.#timer.dispose();
        return;
      }
      await touch(this.#path, this.#clock);
      this.#lastBeat = this.#clock.now();
    } catch {
      // A beat that fails may be followed by one that does not.
    }
  }

  /** Somebody else's once this window was silent for too long, as after sleep, whatever the file says at this moment. */
  async #isOwn(): Promise<boolean> {
    if (Math.abs(this.#clock.now() - this.#lastBeat) > silence) return false;
    try {
      return (await readFile(this.#path, 'utf8')) === this.#holder;
    } catch (error) {
      // A share that cannot be read at this moment says nothing of who holds it.
      return !isCode(error, 'ENOENT');
    }
  }
}

async function touch(path: string, clock: Clock): Promise<void> {
  const now = new Date(clock.now());
  await utimes(path, now, now);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
