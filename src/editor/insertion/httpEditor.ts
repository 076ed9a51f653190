import * as vscode from 'vscode';
import { parseHttpDocument, type HttpLanguage } from '../../core/httpDocument.ts';
import { setAuthorizationHeader } from '../../core/injection/authorizationHeader.ts';
import type { TextEdit } from '../../core/injection/textEdit.ts';
import type { Cursor } from '../../core/injection/valueTarget.ts';

/** The active editor, where it shows requests: an `.http` or `.rest` file, or a Markdown file with fences of them. */
export interface HttpEditor {
  readonly editor: vscode.TextEditor;
  readonly document: vscode.TextDocument;
  /** Of the document, when the cursor was looked at. */
  readonly version: number;
  readonly cursor: Cursor;
}

export function activeHttpEditor(): HttpEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  const language = editor && languageOf(editor.document);
  if (!language) return undefined;
  const { document } = editor;
  return { editor, document, version: document.version, cursor: { line: editor.selection.active.line, language } };
}

function languageOf(document: vscode.TextDocument): HttpLanguage | undefined {
  if (document.languageId === 'http' || /\.(http|rest)$/i.test(document.fileName)) return 'http';
  return document.languageId === 'markdown' && parseHttpDocument(document.getText(), 'markdown').blocks.length > 0 ? 'markdown' : undefined;
}

/** Edits that give the request at a cursor its `Authorization` value; none where there is no such request. */
export function headerEdits(text: string, { line, language }: Cursor, value: string): readonly TextEdit[] {
  const edits = setAuthorizationHeader(parseHttpDocument(text, language), line, value);
  return typeof edits === 'string' ? [] : edits;
}
