import * as v from 'valibot';
import { apiHostProblem, normalizedApiHost, productionHosts } from './apiHosts.ts';
import { parseEndpoint } from './endpoint.ts';
import { AuthError } from './errors.ts';
import { findEnvironment, localEnvironment, type Environment, type Provider } from './provider.ts';
import { isLoopback } from './endpoint.ts';
import { variableNameProblem } from './variableName.ts';

/** Where a profile's token is put by itself whenever it is valid. */
export const injectionTargets = ['processEnvironment'] as const;
export type InjectionTarget = (typeof injectionTargets)[number];

/** One entry of the setting `paymentAuth.profiles`: everything but secrets. */
export interface ProfileEntry {
  /** Names the profile's secrets; never changes. */
  readonly id: string;
  readonly name: string;
  /** Id of a provider. */
  readonly provider: string;
  /** Id of one of its environments, or `local`. */
  readonly environment: string;
  /** Needed where the environment has no public URL; takes the place of it otherwise. */
  readonly tokenUrl?: string;
  readonly variable: string;
  readonly inject?: readonly InjectionTarget[];
  readonly apiHosts?: readonly string[];
}

/** An entry that is complete and right, with what it refers to. */
export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly provider: Provider;
  readonly environment: Environment;
  readonly tokenUrl: string;
  /** Origin (RFC 6454) of `tokenUrl`; credentials and tokens are bound to it. */
  readonly origin: string;
  readonly variable: string;
  readonly inject: readonly InjectionTarget[];
  /** Hosts that its token is meant for besides that of `tokenUrl`, with a port where it is not the usual one; `*.` for all below one. */
  readonly apiHosts: readonly string[];
}

/** An entry that cannot be used, and why; `index` is its place in the setting. */
export interface ProfileProblem {
  readonly index: number;
  readonly name: string;
  readonly problem: string;
}

const text = (property: string) => v.pipe(v.string(`“${property}” must be text.`), v.trim(), v.nonEmpty(`“${property}” is empty.`));

const entrySchema = v.object(
  {
    id: v.pipe(text('id'), v.regex(/^[\w.-]{1,100}$/, '“id” may hold letters, digits, “.”, “_” and “-” only.')),
    name: v.pipe(text('name'), v.maxLength(100, '“name” is longer than 100 characters.')),
    provider: text('provider'),
    environment: text('environment'),
    tokenUrl: v.optional(text('tokenUrl')),
    variable: text('variable'),
    inject: v.optional(
      v.array(v.picklist(injectionTargets, `“inject” knows only ${injectionTargets.join(', ')}.`), '“inject” must be a list.'),
      [],
    ),
    apiHosts: v.optional(
      v.array(
        v.pipe(
          v.string('“apiHosts” must be a list of texts.'),
          v.trim(),
          v.check(
            (host) => apiHostProblem(host) === undefined,
            '“apiHosts” takes hosts such as api.example.com or *.example.com, without https://.',
          ),
          v.transform(normalizedApiHost),
        ),
        '“apiHosts” must be a list.',
      ),
      [],
    ),
  },
  (issue) =>
    issue.received === 'undefined' ? 'a property is missing.' : 'It must be an object with id, name, provider, environment and variable.',
);

/**
 * Reads the setting's value. An entry that is wrong is reported and spoils no other.
 * @param value whatever stands in the setting
 */
export function parseProfiles(value: unknown, providers: readonly Provider[]): { profiles: Profile[]; problems: ProfileProblem[] } {
  const profiles: Profile[] = [];
  const problems: ProfileProblem[] = [];
  if (value !== undefined && !Array.isArray(value)) {
    problems.push({ index: 0, name: 'paymentAuth.profiles', problem: 'The setting must be a list.' });
    return { profiles, problems };
  }
  for (const [index, entry] of (value ?? []).entries()) {
    const outcome = parseProfile(entry, providers);
    if (typeof outcome === 'string') problems.push({ index, name: nameOf(entry, index), problem: outcome });
    else if (profiles.some((profile) => profile.id === outcome.id))
      problems.push({ index, name: outcome.name, problem: `Another profile has the id “${outcome.id}” already. Give this one another.` });
    else if (profiles.some((profile) => profile.variable === outcome.variable))
      problems.push({
        index,
        name: outcome.name,
        problem: `Another profile uses the variable ${outcome.variable} already. Give this one another.`,
      });
    else profiles.push(outcome);
  }
  return { profiles, problems };
}

function parseProfile(value: unknown, providers: readonly Provider[]): Profile | string {
  const parsed = v.safeParse(entrySchema, value, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const missing = issue.received === 'undefined' ? v.getDotPath(issue) : null;
    return missing === null ? issue.message : `“${missing}” is missing.`;
  }
  const entry = parsed.output;
  const provider = providers.find((candidate) => candidate.id === entry.provider);
  if (!provider) return `There is no provider “${entry.provider}”. Known: ${providers.map((candidate) => candidate.id).join(', ')}.`;
  const environment = findEnvironment(provider, entry.environment);
  if (!environment) return `${provider.label} has no environment “${entry.environment}”. Known: ${environmentIds(provider).join(', ')}.`;
  const variableProblem = variableNameProblem(entry.variable);
  if (variableProblem !== undefined) return `“variable”: ${variableProblem}`;
  const tokenUrl = entry.tokenUrl ?? environment.tokenUrl;
  if (tokenUrl === undefined) return `“tokenUrl” is missing: the URL of ${provider.label} ${environment.label} is not public.`;
  const urlProblem = tokenUrlProblem(environment, tokenUrl);
  if (urlProblem !== undefined) return `“tokenUrl”: ${urlProblem}`;
  const url = parseEndpoint(tokenUrl);
  if (!environment.production && productionHosts(provider, []).some(({ origin }) => origin === url.origin))
    return `“tokenUrl”: ${url.origin} is production of ${provider.label}, and “environment” says ${environment.label}. Choose one of the two.`;
  return {
    id: entry.id,
    name: entry.name,
    provider,
    environment,
    tokenUrl: url.href,
    origin: url.origin,
    variable: entry.variable,
    inject: entry.inject,
    apiHosts: entry.apiHosts,
  };
}

/** Why a token URL cannot be used in an environment, or `undefined` where it can. */
export function tokenUrlProblem(environment: Environment, tokenUrl: string): string | undefined {
  try {
    const url = parseEndpoint(tokenUrl.trim());
    if (environment === localEnvironment && !isLoopback(url)) return 'A local sandbox must be on this machine (127.0.0.1 or localhost).';
    return undefined;
  } catch (error) {
    if (error instanceof AuthError) return error.message;
    throw error;
  }
}

export function environmentIds(provider: Provider): string[] {
  return [...provider.environments.map((environment) => environment.id), localEnvironment.id];
}

function nameOf(value: unknown, index: number): string {
  const named = v.safeParse(v.object({ name: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(100)) }), value);
  return named.success ? named.output.name : `Entry ${String(index + 1)}`;
}

/** The entry that a profile is written as. */
export function toEntry(profile: Profile): ProfileEntry {
  return {
    id: profile.id,
    name: profile.name,
    provider: profile.provider.id,
    environment: profile.environment.id,
    ...(profile.tokenUrl === profile.environment.tokenUrl ? {} : { tokenUrl: profile.tokenUrl }),
    variable: profile.variable,
    inject: profile.inject,
    ...(profile.apiHosts.length > 0 && { apiHosts: profile.apiHosts }),
  };
}

/** `wanted`, or `wanted` with the first free number behind it. */
export function unique(wanted: string, taken: Iterable<string>, separator: string): string {
  const used = new Set(taken);
  if (!used.has(wanted)) return wanted;
  for (let number = 2; ; number++) {
    const candidate = `${wanted}${separator}${String(number)}`;
    if (!used.has(candidate)) return candidate;
  }
}

/** A readable id for a new profile: lower case words with hyphens. */
export function profileId(name: string, taken: Iterable<string>): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  return unique(slug || 'profile', taken, '-');
}

/** The provider's variable, told apart by the environment and then by number. */
export function suggestVariable(provider: Provider, environment: Environment, taken: Iterable<string>): string {
  const used = new Set(taken);
  if (!used.has(provider.variable)) return provider.variable;
  const suffix = environment.id.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
  return unique(provider.variable.replace(/(_TOKEN)?$/, `_${suffix}$1`), used, '_');
}
