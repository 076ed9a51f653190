/**
 * The declarative format of a payment API's token endpoint. A built-in provider is one file of such data; nothing in
 * the engine names a provider, so what one of them needs is a field here.
 *
 * Pointers are JSON Pointers (RFC 6901) into the JSON answer, "" for the whole of it.
 */
export interface Provider {
  /** camelCase; part of the command id `fetch<Id>Token` and of every profile that names it. */
  readonly id: string;
  /** The provider's own name, as the tree and the wizard show it. */
  readonly label: string;
  /** Short form for command titles, profile names and the status bar. */
  readonly shortName: string;
  /** One line for the wizard. */
  readonly description: string;
  /** Public page that documents the token call. */
  readonly documentation: string;
  /** Suggested environment variable. */
  readonly variable: string;
  readonly environments: readonly Environment[];
  readonly credentials: readonly CredentialField[];
  readonly request: TokenRequestFormat;
  readonly response: TokenResponseFormat;
  /** Absent where nothing documented tells whether a token is accepted. */
  readonly verification?: VerificationFormat;
}

export interface Environment {
  readonly id: string;
  readonly label: string;
  /** Absolute URL of the token endpoint; absent where it is not public and the user types it. */
  readonly tokenUrl?: string;
  /** Offered for confirmation where a host is known but not documented. */
  readonly suggestedTokenUrl?: string;
  /** Path that the typed URL is expected to end with; shown as an example. */
  readonly tokenPath?: string;
  readonly production: boolean;
  /** Values that credential fields start with in this environment, by field id. */
  readonly defaults?: Readonly<Record<string, string>>;
}

export interface CredentialField {
  /** The name that the provider's documents use. */
  readonly id: string;
  readonly label: string;
  /** Where a person finds it. */
  readonly description: string;
  /** Hidden while typed. All fields are kept in secret storage, hidden or not. */
  readonly secret: boolean;
  readonly required: boolean;
  /** What its values begin with, where the provider’s do; tells one that stands in a file. */
  readonly prefix?: string;
  /** Other spellings under which a pasted set of credentials may carry it. */
  readonly aliases?: readonly string[];
}

export interface TokenRequestFormat {
  readonly method: 'GET' | 'POST';
  /** Static headers, sent as they are. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Media type of the body where it is not the usual one of its encoding. */
  readonly contentType?: string;
  readonly parameters: readonly RequestParameter[];
}

/** A literal of the API, or the value of a credential field (left out while that is empty). */
type ParameterValue = { readonly value: string } | { readonly field: string };

/** One value and its place in the request; `in` as in OpenAPI. JSON and form parameters exclude each other. */
export type RequestParameter =
  | ({ readonly in: 'json'; /** JSON Pointer in the body. */ readonly at: string } & ParameterValue)
  | ({ readonly in: 'form' | 'header' | 'query'; readonly name: string } & ParameterValue)
  | {
      /** HTTP Basic (RFC 7617). */
      readonly in: 'basic';
      readonly username: string;
      readonly password: string;
      /** Both form-encoded first, as RFC 6749 section 2.3.1 has it and many providers have not. */
      readonly formEncoded?: boolean;
    };

export interface TokenResponseFormat {
  /** What a success must say in the body besides a 2xx status; needed where errors come under HTTP 200. */
  readonly success?: { readonly at: string; readonly equals: string | number | boolean };
  /** Where the body states its own status code; it counts for failures that arrive under HTTP 200. */
  readonly status?: string;
  readonly token: string;
  readonly tokenType?: string;
  readonly scope?: string;
  readonly expiry?: ExpiryFormat;
  /** Identifier that the provider's support asks for. */
  readonly correlationId?: string;
  /**
   * Where a failure's reason stands. Only error codes of RFC 6749 section 5.2 found there are used; a server's own
   * text is never shown.
   */
  readonly errorMessage?: string;
  /** What a status means to this provider where that differs from HTTP. */
  readonly failures?: readonly { readonly status: number; readonly means: 'credentialsRefused' | 'requestRefused' }[];
}

/** The cheapest resource that asks for a token, and is got with `GET`. */
interface VerificationFormat {
  /** Relative reference (RFC 3986 section 4.2) to the token URL; on the same origin. */
  readonly resource: string;
  /** Ids of the environments that have it, where not all do. */
  readonly environments?: readonly string[];
}

export interface ExpiryFormat {
  readonly at: string;
  readonly as: 'seconds' | 'epochSeconds' | 'epochMilliseconds' | 'iso8601';
  /** For `iso8601` without a zone: `utc` where the provider documents it so; refused otherwise. */
  readonly zone?: 'utc';
}

/** For a server on this machine: the built-in sandbox, or a mock of one's own. Every provider has it. */
export const localEnvironment: Environment = { id: 'local', label: 'local', production: false };

export function findEnvironment(provider: Provider, id: string): Environment | undefined {
  return id === localEnvironment.id ? localEnvironment : provider.environments.find((environment) => environment.id === id);
}
