import * as vscode from 'vscode';
import type { Clock, Disposable } from '../core/ports.ts';
import type { TokenService } from '../core/tokenService.ts';

import type { ActiveProfile } from './activeProfile.ts';
import { profileLinks, profileMarkdown, viewLinks } from './profileMarkdown.ts';
import type { ProfileStore } from './profileStore.ts';
import { describeStatusBar } from './statusBarText.ts';
import { speakState, untilStateChanges } from './tokenState.ts';

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
    this.#item.tooltip = profileMarkdown(profile, status, now, [...profileLinks, ...viewLinks]);
    this.#item.show();
    const wait = untilStateChanges(status, now);
    if (wait !== undefined)
      this.#timer = this.#clock.schedule(wait, () => {
        this.#show();
      });
  }
}
