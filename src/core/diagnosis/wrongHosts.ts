import { isApiHost, isProductionHost } from '../apiHosts.ts';
import type { HttpDocument, HttpRequest } from '../httpDocument.ts';
import { environmentReference } from '../injection/reference.ts';
import { referencesOf, referencesWithin } from '../references.ts';
import { requestUrlOf, type RequestUrl } from '../requestUrl.ts';
import type { DiagnosisContext, Finding, Fix, KnownProfile } from './finding.ts';

/**
 * Production tokens on their way to a host that is not their environment’s, and others on their way to production.
 * @param sent the profiles whose tokens the request carries
 */
export function wrongHosts(
  document: HttpDocument,
  request: HttpRequest,
  sent: readonly KnownProfile[],
  { profiles }: DiagnosisContext,
): Finding[] {
  if (sent.length === 0) return [];
  const target = requestUrlOf(document, request);
  if (!target) return [];
  const all = profiles.map(({ profile }) => profile);
  const { host } = target.url;
  return sent.flatMap((known) => {
    const { profile } = known;
    if (isApiHost(profile, host)) return [];
    if (profile.environment.production) return [astray(known, target)];
    return isProductionHost(profile.provider, all, host) ? [mistaken(document, request, known, target, profiles)] : [];
  });
}

function astray({ profile }: KnownProfile, { url, span }: RequestUrl): Finding {
  return {
    rule: 'wrongHost',
    span,
    message: `The production token of ${profile.name} would go to ${url.host}, which is not one of its hosts.`,
    fixes: [{ title: `Add ${url.host} to the API hosts of ${profile.name}`, action: { kind: 'addApiHost', profile, host: url.host } }],
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
    fixes: own.length > 0 ? meant.map(change) : [],
  };
}
