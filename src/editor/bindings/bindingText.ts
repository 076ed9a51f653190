import * as vscode from 'vscode';
import { withWritten, wasWritten, type Binding, type FileBindingKind } from '../../core/binding.ts';
import { AuthError } from '../../core/errors.ts';
import { parseHttpDocument } from '../../core/httpDocument.ts';
import { removeAuthorizationHeaders } from '../../core/injection/authorizationHeader.ts';
import { applyEdits } from '../../core/injection/textEdit.ts';
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
import { headerEdits } from '../insertion/httpEditor.ts';
import type { BindingState } from './bindings.ts';
import { createBound, deleteIfEmpty, editBound, exists, readBound } from './boundText.ts';

/** Loaded with the first binding: what reads and writes the texts that hold tokens. */

/** `look` writes nothing; `write` leaves alone what a person wrote; `overwrite` does not. */
export type Effort = 'look' | 'write' | 'overwrite';

/** What should stand in a place: a value, or nothing that is known, and why. */
export interface Wanted {
  readonly value?: string;
  readonly why: string;
  /** A token is not to be written; what empties the place is. */
  readonly withheld?: boolean;
}

/** What became of a token that was to be taken out. */
export type Removal = 'taken out' | 'changed by hand' | 'gone';

/** Brings a place up to date, or says why not. @param remember called before anything is written */
export async function synchronize(
  binding: Binding,
  { value, why, withheld }: Wanted,
  effort: Effort,
  remember: (binding: Binding) => Promise<void>,
): Promise<BindingState> {
  const target = targetOf(binding);
  const uri = vscode.Uri.parse(binding.uri);
  const { text, unsaved } = await readBound(uri);
  const places = found(target, text, binding);
  const line = lineAt(text, places[0]?.offset ?? 0);
  const arrived = (isUnsaved: boolean) => (why === '' ? `up to date${isUnsaved ? ', not saved' : ''}` : why);
  if (value !== undefined && places.every((place) => place.value === value)) {
    // Another window may have written it.
    if (!wasWritten(binding, value)) await remember(withWritten(binding, value));
    return { upToDate: why === '', words: arrived(unsaved), line };
  }
  if (effort !== 'overwrite' && !isOwn(binding, places, value)) return { upToDate: false, words: changedByHand, line };
  if (value === undefined) return { upToDate: false, words: why, line };
  if (withheld === true && value !== '') return { upToDate: false, words: notWrittenHere, line };
  if (effort === 'look') return { upToDate: false, words: 'holds an earlier token', line };
  await remember(withWritten(binding, value));
  await editBound(uri, (current) => {
    if (effort !== 'overwrite' && !isOwn(binding, found(target, current, binding), value))
      throw new AuthError('changedByHand', changedByHand);
    return rewriteValue(target, current, binding.path, value);
  });
  const after = await readBound(uri);
  return {
    upToDate: why === '',
    words: arrived(after.unsaved),
    line: lineAt(after.text, found(target, after.text, binding)[0]?.offset ?? 0),
  };
}

const changedByHand = 'changed by hand, so it is left alone';
const notWrittenHere = 'a production token is not written here; a setting allows it';

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
  const change = (text: string) => {
    const { edits, added } = insertValue(target, text, path, value, cursor);
    const use = header === undefined || !cursor ? [] : headerEdits(text, cursor, header);
    return { edits: [...edits, ...use], added, uses: (binding.uses ?? 0) + (use.length > 0 ? 1 : 0) };
  };
  const isNew = uri.scheme === 'file' && !(await exists(uri.fsPath));
  const before = isNew ? '' : (await readBound(uri)).text;
  const { edits, added, uses } = change(before);
  await remember({
    ...withWritten(binding, value),
    ...(added && { added }),
    ...(isNew && { created: true }),
    ...(header !== undefined && { uses }),
  });
  if (isNew) await createBound(uri, applyEdits('', edits));
  // Where there is a cursor the person is at work in it, and saves it.
  else await editBound(uri, (text) => change(text).edits, cursor === undefined);
}

/** Whether a place holds a value. */
export async function holds(binding: Binding, value: string): Promise<boolean> {
  const text = await readBound(vscode.Uri.parse(binding.uri)).then(
    (bound) => bound.text,
    () => '',
  );
  return text.includes(value);
}

/**
 * Takes the value out again, with what was put around it.
 * @param present the profile's token now, which another window may have written
 */
export async function remove(binding: Binding, present: string | undefined): Promise<Removal> {
  const target = targetOf(binding);
  const uri = vscode.Uri.parse(binding.uri);
  const { path, added, header, uses } = binding;
  const own = (value: string) => value === present || wasWritten(binding, value);
  try {
    const left: WrittenValue[] = [];
    await editBound(uri, (text) => {
      left.push(...target.find(text, path).filter(({ value }) => value !== '' && !own(value)));
      const document = parseHttpDocument(text, binding.language ?? 'http');
      const headers = header === undefined || !added ? [] : removeAuthorizationHeaders(document, header);
      // One more than were inserted is a person's, and nobody knows which.
      return [...removeValue(target, text, path, added, own), ...(headers.length === (uses ?? 1) ? headers : [])];
    });
    if (binding.created === true) await deleteIfEmpty(uri);
    return left.length > 0 ? 'changed by hand' : 'taken out';
  } catch (error) {
    if (error instanceof AuthError && error.code === 'fileMissing') return 'gone';
    throw error;
  }
}

/** Where the value stands, for a cursor. */
export async function offsetOf(binding: Binding): Promise<number | undefined> {
  const { text } = await readBound(vscode.Uri.parse(binding.uri));
  return targetOf(binding).find(text, binding.path)[0]?.offset;
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
