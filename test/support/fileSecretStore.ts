import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretStore } from '../../src/core/ports.ts';

/** Secrets that several processes share; a write is whole or not there, and nobody is told of it. */
export class FileSecretStore implements SecretStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async get(key: string): Promise<string | undefined> {
    try {
      return await readFile(this.#path(key), 'utf8');
    } catch {
      return undefined;
    }
  }

  async store(key: string, value: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const draft = this.#path(`draft ${crypto.randomUUID()}`);
    await writeFile(draft, value);
    await rename(draft, this.#path(key));
  }

  async delete(key: string): Promise<void> {
    await rm(this.#path(key), { force: true });
  }

  async keys(): Promise<string[]> {
    return (await readdir(this.#folder)).map((name) => Buffer.from(name, 'base64url').toString());
  }

  #path(key: string): string {
    return join(this.#folder, Buffer.from(key).toString('base64url'));
  }
}
