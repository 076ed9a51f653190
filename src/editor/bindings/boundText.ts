import { constants } from 'node:fs';
import { access, lstat, mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { AuthError } from '../../core/errors.ts';
import { applyEdits, type TextEdit } from '../../core/injection/textEdit.ts';
import { isUserSettings } from './bindingPlace.ts';

/** A text that tokens are written into: in the editor where it is open there, otherwise the file. */
export interface BoundText {
  readonly text: string;
  /** Edited in the editor and not saved yet. */
  readonly unsaved: boolean;
}

/** @throws AuthError where there is no such file, or none that can be read as text */
export async function readBound(uri: vscode.Uri): Promise<BoundText> {
  if (uri.scheme === 'file' && !(await exists(uri.fsPath))) throw missing(uri);
  const document = await documentOf(uri);
  if (document) return { text: document.getText(), unsaved: document.isDirty };
  return { text: decode(uri, await readFile(uri.fsPath)).text, unsaved: false };
}

/**
 * Edits a text. A document that is open is edited in the editor, where it can be undone, and saved only if it was
 * saved before; a file that is not open is written in place.
 * @param edit called again where the text has changed meanwhile
 * @throws AuthError, after which nothing was changed
 */
export async function editBound(uri: vscode.Uri, edit: (text: string) => readonly TextEdit[], save = true): Promise<void> {
  if (uri.scheme === 'file') await assertWritable(uri);
  const document = await documentOf(uri);
  if (document) await editDocument(document, edit, save);
  else await editFile(uri, edit);
}

/** Makes a file, readable by this user only. */
export async function createBound(uri: vscode.Uri, text: string): Promise<void> {
  await assertInside(uri);
  try {
    await mkdir(path.dirname(uri.fsPath), { recursive: true });
    await writeFile(uri.fsPath, text, { flag: 'wx', mode: 0o600 });
  } catch {
    throw new AuthError('fileNotWritable', `${nameOf(uri)} could not be made. Look at the folder’s permissions, then try again.`);
  }
}

/** Deletes a file that holds nothing any more. */
export async function deleteIfEmpty(uri: vscode.Uri): Promise<void> {
  const { text, unsaved } = await readBound(uri);
  if (text.trim() === '' && !unsaved) await rm(uri.fsPath);
}

export async function exists(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
}

/**
 * The place has to lie within its workspace folder, links followed, or be the user's own settings.
 * @throws AuthError
 */
export async function assertInside(uri: vscode.Uri): Promise<void> {
  if (isUserSettings(uri) || (await isWorkspaceFile(uri))) return;
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const outside = new AuthError(
    'outsideFolder',
    `${nameOf(uri)} does not lie in a folder of this workspace, or is a link that leads out of it. Nothing is written there; a reference needs no file.`,
  );
  if (folder?.uri.scheme !== 'file') throw outside;
  const relative = path.relative(await realpath(folder.uri.fsPath), await realPathOf(uri.fsPath));
  if (relative === '' || relative.split(path.sep)[0] === '..' || path.isAbsolute(relative)) throw outside;
}

/** The workspace’s own file usually lies beside its folders. */
async function isWorkspaceFile(uri: vscode.Uri): Promise<boolean> {
  return uri.toString() === vscode.workspace.workspaceFile?.toString() && !(await lstat(uri.fsPath)).isSymbolicLink();
}

/** With its links resolved as far as it exists. */
async function realPathOf(file: string): Promise<string> {
  const parent = path.dirname(file);
  return realpath(file).catch(async (error: unknown) => {
    if (parent === file) throw error;
    return path.join(await realPathOf(parent), path.basename(file));
  });
}

async function assertWritable(uri: vscode.Uri): Promise<void> {
  await assertInside(uri);
  const found = await stat(uri.fsPath).catch(() => undefined);
  if (!found) throw missing(uri);
  if (!found.isFile()) throw new AuthError('fileInvalid', `${nameOf(uri)} is not a file.`);
  // Asked of the file and not of the system, to which an administrator may write anything.
  if ((found.mode & 0o222) === 0)
    throw new AuthError('fileNotWritable', `${nameOf(uri)} is read-only. Make it writable, then refresh the binding.`);
}

async function editDocument(document: vscode.TextDocument, edit: (text: string) => readonly TextEdit[], save: boolean): Promise<void> {
  const wasSaved = !document.isDirty && !document.isUntitled;
  const edits = edit(document.getText());
  if (edits.length > 0 && !(await vscode.workspace.applyEdit(workspaceEdit(document, edits)))) {
    // VS Code can lose count of the versions of settings that it shows; what is saved it reads again from the file.
    if (save && wasSaved && document.uri.scheme === 'file') {
      await editFile(document.uri, edit);
      return;
    }
    throw new AuthError(
      'fileNotWritable',
      `${nameOf(document.uri)} did not take the change; it may be read-only or have changed meanwhile. Refresh the binding.`,
    );
  }
  if (save && wasSaved && edits.length > 0 && !(await document.save()))
    throw new AuthError('fileNotWritable', `${nameOf(document.uri)} is changed in the editor and could not be saved. Save it yourself.`);
}

/** Edits of a document that are undone in one step. */
export function workspaceEdit(document: vscode.TextDocument, edits: readonly TextEdit[]): vscode.WorkspaceEdit {
  const change = new vscode.WorkspaceEdit();
  for (const { offset, length, content } of edits)
    change.replace(document.uri, new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)), content);
  return change;
}

async function editFile(uri: vscode.Uri, edit: (text: string) => readonly TextEdit[]): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const before = await readFile(uri.fsPath);
    const { text, mark } = decode(uri, before);
    const edits = edit(text);
    if (edits.length === 0) return;
    const after = Buffer.from(mark + applyEdits(text, edits), 'utf8');
    // Another program may have written since; what it wrote is not to be lost.
    if (!before.equals(await readFile(uri.fsPath))) continue;
    try {
      await writeFile(uri.fsPath, after);
      return;
    } catch {
      throw new AuthError('fileNotWritable', `${nameOf(uri)} could not be written. Look at its permissions, then refresh the binding.`);
    }
  }
  throw new AuthError('fileNotWritable', `${nameOf(uri)} keeps changing. Refresh the binding when it is at rest.`);
}

/** The document, if it is open; those that are no files are opened, unseen. */
async function documentOf(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString() && !document.isClosed);
  if (open || uri.scheme === 'file') return open;
  if (uri.scheme === 'untitled') throw missing(uri);
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    throw missing(uri);
  }
}

function decode(uri: vscode.Uri, bytes: Uint8Array): { text: string; mark: string } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
    return { text: text.slice(mark.length), mark };
  } catch {
    throw new AuthError('fileInvalid', `${nameOf(uri)} is not UTF-8. Save it as UTF-8, then refresh the binding.`);
  }
}

function missing(uri: vscode.Uri): AuthError {
  return new AuthError('fileMissing', `${nameOf(uri)} is not there any more.`);
}

export function nameOf(uri: vscode.Uri): string {
  return path.posix.basename(uri.path);
}
