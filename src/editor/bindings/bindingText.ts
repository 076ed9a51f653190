import * as vscode from 'vscode';
import { withWritten, wasWritten, type Binding, type FileBindingKind } from '../../core/binding.ts';
import { AuthError } from '../../core/errors.ts';
import { parseHttpDocument, type HttpLanguage } from '../../core/httpDocument.ts';
import { removeAuthorizationHeaders, setAuthorizationHeader } from '../../core/injection/authorizationHeader.ts';
import { applyEdits, type TextEdit } from '../../core/injection/textEdit.ts';
import {
  insertValue,
  removeValue,
  rewriteValue,
  type Cursor,
  type ValueTarget,
  type WrittenValue,
} from '../../core/injection/valueTarget.ts';
import { valueTargets } from '../../core/injection/valueTargets.ts';
import { lineAt } from '../../core/textLines.ts';
import { createBound, deleteIfEmpty, editBound, exists, readBound } from './boundText.ts';
import type { BindingState } from './bindings.ts';

/** Loaded with the first binding: what reads and writes the texts that hold tokens. */

/** `look` writes nothing; `write` leaves alone what a person wrote; `overwrite` does not. */
export type Effort = 'look' | 'write' | 'overwrite';

/** What should stand in a place: a value, or nothing that is known, and why. */
export interface Wanted {
  readonly value?: string;
  readonly why: string;
}

/** Brings a place up to date, or says why not. @param remember called before anything is written */
export async function synchronize(
  binding: Binding,
  { value, why }: Wanted,
  effort: Effort,
  remember: (binding: Binding) => Promise<void>,
): Promise<BindingState> {
  const target = targetOf(binding);
  const uri = vscode.Uri.parse(binding.uri);
  const { text, unsaved } = await readBound(uri);
  const places = found(target, text, binding);
  const line = lineAt(text, places[0]?.offset ?? 0);
  if (value !== undefined && places.every((place) => place.value === value))
    return { upToDate: why === '', words: why === '' ? `up to date${unsaved ? ', not saved' : ''}` : why, line };
  if (effort !== 'overwrite' && !isOwn(binding, places, value))
    return { upToDate: false, words: 'changed by hand, so it is left alone', line };
  if (value === undefined) return { upToDate: false, words: why, line };
  if (effort === 'look') return { upToDate: false, words: 'holds an earlier token', line };
  await remember(withWritten(binding, value));
  await editBound(uri, (current) => {
    if (effort !== 'overwrite' && !isOwn(binding, found(target, current, binding), value))
      throw new AuthError('changedByHand', 'changed by hand, so it is left alone');
    return rewriteValue(target, current, binding.path, value);
  });
  const after = await readBound(uri);
  return {
    upToDate: why === '',
    words: why === '' ? `up to date${after.unsaved ? ', not saved' : ''}` : why,
    line: lineAt(after.text, found(target, after.text, binding)[0]?.offset ?? 0),
  };
}

/** Puts a value into its place for the first time; the header that uses it goes into the same text where there is one. */
export async function insert(
  binding: Binding,
  value: string,
  cursor: Cursor | undefined,
  remember: (binding: Binding) => Promise<void>,
): Promise<void> {
  const target = targetOf(binding);
  const uri = vscode.Uri.parse(binding.uri);
  const { path, header } = binding;
  let next = withWritten(binding, value);
  if (uri.scheme === 'file' && !(await exists(uri.fsPath))) {
    const { edits, added } = insertValue(target, '', path, value, cursor);
    await createBound(uri, applyEdits('', edits));
    await remember({ ...next, created: true, ...(added && { added }) });
    return;
  }
  await editBound(
    uri,
    (text) => {
      const { edits, added } = insertValue(target, text, path, value, cursor);
      next = { ...next, ...(added && { added }) };
      return [...edits, ...(header === undefined || !cursor ? [] : use(text, cursor, header))];
    },
    // The person is at work in it.
    cursor === undefined,
  );
  await remember(next);
}

/** Takes the value out again, with what was put around it; what is not there any more is no failure. */
export async function remove(binding: Binding): Promise<void> {
  const target = targetOf(binding);
  const uri = vscode.Uri.parse(binding.uri);
  try {
    await editBound(uri, (text) => [
      ...removeValue(target, text, binding.path, binding.added, (value) => wasWritten(binding, value)),
      ...(binding.header === undefined || !binding.added
        ? []
        : removeAuthorizationHeaders(parseHttpDocument(text, languageOf(uri)), binding.header)),
    ]);
    if (binding.created === true) await deleteIfEmpty(uri);
  } catch (error) {
    if (!(error instanceof AuthError && error.code === 'fileMissing')) throw error;
  }
}

/** Where the value stands, for a cursor. */
export async function offsetOf(binding: Binding): Promise<number | undefined> {
  const { text } = await readBound(vscode.Uri.parse(binding.uri));
  return targetOf(binding).find(text, binding.path)[0]?.offset;
}

function languageOf(uri: vscode.Uri): HttpLanguage {
  return /\.(md|markdown)$/i.test(uri.path) ? 'markdown' : 'http';
}

function use(text: string, { line, language }: Cursor, header: string): readonly TextEdit[] {
  const edits = setAuthorizationHeader(parseHttpDocument(text, language), line, header);
  return typeof edits === 'string' ? [] : edits;
}

function found(target: ValueTarget, text: string, { path }: Binding): WrittenValue[] {
  const places = target.find(text, path);
  if (places.length === 0) throw new AuthError('placeNotFound', `${path.at(-1) ?? ''} is not defined in this file any more.`);
  return places;
}

function isOwn(binding: Binding, places: readonly WrittenValue[], value: string | undefined): boolean {
  return places.every((place) => place.value === value || wasWritten(binding, place.value));
}

function targetOf({ kind }: Binding): ValueTarget {
  return valueTargets[kind as FileBindingKind];
}
