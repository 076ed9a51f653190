import * as vscode from 'vscode';
import { parseHttpDocument, type HttpLanguage } from '../../core/httpDocument.ts';
import type { Cursor } from '../../core/injection/valueTarget.ts';

/** The active editor, where it shows requests: an `.http` or `.rest` file, or a Markdown file with fences of them. */
export interface HttpEditor {
  readonly editor: vscode.TextEditor;
  readonly document: vscode.TextDocument;
  readonly language: HttpLanguage;
  readonly cursor: Cursor;
}

export function activeHttpEditor(): HttpEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  const language = editor && languageOf(editor.document);
  if (!language) return undefined;
  const { document } = editor;
  return { editor, document, language, cursor: { line: editor.selection.active.line, language } };
}

function languageOf(document: vscode.TextDocument): HttpLanguage | undefined {
  if (document.languageId === 'http' || /\.(http|rest)$/i.test(document.fileName)) return 'http';
  return document.languageId === 'markdown' && parseHttpDocument(document.getText(), 'markdown').blocks.length > 0 ? 'markdown' : undefined;
}
