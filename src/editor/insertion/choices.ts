import * as vscode from 'vscode';
import type { BindingKind } from '../../core/binding.ts';
import { fileVariableName } from '../../core/injection/reference.ts';
import type { Profile } from '../../core/profile.ts';
import { settings } from '../settings.ts';

/** Everywhere a token can be put; those that hold it are kinds of bindings. */
export type InsertTarget = 'reference' | 'fileReference' | BindingKind | 'clipboard';

export interface Surrounding {
  /** Name of the file with the requests, where one is active. */
  readonly httpFile: string | undefined;
  /** Whether files of the workspace can be written. */
  readonly hasFolder: boolean;
}

type Item = vscode.QuickPickItem & { readonly target?: InsertTarget };

/** The targets that can be chosen here, each with a sentence on what ends up where. */
export function insertChoices({ variable }: Profile, { httpFile, hasFolder }: Surrounding): Item[] {
  const name = fileVariableName(variable);
  const cleared = settings.clipboardClearAfterSeconds.value;
  const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    separator('nothing secret on disk'),
    ...(httpFile === undefined
      ? []
      : [
          {
            target: 'reference' as const,
            label: '$(references) Reference in the request',
            detail: `${httpFile} gets {{$processEnv ${variable}}}; REST Client and httpYac read the token from memory`,
          },
          {
            target: 'fileReference' as const,
            label: '$(symbol-variable) File variable, by reference',
            detail: `${httpFile} gets @${name} = {{$processEnv ${variable}}} at its top, for all its requests`,
          },
        ]),
    {
      target: 'terminal',
      label: '$(terminal) Terminals',
      detail: `New terminals have ${variable} in their environment; every program started there can read it`,
    },
    {
      target: 'clipboard',
      label: '$(copy) Clipboard',
      detail: `The token, its header or a curl command${cleared > 0 ? `; taken out again after ${String(cleared)} s` : ''}`,
    },
    separator('the token is written to disk, and rewritten at every renewal'),
    ...(httpFile === undefined
      ? []
      : [
          {
            target: 'fileVariable' as const,
            label: '$(file-code) File variable, with the token',
            detail: `${httpFile} holds the token as @${name}; whoever gets the file has it until it expires`,
          },
        ]),
    ...(hasFolder
      ? [
          {
            target: 'dotenv' as const,
            label: '$(file) .env',
            detail: `.env holds the token as ${variable}, for {{$dotenv ${variable}}} and every program that reads it`,
          },
          {
            target: 'httpClientEnvironment' as const,
            label: '$(json) http-client.private.env.json',
            detail: `The private environments of httpYac and JetBrains hold the token as ${name}`,
          },
        ]
      : []),
    {
      target: 'restClientEnvironment',
      label: '$(settings-gear) REST Client environment',
      detail: `The settings of the workspace, or your own, hold the token as ${name}`,
    },
  ];
}

const key = 'insertTargets';

/** The target chosen last for a profile in this workspace. */
export function lastTarget(state: vscode.Memento, profileId: string): string | undefined {
  return state.get<Record<string, string>>(key, {})[profileId];
}

export async function rememberTarget(state: vscode.Memento, profileId: string, target: InsertTarget): Promise<void> {
  await state.update(key, { ...state.get<Record<string, string>>(key, {}), [profileId]: target });
}
