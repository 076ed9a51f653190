import * as vscode from 'vscode';
import type { CredentialValues } from '../../core/credentials.ts';
import type { Profile } from '../../core/profile.ts';
import type { Environment, Provider } from '../../core/provider.ts';
import { markedTitle } from '../production/productionMark.ts';
import { askSteps, type Step } from './multiStep.ts';
import { setTokenUrl, type Answers } from './answers.ts';
import { credentialSteps, filledBy } from './credentialSteps.ts';
import { environmentStep, nameStep, providerStep, tokenUrlStep, useStep, variableStep } from './profileSteps.ts';

export { nameProblem } from './profileSteps.ts';

/** A profile as the wizard leaves it; credentials are absent where the stored ones stay. */
export type ProfileDraft = Omit<Profile, 'id' | 'apiHosts'> & { readonly credentials?: CredentialValues; readonly terminals: boolean };

/** What is known of a new profile before anything is asked. */
export interface ProfileStart {
  readonly provider?: Provider | undefined;
  readonly variable?: string | undefined;
  readonly environment?: Environment | undefined;
  readonly credentials?: CredentialValues;
  /** That the credentials are meant for, where that is known: another one has them entered again. */
  readonly credentialsOrigin?: string | undefined;
}

/** Asks for everything a new profile needs; the sandbox is the last choice of the first step. */
export async function askForProfile(existing: readonly Profile[], start: ProfileStart): Promise<ProfileDraft | 'sandbox'> {
  const { provider, variable, environment, credentials = {}, credentialsOrigin } = start;
  const answers: Answers = {
    ...(provider && { provider }),
    ...(environment && { environment }),
    ...(variable !== undefined && { wantedVariable: variable }),
    ...(credentialsOrigin !== undefined && { credentialsOrigin }),
    credentials: { ...credentials },
    pasted: new Set(start.credentials ? filledBy(credentials, provider) : []),
    namesChosen: false,
  };
  if (environment?.tokenUrl !== undefined) setTokenUrl(answers, environment.tokenUrl);
  const steps: Step<Answers>[] = [
    ...(provider ? [] : [providerStep()]),
    ...inProfile([environmentStep(), tokenUrlStep(), ...credentialSteps(undefined), nameStep(existing), variableStep(existing), useStep()]),
  ];
  await askSteps(titled(provider ? `Add a ${provider.shortName} profile` : 'Add a profile'), answers, steps);
  return answers.sandbox ? 'sandbox' : draft(answers);
}

/** Asks for changes of a profile, and for its credentials where they would go to another origin. */
export async function askForChanges(existing: readonly Profile[], profile: Profile, terminals: boolean): Promise<ProfileDraft> {
  const others = existing.filter(({ id }) => id !== profile.id);
  const { provider, environment, tokenUrl, name, variable, inject } = profile;
  const answers: Answers = {
    provider,
    environment,
    tokenUrl,
    credentialsOrigin: profile.origin,
    credentials: {},
    pasted: new Set(),
    name,
    variable,
    namesChosen: true,
    inject,
    terminals,
  };
  const moved = (current: Answers) => current.tokenUrl === undefined || new URL(current.tokenUrl).origin !== profile.origin;
  const credentials = credentialSteps(undefined).map((step): Step<Answers> => ({
    ...step,
    applies: (current) => moved(current) && (step.applies?.(current) ?? true),
  }));
  await askSteps(titled(`Edit ${name}`), answers, [
    environmentStep(),
    tokenUrlStep(),
    ...credentials,
    nameStep(others),
    variableStep(others),
    useStep(),
  ]);
  const { credentials: entered, ...rest } = draft(answers);
  return moved(answers) && entered ? { ...rest, credentials: entered } : rest;
}

/** Asks for a profile's credentials; an empty box keeps what is stored for the same origin. */
export async function askForCredentials(profile: Profile, stored: CredentialValues | undefined): Promise<CredentialValues> {
  const answers: Answers = {
    provider: profile.provider,
    environment: profile.environment,
    tokenUrl: profile.tokenUrl,
    credentials: {},
    pasted: new Set(),
    namesChosen: true,
  };
  await askSteps(titled(`Credentials of ${profile.name}`), answers, credentialSteps(stored));
  // A box that a paste passed over keeps what is stored, as an empty one does.
  return withoutEmpty({ ...stored, ...answers.credentials });
}

function draft(answers: Answers): ProfileDraft {
  const { provider, environment, tokenUrl, name, variable, inject, terminals = false, credentials } = answers;
  if (!provider || !environment || tokenUrl === undefined || name === undefined || variable === undefined || !inject)
    throw new vscode.CancellationError();
  const url = new URL(tokenUrl);
  return {
    provider,
    environment,
    tokenUrl: url.href,
    origin: url.origin,
    name,
    variable,
    inject,
    terminals,
    credentials: withoutEmpty(credentials),
  };
}

function titled(title: string): (answers: Answers) => string {
  return ({ environment }) => markedTitle(environment, title);
}

function withoutEmpty(values: Readonly<Record<string, string>>): CredentialValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

function inProfile(steps: readonly Step<Answers>[]): Step<Answers>[] {
  return steps.map((step) => ({ ...step, applies: (answers) => answers.sandbox !== true && (step.applies?.(answers) ?? true) }));
}
