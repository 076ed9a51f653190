import type { Clock } from './ports.ts';

/** The outcome of a promise, or of `late` where that takes longer. What comes after that is dropped. */
export function within<T>(clock: Clock, milliseconds: number, promise: PromiseLike<T>, late: () => T | PromiseLike<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = clock.schedule(milliseconds, () => {
      new Promise<T>((settle) => {
        settle(late());
      }).then(resolve, reject);
    });
    promise.then(
      (value) => {
        timer.dispose();
        resolve(value);
      },
      (error: unknown) => {
        timer.dispose();
        reject(error instanceof Error ? error : new Error('Rejected without an error.'));
      },
    );
  });
}
