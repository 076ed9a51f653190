import type { HttpDocument } from '../httpDocument.ts';
import { hiddenLines, referencedNames, referencesOf } from '../references.ts';
import { secretsIn, type SecretInText } from '../secretsInText.ts';
import { isBehind, knownSecrets, type DiagnosisContext, type Finding, type KnownProfile } from './finding.ts';
import { misreadHeaders, repeatedAuthorization } from './misreadHeaders.ts';
import { unavailableTokens } from './unavailableTokens.ts';
import { wrongHosts } from './wrongHosts.ts';

/** All that will go wrong with the requests of a document, in the order of its rules. */
export function diagnose(document: HttpDocument, context: DiagnosisContext): Finding[] {
  const { providers, profiles } = context;
  const secrets = secretsIn(document, knownSecrets(providers, profiles));
  const findings: Finding[] = [];
  const report = (finding: Finding) => {
    findings.push(finding);
  };
  unavailableTokens(document, context, report);
  const hidden = secrets.length > 0 ? hiddenLines(document) : undefined;
  for (const secret of secrets) if (!isBound(secret, context)) report(hardCoded(secret, hidden?.has(secret.span.line) === true));
  const findWrongHosts = wrongHosts(document, context);
  const hasReferences = referencesOf(document).all.length > 0;
  let next = 0;
  for (const request of document.requests) {
    const written: SecretInText[] = [];
    // Both stand in the order of the text.
    for (; (secrets[next]?.span.line ?? Infinity) < request.end; next++) {
      const secret = secrets[next];
      if (secret && secret.span.line >= request.requestLine) written.push(secret);
    }
    if (findWrongHosts && (hasReferences || written.length > 0)) {
      const names = hasReferences ? referencedNames(document, request) : none;
      findWrongHosts(
        request,
        profiles.filter((known) => isBehind(names, known) || isWritten(written, known)),
        report,
      );
    }
    repeatedAuthorization(document, request, report);
    misreadHeaders(document, request, report);
  }
  return findings;
}

const none: ReadonlySet<string> = new Set();

function isWritten(secrets: readonly SecretInText[], { accessToken }: KnownProfile): boolean {
  return secrets.some(({ value }) => value === accessToken);
}

/** Put there on a person’s word, and kept fresh. */
function isBound({ definition }: SecretInText, { profiles }: DiagnosisContext): boolean {
  return definition !== undefined && profiles.some(({ ownNames }) => ownNames.has(definition));
}

/** @param isHidden in a script or a comment, where nothing resolves a reference */
function hardCoded({ span, credential }: SecretInText, isHidden: boolean): Finding {
  const what = credential ? `The ${credential.field.label} of ${credential.provider.label}` : 'A token';
  return {
    rule: 'hardCodedSecret',
    span,
    message: `${what} stands in this file as text, for whoever gets the file.${isHidden ? ' No client resolves a reference here: take it out by hand.' : ''}`,
    fixes: () => (isHidden ? [] : [{ title: 'Move it to a profile and leave a reference', action: { kind: 'moveSecret', span } }]),
  };
}
