import { execFile } from 'node:child_process';
import { appendFile, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { AuthError } from '../../core/errors.ts';
import { lineEnding } from '../../core/textLines.ts';
import { assertInside, exists, nameOf } from '../bindings/boundText.ts';

/** `unprotected`: nothing would keep the file out of a commit, be there a repository now or later. */
type GitState = 'ignored' | 'tracked' | 'unprotected';

/** A file as git is asked about it: links followed, in the nearest folder that exists. */
interface Asked {
  readonly folder: string;
  /** Relative to the folder, with slashes. */
  readonly file: string;
}

const ignore = 'Add to .gitignore';
const write = 'Write Anyway';
const reference = 'Use a Reference Instead';

/**
 * Asks before a token goes into a file that git may take.
 * @returns what the person decided; `write` without a question where git ignores the file
 * @throws vscode.CancellationError
 */
export async function askBeforeWriting(profileName: string, file: vscode.Uri, hasReference: boolean): Promise<'write' | 'reference'> {
  const asked = await askedAbout(file.fsPath);
  const state = await gitState(asked);
  const folder = vscode.workspace.getWorkspaceFolder(file);
  // The user's own settings lie in no workspace, and seldom in a repository.
  if (state === 'ignored' || (!folder && (await repositoryOf(asked)) === undefined)) return 'write';
  const name = nameOf(file);
  const [message, detail] =
    state === 'tracked'
      ? [
          `git tracks ${name}.`,
          'The next commit of it would hold the token. An entry in .gitignore does not change that for a file that is tracked.',
        ]
      : [`Nothing keeps ${name} out of git.`, 'A commit could take it in, with the token.'];
  const choice = await vscode.window.showWarningMessage(
    message,
    { modal: true, detail: `${detail}\n\nThe token of ${profileName} is about to be written into it, and rewritten at every renewal.` },
    // The first is what Enter takes.
    ...(state === 'tracked' || !folder ? [] : [ignore]),
    ...(hasReference ? [reference] : []),
    write,
  );
  if (choice === undefined) throw new vscode.CancellationError();
  if (choice === ignore && folder) await addToGitignore(folder, asked, name);
  return choice === reference ? 'reference' : 'write';
}

export async function askedAbout(file: string): Promise<Asked> {
  const real = await realpath(file).catch(() => file);
  let folder = path.dirname(real);
  while (!(await exists(folder))) folder = path.dirname(folder);
  return { folder, file: path.relative(folder, real).replaceAll(path.sep, '/') };
}

export async function gitState({ folder, file }: Asked): Promise<GitState> {
  const tracked = await git(folder, '--literal-pathspecs', 'ls-files', '--error-unmatch', '--', file);
  if (tracked !== undefined) return 'tracked';
  return (await git(folder, 'check-ignore', '--quiet', '--', `./${file}`)) === undefined ? 'unprotected' : 'ignored';
}

/** The root of the repository that the file lies in. */
async function repositoryOf({ folder }: Asked): Promise<string | undefined> {
  const root = await git(folder, 'rev-parse', '--show-toplevel');
  return root === undefined ? undefined : path.normalize(root.trim());
}

/** What git prints; `undefined` where it says no or is not there. */
function git(folder: string, ...command: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    // A repository may name a program as its monitor, and none of its programs is to run for this question.
    execFile('git', ['-c', 'core.fsmonitor=false', '-C', folder, ...command], (error, stdout) => {
      resolve(error ? undefined : stdout);
    });
  });
}

/** In the file's own repository where that lies in the workspace folder, else in the folder, whose `.gitignore` counts as well. */
export async function addToGitignore(folder: vscode.WorkspaceFolder, asked: Asked, name: string): Promise<void> {
  const workspaceRoot = await realpath(folder.uri.fsPath);
  const repository = await repositoryOf(asked);
  const inside = repository !== undefined && !path.relative(workspaceRoot, repository).startsWith('..');
  const root = inside ? repository : workspaceRoot;
  const gitignore = path.join(root, '.gitignore');
  await assertInside(vscode.Uri.file(path.join(folder.uri.fsPath, path.relative(workspaceRoot, gitignore))));
  const text = await readFile(gitignore, 'utf8').catch(() => '');
  const eol = lineEnding(text);
  const pattern = `/${path
    .relative(root, path.join(asked.folder, asked.file))
    .replaceAll(path.sep, '/')
    .replaceAll(/[\\*?[\]!# ]/g, '\\$&')}`;
  await appendFile(gitignore, `${text === '' || text.endsWith('\n') ? '' : eol}${pattern}${eol}`);
  if (repository !== undefined && (await gitState(asked)) !== 'ignored')
    throw new AuthError(
      'fileNotWritable',
      `${name} stands in .gitignore now, but git still does not ignore it. Look for a rule that takes it back in.`,
    );
}
