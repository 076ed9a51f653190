import * as vscode from 'vscode';
import { fileBindingKinds, type BindingKind, type FileBindingKind } from '../../core/binding.ts';
import { fileVariableName } from '../../core/injection/reference.ts';
import type { Profile } from '../../core/profile.ts';
import { settings } from '../settings.ts';

/** Everywhere a token can be put; those that hold it are kinds of bindings. */
export type InsertTarget = 'reference' | 'fileReference' | BindingKind | 'clipboard';

export interface Surrounding {
  /** Whether a file with requests is active. */
  readonly hasHttpFile: boolean;
  /** Whether files of the workspace can be written. */
  readonly hasFolder: boolean;
  /** Whether the token may be written into files. */
  readonly allowsLiterals: boolean;
}

/** Without a target it says why there is none. */
type Item = vscode.QuickPickItem & { readonly target?: InsertTarget };

/** Whether a target holds the token itself, where it can be read without VS Code. */
export function isLiteral(target: InsertTarget): target is FileBindingKind {
  return (fileBindingKinds as readonly string[]).includes(target);
}

const withheld: Item = { label: '$(circle-slash) Files and settings', detail: 'Not for production profiles, unless a setting allows it' };

/** The targets that can be chosen here, each with a sentence on what ends up where. */
export function insertChoices({ variable }: Profile, { hasHttpFile, hasFolder, allowsLiterals }: Surrounding): Item[] {
  const name = fileVariableName(variable);
  const cleared = settings.clipboardClearAfterSeconds.value;
  const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const inHttpFile = (...items: Item[]) => (hasHttpFile ? items : []);
  const onDisk = (...items: Item[]) => (allowsLiterals ? items : [withheld]);
  const inFolder = (...items: Item[]) => (hasFolder ? items : []);
  return [
    separator('nothing secret on disk'),
    ...inHttpFile(
      {
        target: 'reference',
        label: '$(references) Reference in the request',
        detail: `{{$processEnv ${variable}}} in the file, the token in memory`,
      },
      {
        target: 'fileReference',
        label: '$(symbol-variable) File variable, by reference',
        detail: `@${name} at the top of the file, the token in memory`,
      },
    ),
    {
      target: 'terminal',
      label: '$(terminal) Terminals',
      detail: `${variable} in new terminals, for every program started there`,
    },
    {
      target: 'clipboard',
      label: '$(copy) Clipboard',
      detail: `Token, header or curl command${cleared > 0 ? `, taken out again after ${String(cleared)} s` : ''}`,
    },
    separator('token on disk'),
    ...onDisk(
      ...inHttpFile({
        target: 'fileVariable',
        label: '$(file-code) File variable, with the token',
        detail: `@${name} in the file, for whoever gets the file`,
      }),
      ...inFolder(
        { target: 'dotenv', label: '$(file) .env', detail: `${variable} in the file, for every program that reads it` },
        {
          target: 'httpClientEnvironment',
          label: '$(json) http-client.private.env.json',
          detail: `${name} in the file, for httpYac and JetBrains`,
        },
      ),
      {
        target: 'restClientEnvironment',
        label: '$(settings-gear) REST Client environment',
        detail: `${name} in the settings of the workspace, or in your own`,
      },
    ),
  ];
}
