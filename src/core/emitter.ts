import type { Disposable } from './ports.ts';

export type Listener<T> = (value: T) => void;

/** An event in the shape of VS Code's own, so that core needs none of it. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<Listener<T>>();

  readonly event = (listener: Listener<T>): Disposable => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners])
      try {
        listener(value);
      } catch (error) {
        // Not the fault of who fires, nor of the other listeners; still nothing to keep quiet about.
        queueMicrotask(() => {
          throw error;
        });
      }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
