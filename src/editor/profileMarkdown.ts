import * as vscode from 'vscode';
import { maskedText, visibleText } from '../core/maskedText.ts';
import type { Profile } from '../core/profile.ts';
import type { ProfileStatus } from '../core/tokenService.ts';
import { commandIds, viewId } from '../manifest.ts';
import { pointInTime } from './duration.ts';
import { describeState } from './tokenState.ts';

interface Link {
  readonly title: string;
  readonly command: string;
  /** Meant for the profile that is told of, and refused in a workspace that is not trusted. */
  readonly own: boolean;
}

export const profileLinks: readonly Link[] = [
  { title: 'Renew', command: commandIds.refreshToken, own: true },
  { title: 'Copy', command: commandIds.copyToken, own: true },
  { title: 'Insert', command: commandIds.insertToken, own: true },
  { title: 'Inspect', command: commandIds.inspectToken, own: true },
];

export const viewLinks: readonly Link[] = [
  { title: 'Switch profile', command: commandIds.selectActiveProfile, own: false },
  { title: 'Open view', command: `${viewId}.focus`, own: false },
];

/** Text of another party, of which Markdown makes nothing: no link, not even of an address alone, no icon and no HTML. */
export function plainMarkdown(text: string): string {
  return visibleText(text).replaceAll(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** All that may be told of a profile and its token, for tooltips and hovers: no part of a token, no text of a server unescaped. */
export function profileMarkdown(profile: Profile, status: ProfileStatus, now: number, links: readonly Link[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString('', true);
  markdown.isTrusted = { enabledCommands: links.map(({ command }) => command) };
  const row = (name: string, value: string) => markdown.appendMarkdown(`${name}: `).appendText(value).appendMarkdown('  \n');
  const { token, lastAttempt } = status;
  markdown.appendMarkdown('**').appendText(profile.name).appendMarkdown('**  \n');
  row('Provider', `${profile.provider.label}, ${profile.environment.label}${profile.environment.production ? ' (production)' : ''}`);
  row('Host', new URL(profile.origin).host);
  row('Variable', profile.variable);
  row('Token', describeState(status, now));
  if (token?.expiresAt !== undefined) row('Expires', pointInTime(token.expiresAt, now));
  if (token?.scope !== undefined) markdown.appendMarkdown(`Scope: ${plainMarkdown(maskedText(token.scope))}  \n`);
  if (token?.clockSkew !== undefined) row('Clock', 'this machine’s clock differs from the provider’s by over a minute');
  if (lastAttempt) row('Last attempt', `${pointInTime(lastAttempt.at, now)}${lastAttempt.error ? `, ${lastAttempt.error.message}` : ''}`);
  const target = encodeURIComponent(JSON.stringify([{ profile: { id: profile.id } }]));
  const offered = links.filter(({ own }) => !own || vscode.workspace.isTrusted);
  markdown.appendMarkdown(
    `\n${offered.map(({ title, command, own }) => `[${title}](command:${command}${own ? `?${target}` : ''})`).join(' · ')}`,
  );
  return markdown;
}
