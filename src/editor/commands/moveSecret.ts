import * as vscode from 'vscode';
import type { CredentialValues } from '../../core/credentials.ts';
import { credentialVariables } from '../../core/credentialNames.ts';
import { knownSecrets } from '../../core/diagnosis/finding.ts';
import { AuthError } from '../../core/errors.ts';
import { requestAt, type HttpDocument, type HttpRequest } from '../../core/httpDocument.ts';
import { environmentReference } from '../../core/injection/reference.ts';
import { parsePastedCredentials } from '../../core/pastedCredentials.ts';
import type { Profile } from '../../core/profile.ts';
import type { Provider } from '../../core/provider.ts';
import { providers } from '../../core/providers/index.ts';
import { hiddenLines, referencesOf, type Definition } from '../../core/references.ts';
import { requestUrlOf } from '../../core/requestUrl.ts';
import { secretsIn, type SecretInText } from '../../core/secretsInText.ts';
import { isUsable } from '../../core/token.ts';
import { tokenFromText } from '../../core/tokenResponse.ts';
import { commandIds } from '../../manifest.ts';
import { nameOf, workspaceEdit } from '../bindings/boundText.ts';
import { knownProfiles } from '../features/knownProfiles.ts';
import { httpDocumentOf } from '../httpDocuments.ts';
import { pickOne } from '../insertion/ask.ts';
import { askedAbout, gitState } from '../insertion/gitGuard.ts';
import { markedDetail } from '../production/productionMark.ts';
import type { Services } from '../services.ts';
import { systemClock } from '../systemClock.ts';
import { usableTokenWithProgress } from './fetching.ts';
import { withMemory } from './keepInMemory.ts';
import { createProfile } from './profiles.ts';

interface Found {
  readonly document: vscode.TextDocument;
  readonly parsed: HttpDocument;
  readonly secret: SecretInText;
}

/** Puts a secret that stands in a file into the secret storage, and a reference into its place. */
export async function moveSecret(services: Services, argument: unknown): Promise<void> {
  const found = await findSecret(services, argument);
  const { credential } = found.secret;
  await (credential ? moveCredentials(services, found, credential.provider) : moveToken(services, found));
}

/** The secret at the place that a quick fix names, else at the cursor. @throws AuthError where there is none */
async function findSecret(services: Services, argument: unknown): Promise<Found> {
  const place = typeof argument === 'object' && argument !== null ? (argument as { uri?: unknown; line?: unknown; start?: unknown }) : {};
  const editor = vscode.window.activeTextEditor;
  const document = place.uri instanceof vscode.Uri ? await vscode.workspace.openTextDocument(place.uri) : editor?.document;
  const parsed = document && httpDocumentOf(document);
  const line = typeof place.line === 'number' ? place.line : editor?.selection.active.line;
  const secret =
    parsed &&
    secretsIn(parsed, knownSecrets(providers, knownProfiles(services, document))).find(
      ({ span }) => span.line === line && (typeof place.start !== 'number' || span.start === place.start),
    );
  if (!secret) throw new AuthError('placeNotFound', 'No token or key stands there as text. Put the cursor into one, then try again.');
  if (hiddenLines(parsed).has(secret.span.line))
    throw new AuthError('placeNotFound', 'It stands in a script or a comment, where no client resolves a reference. Take it out by hand.');
  return { document, parsed, secret };
}

async function moveToken(services: Services, found: Found): Promise<void> {
  const { tokens, store } = services;
  const { value } = found.secret;
  const owner = store.profiles.find(({ id }) => tokens.status(id).token?.accessToken === value);
  const chosen =
    owner ?? (await chooseProfile(services, found, store.profiles, 'Which profile is this token of?')) ?? (await createProfile(services));
  await services.production.confirm('insert', chosen);
  const profile = await withMemory(services, chosen, 'Keep in Memory and Move');
  const kept = owner !== undefined || (await keepToken(services, profile, value));
  await replace(services, found, (secret) => (secret.value === value ? profile.variable : undefined), kept);
  await forgetBindings(services, found, profile.variable);
  await tell(found, `${profile.name}: a reference stands in the place of the token.`);
  await usableTokenWithProgress(services, profile);
}

/** Gives a profile the token of the file, where that is what the person wants. @returns whether the secret storage has it now */
async function keepToken({ tokens }: Services, profile: Profile, value: string): Promise<boolean> {
  const now = systemClock.now();
  const moved = tokenFromText(value, now);
  if (!moved || !isUsable(moved, now)) return false;
  const { token: present } = tokens.status(profile.id);
  if (present && isUsable(present, now)) {
    const choice = await vscode.window.showWarningMessage(
      `${profile.name} has a token of its own, which is another one.`,
      { modal: true, detail: 'The reference gives the profile’s. The one in the file goes, or takes its place.' },
      'Keep the Profile’s',
      'Use the File’s',
    );
    if (choice === undefined) throw new vscode.CancellationError();
    if (choice === 'Keep the Profile’s') return false;
  }
  await tokens.adopt(profile, moved);
  return true;
}

/** Where a reference took the place of a token that was kept fresh, there is nothing left to keep. */
async function forgetBindings({ bindings }: Services, { document }: Found, variable: string): Promise<void> {
  const parsed = httpDocumentOf(document);
  const definitions = parsed ? referencesOf(parsed).definitions : new Map<string, readonly Definition[]>();
  for (const { id, kind, uri, path } of bindings.all) {
    const own = kind === 'fileVariable' && uri === document.uri.toString();
    if (own && definitions.get(path.at(-1) ?? '')?.some(({ value }) => value === environmentReference(variable)) === true)
      await bindings.forget(id);
  }
}

async function moveCredentials(services: Services, found: Found, provider: Provider): Promise<void> {
  const { parsed, secret } = found;
  const { store, vault, tokens } = services;
  const request = secret.definition === undefined ? requestAt(parsed, secret.span.line) : undefined;
  const secrets = secretsTogether(found, provider, store.profiles, request);
  const values = { ...(request && inRequest(parsed, request, provider)), ...secrets };
  const same = store.profiles.filter((profile) => profile.provider === provider);
  const chosen = await chooseProfile(services, found, same, `Which ${provider.shortName} profile do these credentials belong to?`);
  const url = request && requestUrlOf(parsed, request)?.url;
  const profile =
    chosen ??
    (await createProfile(services, {
      provider,
      environment: provider.environments.find(({ tokenUrl }) => tokenUrl !== undefined && tokenUrl === url?.href),
      credentials: values,
      credentialsOrigin: url?.origin,
    }));
  if (chosen) {
    const { values: stored } = await vault.credentials(chosen);
    await confirmReplacing(chosen, stored);
    await tokens.setCredentials(chosen, { ...stored, ...values });
  }
  // What the wizard had entered anew, for another server, is not what the file holds.
  const { values: kept } = await vault.credentials(profile);
  const isKept = ({ value, credential }: SecretInText) => credential?.provider === provider && kept?.[credential.field.id] === value;
  await replace(
    services,
    found,
    (each) =>
      each.credential && isKept(each) && secrets[each.credential.field.id] === each.value
        ? credentialVariables(provider, each.credential.field)[0]
        : undefined,
    isKept(secret),
  );
  await tell(
    found,
    `${profile.name} has the credentials now. It fetches the token itself, so the request that held them is not needed any more.`,
    profile,
  );
}

/**
 * The secret at the cursor, by its field, and the others that belong to it: of the same request, or of the file’s
 * variables. Of a field with several values only the chosen one is known to belong.
 */
function secretsTogether(
  { parsed, secret }: Found,
  provider: Provider,
  profiles: readonly Profile[],
  request: HttpRequest | undefined,
): CredentialValues {
  const together: Record<string, string | undefined> = {};
  for (const { span, credential, definition, value } of secretsIn(parsed, { providers: [provider], profiles, accessTokens: [] })) {
    const near = request ? span.line >= request.start && span.line < request.end : definition !== undefined;
    if (!near || !credential) continue;
    const { id } = credential.field;
    together[id] = id in together && together[id] !== value ? undefined : value;
  }
  if (secret.credential) together[secret.credential.field.id] = secret.value;
  return Object.fromEntries(Object.entries(together).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** What stands in the request beside its secrets, such as an id; those are told by more than their names. */
function inRequest(
  { lines }: HttpDocument,
  { requestLine, end }: { requestLine: number; end: number },
  provider: Provider,
): CredentialValues {
  const found = parsePastedCredentials(lines.slice(requestLine, end).join('\n'), provider.credentials);
  const isPlain = (id: string) => provider.credentials.some((field) => field.id === id && !field.secret);
  return Object.fromEntries(Object.entries(found).filter(([id, value]) => isPlain(id) && !value.includes('{{')));
}

/** @returns nothing for a new profile @throws vscode.CancellationError */
async function chooseProfile(
  { active }: Services,
  { parsed, secret }: Found,
  profiles: readonly Profile[],
  placeholder: string,
): Promise<Profile | undefined> {
  if (profiles.length === 0) return undefined;
  const request = requestAt(parsed, secret.span.line);
  const host = request && requestUrlOf(parsed, request)?.url.host;
  const rank = (profile: Profile) => (new URL(profile.tokenUrl).host === host ? 0 : profile === active.profile ? 1 : 2);
  const { profile } = await pickOne<vscode.QuickPickItem & { profile?: Profile }>(placeholder, [
    ...[...profiles]
      .sort((a, b) => rank(a) - rank(b))
      .map((each) => ({
        label: each.name,
        description: markedDetail(each.environment, new URL(each.origin).host),
        profile: each,
      })),
    { label: '$(add) New profile…' },
  ]);
  return profile;
}

async function confirmReplacing({ name }: Profile, stored: CredentialValues | undefined): Promise<void> {
  if (!stored) return;
  const choice = await vscode.window.showWarningMessage(
    `${name} has credentials already.`,
    { modal: true, detail: 'Those in the file take their place. This cannot be undone.' },
    'Replace',
  );
  if (choice === undefined) throw new vscode.CancellationError();
}

/**
 * All places of what was moved, as they are now; saved where the file was saved before, so that none stays on disk.
 * @param variableFor the variable that takes the place of a secret, where it was moved
 * @param kept whether the secret storage has the value
 */
async function replace(
  services: Services,
  { document, secret: moved }: Found,
  variableFor: (secret: SecretInText) => string | undefined,
  kept: boolean,
): Promise<void> {
  const parsed = httpDocumentOf(document);
  const known = knownSecrets(providers, knownProfiles(services, document));
  // A token is found by its value wherever it stands; a short key might stand within other words.
  const accessTokens = moved.credential ? known.accessTokens : [moved.value, ...known.accessTokens];
  const hidden = parsed && hiddenLines(parsed);
  const edits = (parsed ? secretsIn(parsed, { ...known, accessTokens }) : []).flatMap((secret) => {
    const variable = hidden?.has(secret.span.line) === true ? undefined : variableFor(secret);
    const offset = (parsed?.starts[secret.span.line] ?? 0) + secret.span.start;
    return variable === undefined ? [] : [{ offset, length: secret.value.length, content: environmentReference(variable) }];
  });
  const wasSaved = !document.isDirty && !document.isUntitled;
  if (edits.length === 0)
    throw new AuthError(
      'placeNotFound',
      `Nothing was replaced in ${nameOf(document.uri)}: the place has changed, or something else was entered.${kept ? ' The secret storage has the value.' : ''}`,
    );
  const applied = await vscode.workspace.applyEdit(workspaceEdit(document, edits));
  if (!applied)
    throw new AuthError(
      'fileNotWritable',
      `${nameOf(document.uri)} did not take the change; it may be read-only or have changed meanwhile.${kept ? ' The secret storage has the value.' : ''}`,
    );
  if (wasSaved && !(await document.save()))
    throw new AuthError('fileNotWritable', `${nameOf(document.uri)} is changed in the editor and could not be saved. Save it yourself.`);
}

async function tell({ document }: Found, words: string, profile?: Profile): Promise<void> {
  const tracked = document.uri.scheme === 'file' && (await gitState(await askedAbout(document.uri.fsPath))) === 'tracked';
  const history = tracked ? ' Earlier commits still hold it: have it revoked where they were shared.' : '';
  void vscode.window.showInformationMessage(words + history, ...(profile ? ['Fetch'] : [])).then(async (choice) => {
    if (choice !== undefined) await vscode.commands.executeCommand(commandIds.fetchToken, { profile });
  });
}
