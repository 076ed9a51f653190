import path from 'node:path';
import * as vscode from 'vscode';
import { diagnose } from '../../core/diagnosis/diagnose.ts';
import type { Finding } from '../../core/diagnosis/finding.ts';
import type { Span } from '../../core/requestUrl.ts';
import type { Clock, Disposable } from '../../core/ports.ts';
import { providers } from '../../core/providers/index.ts';
import { httpDocumentOf, httpLanguageOf } from '../httpDocuments.ts';
import { askedAbout, gitState } from '../insertion/gitGuard.ts';
import type { Services } from '../services.ts';
import { settings, type Severity } from '../settings.ts';
import { knownProfiles } from './knownProfiles.ts';

/** Milliseconds without a key pressed before a document is looked at. */
const pause = 300;

const severities: Readonly<Record<Exclude<Severity, 'off'>, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** A finding as it is shown. */
export interface ShownFinding {
  readonly finding: Finding;
  readonly diagnostic: vscode.Diagnostic;
}

interface Shown {
  readonly version: number;
  readonly findings: readonly ShownFinding[];
}

/** What the rules find in the open files with requests, followed as they, the tokens and the settings change. */
export class Diagnostics implements Disposable {
  readonly #services: Services;
  readonly #clock: Clock;
  readonly #collection = vscode.languages.createDiagnosticCollection('paymentAuth');
  readonly #shown = new WeakMap<vscode.TextDocument, Shown>();
  readonly #due = new Map<vscode.TextDocument, Disposable>();
  /** By file, what git said of it. */
  readonly #ignored = new Map<string, Promise<boolean>>();
  readonly #subscriptions: readonly Disposable[];

  constructor(services: Services, clock: Clock) {
    this.#services = services;
    this.#clock = clock;
    const lookAtAll = () => {
      for (const document of vscode.workspace.textDocuments) this.#lookSoon(document);
    };
    const ignoreFiles = vscode.workspace.createFileSystemWatcher('**/.gitignore');
    const askAgain = () => {
      this.#ignored.clear();
      lookAtAll();
    };
    const { store, tokens, bindings } = services;
    this.#subscriptions = [
      this.#collection,
      ignoreFiles,
      ignoreFiles.onDidChange(askAgain),
      ignoreFiles.onDidCreate(askAgain),
      ignoreFiles.onDidDelete(askAgain),
      store.onDidChange(lookAtAll),
      tokens.onDidChange(lookAtAll),
      bindings.onDidChange(lookAtAll),
      vscode.workspace.onDidGrantWorkspaceTrust(lookAtAll),
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.#lookSoon(document);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#lookSoon(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#due.get(document)?.dispose();
        this.#due.delete(document);
        this.#collection.delete(document.uri);
      }),
      ...Object.values(settings.diagnostics).map(({ onDidChange }) => onDidChange(lookAtAll)),
    ];
    lookAtAll();
  }

  /** Those of a document as it is now, which may be newer than what is shown. */
  of(document: vscode.TextDocument): readonly ShownFinding[] {
    const shown = this.#shown.get(document);
    return shown?.version === document.version ? shown.findings : this.#find(document);
  }

  dispose(): void {
    for (const timer of this.#due.values()) timer.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** However many changes come, one look follows the last. */
  #lookSoon(document: vscode.TextDocument): void {
    if (!httpLanguageOf(document)) return;
    this.#due.get(document)?.dispose();
    this.#due.set(
      document,
      this.#clock.schedule(pause, () => {
        this.#due.delete(document);
        void this.#look(document);
      }),
    );
  }

  async #look(document: vscode.TextDocument): Promise<void> {
    const { version } = document;
    let findings = this.#find(document);
    if (findings.some(({ finding }) => finding.rule === 'hardCodedSecret') && (await this.#isIgnored(document)))
      findings = findings.filter(({ finding }) => finding.rule !== 'hardCodedSecret');
    // A newer version has its own look coming.
    if (document.isClosed || document.version !== version) return;
    this.#shown.set(document, { version, findings });
    this.#collection.set(
      document.uri,
      findings.map(({ diagnostic }) => diagnostic),
    );
  }

  #find(document: vscode.TextDocument): ShownFinding[] {
    const parsed = httpDocumentOf(document);
    if (!parsed) return [];
    const findings = diagnose(parsed, {
      providers,
      profiles: knownProfiles(this.#services, document),
      injects: vscode.workspace.isTrusted,
      isSet: (variable) => (process.env[variable] ?? '') !== '',
    });
    return findings.flatMap((finding) => {
      const severity = settings.diagnostics[finding.rule].value;
      return severity === 'off' ? [] : [{ finding, diagnostic: diagnosticOf(finding, severities[severity]) }];
    });
  }

  /** Nothing is asked of git in a workspace that is not trusted: its repository may not be either. */
  #isIgnored({ uri }: vscode.TextDocument): Promise<boolean> {
    if (uri.scheme !== 'file' || !vscode.workspace.isTrusted) return Promise.resolve(false);
    const known = this.#ignored.get(uri.fsPath) ?? asksGit(uri.fsPath);
    this.#ignored.set(uri.fsPath, known);
    return known;
  }
}

async function asksGit(file: string): Promise<boolean> {
  return (await gitState(await askedAbout(path.normalize(file)))) === 'ignored';
}

function diagnosticOf({ rule, span, message }: Finding, severity: vscode.DiagnosticSeverity): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(rangeOf(span), message, severity);
  diagnostic.source = 'Payment Auth';
  // The name of its setting, below paymentAuth.diagnostics.
  diagnostic.code = rule;
  return diagnostic;
}

function rangeOf({ line, start, end }: Span): vscode.Range {
  return new vscode.Range(line, start, line, end);
}
