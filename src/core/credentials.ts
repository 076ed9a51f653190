import * as v from 'valibot';

/** Values of a provider's credential fields by field id. */
export type CredentialValues = Readonly<Record<string, string>>;

/** A profile's secrets, bound to the origin that they were entered for. */
export interface Credentials {
  readonly origin: string;
  readonly values: CredentialValues;
  /** Another one each time they are stored. */
  readonly revision: string;
}

const currentVersion = 1;

const stored = v.object({
  version: v.literal(currentVersion),
  origin: v.string(),
  values: v.record(v.string(), v.string()),
  revision: v.string(),
});

export function serializeCredentials({ origin, values, revision }: Credentials): string {
  return JSON.stringify({ version: currentVersion, origin, values, revision } satisfies v.InferOutput<typeof stored>);
}

/** What is stored, or `undefined` for text that this version cannot read. */
export function parseCredentials(text: string): Credentials | undefined {
  const parsed = v.safeParse(stored, parseJson(text));
  return parsed.success ? { origin: parsed.output.origin, values: parsed.output.values, revision: parsed.output.revision } : undefined;
}

/** JSON of our own storage; unreadable text is `undefined`, which no schema accepts. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
