import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Binding, BindingKind } from '../../src/core/binding.ts';
import { Emitter } from '../../src/core/emitter.ts';
import type { AuthError } from '../../src/core/errors.ts';
import { restClientPath } from '../../src/core/injection/restClientEnvironment.ts';
import type { Profile } from '../../src/core/profile.ts';
import { TokenService } from '../../src/core/tokenService.ts';
import { Vault } from '../../src/core/vault.ts';
import { Bindings } from '../../src/editor/bindings/bindings.ts';
import { offsetOf } from '../../src/editor/bindings/bindingText.ts';
import { refreshBinding } from '../../src/editor/commands/bindings.ts';
import type { ProfileStore } from '../../src/editor/profileStore.ts';
import type { Services } from '../../src/editor/services.ts';
import { Terminals } from '../../src/editor/terminals.ts';
import { settings } from '../../src/editor/settings.ts';
import { systemClock } from '../../src/editor/systemClock.ts';
import { settingIds } from '../../src/manifest.ts';
import { acmeProfile } from '../support/acme.ts';
import { MemoryLog, MemorySecretStore } from '../support/fakes.ts';
import { until } from './support.ts';

/** Remembers as VS Code's does. */
class TestMemento implements vscode.Memento {
  readonly values = new Map<string, unknown>();

  keys(): readonly string[] {
    return [...this.values.keys()];
  }

  get<T>(key: string, fallback?: T): T {
    return structuredClone(this.values.get(key) ?? fallback) as T;
  }

  update(key: string, value: unknown): Promise<void> {
    this.values.set(key, structuredClone(value));
    return Promise.resolve();
  }
}

describe('Bindings', () => {
  const profile = acmeProfile('http://127.0.0.1:4010/token', { inject: [] });
  const profilesChanged = new Emitter<void>();
  const log = new MemoryLog();
  let folder: string;
  let profiles: Profile[];
  let state: TestMemento;
  let vault: Vault;
  let tokens: TokenService;
  let bindings: Bindings;
  let allowed: boolean;
  let literals: boolean;
  let count = 0;

  const store = {
    onDidChange: profilesChanged.event,
    find: (id: string) => profiles.find((each) => each.id === id),
    get profiles() {
      return profiles;
    },
  } as unknown as ProfileStore;

  function start(): void {
    const allowsLiterals = ({ environment }: Profile) => !environment.production || literals;
    bindings = new Bindings({ state, store, tokens, clock: systemClock, log, allowed: () => allowed, allowsLiterals });
  }

  async function setToken(accessToken: string, expiresAt = Date.now() + 3_600_000): Promise<void> {
    await vault.storeToken(profile, { accessToken, obtainedAt: Date.now() - 1000, expiresAt });
    await tokens.reload(profile.id);
  }

  async function file(name: string, text: string | Buffer): Promise<vscode.Uri> {
    const target = path.join(folder, name);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
    return vscode.Uri.file(target);
  }

  async function bind(uri: vscode.Uri, kind: BindingKind, ...names: string[]): Promise<Binding> {
    const cursor = kind === 'fileVariable' ? ({ line: 0, language: 'http' } as const) : undefined;
    const header = kind === 'fileVariable' ? { header: 'Bearer {{acmeToken}}' } : {};
    await bindings.add({ profileId: profile.id, kind, uri: uri.toString(), path: names, ...header }, 'fake-1', cursor);
    const binding = bindings.all.at(-1);
    assert.ok(binding);
    return binding;
  }

  /** At the same URL, so that its token stays. */
  async function become(environmentId: 'live' | 'test'): Promise<void> {
    const environment = profile.provider.environments.find(({ id }) => id === environmentId) ?? assert.fail();
    profiles = [{ ...profile, environment }];
    profilesChanged.fire();
    await tokens.setProfiles(profiles);
    await bindings.settled();
  }

  async function allow(value: boolean): Promise<void> {
    literals = value;
    bindings.update();
    await bindings.settled();
  }

  const notWrittenHere = 'a production token is not written here; a setting allows it';
  const words = (binding: Binding) => bindings.state(binding).words;
  const read = (uri: vscode.Uri) => readFile(uri.fsPath, 'utf8');

  beforeEach(async () => {
    const [root] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(root);
    folder = path.join(root.uri.fsPath, 'ignored', `bindings-${String(count++)}`);
    await mkdir(folder, { recursive: true });
    profiles = [profile];
    allowed = true;
    literals = false;
    state = new TestMemento();
    vault = new Vault(new MemorySecretStore());
    tokens = new TokenService({
      vault,
      clock: systemClock,
      log,
      client: () => Promise.reject(new Error('nothing is fetched here')),
      timeout: () => 1000,
      allowed: () => allowed,
      renews: () => false,
    });
    await tokens.setProfiles(profiles);
    await setToken('fake-1');
    start();
  });

  afterEach(async () => {
    bindings.dispose();
    tokens.dispose();
    await vscode.workspace.getConfiguration().update(settingIds.blankExpired, undefined, vscode.ConfigurationTarget.Global);
    while (vscode.window.tabGroups.activeTabGroup.activeTab)
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('rewrites places of four kinds at a renewal, and nothing else in their files', async () => {
    const http = await file('a.http', '# mine\r\nGET https://a.example\r\n');
    const env = await file('.env', '# keys\nA=1');
    const json = await file('http-client.private.env.json', '{\n  "staging": {\n    "host": "a" // ours\n  }\n}\n');
    const settingsFile = await file('settings.json', '\uFEFF{ "editor.fontSize": 12 }');
    await bind(http, 'fileVariable', 'acmeToken');
    await bind(env, 'dotenv', 'ACME_TOKEN');
    await bind(json, 'httpClientEnvironment', 'staging', 'acmeToken');
    await bind(settingsFile, 'restClientEnvironment', ...restClientPath('settings', '$shared', 'acmeToken'));
    const expected = (token: string) => [
      `@acmeToken = ${token}\r\n###\r\n# mine\r\nGET https://a.example\r\nAuthorization: Bearer {{acmeToken}}\r\n`,
      `# keys\nA=1\nACME_TOKEN=${token}`,
      `{\n  "staging": {\n    "host": "a", // ours\n    "acmeToken": "${token}"\n  }\n}\n`,
      `\uFEFF{ "editor.fontSize": 12, "rest-client.environmentVariables": { "$shared": { "acmeToken": "${token}" } } }`,
    ];
    const all = () => Promise.all([http, env, json, settingsFile].map(read));
    assert.deepEqual(await all(), expected('fake-1'));
    await setToken('fake-2');
    await bindings.settled();
    assert.deepEqual(await all(), expected('fake-2'));
    assert.deepEqual(
      bindings.all.map((binding) => bindings.state(binding)),
      [
        { upToDate: true, words: 'up to date', line: 0 },
        { upToDate: true, words: 'up to date', line: 2 },
        { upToDate: true, words: 'up to date', line: 3 },
        { upToDate: true, words: 'up to date', line: 0 },
      ],
    );
  });

  it('takes everything out again, byte for byte, and deletes a file that was made for it', async () => {
    const http = await file('a.http', '# mine\r\nGET https://a.example');
    const env = await file('.env', 'A=1');
    const made = vscode.Uri.file(path.join(folder, 'deep/er/http-client.private.env.json'));
    await bind(http, 'fileVariable', 'acmeToken');
    await bind(env, 'dotenv', 'ACME_TOKEN');
    await bind(made, 'httpClientEnvironment', 'staging', 'acmeToken');
    assert.equal(await read(made), '{\n  "staging": {\n    "acmeToken": "fake-1"\n  }\n}\n');
    assert.equal((await stat(made.fsPath)).mode & 0o077, 0, 'others can read the file');
    await setToken('fake-2');
    await bindings.settled();
    for (const { id } of bindings.all) await bindings.remove(id);
    assert.deepEqual(await Promise.all([http, env].map(read)), ['# mine\r\nGET https://a.example', 'A=1']);
    await assert.rejects(stat(made.fsPath));
    assert.deepEqual(bindings.all, []);
  });

  it('holds no token in what it stores, and goes on after a restart', async () => {
    const env = await file('.env', '');
    await bind(env, 'dotenv', 'ACME_TOKEN');
    assert.doesNotMatch(JSON.stringify([...state.values]), /fake-/);
    bindings.dispose();
    await setToken('fake-2');
    assert.equal(await read(env), 'ACME_TOKEN=fake-1\n');
    start();
    await bindings.settled();
    await until('the file follows', async () => (await read(env)) === 'ACME_TOKEN=fake-2\n');
  });

  it('edits a saved document in the editor and saves it; undo brings back the earlier token, which is told', async () => {
    const uri = await file('a.http', 'GET https://a.example\n');
    const binding = await bind(uri, 'fileVariable', 'acmeToken');
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    await setToken('fake-2');
    await bindings.settled();
    assert.match(document.getText(), /^@acmeToken = fake-2\n/);
    assert.equal(document.isDirty, false);
    assert.match(await read(uri), /^@acmeToken = fake-2\n/);
    await vscode.commands.executeCommand('undo');
    assert.match(document.getText(), /^@acmeToken = fake-1\n/);
    await until('the state tells of it', () => words(binding) === 'holds an earlier token');
    assert.match(document.getText(), /^@acmeToken = fake-1\n/, 'what was undone came back by itself');
    await setToken('fake-3');
    await bindings.settled();
    assert.match(document.getText(), /^@acmeToken = fake-3\n/);
    assert.equal(document.isDirty, true);
    assert.equal(words(binding), 'up to date, not saved');
  });

  it('edits a document with unsaved changes and does not save it', async () => {
    const uri = await file('.env', 'A=1\n');
    const binding = await bind(uri, 'dotenv', 'ACME_TOKEN');
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), '# typed\n');
    });
    await setToken('fake-2');
    await bindings.settled();
    assert.equal(document.getText(), '# typed\nA=1\nACME_TOKEN=fake-2\n');
    assert.equal(document.isDirty, true);
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=fake-1\n');
    assert.equal(words(binding), 'up to date, not saved');
    await document.save();
    await until('it is told once it is saved', () => words(binding) === 'up to date');
  });

  it('writes into an untitled document, and says so when that is gone', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'http', content: 'GET https://a.example' });
    await vscode.window.showTextDocument(document);
    const binding = await bind(document.uri, 'fileVariable', 'acmeToken');
    assert.equal(document.getText(), '@acmeToken = fake-1\n###\nGET https://a.example\nAuthorization: Bearer {{acmeToken}}');
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), 'GET https://a.example', 'it was more than one step');
    await vscode.commands.executeCommand('redo');
    await setToken('fake-2');
    await bindings.settled();
    assert.match(document.getText(), /^@acmeToken = fake-2\n/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await setToken('fake-3');
    await until('it is told', () => words(binding).endsWith('is not there any more.'));
  });

  it('tells that a file is gone, makes none, and goes on when it is back', async () => {
    const uri = await file('.env', 'A=1\n');
    const binding = await bind(uri, 'dotenv', 'ACME_TOKEN');
    // VS Code watches only from a moment after it was asked to.
    await writeFile(uri.fsPath, 'A=1\nACME_TOKEN=by-hand\n');
    await until('the file is watched', () => words(binding) === 'changed by hand, so it is left alone');
    await writeFile(uri.fsPath, 'A=1\nACME_TOKEN=fake-1\n');
    await until('the change is seen', () => words(binding) === 'up to date');
    await rename(uri.fsPath, `${uri.fsPath}.away`);
    await until('it is told', () => words(binding) === '.env is not there any more.');
    await setToken('fake-2');
    await bindings.settled();
    await assert.rejects(stat(uri.fsPath));
    await rename(`${uri.fsPath}.away`, uri.fsPath);
    await until('it is seen', () => words(binding) === 'holds an earlier token');
    await bindings.refresh(binding.id);
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=fake-2\n');
  });

  it('leaves a read-only file as it is and says so', async () => {
    const uri = await file('.env', 'A=1\n');
    const binding = await bind(uri, 'dotenv', 'ACME_TOKEN');
    await chmod(uri.fsPath, 0o444);
    await setToken('fake-2');
    await bindings.settled();
    assert.equal(words(binding), '.env is read-only. Make it writable, then refresh the binding.');
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=fake-1\n');
    await assert.rejects(bindings.remove(binding.id), (error: AuthError) => error.code === 'fileNotWritable');
    assert.equal(bindings.all.length, 1);
    await chmod(uri.fsPath, 0o644);
    await bindings.refresh(binding.id);
    assert.equal(words(binding), 'up to date');
  });

  it('leaves alone what a person has put into the place, until a refresh is asked for', async () => {
    const uri = await file('.env', 'A=1\n');
    const binding = await bind(uri, 'dotenv', 'ACME_TOKEN');
    await writeFile(uri.fsPath, 'A=1\nACME_TOKEN=by-hand\n');
    await until('it is told', () => words(binding) === 'changed by hand, so it is left alone');
    await setToken('fake-2');
    await bindings.settled();
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=by-hand\n');
    await bindings.refresh(binding.id);
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=fake-2\n');
  });

  it('leaves alone a file in which the place is no longer found', async () => {
    const uri = await file('a.http', 'GET https://a.example\n');
    const binding = await bind(uri, 'fileVariable', 'acmeToken');
    await writeFile(uri.fsPath, '@renamed = fake-1\n###\nGET https://a.example\n');
    await setToken('fake-2');
    await bindings.settled();
    assert.equal(words(binding), 'acmeToken is not defined in this file any more.');
    assert.equal(await read(uri), '@renamed = fake-1\n###\nGET https://a.example\n');
    await bindings.remove(binding.id);
    assert.equal(await read(uri), '@renamed = fake-1\n###\nGET https://a.example\n');
  });

  it('refuses a link that leads out of the folder, at the first write and at a renewal', async () => {
    const outside = await mkdtemp(path.join(tmpdir(), 'payment-auth-outside-'));
    try {
      await writeFile(path.join(outside, 'env'), 'A=1\n');
      const link = vscode.Uri.file(path.join(folder, '.env'));
      await symlink(path.join(outside, 'env'), link.fsPath);
      await assert.rejects(bind(link, 'dotenv', 'ACME_TOKEN'), (error: AuthError) => error.code === 'outsideFolder');
      await rm(link.fsPath);
      await writeFile(link.fsPath, 'A=1\n');
      const binding = await bind(link, 'dotenv', 'ACME_TOKEN');
      await writeFile(path.join(outside, 'env'), 'A=1\nACME_TOKEN=fake-1\n');
      await rm(link.fsPath);
      await symlink(path.join(outside, 'env'), link.fsPath);
      await setToken('fake-2');
      await bindings.settled();
      assert.match(words(binding), /is a link that leads out of it/);
      assert.equal(await readFile(path.join(outside, 'env'), 'utf8'), 'A=1\nACME_TOKEN=fake-1\n');
      const linkedFolder = path.join(folder, 'linked');
      await symlink(outside, linkedFolder);
      await assert.rejects(
        bind(vscode.Uri.file(path.join(linkedFolder, 'new/.env')), 'dotenv', 'ACME_TOKEN'),
        (error: AuthError) => error.code === 'outsideFolder',
      );
      await assert.rejects(stat(path.join(outside, 'new')));
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it('refuses files outside the workspace and files that are not UTF-8', async () => {
    await assert.rejects(
      bind(vscode.Uri.file(path.join(tmpdir(), '.env')), 'dotenv', 'ACME_TOKEN'),
      (error: AuthError) => error.code === 'outsideFolder',
    );
    const latin = await file('latin.env', Buffer.from([0x41, 0x3d, 0xe4, 0x0a]));
    await assert.rejects(bind(latin, 'dotenv', 'ACME_TOKEN'), (error: AuthError) => error.code === 'fileInvalid');
    assert.deepEqual(await readFile(latin.fsPath), Buffer.from([0x41, 0x3d, 0xe4, 0x0a]));
  });

  it('marks places as out of date when the token expires, and empties them where that is wanted', async () => {
    const uri = await file('.env', 'A=1\n');
    const binding = await bind(uri, 'dotenv', 'ACME_TOKEN');
    await setToken('fake-2', Date.now() - 1);
    await until('it is told', () => words(binding) === 'the token has expired');
    assert.equal(bindings.state(binding).upToDate, false);
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=fake-1\n');
    await vscode.workspace.getConfiguration().update(settingIds.blankExpired, true, vscode.ConfigurationTarget.Global);
    await until('the setting has reached this window', () => settings.blankExpired.value);
    bindings.update();
    await until('it is empty', async () => (await read(uri)) === 'A=1\nACME_TOKEN=\n');
    await until('the reason stands', () => words(binding) === 'the token has expired');
    await setToken('fake-3');
    await until('it is filled again', async () => (await read(uri)) === 'A=1\nACME_TOKEN=fake-3\n');
  });

  it('empties the places of a token that is forgotten', async () => {
    const uri = await file('.env', 'A=1\n');
    const binding = await bind(uri, 'dotenv', 'ACME_TOKEN');
    await tokens.forget(profile.id);
    await bindings.blank(profile.id);
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=\n');
    assert.equal(words(binding), 'no token');
  });

  it('writes nothing in a workspace that is not trusted, and catches up when it is', async () => {
    const uri = await file('.env', 'A=1\n');
    const binding = await bind(uri, 'dotenv', 'ACME_TOKEN');
    allowed = false;
    await setToken('fake-2');
    bindings.update();
    await bindings.settled();
    assert.equal(words(binding), 'this workspace is not trusted');
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=fake-1\n');
    allowed = true;
    bindings.update();
    await bindings.settled();
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=fake-2\n');
  });

  describe('whose profile is edited to production', () => {
    it('get no token of it, not by a refresh either, until a setting allows it', async () => {
      const http = await file('a.http', 'GET https://a.example\n');
      const env = await file('.env', 'A=1\n');
      const json = await file('http-client.private.env.json', '{}');
      const settingsFile = await file('settings.json', '{}');
      await bind(http, 'fileVariable', 'acmeToken');
      await bind(env, 'dotenv', 'ACME_TOKEN');
      await bind(json, 'httpClientEnvironment', 'staging', 'acmeToken');
      await bind(settingsFile, 'restClientEnvironment', ...restClientPath('settings', '$shared', 'acmeToken'));
      const all = () => Promise.all([http, env, json, settingsFile].map(read));
      const before = await all();
      await become('live');
      await setToken('fake-2');
      await bindings.settled();
      assert.deepEqual(await all(), before);
      for (const binding of bindings.all) {
        assert.deepEqual([bindings.state(binding).upToDate, words(binding)], [false, notWrittenHere]);
        await bindings.refresh(binding.id);
        assert.equal(words(binding), notWrittenHere);
      }
      await bindings.bring(profile.id);
      assert.deepEqual(await all(), before);
      await allow(true);
      assert.deepEqual(
        await all(),
        before.map((text) => text.replace('fake-1', 'fake-2')),
      );
      assert.ok(bindings.all.every((binding) => words(binding) === 'up to date'));
      await allow(false);
      assert.ok(bindings.all.every((binding) => words(binding) === 'up to date'));
      await setToken('fake-3');
      await bindings.settled();
      assert.ok(bindings.all.every((binding) => words(binding) === notWrittenHere));
      await become('test');
      assert.deepEqual(
        await all(),
        before.map((text) => text.replace('fake-1', 'fake-3')),
      );
    });

    it('are refused by the command before it asks or fetches', async () => {
      const binding = await bind(await file('.env', 'A=1\n'), 'dotenv', 'ACME_TOKEN');
      await become('live');
      const untouched = () => assert.fail('nobody is asked');
      const services = { store, tokens, bindings, production: { confirm: untouched } } as unknown as Services;
      await assert.rejects(refreshBinding(services, { binding }), (error: AuthError) => error.code === 'productionLiteral');
    });

    it('are emptied and taken out all the same', async () => {
      const uri = await file('.env', 'A=1\n');
      const binding = await bind(uri, 'dotenv', 'ACME_TOKEN');
      await become('live');
      await tokens.forget(profile.id);
      await bindings.blank(profile.id);
      assert.equal(await read(uri), 'A=1\nACME_TOKEN=\n');
      await setToken('fake-2');
      await bindings.settled();
      assert.equal(await read(uri), 'A=1\nACME_TOKEN=\n');
      await bindings.remove(binding.id);
      assert.equal(await read(uri), 'A=1\n');
    });

    it('go on where they were made, or inserted anew, under production, in later sessions too', async () => {
      const uri = await file('.env', 'A=1\n');
      await bind(uri, 'dotenv', 'ACME_TOKEN');
      await become('live');
      await assert.rejects(bind(uri, 'dotenv', 'ACME_TOKEN'), (error: AuthError) => error.code === 'productionLiteral');
      await allow(true);
      await bind(uri, 'dotenv', 'ACME_TOKEN');
      const made = await file('.env.made', 'B=1\n');
      await bind(made, 'dotenv', 'ACME_TOKEN');
      await allow(false);
      bindings.dispose();
      start();
      await setToken('fake-2');
      await bindings.settled();
      assert.deepEqual(await Promise.all([uri, made].map(read)), ['A=1\nACME_TOKEN=fake-2\n', 'B=1\nACME_TOKEN=fake-2\n']);
    });

    it('are made by nothing that was asked for before, but those of terminals are', async () => {
      await become('live');
      const uri = await file('.env', 'A=1\n');
      await assert.rejects(bind(uri, 'dotenv', 'ACME_TOKEN'), (error: AuthError) => error.code === 'productionLiteral');
      assert.equal(await read(uri), 'A=1\n');
      assert.equal(bindings.all.length, 0);
      const [root] = vscode.workspace.workspaceFolders ?? [];
      assert.equal(words(await bind(root?.uri ?? assert.fail(), 'terminal', 'ACME_TOKEN')), 'up to date');
    });
  });

  it('gives tokens to the terminals of a folder, and none in a workspace that is not trusted', async () => {
    const given = new Map<string, string>();
    // Every change of the real one takes effect in terminals only, which another test looks at.
    const scoped = {
      replace: given.set.bind(given),
      delete: given.delete.bind(given),
      clear: given.clear.bind(given),
      description: undefined,
    } as unknown as vscode.EnvironmentVariableCollection;
    const collection = { persistent: true, getScoped: () => scoped } as unknown as vscode.GlobalEnvironmentVariableCollection;
    const [root] = vscode.workspace.workspaceFolders ?? [];
    const binding = await bind(root?.uri ?? vscode.Uri.file(folder), 'terminal', 'ACME_TOKEN');
    const terminals = new Terminals(collection, store, bindings, tokens);
    try {
      assert.equal(collection.persistent, false);
      assert.deepEqual([...given], [['ACME_TOKEN', 'fake-1']]);
      await setToken('fake-2');
      assert.deepEqual([...given], [['ACME_TOKEN', 'fake-2']]);
      allowed = false;
      terminals.update();
      assert.deepEqual([...given], []);
      assert.equal(words(binding), 'this workspace is not trusted');
      allowed = true;
      terminals.update();
      assert.deepEqual([...given], [['ACME_TOKEN', 'fake-2']]);
      await setToken('fake-3', Date.now() - 1);
      assert.deepEqual([...given], []);
      await setToken('fake-4');
      await bindings.remove(binding.id);
      assert.deepEqual([...given], []);
    } finally {
      terminals.dispose();
    }
  });

  it('keeps the token of a deleted profile listed, and takes it out on command', async () => {
    const uri = await file('.env', 'A=1\n');
    const binding = await bind(uri, 'dotenv', 'ACME_TOKEN');
    profiles = [];
    await tokens.setProfiles([]);
    profilesChanged.fire();
    await until('it is told', () => words(binding) === 'its profile was deleted');
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=fake-1\n');
    await bindings.remove(binding.id);
    assert.equal(await read(uri), 'A=1\n');
  });

  it('follows a file that is renamed', async () => {
    const uri = await file('a.http', 'GET https://a.example\n');
    const binding = await bind(uri, 'fileVariable', 'acmeToken');
    const next = vscode.Uri.file(path.join(folder, 'b.http'));
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(uri, next);
    assert.ok(await vscode.workspace.applyEdit(edit));
    await until('the binding has followed', () => bindings.find(binding.id)?.uri === next.toString());
    await setToken('fake-2');
    await bindings.settled();
    assert.match(await read(next), /^@acmeToken = fake-2\n/);
  });

  it('goes on with what another window wrote, and takes that out too', async () => {
    const uri = await file('.env', 'A=1\n');
    const binding = await bind(uri, 'dotenv', 'ACME_TOKEN');
    await writeFile(uri.fsPath, 'A=1\nACME_TOKEN=fake-2\n');
    await setToken('fake-2');
    await until('it is seen', () => words(binding) === 'up to date');
    await setToken('fake-3');
    await bindings.settled();
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=fake-3\n');
    await writeFile(uri.fsPath, 'A=1\nACME_TOKEN=fake-4\n');
    await vault.storeToken(profile, { accessToken: 'fake-4', obtainedAt: Date.now(), expiresAt: Date.now() + 3_600_000 });
    await tokens.reload(profile.id);
    assert.equal(await bindings.remove(binding.id), 'taken out');
    assert.equal(await read(uri), 'A=1\n');
  });

  it('says what became of a token that it could not take out', async () => {
    const changed = await bind(await file('.env', 'A=1\n'), 'dotenv', 'ACME_TOKEN');
    await writeFile(vscode.Uri.parse(changed.uri).fsPath, 'A=1\nACME_TOKEN="Bearer fake-1"\n');
    assert.equal(await bindings.remove(changed.id), 'changed by hand');
    const moved = await bind(await file('other/.env', 'A=1\n'), 'dotenv', 'ACME_TOKEN');
    await rename(vscode.Uri.parse(moved.uri).fsPath, path.join(folder, 'elsewhere.env'));
    assert.equal(await bindings.remove(moved.id), 'gone');
    assert.deepEqual(bindings.all, []);
  });

  it('changes nothing in a workspace that is not trusted when it is told to remove', async () => {
    const uri = await file('.env', 'A=1\n');
    const binding = await bind(uri, 'dotenv', 'ACME_TOKEN');
    allowed = false;
    await assert.rejects(bindings.remove(binding.id), (error: AuthError) => error.code === 'untrustedWorkspace');
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=fake-1\n');
    assert.equal(bindings.all.length, 1);
  });

  it('leaves headers alone that a person has written besides the one that was inserted', async () => {
    const uri = await file('a.http', 'GET https://a.example\n');
    const binding = await bind(uri, 'fileVariable', 'acmeToken');
    await writeFile(uri.fsPath, `${await read(uri)}\n###\nGET https://b.example\nAuthorization: Bearer {{acmeToken}}\n`);
    await bindings.remove(binding.id);
    assert.equal(
      await read(uri),
      'GET https://a.example\nAuthorization: Bearer {{acmeToken}}\n\n###\nGET https://b.example\nAuthorization: Bearer {{acmeToken}}\n',
    );
  });

  it('tries again on demand what failed before', async () => {
    const uri = await file('.env', 'A=1\n');
    const binding = await bind(uri, 'dotenv', 'ACME_TOKEN');
    await chmod(uri.fsPath, 0o444);
    await setToken('fake-2');
    await bindings.settled();
    await chmod(uri.fsPath, 0o644);
    await bindings.bring(profile.id);
    assert.equal(words(binding), 'up to date');
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=fake-2\n');
  });

  it('empties the places of a forgotten token once the workspace is trusted', async () => {
    const uri = await file('.env', 'A=1\n');
    await bind(uri, 'dotenv', 'ACME_TOKEN');
    allowed = false;
    await tokens.forget(profile.id);
    await bindings.blank(profile.id);
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=fake-1\n');
    allowed = true;
    bindings.update();
    await bindings.settled();
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=\n');
  });

  it('knows where a place is', async () => {
    const uri = await file('.env', 'A=1\n');
    const binding = await bind(uri, 'dotenv', 'ACME_TOKEN');
    assert.equal(await offsetOf(binding), 'A=1\nACME_TOKEN='.length);
    assert.equal(bindings.state(binding).line, 1);
  });

  it('keeps what another program wrote while it was about to', async () => {
    const uri = await file('.env', 'A=1\n');
    await bind(uri, 'dotenv', 'ACME_TOKEN');
    const writes = Array.from({ length: 20 }, async (_, index) => {
      await setToken(`fake-${String(index + 2)}`);
    });
    await Promise.all(writes);
    await writeFile(uri.fsPath, `${await read(uri)}B=2\n`);
    await setToken('fake-99');
    await bindings.settled();
    assert.equal(await read(uri), 'A=1\nACME_TOKEN=fake-99\nB=2\n');
  });
});
