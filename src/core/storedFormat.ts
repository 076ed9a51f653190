import * as v from 'valibot';

/** Makes of what one version stored what the next one stores. */
export type Upgrade = (older: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/**
 * How something is stored: JSON with a version. What an earlier version stored is brought up to date as it is read, each
 * time, and stays as it is until something is stored anew: one key and one write, so there is nothing half done to find.
 */
export class StoredFormat<T extends object> {
  readonly #version: number;
  readonly #schema: v.GenericSchema<unknown, T>;
  readonly #upgrades: Readonly<Record<number, Upgrade>>;

  /** @param upgrades by the version that they begin with */
  constructor(version: number, schema: v.GenericSchema<unknown, T>, upgrades: Readonly<Record<number, Upgrade>> = {}) {
    this.#version = version;
    this.#schema = schema;
    this.#upgrades = upgrades;
  }

  serialize(value: T): string {
    return JSON.stringify({ version: this.#version, ...value });
  }

  /** `newer` for what a later version stored; `undefined` for what no version did. */
  parse(text: string): T | 'newer' | undefined {
    const envelope = v.safeParse(versioned, parseJson(text));
    if (!envelope.success) return undefined;
    let { version, ...value }: Record<string, unknown> & { version: number } = envelope.output;
    if (version > this.#version) return 'newer';
    for (; version < this.#version; version++) {
      const upgraded = this.#upgraded(version, value);
      if (!upgraded) return undefined;
      value = upgraded;
    }
    const parsed = v.safeParse(this.#schema, value);
    return parsed.success ? parsed.output : undefined;
  }

  #upgraded(version: number, value: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
    try {
      const upgraded = this.#upgrades[version]?.(value);
      return upgraded && { ...upgraded };
    } catch {
      // Of a shape that its version never had: as unreadable as any other damage.
      return undefined;
    }
  }
}

const versioned = v.looseObject({ version: v.pipe(v.number(), v.integer(), v.minValue(1)) });

/** JSON of our own storage; unreadable text is `undefined`, which no schema accepts. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
