import type { HttpDocument } from '../httpDocument.ts';
import { referencedNames, referencesOf } from '../references.ts';
import { secretsIn, type SecretInText } from '../secretsInText.ts';
import { isBehind, type DiagnosisContext, type Finding, type KnownProfile } from './finding.ts';
import { misreadHeaders, repeatedAuthorization } from './misreadHeaders.ts';
import { unavailableTokens } from './unavailableTokens.ts';
import { wrongHosts } from './wrongHosts.ts';

/** All that will go wrong with the requests of a document, in the order of its rules. */
export function diagnose(document: HttpDocument, context: DiagnosisContext): Finding[] {
  const { providers, profiles } = context;
  const accessTokens = profiles.map(({ accessToken }) => accessToken).filter((token) => token !== undefined);
  const secrets = secretsIn(document, { providers, profiles: profiles.map(({ profile }) => profile), accessTokens });
  const hasReferences = referencesOf(document).all.length > 0;
  const findWrongHosts = wrongHosts(document, context);
  let next = 0;
  return [
    ...unavailableTokens(document, context),
    ...secrets.filter((secret) => !isBound(secret, context)).map(hardCoded),
    ...document.requests.flatMap((request) => {
      const written: SecretInText[] = [];
      // Both stand in the order of the text.
      for (; (secrets[next]?.span.line ?? Infinity) < request.end; next++) {
        const secret = secrets[next];
        if (secret && secret.span.line >= request.requestLine) written.push(secret);
      }
      const names = hasReferences ? referencedNames(document, request) : none;
      const sent =
        names.size > 0 || written.length > 0 ? profiles.filter((known) => isBehind(names, known) || isWritten(written, known)) : [];
      return [...findWrongHosts(request, sent), ...repeatedAuthorization(document, request), ...misreadHeaders(document, request)];
    }),
  ];
}

const none: ReadonlySet<string> = new Set();

function isWritten(secrets: readonly SecretInText[], { accessToken }: KnownProfile): boolean {
  return secrets.some(({ value }) => value === accessToken);
}

/** Put there on a person’s word, and kept fresh. */
function isBound({ definition }: SecretInText, { profiles }: DiagnosisContext): boolean {
  return definition !== undefined && profiles.some(({ ownNames }) => ownNames.has(definition));
}

function hardCoded({ span, credential }: SecretInText): Finding {
  const what = credential ? `The ${credential.field.label} of ${credential.provider.label}` : 'A token';
  return {
    rule: 'hardCodedSecret',
    span,
    message: `${what} stands in this file as text, for whoever gets the file.`,
    fixes: [{ title: 'Move it to a profile and leave a reference', action: { kind: 'moveSecret', span } }],
  };
}
