import type { Clock, Disposable, Lease, Leases } from './ports.ts';

/** A person waits no longer than this for another window. */
const shortPatience = 3000;
/** A renewal ahead of the expiry has time; longer than this no call lasts that is still of use. */
const longPatience = 30_000;

/** A window's turn at fetching one profile's token. */
export class Turn {
  readonly #leases: Leases;
  readonly #clock: Clock;
  readonly #patience = new AbortController();
  #timer: Disposable | undefined;
  #waiting = true;

  constructor(leases: Leases, clock: Clock, urgent: boolean) {
    this.#leases = leases;
    this.#clock = clock;
    this.#wait(urgent ? shortPatience : longPatience);
  }

  /** To be called when a person joins the wait. */
  hurry(): void {
    if (this.#waiting) this.#wait(shortPatience);
  }

  /** Resolves without a lease where patience or the signal ends: a window that hangs holds up no other. */
  async take(name: string, signal: AbortSignal): Promise<Lease | undefined> {
    // Node keeps what `AbortSignal.any` gives for as long as somebody listens to it, so the one signal ends the other here.
    const end = () => {
      this.#patience.abort();
    };
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
    const over = this.#patience.signal;
    const ended = new Promise<undefined>((resolve) => {
      const give = () => {
        resolve(undefined);
      };
      if (over.aborted) give();
      else over.addEventListener('abort', give, { once: true });
    });
    const acquired = this.#leases.acquire(name, over);
    try {
      const lease = await Promise.race([acquired, ended]);
      if (!lease) dropLate(acquired);
      return lease;
    } finally {
      this.#waiting = false;
      this.#timer?.dispose();
      signal.removeEventListener('abort', end);
    }
  }

  #wait(milliseconds: number): void {
    this.#timer?.dispose();
    this.#timer = this.#clock.schedule(milliseconds, () => {
      this.#patience.abort();
    });
  }
}

function dropLate(acquired: Promise<Lease | undefined>): void {
  acquired.then((lease) => lease?.release()).catch(() => undefined);
}
