import type { TextEdit } from '../injection/textEdit.ts';
import type { Profile } from '../profile.ts';
import type { Provider } from '../provider.ts';
import type { KnownSecrets } from '../secretsInText.ts';
import type { Span } from '../requestUrl.ts';

/** What is looked for in a file with requests; each can be turned off. */
export const rules = [
  'unknownVariable',
  'unavailableToken',
  'hardCodedSecret',
  'wrongHost',
  'repeatedAuthorization',
  'misreadHeader',
] as const;
export type Rule = (typeof rules)[number];

/** Something that will go wrong when a request is sent, or a secret that stands in the file. */
export interface Finding {
  readonly rule: Rule;
  readonly span: Span;
  /** A sentence that quotes no secret. */
  readonly message: string;
  /** The best one first; made when somebody asks for them. */
  fixes(): readonly Fix[];
}

export type Report = (finding: Finding) => void;

export interface Fix {
  readonly title: string;
  readonly action: FixAction;
}

export type FixAction =
  | { readonly kind: 'edit'; readonly edits: readonly TextEdit[] }
  | { readonly kind: 'fetch' | 'editCredentials' | 'keepInMemory'; readonly profile: Profile }
  | { readonly kind: 'createProfile'; readonly provider: Provider | undefined; readonly variable: string }
  | { readonly kind: 'addApiHost'; readonly profile: Profile; readonly host: string }
  | { readonly kind: 'moveSecret'; readonly span: Span };

/** `unknown`: not read yet, or being fetched, so that nothing is said of it. */
export type Availability = 'ready' | 'unknown' | 'expired' | 'missing' | 'credentialsNeeded' | 'notInMemory';

/** A profile as far as it matters to a file that refers to it. */
export interface KnownProfile {
  readonly profile: Profile;
  /** Of its token under the profile’s variable in the environment of the clients. */
  readonly availability: Availability;
  readonly accessToken?: string;
  /** Names under which the token stands in other files that the clients read. */
  readonly boundNames: ReadonlySet<string>;
  /** File variables of this document that hold it. */
  readonly ownNames: ReadonlySet<string>;
}

export interface DiagnosisContext {
  readonly providers: readonly Provider[];
  readonly profiles: readonly KnownProfile[];
  /** Whether tokens may be put into the environment here; where not, nothing is said of those that are not. */
  readonly injects: boolean;
  /** Whether the environment of the clients has a variable of this name, whoever set it. */
  isSet(variable: string): boolean;
}

/** Whether the profile’s token is among what these names resolve to. */
export function isBehind(names: ReadonlySet<string>, { profile, boundNames, ownNames }: KnownProfile): boolean {
  return names.has(profile.variable) || haveOne(names, boundNames) || haveOne(names, ownNames);
}

function haveOne(names: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const other of others) if (names.has(other)) return true;
  return false;
}

export function profilesBehind(names: ReadonlySet<string>, profiles: readonly KnownProfile[]): KnownProfile[] {
  return profiles.filter((known) => isBehind(names, known));
}

/** All that is needed to find secrets in a text. */
export function knownSecrets(providers: readonly Provider[], profiles: readonly KnownProfile[]): KnownSecrets {
  return {
    providers,
    profiles: profiles.map(({ profile }) => profile),
    accessTokens: profiles.map(({ accessToken }) => accessToken).filter((token) => token !== undefined),
  };
}
