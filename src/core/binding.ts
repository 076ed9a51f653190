import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Surroundings } from './injection/valueTarget.ts';

export const fileBindingKinds = ['fileVariable', 'restClientEnvironment', 'httpClientEnvironment', 'dotenv'] as const;
export type FileBindingKind = (typeof fileBindingKinds)[number];
export type BindingKind = FileBindingKind | 'terminal';

/** A place that holds a profile's token and follows its renewals. Holds no token itself, so that it can be stored. */
export interface Binding {
  readonly id: string;
  readonly profileId: string;
  readonly kind: BindingKind;
  /** Of the file; of the workspace folder for terminals, empty for those of a window without one. */
  readonly uri: string;
  /** The name that carries the token, below those of the objects that it lies in. */
  readonly path: readonly string[];
  /** What was put around the value; absent where the name was there before. */
  readonly added?: Surroundings;
  /** The Authorization value that uses it, inserted into the same file, and how often. */
  readonly header?: string;
  readonly uses?: number;
  /** Of that file. */
  readonly language?: 'http' | 'markdown';
  /** The file was made for it. */
  readonly created?: boolean;
  /** It was made, or inserted anew, while its profile was one of production. */
  readonly production?: boolean;
  /** Digests of the values last written, by which they are told from what a person wrote. */
  readonly written: readonly string[];
}

const schema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  profileId: v.string(),
  kind: v.picklist([...fileBindingKinds, 'terminal']),
  uri: v.string(),
  path: v.pipe(v.array(v.string()), v.minLength(1)),
  added: v.exactOptional(v.object({ before: v.string(), after: v.string() })),
  header: v.exactOptional(v.string()),
  uses: v.exactOptional(v.number()),
  language: v.exactOptional(v.picklist(['http', 'markdown'])),
  created: v.exactOptional(v.boolean()),
  production: v.exactOptional(v.boolean()),
  written: v.array(v.string()),
});

/** Bindings as they were stored; what cannot be read is left out. */
export function parseBindings(value: unknown): Binding[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry) => {
    const parsed = v.safeParse(schema, entry);
    return parsed.success ? [parsed.output] : [];
  });
}

/** Of an undone renewal, and of one before. */
const remembered = 4;

export function withWritten(binding: Binding, value: string): Binding {
  const digest = digestOf(binding, value);
  return { ...binding, written: [digest, ...binding.written.filter((each) => each !== digest)].slice(0, remembered) };
}

export function wasWritten(binding: Binding, value: string): boolean {
  return binding.written.includes(digestOf(binding, value));
}

/** Tokens have far too many values to be guessed from their digests; the id keeps equal ones from looking equal. */
function digestOf({ id }: Binding, value: string): string {
  return createHash('sha256').update(`${id}\n${value}`).digest('hex').slice(0, 32);
}

/** Whether two bindings would write into the same place. */
export function isSamePlace(a: Pick<Binding, 'kind' | 'uri' | 'path'>, b: Pick<Binding, 'kind' | 'uri' | 'path'>): boolean {
  return a.kind === b.kind && a.uri === b.uri && a.path.join('\n') === b.path.join('\n');
}

/** Bindings after files or folders got other names. */
export function renamed(bindings: readonly Binding[], oldUri: string, newUri: string): Binding[] {
  return bindings.map((binding) =>
    binding.uri === oldUri || binding.uri.startsWith(`${oldUri}/`)
      ? { ...binding, uri: newUri + binding.uri.slice(oldUri.length) }
      : binding,
  );
}
