import * as vscode from 'vscode';
import { AuthError } from '../core/errors.ts';
import { Emitter } from '../core/emitter.ts';
import type { Disposable, Logger } from '../core/ports.ts';
import { parseProfiles, toEntry, type Profile, type ProfileProblem } from '../core/profile.ts';
import { providers } from '../core/providers/index.ts';
import { settingIds } from '../manifest.ts';

/** The profiles of the setting `paymentAuth.profiles`, of which only the user's own value counts. */
export class ProfileStore implements Disposable {
  readonly #log: Logger;
  readonly #changed = new Emitter<void>();
  readonly #subscription: vscode.Disposable;
  #text = 'null';
  #profiles: readonly Profile[] = [];
  #problems: readonly ProfileProblem[] = [];

  readonly onDidChange = this.#changed.event;

  constructor(log: Logger) {
    this.#log = log;
    this.#subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.profiles)) this.#read();
    });
    this.#read();
  }

  get profiles(): readonly Profile[] {
    return this.#profiles;
  }

  get problems(): readonly ProfileProblem[] {
    return this.#problems;
  }

  find(id: string): Profile | undefined {
    return this.#profiles.find((profile) => profile.id === id);
  }

  /** The ids that are taken, those of entries that are wrong too. */
  ids(): string[] {
    return rawEntries()
      .map(idOf)
      .filter((id) => id !== undefined);
  }

  /** Adds a profile, or puts it in the place of the one with its id. Entries that are wrong stay as they are. */
  async save(...changed: readonly Profile[]): Promise<void> {
    const entries = [...rawEntries()];
    for (const profile of changed) {
      const index = entries.findIndex((entry) => idOf(entry) === profile.id);
      entries.splice(index < 0 ? entries.length : index, index < 0 ? 0 : 1, toEntry(profile));
    }
    await this.#write(entries);
  }

  async remove(...ids: readonly string[]): Promise<void> {
    await this.#write(rawEntries().filter((entry) => !ids.includes(idOf(entry) ?? '')));
  }

  async clear(): Promise<void> {
    await this.#write([]);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  async #write(entries: readonly unknown[]): Promise<void> {
    try {
      await vscode.workspace
        .getConfiguration()
        .update(settingIds.profiles, entries.length > 0 ? entries : undefined, vscode.ConfigurationTarget.Global);
    } catch {
      throw new AuthError(
        'settingsNotWritable',
        'Your user settings cannot be written, so the profiles stay as they were. Correct settings.json, then try again.',
      );
    }
    this.#read();
  }

  #read(): void {
    const raw = rawValue();
    // VS Code tells of changes that change nothing; what follows from a change is too much work for those.
    const text = JSON.stringify(raw ?? null);
    if (text === this.#text) return;
    this.#text = text;
    const { profiles, problems } = parseProfiles(raw, providers);
    const known = new Map(this.#profiles.map((profile) => [JSON.stringify(toEntry(profile)), profile]));
    this.#profiles = profiles.map((profile) => known.get(JSON.stringify(toEntry(profile))) ?? profile);
    this.#problems = problems;
    for (const { name, problem } of problems) this.#log.error(`Setting ${settingIds.profiles}, ${name}: ${problem}`);
    this.#changed.fire();
  }
}

function rawValue(): unknown {
  return vscode.workspace.getConfiguration().inspect(settingIds.profiles)?.globalValue;
}

function rawEntries(): readonly unknown[] {
  const value = rawValue();
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function idOf(entry: unknown): string | undefined {
  const id = typeof entry === 'object' && entry !== null && 'id' in entry ? entry.id : undefined;
  return typeof id === 'string' ? id : undefined;
}
