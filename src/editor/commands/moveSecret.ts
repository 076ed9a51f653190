import * as vscode from 'vscode';
import type { CredentialValues } from '../../core/credentials.ts';
import { AuthError } from '../../core/errors.ts';
import { requestAt, type HttpDocument } from '../../core/httpDocument.ts';
import { environmentReference } from '../../core/injection/reference.ts';
import { parsePastedCredentials } from '../../core/pastedCredentials.ts';
import type { Profile } from '../../core/profile.ts';
import type { CredentialField, Provider } from '../../core/provider.ts';
import { providers } from '../../core/providers/index.ts';
import { requestUrlOf } from '../../core/requestUrl.ts';
import { secretsIn, type SecretInText } from '../../core/secretsInText.ts';
import { isUsable } from '../../core/token.ts';
import { tokenFromText } from '../../core/tokenResponse.ts';
import { commandIds } from '../../manifest.ts';
import { nameOf, workspaceEdit } from '../bindings/boundText.ts';
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
async function findSecret({ store, tokens }: Services, argument: unknown): Promise<Found> {
  const place = typeof argument === 'object' && argument !== null ? (argument as { uri?: unknown; line?: unknown; start?: unknown }) : {};
  const editor = vscode.window.activeTextEditor;
  const document = place.uri instanceof vscode.Uri ? await vscode.workspace.openTextDocument(place.uri) : editor?.document;
  const parsed = document && httpDocumentOf(document);
  const line = typeof place.line === 'number' ? place.line : editor?.selection.active.line;
  const secret =
    parsed &&
    secretsIn(parsed, { providers, profiles: store.profiles, accessTokens: accessTokens(tokens, store.profiles) }).find(
      ({ span }) => span.line === line && (typeof place.start !== 'number' || span.start === place.start),
    );
  if (!secret) throw new AuthError('placeNotFound', 'No token or key stands there as text. Put the cursor into one, then try again.');
  return { document, parsed, secret };
}

function accessTokens(tokens: Services['tokens'], profiles: readonly Profile[]): string[] {
  return profiles.map(({ id }) => tokens.status(id).token?.accessToken).filter((token) => token !== undefined);
}

async function moveToken(services: Services, found: Found): Promise<void> {
  const { tokens, store, vault } = services;
  const { value } = found.secret;
  const owner = store.profiles.find(({ id }) => tokens.status(id).token?.accessToken === value);
  const chosen =
    owner ?? (await chooseProfile(services, found, store.profiles, 'Which profile is this token of?')) ?? (await createProfile(services));
  await services.production.confirm('insert', chosen);
  const profile = await withMemory(services, chosen, 'Keep in Memory and Move');
  const now = systemClock.now();
  const present = tokens.status(profile.id).token;
  const moved = tokenFromText(value, now);
  if (!(present && isUsable(present, now)) && moved && isUsable(moved, now)) {
    await vault.storeToken(profile, moved);
    await tokens.reload(profile.id);
  }
  await replace(services, found, (secret) => (secret.value === value ? profile.variable : undefined));
  await usableTokenWithProgress(services, profile);
  await tell(found, `${profile.name}: a reference stands in the place of the token.`);
}

async function moveCredentials(services: Services, found: Found, provider: Provider): Promise<void> {
  const { parsed, secret } = found;
  const { store, vault, tokens } = services;
  const request = requestAt(parsed, secret.span.line);
  const own = secretsIn(parsed, { providers: [provider], profiles: store.profiles, accessTokens: [] }).filter(
    ({ span, definition }) => definition !== undefined || (request && span.line >= request.start && span.line < request.end),
  );
  const values = { ...(request && inRequest(parsed, request, provider)), ...byField(own) };
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
  const moved = new Set(own.map(({ value }) => value));
  await replace(services, found, ({ value, credential }) =>
    credential?.provider === provider && moved.has(value) ? variableOf(provider, credential.field) : undefined,
  );
  await tell(
    found,
    `${profile.name} has the credentials now. It fetches the token itself, so the request that held them is not needed any more.`,
    profile,
  );
}

/** What stands in the request beside its secrets, such as an id. */
function inRequest(
  { lines }: HttpDocument,
  { requestLine, end }: { requestLine: number; end: number },
  provider: Provider,
): CredentialValues {
  const found = parsePastedCredentials(lines.slice(requestLine, end).join('\n'), provider.credentials);
  return Object.fromEntries(Object.entries(found).filter(([, value]) => !value.includes('{{')));
}

function byField(secrets: readonly SecretInText[]): CredentialValues {
  return Object.fromEntries(secrets.flatMap(({ credential, value }) => (credential ? [[credential.field.id, value] as const] : [])));
}

/** As the provider’s credentials are named in environments. */
function variableOf({ variable }: Provider, field: CredentialField | undefined): string {
  const known = field?.aliases?.find((alias) => /^[A-Z\d]+_[A-Z\d_]+$/.test(alias));
  return known ?? `${variable.replace(/_TOKEN$/, '')}_${(field?.id ?? 'secret').replaceAll(/\W/g, '_').toUpperCase()}`;
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
 */
async function replace(
  { store, tokens }: Services,
  { document, secret: moved }: Found,
  variableFor: (secret: SecretInText) => string | undefined,
): Promise<void> {
  const parsed = httpDocumentOf(document);
  // A token is found by its value wherever it stands; a short key might stand within other words.
  const own = moved.credential ? [] : [moved.value];
  const known = { providers, profiles: store.profiles, accessTokens: [...own, ...accessTokens(tokens, store.profiles)] };
  const edits = (parsed ? secretsIn(parsed, known) : []).flatMap((secret) => {
    const variable = variableFor(secret);
    const offset = (parsed?.starts[secret.span.line] ?? 0) + secret.span.start;
    return variable === undefined ? [] : [{ offset, length: secret.value.length, content: environmentReference(variable) }];
  });
  const wasSaved = !document.isDirty && !document.isUntitled;
  const applied = edits.length > 0 && (await vscode.workspace.applyEdit(workspaceEdit(document, edits)));
  if (!applied)
    throw new AuthError(
      'fileNotWritable',
      `${nameOf(document.uri)} did not take the change; it may be read-only or have changed meanwhile. The secret storage has the value.`,
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
