import * as vscode from 'vscode';
import type { CredentialValues } from '../core/credentials.ts';
import { parsePastedCredentials } from '../core/pastedCredentials.ts';
import { suggestVariable, tokenUrlProblem, unique, type InjectionTarget, type Profile } from '../core/profile.ts';
import { localEnvironment, type CredentialField, type Environment, type Provider } from '../core/provider.ts';
import { providers } from '../core/providers/index.ts';
import { variableNameProblem } from '../core/variableName.ts';
import { askSteps, inputStep, pickStep, type Step } from './multiStep.ts';
import { settings } from './settings.ts';

/** A profile as the wizard leaves it; credentials are absent where the stored ones stay. */
export type ProfileDraft = Omit<Profile, 'id'> & { readonly credentials?: CredentialValues };

interface Answers {
  provider?: Provider;
  sandbox?: boolean;
  environment?: Environment;
  tokenUrl?: string;
  credentials: Record<string, string>;
  /** Fields that a paste filled; their boxes are passed over. */
  readonly pasted: Set<string>;
  name?: string;
  variable?: string;
  inject?: readonly InjectionTarget[];
}

/** Asks for everything a new profile needs; the sandbox is the last choice of the first step. */
export async function askForProfile(existing: readonly Profile[], provider: Provider | undefined): Promise<ProfileDraft | 'sandbox'> {
  const answers: Answers = { ...(provider && { provider }), credentials: {}, pasted: new Set() };
  const steps: Step<Answers>[] = [
    ...(provider ? [] : [providerStep()]),
    ...inProfile([environmentStep(), tokenUrlStep(), ...credentialSteps(undefined), nameStep(existing), variableStep(existing), useStep()]),
  ];
  await askSteps(provider ? `Add a ${provider.shortName} profile` : 'Add a profile', answers, steps);
  return answers.sandbox ? 'sandbox' : draft(answers);
}

/** Asks for changes of a profile, and for its credentials where they would go to another origin. */
export async function askForChanges(existing: readonly Profile[], profile: Profile): Promise<ProfileDraft> {
  const others = existing.filter(({ id }) => id !== profile.id);
  const { provider, environment, tokenUrl, name, variable, inject } = profile;
  const answers: Answers = { provider, environment, tokenUrl, name, variable, inject, credentials: {}, pasted: new Set() };
  const moved = (current: Answers) => current.tokenUrl === undefined || new URL(current.tokenUrl).origin !== profile.origin;
  const credentials = credentialSteps(undefined).map((step): Step<Answers> => ({ ...step, applies: (current) => moved(current) && (step.applies?.(current) ?? true) }));
  await askSteps(`Edit ${name}`, answers, [environmentStep(), tokenUrlStep(), ...credentials, nameStep(others), variableStep(others), useStep()]);
  const { credentials: entered, ...rest } = draft(answers);
  return moved(answers) && entered ? { ...rest, credentials: entered } : rest;
}

/** Asks for a profile's credentials; an empty box keeps what is stored for the same origin. */
export async function askForCredentials(profile: Profile, stored: CredentialValues | undefined): Promise<CredentialValues> {
  const answers: Answers = { provider: profile.provider, environment: profile.environment, tokenUrl: profile.tokenUrl, credentials: {}, pasted: new Set() };
  await askSteps(`Credentials of ${profile.name}`, answers, credentialSteps(stored));
  return withoutEmpty(answers.credentials);
}

function draft(answers: Answers): ProfileDraft {
  const { provider, environment, tokenUrl, name, variable, inject, credentials } = answers;
  if (!provider || !environment || tokenUrl === undefined || name === undefined || variable === undefined || !inject) throw new vscode.CancellationError();
  const url = new URL(tokenUrl);
  return { provider, environment, tokenUrl: url.href, origin: url.origin, name, variable, inject, credentials: withoutEmpty(credentials) };
}

function withoutEmpty(values: Readonly<Record<string, string>>): CredentialValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

function inProfile(steps: readonly Step<Answers>[]): Step<Answers>[] {
  return steps.map((step) => ({ ...step, applies: (answers) => answers.sandbox !== true && (step.applies?.(answers) ?? true) }));
}

function providerStep(): Step<Answers> {
  return {
    ask: (answers, place) => {
      const items: (vscode.QuickPickItem & { provider?: Provider })[] = [
        ...providers.map((provider) => ({ label: provider.label, description: provider.description, provider })),
        { label: '', kind: vscode.QuickPickItemKind.Separator },
        { label: 'Sandbox', description: 'All of them on this machine, without an account' },
      ];
      return pickStep(place, {
        placeholder: 'Which payment API?',
        items,
        selected: items.find((item) => item.provider && item.provider === answers.provider),
        onPick: ({ provider }) => {
          answers.sandbox = provider === undefined;
          if (!provider || provider === answers.provider) return;
          forgetFromEnvironmentOn(answers);
          answers.credentials = {};
          answers.pasted.clear();
          answers.provider = provider;
        },
      });
    },
  };
}

function environmentStep(): Step<Answers> {
  return {
    ask: (answers, place) => {
      const provider = required(answers.provider);
      const items = [...provider.environments, localEnvironment].map((environment) => ({
        label: environment.label,
        description: [...(environment.production ? ['PROD'] : []), describeHost(environment)].join(' · '),
        iconPath: new vscode.ThemeIcon(environment.production ? 'flame' : environment === localEnvironment ? 'vm' : 'server-environment'),
        environment,
      }));
      return pickStep(place, {
        placeholder: `Which environment of ${provider.label}?`,
        items,
        selected: items.find(({ environment }) => environment === answers.environment),
        onPick: ({ environment }) => {
          if (environment === answers.environment) return;
          forgetFromEnvironmentOn(answers);
          answers.environment = environment;
          if (environment.tokenUrl !== undefined) answers.tokenUrl = environment.tokenUrl;
        },
      });
    },
  };
}

/** Suggestions that depend on the environment are made anew once it changes. */
function forgetFromEnvironmentOn(answers: Answers): void {
  delete answers.environment;
  delete answers.tokenUrl;
  delete answers.name;
  delete answers.variable;
}

function describeHost(environment: Environment): string {
  if (environment === localEnvironment) return 'the sandbox, or another server on this machine';
  return environment.tokenUrl === undefined ? 'you enter the URL' : new URL(environment.tokenUrl).host;
}

function tokenUrlStep(): Step<Answers> {
  return {
    applies: ({ environment }) => environment?.tokenUrl === undefined,
    ask: (answers, place) => {
      const environment = required(answers.environment);
      const example = `https://api.example.com${environment.tokenPath ?? ''}`;
      return inputStep(place, {
        prompt: `The URL of the token endpoint. Your contact at ${required(answers.provider).label} has it.`,
        placeholder: example,
        value: answers.tokenUrl ?? environment.suggestedTokenUrl ?? (environment === localEnvironment ? localTokenUrl(required(answers.provider)) : ''),
        problem: (value) => (value.trim() === '' ? `Enter a URL such as ${example}.` : tokenUrlProblem(environment, value)),
        onAccept: (value) => {
          answers.tokenUrl = new URL(value).href;
        },
      });
    },
  };
}

/** Where the built-in sandbox answers for a provider: its documented path on this machine. */
function localTokenUrl(provider: Provider): string {
  const known = provider.environments.find(({ tokenUrl }) => tokenUrl !== undefined)?.tokenUrl;
  const path = known === undefined ? provider.environments.find(({ tokenPath }) => tokenPath !== undefined)?.tokenPath : new URL(known).pathname;
  return `http://127.0.0.1:${String(settings.sandboxPort.value)}${path ?? '/token'}`;
}

/** A box per field of whichever provider is chosen by then. */
function credentialSteps(stored: CredentialValues | undefined): Step<Answers>[] {
  const most = Math.max(...providers.map(({ credentials }) => credentials.length));
  return Array.from({ length: most }, (_, index) => ({
    applies: ({ provider, pasted }: Answers) => {
      const field = provider?.credentials[index];
      return field !== undefined && !pasted.has(field.id);
    },
    ask: (answers: Answers, place) => {
      const provider = required(answers.provider);
      const field = required(provider.credentials[index]);
      const initial = answers.credentials[field.id] ?? (field.secret ? undefined : (stored?.[field.id] ?? answers.environment?.defaults?.[field.id]));
      const keeps = field.secret && stored?.[field.id] !== undefined;
      return inputStep(place, {
        prompt: `${field.label}${field.required ? '' : ' (optional)'} · ${field.description}`,
        placeholder: keeps
          ? 'Leave empty to keep the stored one'
          : field.required
            ? 'Paste it, or all credentials at once: a JSON body, .env lines or a curl command'
            : 'Leave empty to send none',
        value: initial,
        password: field.secret,
        problem: (value) => credentialProblem(value, field, provider, keeps),
        onType: (value) => takePaste(value, field, provider, answers),
        onAccept: (value) => {
          answers.credentials[field.id] = value === '' && keeps ? (stored[field.id] ?? '') : value;
        },
      });
    },
  }));
}

function credentialProblem(value: string, field: CredentialField, provider: Provider, keeps: boolean): string | undefined {
  if (value.trim() === '') return field.required && !keeps ? `Enter the ${field.label}.` : undefined;
  if (value.length > 8192) return 'Use at most 8,192 characters.';
  const inHeader = provider.request.parameters.some((parameter) => parameter.in === 'header' && 'field' in parameter && parameter.field === field.id);
  if (inHeader && !/^[\x20-\x7e]*$/.test(value)) return 'It is sent in a header, which takes letters, digits and punctuation only.';
  return undefined;
}

/** A paste that names fields fills them all; plain text is left alone. */
function takePaste(value: string, field: CredentialField, provider: Provider, answers: Answers): { value: string; note: string } | undefined {
  if (value.length < 8 || !/[={:]/.test(value)) return undefined;
  const found = parsePastedCredentials(value, provider.credentials);
  const filled = provider.credentials.filter(({ id }) => found[id] !== undefined);
  if (filled.length < 2 && found[field.id] === undefined) return undefined;
  for (const { id } of filled) {
    answers.credentials[id] = found[id] ?? '';
    if (id !== field.id) answers.pasted.add(id);
  }
  // What the paste leaves out and nothing demands needs no box either.
  if (filled.length > 1) for (const { id, required: needed } of provider.credentials) if (!needed && id !== field.id) answers.pasted.add(id);
  const labels = new Intl.ListFormat('en').format(filled.map(({ label }) => label));
  return { value: found[field.id] ?? '', note: `Filled from what you pasted: ${labels}. Press Enter to go on.` };
}

function nameStep(others: readonly Profile[]): Step<Answers> {
  return {
    ask: (answers, place) => {
      const suggestion = `${required(answers.provider).shortName} ${required(answers.environment).label}`;
      return inputStep(place, {
        prompt: 'A name for the profile',
        value: answers.name ?? unique(suggestion, others.map(({ name }) => name), ' '),
        problem: (value) => nameProblem(value, others),
        onAccept: (value) => {
          answers.name = value;
        },
      });
    },
  };
}

/** Why a profile cannot have this name, or `undefined` where it can. */
export function nameProblem(value: string, profiles: readonly Profile[], self?: Profile): string | undefined {
  const name = value.trim();
  if (name === '') return 'Enter a name.';
  if (name.length > 100) return 'Use at most 100 characters.';
  return profiles.some((profile) => profile.id !== self?.id && profile.name === name) ? `There is a profile named ${name} already.` : undefined;
}

function variableStep(others: readonly Profile[]): Step<Answers> {
  const taken = others.map(({ variable }) => variable);
  return {
    ask: (answers, place) =>
      inputStep(place, {
        prompt: 'The variable that .http files and programs read the token from',
        value: answers.variable ?? suggestVariable(required(answers.provider), required(answers.environment), taken),
        problem: (value) =>
          variableNameProblem(value.trim()) ?? (taken.includes(value.trim()) ? `Another profile uses ${value.trim()} already.` : undefined),
        onAccept: (value) => {
          answers.variable = value;
        },
      }),
  };
}

function useStep(): Step<Answers> {
  return {
    ask: (answers, place) => {
      const items: (vscode.QuickPickItem & { inject: readonly InjectionTarget[] })[] = [
        {
          label: '$(server-process) In memory, for REST Client and httpYac',
          detail: 'Nothing on disk. Extensions in this window and programs they start can read it.',
          inject: ['processEnvironment'],
        },
        { label: '$(copy) Copy only', detail: 'Nothing gets the token until you copy it.', inject: [] },
      ];
      return pickStep(place, {
        placeholder: 'How will you use the token?',
        items,
        selected: items.find(({ inject }) => answers.inject !== undefined && inject.length === answers.inject.length),
        onPick: ({ inject }) => {
          answers.inject = inject;
        },
      });
    },
  };
}

/** A value that an earlier step has set. */
function required<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('A step was asked before the one it builds on');
  return value;
}
