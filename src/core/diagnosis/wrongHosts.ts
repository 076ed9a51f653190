import { apiHostProblem, isApiHost, productionHosts } from '../apiHosts.ts';
import { isLoopback } from '../endpoint.ts';
import type { HttpDocument, HttpRequest } from '../httpDocument.ts';
import { environmentReference } from '../injection/reference.ts';
import { referencesOf, referencesWithin } from '../references.ts';
import { requestUrlsOf, type RequestUrl } from '../requestUrl.ts';
import type { DiagnosisContext, Finding, Fix, KnownProfile, Report } from './finding.ts';

/**
 * Finds production tokens on their way to a host that is not their environment’s, and others on their way to production.
 * `undefined` where no profile has such a host, and so nothing need be known of the requests. `sent` are the profiles
 * whose tokens a request carries.
 */
export function wrongHosts(
  document: HttpDocument,
  { profiles }: DiagnosisContext,
): ((request: HttpRequest, sent: readonly KnownProfile[], report: Report) => void) | undefined {
  const all = profiles.map(({ profile }) => profile);
  const forbidden = new Map(all.map((profile) => [profile, profile.environment.production ? [] : productionHosts(profile.provider, all)]));
  const isConcerned = ({ profile }: KnownProfile) => profile.environment.production || (forbidden.get(profile)?.length ?? 0) > 0;
  if (!profiles.some(isConcerned)) return undefined;
  return (request, sent, report) => {
    const concerned = sent.filter(isConcerned);
    const targets = concerned.length > 0 ? requestUrlsOf(document, request) : [];
    const [target] = targets;
    if (!target) return;
    for (const known of concerned) {
      const { profile } = known;
      const others = targets.filter(({ url }) => !isApiHost(profile, url.host));
      if (profile.environment.production) {
        const [foreign] = others;
        const open = targets.find(({ url }) => /^(http|ws):$/.test(url.protocol) && !isLoopback(url));
        if (foreign) report(astray(known, foreign));
        else if (open) report(unencrypted(known, open));
        continue;
      }
      // Where a variable has other values too, one that is no production host may be the one that is meant.
      const isForbidden = ({ url }: RequestUrl) => forbidden.get(profile)?.some((place) => isApiHost(place, url.host)) === true;
      if (others.length === targets.length && targets.every(isForbidden)) report(mistaken(document, request, known, target, profiles));
    }
  };
}

function unencrypted({ profile }: KnownProfile, { url, span }: RequestUrl): Finding {
  return {
    rule: 'wrongHost',
    span,
    message: `The production token of ${profile.name} would go to ${url.host} unencrypted, where everybody on the way can read it. Write https:// (or wss://) before the host.`,
    fixes: () => [],
  };
}

function astray({ profile }: KnownProfile, { url, span }: RequestUrl): Finding {
  return {
    rule: 'wrongHost',
    span,
    message: `The production token of ${profile.name} would go to ${url.host}, which is not one of its hosts.`,
    fixes: () =>
      apiHostProblem(url.host) === undefined
        ? [{ title: `Add ${url.host} to the API hosts of ${profile.name}`, action: { kind: 'addApiHost', profile, host: url.host } }]
        : [],
  };
}

function mistaken(
  document: HttpDocument,
  request: HttpRequest,
  { profile }: KnownProfile,
  { url, span }: RequestUrl,
  profiles: readonly KnownProfile[],
): Finding {
  const own = referencesWithin(referencesOf(document), request.requestLine, request.end).filter(
    ({ source, name }) => source === 'environment' && name === profile.variable,
  );
  const meant = profiles.filter(({ profile: other }) => other.environment.production && isApiHost(other, url.host));
  const change = ({ profile: other }: KnownProfile): Fix => ({
    title: `Change to ${environmentReference(other.variable)} of ${other.name} (production)`,
    action: {
      kind: 'edit',
      edits: own.map(({ line, start, name }) => ({
        offset: (document.starts[line] ?? 0) + start,
        length: name.length,
        content: other.variable,
      })),
    },
  });
  return {
    rule: 'wrongHost',
    span,
    message: `The token of ${profile.name} (${profile.environment.label}) would go to ${url.host}, a production host of ${profile.provider.label}.`,
    fixes: () => (own.length > 0 ? meant.map(change) : []),
  };
}
