/** What core needs from its surroundings; VS Code implements it in `editor`, tests with a few lines. */

export interface Disposable {
  dispose(): void;
}

/** The shape of VS Code's `SecretStorage`, without its types. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  keys(): PromiseLike<string[]>;
}

/** Small facts that are no secret, kept apart from those: the shape of VS Code's `Memento`. */
export interface Notes {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
  keys(): readonly string[];
}

/** Lets one of several windows do what need be done only once. Whoever holds a lease and dies loses it in bounded time. */
export interface Leases {
  /** Waits for a lease; `undefined` where the signal ends that. Rejects where there can be none. */
  acquire(name: string, signal: AbortSignal): Promise<Lease | undefined>;
}

export interface Lease {
  release(): Promise<void>;
  /** A text that its holders leave to each other, no secret; absent where there is no place for one. */
  readonly memo?: { read(): Promise<string | undefined>; write(text: string | undefined): Promise<void> };
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after at least `milliseconds` unless disposed of first. */
  schedule(milliseconds: number, callback: () => void): Disposable;
}

/** Receives sentences only: no secret, no token, no text of a server. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
