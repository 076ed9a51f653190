import { credentialVariables } from '../credentialNames.ts';
import { environmentReference } from '../injection/reference.ts';
import { referencesOf, type Reference } from '../references.ts';
import type { HttpDocument } from '../httpDocument.ts';
import type { Provider } from '../provider.ts';
import type { Availability, DiagnosisContext, Fix, FixAction, KnownProfile, Report, Rule } from './finding.ts';

const consequence = 'the clients send nothing in its place, without a word';

/** What is wrong with every reference to one variable. */
interface Verdict {
  readonly rule: Rule;
  readonly message: string;
  fixes(reference: Reference): readonly Fix[];
}

/** References to variables of the environment that are empty when the request is sent. */
export function unavailableTokens(document: HttpDocument, context: DiagnosisContext, report: Report): void {
  if (!context.injects) return;
  const verdicts = new Map<string, Verdict | undefined>();
  for (const reference of referencesOf(document).all) {
    const { name, source, line, start, end } = reference;
    if (source !== 'environment') continue;
    if (!verdicts.has(name)) verdicts.set(name, verdictOn(document, name, context));
    const verdict = verdicts.get(name);
    if (verdict)
      report({ rule: verdict.rule, span: { line, start, end }, message: verdict.message, fixes: () => verdict.fixes(reference) });
  }
}

function verdictOn(document: HttpDocument, name: string, context: DiagnosisContext): Verdict | undefined {
  if (context.isSet(name)) return undefined;
  const known = context.profiles.find(({ profile }) => profile.variable === name);
  return known ? unavailable(name, known) : unknown(document, name, context);
}

const reasons: Readonly<Record<Exclude<Availability, 'ready' | 'unknown'>, { reason: string; fix: string; kind: SimpleAction }>> = {
  expired: { reason: 'its token has expired', fix: 'Fetch a token of', kind: 'fetch' },
  missing: { reason: 'it has no token yet', fix: 'Fetch a token of', kind: 'fetch' },
  credentialsNeeded: { reason: 'its credentials are missing or refused', fix: 'Edit the credentials of', kind: 'editCredentials' },
  notInMemory: { reason: 'its token is not kept in memory', fix: 'Keep in memory the token of', kind: 'keepInMemory' },
};

type SimpleAction = Exclude<FixAction, { kind: 'edit' | 'createProfile' | 'addApiHost' | 'moveSecret' }>['kind'];

function unavailable(name: string, { profile, availability }: KnownProfile): Verdict | undefined {
  if (availability === 'ready' || availability === 'unknown') return undefined;
  const { reason, fix, kind } = reasons[availability];
  return {
    rule: 'unavailableToken',
    message: `${name} of ${profile.name} is empty, as ${reason}: ${consequence}.`,
    fixes: () => [{ title: `${fix} ${profile.name}`, action: { kind, profile } }],
  };
}

function unknown(document: HttpDocument, name: string, { profiles, providers }: DiagnosisContext): Verdict {
  const owner = providers.find((provider) => provider.credentials.some((field) => credentialVariables(provider, field).includes(name)));
  if (owner) {
    const own = profiles.filter(({ profile }) => profile.provider === owner);
    return {
      rule: 'unknownVariable',
      message: `${name} is empty: credentials stay in the secret storage. A profile of ${owner.label} fetches the token that this request is for.`,
      fixes: () =>
        own.length > 0
          ? own.map(({ profile }) => ({ title: `Fetch a token of ${profile.name}`, action: { kind: 'fetch', profile } }))
          : [create(owner, owner.variable)],
    };
  }
  return {
    rule: 'unknownVariable',
    message: `No profile provides ${name}, and nothing else has set it: ${consequence}.`,
    fixes: ({ line, start }) => [
      ...profiles
        .map(({ profile }) => ({ profile, likeness: commonPrefix(profile.variable, name) }))
        .filter(({ likeness }) => likeness > name.length / 2)
        .sort((a, b) => b.likeness - a.likeness)
        .slice(0, 2)
        .map(({ profile }): Fix => ({
          title: `Change to ${environmentReference(profile.variable)}`,
          action: {
            kind: 'edit',
            edits: [{ offset: (document.starts[line] ?? 0) + start, length: name.length, content: profile.variable }],
          },
        })),
      create(
        providers.find(({ variable }) => commonPrefix(variable, name) >= variable.replace(/_TOKEN$/, '').length),
        name,
      ),
    ],
  };
}

function create(provider: Provider | undefined, variable: string): Fix {
  return {
    title: provider ? `Create a ${provider.shortName} profile for ${variable}` : `Create a profile for ${variable}`,
    action: { kind: 'createProfile', provider, variable },
  };
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.charAt(length) === b.charAt(length)) length++;
  return length;
}
