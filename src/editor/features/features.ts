import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { systemClock } from '../systemClock.ts';
import { Diagnostics } from './diagnostics.ts';
import { QuickFixes } from './quickFixes.ts';
import { TokenCompletion } from './tokenCompletion.ts';
import { TokenHover } from './tokenHover.ts';
import { TokenLenses } from './tokenLenses.ts';

/** By language where an extension gives one, by name where none does. */
const selector: vscode.DocumentSelector = [{ language: 'http' }, { pattern: '**/*.{http,rest}' }, { language: 'markdown' }];

/** What the editor shows in files with requests, beside what REST Client and httpYac show there. */
export function registerFeatures(services: Services): vscode.Disposable {
  const lenses = new TokenLenses(services, systemClock);
  const diagnostics = new Diagnostics(services, systemClock);
  const { languages } = vscode;
  return vscode.Disposable.from(
    lenses,
    diagnostics,
    languages.registerCodeLensProvider(selector, lenses),
    languages.registerHoverProvider(selector, new TokenHover(services, systemClock)),
    languages.registerCompletionItemProvider(selector, new TokenCompletion(services, systemClock), ...TokenCompletion.triggers),
    languages.registerCodeActionsProvider(selector, new QuickFixes(diagnostics), QuickFixes.metadata),
  );
}
