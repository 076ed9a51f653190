import * as v from 'valibot';
import { StoredFormat } from './storedFormat.ts';

/** Values of a provider's credential fields by field id. */
export type CredentialValues = Readonly<Record<string, string>>;

/** A profile's secrets, bound to the origin that they were entered for. */
export interface Credentials {
  readonly origin: string;
  readonly values: CredentialValues;
  /** Another one each time they are stored. */
  readonly revision: string;
}

const format = new StoredFormat<Credentials>(
  1,
  v.object({
    origin: v.string(),
    values: v.record(v.string(), v.string()),
    revision: v.string(),
  }),
);

export function serializeCredentials(credentials: Credentials): string {
  return format.serialize(credentials);
}

/** What is stored; `newer` or `undefined` for text that this version cannot read. */
export function parseCredentials(text: string): Credentials | 'newer' | undefined {
  return format.parse(text);
}
