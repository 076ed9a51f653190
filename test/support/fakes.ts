import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Clock, Disposable, Logger, Notes, SecretStore } from '../../src/core/ports.ts';

/** Noon of a day with no change of daylight saving time near it. */
export const noon = Date.UTC(2026, 5, 15, 12);

/** Stands still until it is told otherwise. */
export class FakeClock implements Clock {
  /** What was asked for, in milliseconds. */
  readonly waits: number[] = [];
  readonly #timers = new Set<{ at: number; callback: () => void }>();
  #now: number;

  constructor(now = noon) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  schedule(milliseconds: number, callback: () => void): Disposable {
    this.waits.push(milliseconds);
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return { dispose: () => this.#timers.delete(timer) };
  }

  /** Lets time pass and fires what comes due, in order. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let fired = 0; ; fired++) {
      const [next] = [...this.#timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      assert.ok(fired < 1000, 'timers call each other without end');
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = end;
  }

  /** Sets the clock back; timers, which do not follow it, come due as early as before. */
  turnBack(milliseconds: number): void {
    this.#now -= milliseconds;
    for (const timer of this.#timers) timer.at -= milliseconds;
  }

  /** Time that passes while the machine sleeps: no timer fires. */
  sleep(milliseconds: number): void {
    this.#now += milliseconds;
  }

  get pending(): number {
    return this.#timers.size;
  }
}

export class MemorySecretStore implements SecretStore {
  readonly entries = new Map<string, string>();
  refusesToSave = false;
  refusesToRead = false;

  /** How often something was read. */
  reads = 0;

  get(key: string): Promise<string | undefined> {
    this.reads++;
    return this.refusesToRead ? Promise.reject(new Error('locked')) : Promise.resolve(this.entries.get(key));
  }

  store(key: string, value: string): Promise<void> {
    if (this.refusesToSave) return Promise.reject(new Error(`cannot save ${value}`));
    this.entries.set(key, value);
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.entries.delete(key);
    return Promise.resolve();
  }

  keys(): Promise<string[]> {
    return Promise.resolve([...this.entries.keys()]);
  }
}

export class MemoryNotes implements Notes {
  readonly entries = new Map<string, unknown>();

  get(key: string): unknown {
    return this.entries.get(key);
  }

  update(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.entries.delete(key);
    else this.entries.set(key, value);
    return Promise.resolve();
  }

  keys(): readonly string[] {
    return [...this.entries.keys()];
  }
}

export class MemoryLog implements Logger {
  readonly lines: string[] = [];

  info(message: string): void {
    this.lines.push(`info ${message}`);
  }

  warn(message: string): void {
    this.lines.push(`warn ${message}`);
  }

  error(message: string): void {
    this.lines.push(`error ${message}`);
  }

  get text(): string {
    return this.lines.join('\n');
  }
}

/** Fails where a secret can be read in anything that an error shows of itself. */
export function assertTellsNothingOf(error: unknown, ...secrets: readonly string[]): void {
  const shown = [String(error), JSON.stringify(error), inspect(error, { depth: 20, showHidden: true, getters: true })].join('\n');
  for (const secret of secrets) assert.ok(!shown.includes(secret), `“${secret}” shows in: ${shown}`);
}
