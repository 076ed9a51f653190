import * as vscode from 'vscode';
import type { Clock, Disposable } from '../core/ports.ts';
import type { TokenService } from '../core/tokenService.ts';
import { commandIds, viewId } from '../manifest.ts';
import type { ActiveProfile } from './activeProfile.ts';
import { pointInTime } from './duration.ts';
import type { ProfileStore } from './profileStore.ts';
import { describeStatusBar } from './statusBarText.ts';
import { describeState, speakState, untilStateChanges } from './tokenState.ts';

/** The active profile and the time its token has left. One timer, set for the next change of the text. */
export class StatusBar implements Disposable {
  readonly #item = vscode.window.createStatusBarItem('paymentAuth.status', vscode.StatusBarAlignment.Right, 100);
  readonly #active: ActiveProfile;
  readonly #tokens: TokenService;
  readonly #clock: Clock;
  readonly #subscriptions: readonly Disposable[];
  #timer: Disposable | undefined;

  constructor(store: ProfileStore, active: ActiveProfile, tokens: TokenService, clock: Clock) {
    this.#active = active;
    this.#tokens = tokens;
    this.#clock = clock;
    this.#item.name = 'Payment Auth';
    this.#subscriptions = [
      store.onDidChange(() => {
        this.#show();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.#show();
      }),
      active.onDidChange(() => {
        this.#show();
      }),
      tokens.onDidChange((id) => {
        if (id === active.profile?.id) this.#show();
      }),
    ];
    this.#show();
  }

  dispose(): void {
    this.#timer?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#item.dispose();
  }

  #show(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    const profile = this.#active.profile;
    if (!profile) {
      this.#item.hide();
      return;
    }
    const status = this.#tokens.status(profile.id);
    const now = this.#clock.now();
    const { text, background, command } = describeStatusBar(profile, status, now);
    this.#item.text = text;
    this.#item.backgroundColor = background === undefined ? undefined : new vscode.ThemeColor(`statusBarItem.${background}Background`);
    this.#item.command = { command, title: profile.name, arguments: [{ profile }] };
    this.#item.accessibilityInformation = {
      label: `${profile.environment.production ? 'Production, ' : ''}${profile.name}, ${speakState(status, now)}`,
    };
    this.#item.tooltip = this.#tooltip();
    this.#item.show();
    const wait = untilStateChanges(status, now);
    if (wait !== undefined)
      this.#timer = this.#clock.schedule(wait, () => {
        this.#show();
      });
  }

  #tooltip(): vscode.MarkdownString | undefined {
    const profile = this.#active.profile;
    if (!profile) return undefined;
    const status = this.#tokens.status(profile.id);
    const now = this.#clock.now();
    const tooltip = new vscode.MarkdownString('', true);
    tooltip.isTrusted = { enabledCommands: tooltipLinks.map(({ command }) => command) };
    const row = (name: string, value: string) => tooltip.appendMarkdown(`${name}: `).appendText(value).appendMarkdown('  \n');
    tooltip.appendMarkdown('**').appendText(profile.name).appendMarkdown('**  \n');
    row('Provider', `${profile.provider.label}, ${profile.environment.label}${profile.environment.production ? ' (production)' : ''}`);
    row('Host', new URL(profile.origin).host);
    row('Variable', profile.variable);
    row('Token', describeState(status, now));
    if (status.token?.expiresAt !== undefined) row('Expires', pointInTime(status.token.expiresAt, now));
    if (status.token?.clockSkew !== undefined) row('Clock', 'this machine’s clock differs from the provider’s by over a minute');
    if (status.lastAttempt)
      row(
        'Last attempt',
        `${pointInTime(status.lastAttempt.at, now)}${status.lastAttempt.error ? `, ${status.lastAttempt.error.message}` : ''}`,
      );
    const links = tooltipLinks.filter(({ own }) => !own || vscode.workspace.isTrusted);
    const target = encodeURIComponent(JSON.stringify([{ profile: { id: profile.id } }]));
    tooltip.appendMarkdown(
      `\n${links.map(({ title, command, own }) => `[${title}](command:${command}${own ? `?${target}` : ''})`).join(' · ')}`,
    );
    return tooltip;
  }
}

/** `own`: meant for the profile that the item shows. */
const tooltipLinks = [
  { title: 'Renew', command: commandIds.refreshToken, own: true },
  { title: 'Copy', command: commandIds.copyToken, own: true },
  { title: 'Insert', command: commandIds.insertToken, own: true },
  { title: 'Switch profile', command: commandIds.selectActiveProfile, own: false },
  { title: 'Open view', command: `${viewId}.focus`, own: false },
] as const;
