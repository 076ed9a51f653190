import * as vscode from 'vscode';
import { parseHttpDocument, type HttpDocument, type HttpLanguage } from '../core/httpDocument.ts';

interface Reading {
  readonly version: number;
  readonly language: HttpLanguage | undefined;
  /** Absent where nothing in the document is a request’s. */
  readonly parsed: HttpDocument | undefined;
}

/** Of each open document its present version, read once for all who ask. */
const readings = new WeakMap<vscode.TextDocument, Reading>();

/**
 * A document as its requests stand in it; `undefined` for one that can hold none: another language, Markdown without
 * fences of requests, or a side of a comparison, which cannot be edited.
 */
export function httpDocumentOf(document: vscode.TextDocument): HttpDocument | undefined {
  const language = httpLanguageOf(document);
  const known = readings.get(document);
  if (known?.version === document.version && known.language === language) return known.parsed;
  const read = language && parseHttpDocument(document.getText(), language);
  const parsed = read && read.blocks.length > 0 ? read : undefined;
  readings.set(document, { version: document.version, language, parsed });
  return parsed;
}

export function httpLanguageOf({ languageId, fileName, uri, isUntitled }: vscode.TextDocument): HttpLanguage | undefined {
  if (!isUntitled && vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== true) return undefined;
  if (languageId === 'http' || /\.(http|rest)$/i.test(fileName)) return 'http';
  return languageId === 'markdown' ? 'markdown' : undefined;
}
