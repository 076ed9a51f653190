import * as vscode from 'vscode';
import { suggestVariable, tokenUrlProblem, unique, type InjectionTarget, type Profile } from '../../core/profile.ts';
import { localEnvironment, type Environment, type Provider } from '../../core/provider.ts';
import { providers } from '../../core/providers/index.ts';
import { variableNameProblem } from '../../core/variableName.ts';
import { markedDetail } from '../production/productionMark.ts';
import { inputStep, pickStep, type Step } from './multiStep.ts';
import { settings } from '../settings.ts';
import { forgetCredentials, required, setTokenUrl, type Answers } from './answers.ts';

export function providerStep(): Step<Answers> {
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
          forgetCredentials(answers);
          answers.provider = provider;
        },
      });
    },
  };
}

export function environmentStep(): Step<Answers> {
  return {
    ask: (answers, place) => {
      const provider = required(answers.provider);
      const items = [...provider.environments, localEnvironment].map((environment) => ({
        label: environment.label,
        description: markedDetail(environment, describeHost(environment)),
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
          if (environment.tokenUrl !== undefined) setTokenUrl(answers, environment.tokenUrl);
        },
      });
    },
  };
}

/** Suggestions that depend on the environment are made anew once it changes. */
function forgetFromEnvironmentOn(answers: Answers): void {
  delete answers.environment;
  delete answers.tokenUrl;
  if (answers.namesChosen) return;
  delete answers.name;
  delete answers.variable;
}

function describeHost(environment: Environment): string {
  if (environment === localEnvironment) return 'the sandbox, or another server on this machine';
  return environment.tokenUrl === undefined ? 'you enter the URL' : new URL(environment.tokenUrl).host;
}

export function tokenUrlStep(): Step<Answers> {
  return {
    applies: ({ environment }) => environment?.tokenUrl === undefined,
    ask: (answers, place) => {
      const environment = required(answers.environment);
      const example = `https://api.example.com${environment.tokenPath ?? ''}`;
      return inputStep(place, {
        prompt: `The URL of the token endpoint. Your contact at ${required(answers.provider).label} has it.`,
        placeholder: example,
        value:
          answers.tokenUrl ??
          environment.suggestedTokenUrl ??
          (environment === localEnvironment ? localTokenUrl(required(answers.provider)) : ''),
        problem: (value) => (value.trim() === '' ? `Enter a URL such as ${example}.` : tokenUrlProblem(environment, value)),
        onAccept: (value) => {
          setTokenUrl(answers, value);
        },
      });
    },
  };
}

/** Where the built-in sandbox answers for a provider: its documented path on this machine. */
function localTokenUrl(provider: Provider): string {
  const known = provider.environments.find(({ tokenUrl }) => tokenUrl !== undefined)?.tokenUrl;
  const path =
    known === undefined ? provider.environments.find(({ tokenPath }) => tokenPath !== undefined)?.tokenPath : new URL(known).pathname;
  return `http://127.0.0.1:${String(settings.sandboxPort.value)}${path ?? '/token'}`;
}

export function nameStep(others: readonly Profile[]): Step<Answers> {
  return {
    ask: (answers, place) => {
      const suggestion = `${required(answers.provider).shortName} ${required(answers.environment).label}`;
      return inputStep(place, {
        prompt: 'A name for the profile',
        value:
          answers.name ??
          unique(
            suggestion,
            others.map(({ name }) => name),
            ' ',
          ),
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
  return profiles.some((profile) => profile.id !== self?.id && profile.name === name)
    ? `There is a profile named ${name} already.`
    : undefined;
}

export function variableStep(others: readonly Profile[]): Step<Answers> {
  const taken = others.map(({ variable }) => variable);
  return {
    ask: (answers, place) =>
      inputStep(place, {
        prompt: 'The variable that .http files and programs read the token from',
        value:
          answers.variable ?? answers.wantedVariable ?? suggestVariable(required(answers.provider), required(answers.environment), taken),
        problem: (value) =>
          variableNameProblem(value.trim()) ?? (taken.includes(value.trim()) ? `Another profile uses ${value.trim()} already.` : undefined),
        onAccept: (value) => {
          answers.variable = value;
        },
      }),
  };
}

export function useStep(): Step<Answers> {
  return {
    ask: (answers, place) => {
      const items: (vscode.QuickPickItem & { inject: readonly InjectionTarget[]; terminals: boolean })[] = [
        {
          label: '$(server-process) In memory, for REST Client and httpYac',
          detail: 'Nothing on disk. Extensions in this window and programs they start can read it.',
          inject: ['processEnvironment'],
          terminals: false,
        },
        {
          label: '$(terminal) In memory, and in terminals',
          detail: 'Nothing on disk. Programs started in new terminals of this workspace can read it too.',
          inject: ['processEnvironment'],
          terminals: true,
        },
        {
          label: '$(terminal) In terminals only',
          detail: 'Nothing on disk. Programs started in new terminals of this workspace can read it.',
          inject: [],
          terminals: true,
        },
        { label: '$(copy) Copy only', detail: 'Nothing gets the token until you copy or insert it.', inject: [], terminals: false },
      ];
      return pickStep(place, {
        placeholder: 'How will you use the token?',
        items,
        selected: items.find(
          ({ inject, terminals }) => inject.length === answers.inject?.length && terminals === (answers.terminals ?? false),
        ),
        onPick: ({ inject, terminals }) => {
          answers.inject = inject;
          answers.terminals = terminals;
        },
      });
    },
  };
}
