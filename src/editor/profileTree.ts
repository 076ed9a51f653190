import * as vscode from 'vscode';
import type { Binding } from '../core/binding.ts';
import type { Clock } from '../core/ports.ts';
import type { Profile, ProfileProblem } from '../core/profile.ts';
import type { Provider } from '../core/provider.ts';
import type { ProfileStatus, TokenService } from '../core/tokenService.ts';
import { verificationUrl } from '../core/verificationUrl.ts';
import { commandIds, settingIds } from '../manifest.ts';
import type { ActiveProfile } from './activeProfile.ts';
import { bindingPlace } from './bindings/bindingPlace.ts';
import type { Bindings, BindingState } from './bindings/bindings.ts';
import { pointInTime, shortDuration } from './duration.ts';
import { markedDetail, markedName } from './production/productionMark.ts';
import type { ProfileStore } from './profileStore.ts';
import { describeState, speakState, tokenState, type TokenState } from './tokenState.ts';

export type TreeNode =
  | { readonly kind: 'provider'; readonly provider: Provider }
  | { readonly kind: 'profile'; readonly profile: Profile }
  | {
      readonly kind: 'detail';
      readonly profile: Profile;
      readonly label: string;
      readonly description: string;
      readonly icon: string;
      /** Runs on a click. */
      readonly command?: vscode.Command;
    }
  | { readonly kind: 'bindings'; readonly profile: Profile }
  | { readonly kind: 'binding'; readonly binding: Binding }
  | { readonly kind: 'problem'; readonly problem: ProfileProblem };

/** The profile that a command was called on from the tree, whatever else its arguments are. */
export function profileOfNode(argument: unknown): Profile | undefined {
  return typeof argument === 'object' && argument !== null && 'profile' in argument
    ? (argument as { profile: Profile }).profile
    : undefined;
}

/** Providers, their profiles, and what is known of each; entries of the setting that are wrong come last. */
export class ProfileTree implements vscode.TreeDataProvider<TreeNode> {
  readonly #store: ProfileStore;
  readonly #active: ActiveProfile;
  readonly #tokens: TokenService;
  readonly #bindings: Bindings;
  readonly #clock: Clock;
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly #nodes = new Map<string, TreeNode>();

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(store: ProfileStore, active: ActiveProfile, tokens: TokenService, bindings: Bindings, clock: Clock) {
    this.#store = store;
    this.#active = active;
    this.#tokens = tokens;
    this.#bindings = bindings;
    this.#clock = clock;
  }

  /** Has one profile's rows read anew. */
  refreshProfile(profileId: string): void {
    const node = this.#nodes.get(`profile/${profileId}`);
    if (node) this.#changed.fire(node);
  }

  /** Has everything read anew, as after a change of the profiles. */
  refreshAll(): void {
    this.#changed.fire(undefined);
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (!node) {
      const providers = [...new Set(this.#store.profiles.map(({ provider }) => provider))];
      return [
        ...providers.map((provider) => this.#same(`provider/${provider.id}`, { kind: 'provider', provider })),
        // Their profiles may have been deleted by hand or in another window, and the tokens are still there.
        ...this.#bindings.all
          .filter(({ profileId }) => !this.#store.find(profileId))
          .map((binding) => ({ kind: 'binding', binding }) as const),
        ...this.#store.problems.map((problem) => ({ kind: 'problem', problem }) as const),
      ];
    }
    if (node.kind === 'provider')
      return this.#store.profiles
        .filter(({ provider }) => provider === node.provider)
        .map((profile) => this.#same(`profile/${profile.id}`, { kind: 'profile', profile }));
    if (node.kind === 'profile') {
      const bound = this.#bindings.of(node.profile.id).length > 0;
      return [
        ...this.#details(node.profile),
        ...(bound ? [this.#same(`bindings/${node.profile.id}`, { kind: 'bindings', profile: node.profile })] : []),
      ];
    }
    return node.kind === 'bindings' ? this.#bindings.of(node.profile.id).map((binding) => ({ kind: 'binding', binding })) : [];
  }

  /** The node that stood for it before: VS Code closes rows whose nodes are new. */
  #same(id: string, node: Extract<TreeNode, { kind: 'provider' | 'profile' | 'bindings' }>): TreeNode {
    const before = this.#nodes.get(id);
    if (before && subjectOf(before) === subjectOf(node)) return before;
    this.#nodes.set(id, node);
    return node;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    switch (node.kind) {
      case 'provider':
        return providerItem(node.provider);
      case 'profile':
        return this.#profileItem(node.profile);
      case 'detail':
        return detailItem(node);
      case 'bindings':
        return this.#bindingsItem(node.profile);
      case 'binding':
        return bindingItem(this.#named(node.binding), this.#bindings.state(node.binding));
      case 'problem':
        return problemItem(node.problem);
    }
  }

  #profileItem(profile: Profile): vscode.TreeItem {
    const now = this.#clock.now();
    const status = this.#tokens.status(profile.id);
    const active = this.#active.profile?.id === profile.id;
    const { production } = profile.environment;
    const item = new vscode.TreeItem(profile.name, vscode.TreeItemCollapsibleState.Collapsed);
    item.id = `profile/${profile.id}`;
    const stale = this.#outOfDate(profile.id);
    const places = stale === 0 ? '' : ` · ${String(stale)} ${stale === 1 ? 'binding' : 'bindings'} out of date`;
    item.description = markedDetail(profile.environment, `${describeState(status, now)}${places}`);
    item.iconPath = stateIcon(tokenState(status, now));
    item.contextValue = [
      'profile',
      ...(status.fetching ? ['fetching'] : []),
      ...(verificationUrl(profile) === undefined ? [] : ['verifiable']),
    ].join('.');
    item.tooltip = `${markedName(profile)} · ${profile.provider.label}, ${profile.environment.label}\n${describeState(status, now)}${places}${active ? '\nActive: shown in the status bar' : ''}`;
    item.accessibilityInformation = {
      label: `${profile.name}, ${production ? 'production, ' : ''}${speakState(status, now)}${places}${active ? ', active' : ''}`,
    };
    return item;
  }

  /** How many places do not hold the token as it is. */
  #outOfDate(profileId: string): number {
    return this.#bindings.of(profileId).filter((binding) => !this.#bindings.state(binding).upToDate).length;
  }

  /** Terminals have the variable as the profile names it now. */
  #named(binding: Binding): Binding {
    const profile = this.#store.find(binding.profileId);
    return binding.kind === 'terminal' && profile ? { ...binding, path: [profile.variable] } : binding;
  }

  #bindingsItem({ id }: Profile): vscode.TreeItem {
    const stale = this.#outOfDate(id);
    const item = new vscode.TreeItem('Bindings', vscode.TreeItemCollapsibleState.Expanded);
    item.id = `bindings/${id}`;
    item.description = stale === 0 ? 'up to date' : `${String(stale)} out of date`;
    item.tooltip = 'Places that hold the token and follow its renewals';
    item.iconPath =
      stale === 0 ? new vscode.ThemeIcon('references') : new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    item.contextValue = 'bindings';
    return item;
  }

  #details(profile: Profile): TreeNode[] {
    const now = this.#clock.now();
    const status = this.#tokens.status(profile.id);
    const detail = (label: string, description: string, icon: string) => ({ kind: 'detail', profile, label, description, icon }) as const;
    const { token, lastAttempt } = status;
    return [
      detail(
        'Environment',
        markedDetail(profile.environment, `${profile.environment.label} · ${new URL(profile.origin).host}`),
        profile.environment.production ? 'flame' : 'server-environment',
      ),
      detail(
        'Variable',
        `${profile.variable} · ${profile.inject.includes('processEnvironment') ? 'in memory' : 'copied on command only'}`,
        'symbol-variable',
      ),
      {
        ...detail('Token', token ? tokenTimes(status, now) : describeState(status, now), 'key'),
        command: { command: commandIds.inspectToken, title: 'Inspect Token', arguments: [{ profile }] },
      },
      ...(status.unsaved ? [detail('Storage', 'token not saved; kept until this window closes', 'warning')] : []),
      ...(lastAttempt?.error ? [detail('Last attempt', lastAttempt.error.message, 'warning')] : []),
      ...(token?.clockSkew === undefined
        ? []
        : [detail('Clock', `this machine’s differs by ${shortDuration(Math.abs(token.clockSkew))}`, 'watch')]),
      ...(token?.tokenType === undefined || token.tokenType.toLowerCase() === 'bearer'
        ? []
        : [detail('Token type', `${token.tokenType}, not Bearer`, 'warning')]),
    ];
  }
}

function subjectOf(node: TreeNode): unknown {
  return node.kind === 'provider' ? node.provider : 'profile' in node ? node.profile : undefined;
}

function bindingItem(binding: Binding, { upToDate, words, line }: BindingState): vscode.TreeItem {
  const { label, name } = bindingPlace(binding, line);
  const item = new vscode.TreeItem(label);
  item.id = `binding/${binding.id}`;
  item.description = `${name} · ${words}`;
  item.tooltip = `${label}\n${name}: ${words}`;
  item.iconPath = upToDate
    ? new vscode.ThemeIcon('link')
    : new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.contextValue = 'binding';
  item.command = { command: commandIds.openBinding, title: 'Open', arguments: [{ binding }] };
  item.accessibilityInformation = { label: `Binding ${label}, ${name}, ${words}` };
  return item;
}

function tokenTimes({ token }: ProfileStatus, now: number): string {
  if (!token) return '';
  const renewed = now - token.obtainedAt < 60_000 ? 'fetched just now' : `fetched ${shortDuration(now - token.obtainedAt)} ago`;
  if (token.expiresAt === undefined) return `unknown expiry · ${renewed}`;
  return `${token.expiresAt > now ? 'expires' : 'expired'} ${pointInTime(token.expiresAt, now)} · ${renewed}`;
}

/** The state by shape as well as by colour. */
function stateIcon(state: TokenState): vscode.ThemeIcon {
  const icon = (name: string, colour?: string) =>
    new vscode.ThemeIcon(name, colour === undefined ? undefined : new vscode.ThemeColor(colour));
  switch (state) {
    case 'valid':
      return icon('pass', 'testing.iconPassed');
    case 'expiring':
      return icon('clock', 'list.warningForeground');
    case 'expired':
    case 'failed':
      return icon('warning', 'list.warningForeground');
    case 'credentialsNeeded':
      return icon('error', 'list.errorForeground');
    case 'fetching':
      return icon('loading~spin');
    case 'unknownExpiry':
      return icon('question');
    case 'noToken':
      return icon('circle-outline');
  }
}

function providerItem(provider: Provider): vscode.TreeItem {
  const item = new vscode.TreeItem(provider.label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `provider/${provider.id}`;
  item.contextValue = 'provider';
  return item;
}

function detailItem({ profile, label, description, icon, command }: Extract<TreeNode, { kind: 'detail' }>): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.id = `detail/${profile.id}/${label}`;
  item.description = description;
  item.tooltip = `${label}: ${description}`;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.contextValue = 'detail';
  if (command) item.command = command;
  return item;
}

function problemItem({ index, name, problem }: ProfileProblem): vscode.TreeItem {
  const item = new vscode.TreeItem(name);
  item.id = `problem/${String(index)}`;
  item.description = problem;
  item.tooltip = `${settingIds.profiles}, entry ${String(index + 1)}: ${problem}`;
  item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  item.contextValue = 'problem';
  item.command = { command: commandIds.openProfileSetting, title: 'Open Setting', arguments: [index] };
  item.accessibilityInformation = { label: `Wrong entry ${name}: ${problem}` };
  return item;
}
