import type { Disposable } from '../../core/ports.ts';
import type { Inspector } from '../inspector/inspector.ts';
import type { Services } from '../services.ts';
import { systemClock } from '../systemClock.ts';
import { pickProfile } from './pickProfile.ts';

/** Tokens under inspection; what shows them is loaded and registered with the first. */
export class Inspections implements Disposable {
  readonly #services: Services;
  #inspector: Promise<Inspector> | undefined;

  constructor(services: Services) {
    this.#services = services;
  }

  async inspectToken(argument: unknown): Promise<void> {
    const profile = await pickProfile(this.#services, argument, 'Inspect the token of which profile?');
    const inspector = await (this.#inspector ??= this.#load());
    await inspector.show(profile);
  }

  dispose(): void {
    void this.#inspector?.then((inspector) => {
      inspector.dispose();
    });
  }

  async #load(): Promise<Inspector> {
    const { Inspector } = await import('../inspector/inspector.ts');
    return new Inspector(this.#services.store, this.#services.tokens, systemClock);
  }
}
