import { execFile } from 'node:child_process';
import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { AuthError } from '../../core/errors.ts';
import { lineEnding } from '../../core/textLines.ts';
import { assertInside, nameOf } from '../bindings/boundText.ts';

/** `unprotected`: nothing would keep the file out of a commit, be there a repository now or later. */
type GitState = 'ignored' | 'tracked' | 'unprotected';

const ignore = 'Add to .gitignore';
const write = 'Write Anyway';
const reference = 'Use a Reference Instead';

/**
 * Asks before a token goes into a file that git may take.
 * @returns what the person decided; `write` without a question where git ignores the file
 * @throws vscode.CancellationError
 */
export async function askBeforeWriting(profileName: string, file: vscode.Uri, hasReference: boolean): Promise<'write' | 'reference'> {
  const state = await gitState(file.fsPath);
  const folder = vscode.workspace.getWorkspaceFolder(file);
  // The user's own settings lie in no workspace, and seldom in a repository.
  if (state === 'ignored' || (!folder && !(await isInRepository(path.dirname(file.fsPath))))) return 'write';
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
  if (choice === ignore && folder) await addToGitignore(folder, file);
  return choice === reference ? 'reference' : 'write';
}

async function gitState(file: string): Promise<GitState> {
  const folder = path.dirname(file);
  const name = path.basename(file);
  if ((await git(folder, '--literal-pathspecs', 'ls-files', '--error-unmatch', '--', name)) === 0) return 'tracked';
  return (await git(folder, 'check-ignore', '--quiet', '--', `./${name}`)) === 0 ? 'ignored' : 'unprotected';
}

/** Exit code of git; something else than 0 where there is no git. */
function git(folder: string, ...command: string[]): Promise<number | string> {
  return new Promise((resolve) => {
    // A repository may name a program as its monitor, and none of its programs is to run for this question.
    execFile('git', ['-c', 'core.fsmonitor=false', '-C', folder, ...command], (error) => {
      resolve(error ? (error.code ?? 'failed') : 0);
    });
  });
}

async function isInRepository(folder: string): Promise<boolean> {
  return (await git(folder, 'rev-parse', '--git-dir')) === 0;
}

/** In the `.gitignore` of the workspace folder, whose root the pattern begins at. */
async function addToGitignore(folder: vscode.WorkspaceFolder, file: vscode.Uri): Promise<void> {
  const gitignore = vscode.Uri.joinPath(folder.uri, '.gitignore');
  await assertInside(gitignore);
  const text = await readFile(gitignore.fsPath, 'utf8').catch(() => '');
  const eol = lineEnding(text);
  const pattern = `/${path
    .relative(folder.uri.fsPath, file.fsPath)
    .replaceAll(path.sep, '/')
    .replaceAll(/[\\*?[\]!# ]/g, '\\$&')}`;
  await appendFile(gitignore.fsPath, `${text === '' || text.endsWith('\n') ? '' : eol}${pattern}${eol}`);
  if ((await isInRepository(folder.uri.fsPath)) && (await gitState(file.fsPath)) !== 'ignored')
    throw new AuthError(
      'fileNotWritable',
      `${nameOf(file)} stands in .gitignore now, but git still does not ignore it. Look for a rule that takes it back in.`,
    );
}
