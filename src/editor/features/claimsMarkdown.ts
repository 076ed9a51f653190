import * as vscode from 'vscode';
import { parseClaims, type Claim } from '../../core/claims.ts';
import { exactTime } from '../duration.ts';
import { plainMarkdown } from '../profileMarkdown.ts';

/** A hover is for a glance; the inspector has them all. */
const most = 12;

/** The claims of a token as a table, decoded and not verified. Says so where it has none. */
export function claimsMarkdown(accessToken: string): vscode.MarkdownString {
  const claims = parseClaims(accessToken);
  const markdown = new vscode.MarkdownString();
  if (!claims) return markdown.appendMarkdown('Opaque: the token has no claims to show.');
  const { payload, omitted } = claims;
  const more = omitted + Math.max(0, payload.length - most);
  return markdown.appendMarkdown(
    [
      'Claims, decoded and **not verified**:',
      '',
      '| Claim | Value |',
      '| :-- | :-- |',
      ...payload.slice(0, most).map((claim) => `| ${plainMarkdown(claim.name)} | ${plainMarkdown(valueOf(claim))} |`),
      ...(more > 0 ? ['', `${String(more)} more in **Inspect token**.`] : []),
    ].join('\n'),
  );
}

function valueOf({ value, time }: Claim): string {
  return time === undefined ? value : exactTime(time);
}
