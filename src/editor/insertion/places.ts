import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { parse, stripComments } from 'jsonc-parser';
import { AuthError } from '../../core/errors.ts';
import { assertNotPublic, privateFileName, publicFileName } from '../../core/injection/httpClientEnvironment.ts';
import { parseProfiles, type Profile } from '../../core/profile.ts';
import { providers } from '../../core/providers/index.ts';
import { restClientPath, sharedEnvironment } from '../../core/injection/restClientEnvironment.ts';
import { settingIds } from '../../manifest.ts';
import { exists } from '../bindings/boundText.ts';
import { isUserSettings } from '../bindings/bindingPlace.ts';
import { askForEnvironment, pickOne } from './ask.ts';
import { chooseFolder } from './chooseFolder.ts';

/** Where a token is to go. */
export interface ChosenPlace {
  readonly uri: vscode.Uri;
  readonly path: readonly string[];
}

/** The `.env` that REST Client and httpYac find first from the requests upwards, else one where httpYac still looks. */
export async function dotenvPlace(active: vscode.Uri | undefined, variable: string): Promise<ChosenPlace> {
  const folder = await chooseFolder(active);
  const folders = foldersUpwards(folder, active);
  const found = (await firstWith(folders, '.env')) ?? (await firstWith(folders, 'package.json')) ?? folder.uri.fsPath;
  return { uri: vscode.Uri.file(path.join(found, '.env')), path: [variable] };
}

/** The nearest private environment file, else one beside the public file or the requests. @throws AuthError for a name that is public */
export async function httpClientPlace(active: vscode.Uri | undefined, name: string, suggestion: string): Promise<ChosenPlace> {
  const folder = await chooseFolder(active);
  const folders = foldersUpwards(folder, active);
  const found =
    (await firstWith(folders, privateFileName)) ?? (await firstWith(folders, publicFileName)) ?? folders[0] ?? folder.uri.fsPath;
  const file = path.join(found, privateFileName);
  // The clients merge those of all folders upwards.
  const publicTexts = await Promise.all(folders.map((each) => textOf(path.join(each, publicFileName))));
  const privateText = await textOf(file);
  const environments = [privateText, ...publicTexts].flatMap(topLevelNames);
  const environment = await askForEnvironment([...new Set(environments)], suggestion);
  for (const text of publicTexts) assertNotPublic(text, environment, name);
  if (stripComments(privateText) !== privateText)
    void vscode.window.showWarningMessage(`${privateFileName} has comments, with which httpYac does not read it. JetBrains does.`);
  return { uri: vscode.Uri.file(file), path: [environment, name] };
}

/** The workspace's settings or the user's. @throws AuthError where the workspace has none to write to */
export async function restClientPlace(
  active: vscode.Uri | undefined,
  name: string,
  profile: Profile,
  globalStorageUri: vscode.Uri,
): Promise<ChosenPlace> {
  const settings = vscode.workspace.getConfiguration().inspect<unknown>('rest-client.environmentVariables');
  const hasFolder = vscode.workspace.workspaceFolders !== undefined;
  const { user } = await pickOne('In which settings?', [
    ...(hasFolder ? [{ label: 'Workspace', description: 'with the project; often shared with others', user: false }] : []),
    { label: 'User', description: 'yours in every workspace; Settings Sync copies them to your other machines', user: true },
  ]);
  const value = user ? settings?.globalValue : settings?.workspaceValue;
  const existing = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const environment = await askForEnvironment(existing, profile.environment.id, {
    name: sharedEnvironment,
    description: 'holds for all environments',
  });
  if (user) return { uri: await userSettings(globalStorageUri, profile), path: restClientPath('settings', environment, name) };
  const { workspaceFile } = vscode.workspace;
  if (!workspaceFile) {
    const folder = await chooseFolder(active);
    return { uri: vscode.Uri.joinPath(folder.uri, '.vscode/settings.json'), path: restClientPath('settings', environment, name) };
  }
  // REST Client reads this setting from the workspace's file; those of single folders do not count.
  if (workspaceFile.scheme !== 'file')
    throw new AuthError('fileNotWritable', 'This workspace has no file yet. Save it with “Save Workspace As…”, then try again.');
  return { uri: workspaceFile, path: restClientPath('workspace', environment, name) };
}

/**
 * VS Code tells no extension where they are, but opens them. Where they lie beside the extension's own data they need
 * not be opened; those of another machine do, and are told by the profile that they have to hold.
 */
async function userSettings(globalStorageUri: vscode.Uri, { id }: Profile): Promise<vscode.Uri> {
  const beside = vscode.Uri.joinPath(globalStorageUri, '../../settings.json');
  const settings: unknown = beside.scheme === 'file' ? parse(await textOf(beside.fsPath), [], { allowTrailingComma: true }) : undefined;
  const { profiles } = parseProfiles((settings as Record<string, unknown> | undefined)?.[settingIds.profiles], providers);
  if (isUserSettings(beside) && profiles.some((profile) => profile.id === id)) return beside;
  await vscode.commands.executeCommand('workbench.action.openSettingsJson');
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (!uri || !isUserSettings(uri))
    throw new AuthError(
      'fileNotWritable',
      'Your user settings could not be opened. Open them with “Open User Settings (JSON)”, then try again.',
    );
  return uri;
}

/** From the folder of the active file, where it lies in the workspace folder, up to that. */
function foldersUpwards(folder: vscode.WorkspaceFolder, active: vscode.Uri | undefined): string[] {
  const root = folder.uri.fsPath;
  const inside = active?.scheme === 'file' && vscode.workspace.getWorkspaceFolder(active) === folder;
  const folders: string[] = [];
  for (let current = inside ? path.dirname(active.fsPath) : root; ; current = path.dirname(current)) {
    folders.push(current);
    if (current === root || current === path.dirname(current)) return folders;
  }
}

async function firstWith(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) if (await exists(path.join(folder, name))) return folder;
  return undefined;
}

async function textOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.replace(/^\uFEFF/, '');
}

function topLevelNames(text: string): string[] {
  const value: unknown = parse(text, [], { allowTrailingComma: true });
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}
