import * as vscode from 'vscode';
import { parseHttpDocument } from '../../core/httpDocument.ts';
import { setAuthorizationHeader } from '../../core/injection/authorizationHeader.ts';
import type { TextEdit } from '../../core/injection/textEdit.ts';
import type { Cursor } from '../../core/injection/valueTarget.ts';
import { httpDocumentOf, httpLanguageOf } from '../httpDocuments.ts';

/** The active editor, where it shows requests: an `.http` or `.rest` file, or a Markdown file with fences of them. */
export interface HttpEditor {
  readonly document: vscode.TextDocument;
  /** Of the document, when the cursor was looked at. */
  readonly version: number;
  readonly cursor: Cursor;
}

export function activeHttpEditor(): HttpEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  const language = editor && httpLanguageOf(editor.document);
  if (!language || !httpDocumentOf(editor.document)) return undefined;
  const { document } = editor;
  return { document, version: document.version, cursor: { line: editor.selection.active.line, language } };
}

/** Edits that give the request at a cursor its `Authorization` value; none where there is no such request. */
export function headerEdits(text: string, { line, language }: Cursor, value: string): readonly TextEdit[] {
  const edits = setAuthorizationHeader(parseHttpDocument(text, language), line, value);
  return typeof edits === 'string' ? [] : edits;
}
