import * as vscode from 'vscode';
import type { Binding } from '../../core/binding.ts';
import type { CredentialValues } from '../../core/credentials.ts';
import { AuthError } from '../../core/errors.ts';
import { isSilence } from '../../core/guardedSecretStore.ts';
import { profileId, unique, type Profile } from '../../core/profile.ts';
import { providers } from '../../core/providers/index.ts';
import { variableNameProblem } from '../../core/variableName.ts';
import { newerVersion, type StoredCredentials } from '../../core/vault.ts';
import { commandIds, settingIds } from '../../manifest.ts';
import type { Services } from '../services.ts';
import type { ProfileDraft, ProfileStart } from '../wizard/wizard.ts';
import { bindTerminals, chooseTerminals } from './bindTerminals.ts';
import { bindingPlace } from '../bindings/bindingPlace.ts';
import { pickProfile } from './pickProfile.ts';
import { fetchAndTell } from './fetching.ts';

/** Asks for a profile and stores it. @throws vscode.CancellationError where the person leaves: then nothing is kept. */
export async function createProfile(services: Services, start: ProfileStart = {}): Promise<Profile> {
  const { askForProfile } = await import('../wizard/wizard.ts');
  const draft = await askForProfile(services.store.profiles, start);
  if (draft === 'sandbox') {
    await vscode.commands.executeCommand(commandIds.startSandbox);
    throw new vscode.CancellationError();
  }
  const id = profileId(draft.name, services.store.ids());
  return keep(services, id, draft, true);
}

/** @param argument a provider’s row of the view, or what a quick fix knows already */
export async function addProfile(services: Services, argument: unknown): Promise<void> {
  const given = typeof argument === 'object' && argument !== null ? (argument as { provider?: { id?: unknown }; variable?: unknown }) : {};
  const provider = providers.find(({ id }) => id === given.provider?.id);
  const variable = typeof given.variable === 'string' && variableNameProblem(given.variable) === undefined ? given.variable : undefined;
  await fetchAndTell(services, await createProfile(services, { provider, variable }));
}

export async function editProfile(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Edit which profile?');
  const { askForChanges } = await import('../wizard/wizard.ts');
  const draft = await askForChanges(services.store.profiles, profile, terminalBindings(services, profile.id).length > 0);
  await keep(services, stillThere(services, profile).id, draft);
}

/** The settings first: where they cannot be written, no secret is left behind. */
async function keep(services: Services, id: string, draft: ProfileDraft, fresh = false): Promise<Profile> {
  const { credentials, terminals, ...rest } = draft;
  const present = terminalBindings(services, id);
  const before = services.store.find(id);
  // Those of another environment are other hosts.
  const apiHosts = before?.environment === rest.environment ? before.apiHosts : [];
  const profile: Profile = { id, ...rest, apiHosts };
  // Asked before anything is kept.
  if (handsOutMore(services, profile, terminals && present.length === 0)) await services.production.confirm('handOut', profile);
  const folder = terminals && present.length === 0 ? await chooseTerminals() : undefined;
  await services.store.save(profile);
  // An entry deleted by hand leaves its secrets; its id may now be another's.
  if (fresh) await services.vault.deleteAll(id);
  if (credentials) await services.tokens.setCredentials(profile, credentials);
  if (!terminals) await Promise.all(present.map((binding) => services.bindings.remove(binding.id)));
  else if (present.length === 0) await bindTerminals(services, profile, folder);
  return services.store.find(id) ?? profile;
}

/** Whether the token that is there would go where it was not before. */
function handsOutMore({ store, tokens }: Services, { id, inject }: Profile, newTerminals: boolean): boolean {
  const before = store.find(id)?.inject ?? [];
  return tokens.status(id).token !== undefined && (newTerminals || inject.some((target) => !before.includes(target)));
}

function terminalBindings({ bindings }: Services, profileId: string): readonly Binding[] {
  return bindings.of(profileId).filter(({ kind }) => kind === 'terminal');
}

/** The profile as it is now; it may have been deleted or edited while a question stood open. */
function stillThere(services: Services, { id, name }: Profile): Profile {
  const profile = services.store.find(id);
  if (!profile) throw new AuthError('profileDeleted', `${name} was deleted meanwhile.`);
  return profile;
}

export async function editCredentials(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Edit the credentials of which profile?');
  const { askForCredentials } = await import('../wizard/wizard.ts');
  const credentials = await askForCredentials(profile, await enteredBefore(services, profile));
  const current = stillThere(services, profile);
  if (current.origin !== profile.origin)
    throw new AuthError('credentialsMoved', 'The profile’s URL was changed meanwhile. Enter the credentials again.');
  // Before they are kept, as the answer may be no.
  await services.production.confirm('fetch', current);
  await services.tokens.setCredentials(current, credentials);
  await fetchAndTell(services, current);
}

/** What to begin with: nothing where the store has damaged or lost it, which entering it again is for. */
async function enteredBefore({ vault }: Services, profile: Profile): Promise<CredentialValues | undefined> {
  const { state, values } = await vault.credentials(profile).catch((error: unknown): StoredCredentials => {
    if (isSilence(error)) throw error;
    return { state: 'unreadable' };
  });
  if (state === 'newer') throw newerVersion('credentials');
  return values;
}

export async function duplicateProfile(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Duplicate which profile?');
  const { profiles } = services.store;
  const name = unique(
    `${profile.name} copy`,
    profiles.map((other) => other.name),
    ' ',
  );
  const copy: Profile = {
    ...profile,
    id: profileId(name, services.store.ids()),
    name,
    variable: unique(
      profile.variable,
      profiles.map((other) => other.variable),
      '_',
    ),
  };
  const { values } = await services.vault.credentials(profile);
  await services.store.save(copy);
  await services.vault.deleteAll(copy.id);
  if (values) await services.tokens.setCredentials(copy, values);
}

export async function renameProfile(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Rename which profile?');
  const { nameProblem } = await import('../wizard/wizard.ts');
  const name = await vscode.window.showInputBox({
    title: `Rename ${profile.name}`,
    value: profile.name,
    prompt: 'Its variable, credentials and token stay as they are',
    validateInput: (value) => nameProblem(value, services.store.profiles, profile),
  });
  if (name !== undefined && name.trim() !== profile.name)
    await services.store.save({ ...stillThere(services, profile), name: name.trim() });
}

export async function deleteProfile(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Delete which profile?');
  const places = services.bindings.of(profile.id).length;
  const confirmed = await vscode.window.showWarningMessage(
    `Delete ${profile.name}?`,
    {
      modal: true,
      detail: `Its credentials and its token are deleted from the secret storage${places > 0 ? `, and the token is taken out of ${places === 1 ? 'the place that holds' : `the ${String(places)} places that hold`} it in this workspace` : ''}. This cannot be undone.`,
    },
    'Delete',
  );
  if (confirmed === undefined) return;
  await removeBindings(services, services.bindings.of(profile.id));
  await services.store.remove(profile.id);
  await services.vault.deleteAll(profile.id);
}

/** What cannot be taken out stays listed, and is told. */
async function removeBindings({ bindings }: Services, gone: readonly Binding[]): Promise<void> {
  const left: string[] = [];
  for (const binding of gone) {
    const { label } = bindingPlace(binding);
    const removal = await bindings.remove(binding.id).catch(() => 'left');
    if (removal !== 'taken out') left.push(label);
  }
  if (left.length > 0)
    void vscode.window.showWarningMessage(
      `The token could not be taken out of ${new Intl.ListFormat('en').format(left)}: changed by hand, not there any more or not writable. Look there yourself.`,
    );
}

export async function selectActiveProfile(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Show which profile in the status bar?');
  await services.active.select(profile.id);
}

export async function openProfileSetting(_services: Services, argument: unknown): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettingsJson', { revealSetting: { key: settingIds.profiles } });
  const editor = vscode.window.activeTextEditor;
  if (typeof argument !== 'number' || !editor) return;
  const { findNodeAtLocation, parseTree } = await import('jsonc-parser');
  const root = parseTree(editor.document.getText());
  const node = root && findNodeAtLocation(root, [settingIds.profiles, argument]);
  if (!node) return;
  const range = new vscode.Range(editor.document.positionAt(node.offset), editor.document.positionAt(node.offset + node.length));
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

export async function deleteAllData(services: Services): Promise<void> {
  const confirmed = await vscode.window.showWarningMessage(
    'Delete all Payment Auth data?',
    {
      modal: true,
      detail:
        'All profiles, credentials and tokens are deleted, in every window, and the tokens are taken out of the files and terminals of this workspace. This cannot be undone.',
    },
    'Delete All',
  );
  if (confirmed === undefined) return;
  // What is under way would store its token after all were deleted.
  for (const { id } of services.store.profiles) services.tokens.cancel(id);
  // Each part whatever becomes of the others.
  const outcomes = await Promise.allSettled([
    removeBindings(services, services.bindings.all),
    services.active.select(undefined),
    services.clipboard.clear(),
    services.store.clear(),
  ]);
  // After the profiles, so that nobody looks for what is being deleted.
  await services.vault.clear();
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
