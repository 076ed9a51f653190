import type { CallAttempt } from '../../core/callAttempt.ts';
import { parseClaims, type Claim, type TokenClaims } from '../../core/claims.ts';
import { cutText, mask, maskedText, visibleText } from '../../core/maskedText.ts';
import type { Profile } from '../../core/profile.ts';
import type { Token } from '../../core/token.ts';
import type { ProfileStatus } from '../../core/tokenService.ts';
import { exactTime, shortDuration, untilTextChanges } from '../duration.ts';
import { markedDetail } from '../production/productionMark.ts';
import { describeState, tokenState, untilStateChanges } from '../tokenState.ts';

type Inspected = Pick<Profile, 'name' | 'provider' | 'environment' | 'origin' | 'variable'>;
type Row = readonly [name: string, value: string];

/** Wider names push their own values aside, and nobody else's. */
const widestName = 28;

/**
 * All that may be told of a profile's token, as Markdown that reads well as it is. What others wrote stands in indented
 * code, where neither the editor nor the preview takes it for anything but text.
 */
export function describeInspection(profile: Inspected, status: ProfileStatus, attempts: readonly CallAttempt[], now: number): string {
  const { name, environment } = profile;
  const { token } = status;
  const claims = token && parseClaims(token.accessToken);
  return document(
    heading(markedDetail(environment, name)),
    rows(profileRows(profile, status, now)),
    '## Token',
    ...(token ? [rows(tokenRows(token, claims, now))] : [whereNone(profile, status, now)]),
    ...(token ? claimSections(claims) : []),
    '## Attempts in this window',
    attempts.length > 0 ? table(attemptRows(attempts)) : 'None yet.',
  );
}

/** What is left to say of a profile that is gone. */
export function describeDeleted(name: string): string {
  return document(heading(name), 'This profile was deleted.');
}

/** Milliseconds until the clock alone makes the text read differently; `undefined` where it does not. */
export function untilInspectionChanges(status: ProfileStatus, now: number): number | undefined {
  const { token } = status;
  if (!token) return undefined;
  const untilOlder = untilTextChanges(Math.max(0, now - token.obtainedAt), 'growing');
  // A renewal that is under way stops the words for the state, and not the time that passes.
  return Math.min(untilOlder, untilStateChanges({ ...status, fetching: false }, now) ?? Infinity);
}

function profileRows({ provider, environment, origin, variable }: Inspected, status: ProfileStatus, now: number): Row[] {
  const failed = status.lastAttempt?.error && status.lastAttempt;
  return [
    ['State', describeState(status, now)],
    ...(failed ? [['Last attempt', `${exactTime(failed.at)}: ${failed.error?.message ?? ''}`] as const] : []),
    ['Provider', provider.label],
    ['Environment', markedDetail(environment, environment.label)],
    ['Host', new URL(origin).host],
    ['Variable', variable],
  ];
}

function tokenRows(token: Token, claims: TokenClaims | undefined, now: number): Row[] {
  const { tokenType, scope, obtainedAt, expiresAt, clockSkew } = token;
  const stated = (label: string, name: string, list: readonly Claim[] = []): Row[] =>
    list.filter((claim) => claim.name === name).map(({ value }) => [label, value]);
  return [
    ['Form', claims ? 'JWT, not verified' : 'opaque'],
    ...stated('Issuer', 'iss', claims?.payload),
    ...stated('Audience', 'aud', claims?.payload),
    ...stated('Key', 'kid', claims?.header),
    ...stated('Algorithm', 'alg', claims?.header),
    ['Type', tokenType ?? 'not stated'],
    ['Scope', scope === undefined ? 'not stated' : maskedText(scope)],
    ['Obtained', `${exactTime(obtainedAt)}, ${ago(now - obtainedAt)}`],
    expiresAt === undefined
      ? ['Expires', 'unknown: neither the answer nor the token says']
      : expiresAt > now
        ? ['Expires', `${exactTime(expiresAt)}, in ${shortDuration(expiresAt - now)}`]
        : ['Expired', `${exactTime(expiresAt)}, ${ago(now - expiresAt)}`],
    ...expiryRows(token, claims),
    ...(clockSkew === undefined
      ? []
      : [
          [
            'Clock',
            `this machine’s is ${shortDuration(Math.abs(clockSkew))} ${clockSkew > 0 ? 'behind' : 'ahead of'} the provider’s; the times above are this machine’s`,
          ] as const,
        ]),
  ];
}

/** Where the expiry comes from: the answer, the token's own `exp`, and how far they are apart. */
function expiryRows({ statedExpiresAt, clockSkew = 0, expiryDisagreement }: Token, claims: TokenClaims | undefined): Row[] {
  const exp = claims?.payload.find(({ name }) => name === 'exp')?.time;
  const own = exp === undefined ? undefined : exp - clockSkew;
  const apart = own !== undefined && statedExpiresAt !== undefined ? statedExpiresAt - own : expiryDisagreement;
  return [
    ...(statedExpiresAt === undefined ? [] : [['Answer says', exactTime(statedExpiresAt)] as const]),
    ...(own === undefined ? [] : [['Token says', exactTime(own)] as const]),
    ...(apart === undefined ? [] : [['Agreement', agreement(apart)] as const]),
  ];
}

function agreement(apart: number): string {
  if (apart === 0) return 'the answer and the token say the same';
  return `the answer says ${shortDuration(Math.abs(apart))} ${apart < 0 ? 'earlier' : 'later'} than the token; the earlier one counts`;
}

function claimSections(claims: TokenClaims | undefined): string[] {
  if (!claims) return ['## Claims', 'The token is opaque: it has no claims to show.'];
  const { header, payload, omitted } = claims;
  const masked = [...header, ...payload].some((claim) => claim.masked);
  return [
    '## Claims',
    `Decoded, not verified.${masked ? ` ${mask} stands for what is personal or secret.` : ''}`,
    payload.length > 0 ? rows(payload.map(claimRow)) : 'None.',
    '## Header',
    header.length > 0 ? rows(header.map(claimRow)) : 'Empty.',
    ...(omitted > 0 ? [`The token has ${String(omitted)} more, which are not shown.`] : []),
  ];
}

function claimRow({ name, value, time }: Claim): Row {
  return [name, time === undefined ? value : `${value}  ${exactTime(time)}`];
}

function whereNone({ provider }: Inspected, status: ProfileStatus, now: number): string {
  const state = tokenState(status, now);
  if (state === 'fetching') return 'It is being fetched.';
  const title = state === 'credentialsNeeded' ? 'Edit credentials' : `Fetch ${provider.shortName} token`;
  return `There is none. Run “Payment Auth: ${title}” from the command palette.`;
}

/** The newest first. */
function attemptRows(attempts: readonly CallAttempt[]): string[][] {
  return [
    ['Sent', 'Took', 'Status', 'Attempt', 'Correlation id', 'Outcome'],
    ...attempts
      .map(({ at, duration, status, attempt, correlationId, error }) => [
        exactTime(at),
        duration < 1000 ? `${String(Math.round(duration))} ms` : `${(duration / 1000).toFixed(1)} s`,
        status === undefined ? '–' : String(status),
        String(attempt),
        correlationId === undefined ? '–' : cutText(correlationId, 64),
        error ? error.message : 'token received',
      ])
      .reverse(),
  ];
}

function ago(milliseconds: number): string {
  return milliseconds < 60_000 ? 'just now' : `${shortDuration(milliseconds)} ago`;
}

function document(...blocks: readonly string[]): string {
  return `${blocks.join('\n\n')}\n`;
}

/** The one place outside indented code for a word of somebody's; a backslash takes the meaning from what has one there. */
function heading(text: string): string {
  return `# ${visibleText(text).replaceAll(/[\\`*_{}[\]<>()#|~!&:/@^=$]/g, String.raw`\$&`)}`;
}

function rows(lines: readonly Row[]): string {
  const width = Math.min(widestName, Math.max(...lines.map(([name]) => name.length)));
  return lines.map(([name, value]) => code(`${name.padEnd(width)}  ${value}`)).join('\n');
}

function table(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      code(
        line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('   ')
          .trimEnd(),
      ),
    )
    .join('\n');
}

/** A line of an indented code block (CommonMark section 4.4); the editor makes a link of every address that it sees. */
function code(line: string): string {
  return `    ${visibleText(line).replaceAll('://', ': //')}`;
}
