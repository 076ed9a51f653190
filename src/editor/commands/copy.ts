import * as vscode from 'vscode';
import { curlCommand } from '../../core/curl.ts';
import type { Profile } from '../../core/profile.ts';
import { authorizationScheme, type Token } from '../../core/token.ts';
import { markedName } from '../production/productionMark.ts';
import type { Services } from '../services.ts';
import { pickProfile } from './pickProfile.ts';
import { usableTokenWithProgress } from './fetching.ts';

export async function copyToken(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Copy the token of which profile?');
  const token = await tokenToCopy(services, profile);
  await copyAndTell(services, profile, token.accessToken, 'token');
}

export async function copyAuthorizationHeader(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Copy the Authorization header of which profile?');
  const token = await tokenToCopy(services, profile);
  await copyAndTell(services, profile, `Authorization: ${authorizationScheme(token)} ${token.accessToken}`, 'Authorization header');
}

export async function copyAsCurl(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Copy a curl command of which profile?');
  const shell = process.platform === 'win32' ? 'powershell' : 'posix';
  const reading = shell === 'powershell' ? `$env:${profile.variable}` : `$${profile.variable}`;
  const choice = await vscode.window.showQuickPick(
    [
      {
        label: '$(symbol-variable) Reads the token from the environment',
        detail: `Uses ${reading}; can be shared, holds no secret`,
        literal: false,
      },
      ...(services.production.allowsLiterals(profile)
        ? [
            {
              label: '$(key) Holds the token',
              detail: 'Works anywhere until the token expires; ends up in the shell’s history',
              literal: true,
            },
          ]
        : []),
    ],
    { placeHolder: `curl command for ${profile.name}` },
  );
  if (!choice) return;
  const url = `${profile.origin}/`;
  if (!choice.literal) {
    const scheme = authorizationScheme(services.tokens.status(profile.id).token);
    await vscode.env.clipboard.writeText(curlCommand(url, scheme, { variable: profile.variable }, shell));
    vscode.window.setStatusBarMessage(`$(check) curl command for ${profile.name} copied`, 5000);
    return;
  }
  const token = await tokenToCopy(services, profile);
  await copyAndTell(services, profile, curlCommand(url, authorizationScheme(token), { literal: token.accessToken }, shell), 'curl command');
}

async function tokenToCopy(services: Services, profile: Profile): Promise<Token> {
  await services.production.confirm('copy', profile);
  return usableTokenWithProgress(services, profile);
}

async function copyAndTell(services: Services, profile: Profile, text: string, what: string): Promise<void> {
  const seconds = await services.clipboard.copySecret(text);
  const cleared = seconds > 0 ? `; the clipboard is cleared in ${String(seconds)} s` : '';
  vscode.window.setStatusBarMessage(`$(check) ${markedName(profile)}: ${what} copied${cleared}`, 5000);
}
