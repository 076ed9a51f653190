import path from 'node:path';
import * as vscode from 'vscode';
import { diagnose } from '../../core/diagnosis/diagnose.ts';
import { rules, type Finding, type Rule } from '../../core/diagnosis/finding.ts';
import type { Span } from '../../core/requestUrl.ts';
import type { Clock, Disposable } from '../../core/ports.ts';
import { providers } from '../../core/providers/index.ts';
import { httpDocumentOf, httpLanguageOf } from '../httpDocuments.ts';
import { askedAbout, gitState } from '../insertion/gitGuard.ts';
import type { Services } from '../services.ts';
import { settings, type Severity } from '../settings.ts';
import { knownProfiles } from './knownProfiles.ts';

/** Milliseconds for which an answer of git holds. */
const answerLife = 30_000;
/** Milliseconds without a key pressed before a document is looked at. */
const pause = 300;

const severities: Readonly<Record<Exclude<Severity, 'off'>, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

interface Found {
  readonly version: number;
  /** Counts what else the findings depend on: tokens, profiles, settings. */
  readonly revision: number;
  readonly findings: readonly Finding[];
}

/** What was handed to VS Code last, and the lines that it stands on. */
interface Shown {
  readonly diagnostics: readonly vscode.Diagnostic[];
  readonly lines: ReadonlySet<number>;
}

/** What the rules find in the open files with requests, followed as they, the tokens and the settings change. */
export class Diagnostics implements Disposable {
  readonly #services: Services;
  readonly #clock: Clock;
  readonly #collection = vscode.languages.createDiagnosticCollection('paymentAuth');
  readonly #found = new WeakMap<vscode.TextDocument, Found>();
  readonly #shown = new WeakMap<vscode.TextDocument, Shown>();
  readonly #due = new Map<vscode.TextDocument, Disposable>();
  /** By file, what git said of it, and when. */
  readonly #ignored = new Map<string, { readonly at: number; readonly answer: Promise<boolean> }>();
  readonly #subscriptions: readonly Disposable[];
  #revision = 0;

  constructor(services: Services, clock: Clock) {
    this.#services = services;
    this.#clock = clock;
    const lookAtAll = () => {
      this.#revision++;
      for (const document of vscode.workspace.textDocuments) this.#lookSoon(document);
    };
    const ignoreFiles = vscode.workspace.createFileSystemWatcher('**/.gitignore');
    const askAgain = () => {
      if (this.#ignored.size === 0) return;
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
      // What git ignores changes by its own commands too, and by files outside the workspace.
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) askAgain();
      }),
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (this.#ignored.delete(document.uri.fsPath)) this.#lookSoon(document);
      }),
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.#lookSoon(document);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0) return;
        // What stands on a line that changes, or moves, moves in the editor as well: it is shown anew even where it is the same.
        if (contentChanges.some((change) => moves(change, this.#shown.get(document)))) this.#shown.delete(document);
        this.#lookSoon(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#due.get(document)?.dispose();
        this.#due.delete(document);
        // The same document comes back under another language.
        this.#found.delete(document);
        this.#shown.delete(document);
        this.#collection.delete(document.uri);
      }),
      ...Object.values(settings.diagnostics).map(({ onDidChange }) => onDidChange(lookAtAll)),
    ];
    lookAtAll();
  }

  /** Those of a document as it is now, which may be newer than what is shown. */
  of(document: vscode.TextDocument): readonly Finding[] {
    const known = this.#found.get(document);
    if (known?.version === document.version && known.revision === this.#revision) return known.findings;
    const findings = this.#find(document);
    this.#found.set(document, { version: document.version, revision: this.#revision, findings });
    return findings;
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
    const revision = this.#revision;
    let findings = this.of(document);
    if (findings.some(({ rule }) => rule === 'hardCodedSecret') && (await this.#isIgnored(document)))
      findings = findings.filter(({ rule }) => rule !== 'hardCodedSecret');
    // A newer version has its own look coming.
    if (document.isClosed || document.version !== version || this.#revision !== revision || !httpLanguageOf(document)) return;
    this.#found.set(document, { version, revision, findings });
    const severities = new Map(rules.map((rule) => [rule, severityOf(rule)]));
    const before = this.#shown.get(document)?.diagnostics;
    const same = before?.length === findings.length && findings.every((finding, index) => isShownAs(finding, severities, before[index]));
    // Most keys change nothing here, and to tell VS Code of thousands takes longer than to find them.
    if (same) return;
    const diagnostics = findings.map((finding) => diagnosticOf(finding, severities.get(finding.rule)));
    this.#shown.set(document, { diagnostics, lines: new Set(findings.map(({ span }) => span.line)) });
    this.#collection.set(document.uri, diagnostics);
  }

  #find(document: vscode.TextDocument): readonly Finding[] {
    const parsed = httpDocumentOf(document);
    if (!parsed) return [];
    const findings = diagnose(parsed, {
      providers,
      profiles: knownProfiles(this.#services, document),
      injects: vscode.workspace.isTrusted,
      isSet: (variable) => (process.env[variable] ?? '') !== '',
    });
    const off = new Set(rules.filter((rule) => severityOf(rule) === undefined));
    return off.size === 0 ? findings : findings.filter(({ rule }) => !off.has(rule));
  }

  /** Nothing is asked of git in a workspace that is not trusted: its repository may not be either. */
  #isIgnored({ uri }: vscode.TextDocument): Promise<boolean> {
    if (uri.scheme !== 'file' || !vscode.workspace.isTrusted) return Promise.resolve(false);
    const now = this.#clock.now();
    const known = this.#ignored.get(uri.fsPath);
    const fresh = known && Math.abs(now - known.at) < answerLife ? known : { at: now, answer: asksGit(uri.fsPath) };
    this.#ignored.set(uri.fsPath, fresh);
    return fresh.answer;
  }
}

function moves({ range, text }: vscode.TextDocumentContentChangeEvent, shown: Shown | undefined): boolean {
  return !range.isSingleLine || text.includes('\n') || shown?.lines.has(range.start.line) === true;
}

async function asksGit(file: string): Promise<boolean> {
  return (await gitState(await askedAbout(path.normalize(file)))) === 'ignored';
}

/** `undefined` where the rule is turned off. */
function severityOf(rule: Rule): vscode.DiagnosticSeverity | undefined {
  const severity = settings.diagnostics[rule].value;
  return severity === 'off' ? undefined : severities[severity];
}

export function diagnosticOf({ rule, span, message }: Finding, severity = severityOf(rule)): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(rangeOf(span), message, severity);
  diagnostic.source = 'Payment Auth';
  // The name of its setting, below paymentAuth.diagnostics.
  diagnostic.code = rule;
  return diagnostic;
}

function isShownAs(
  { rule, span, message }: Finding,
  severities: ReadonlyMap<Rule, vscode.DiagnosticSeverity | undefined>,
  shown: vscode.Diagnostic | undefined,
): boolean {
  return (
    shown?.code === rule &&
    shown.message === message &&
    shown.severity === severities.get(rule) &&
    shown.range.start.line === span.line &&
    shown.range.start.character === span.start &&
    shown.range.end.character === span.end
  );
}

export function rangeOf({ line, start, end }: Span): vscode.Range {
  return new vscode.Range(line, start, line, end);
}
