import type { InjectionTarget } from '../../core/profile.ts';
import type { Environment, Provider } from '../../core/provider.ts';

/** What the wizard's steps have been told so far. */
export interface Answers {
  provider?: Provider;
  sandbox?: boolean;
  environment?: Environment;
  tokenUrl?: string;
  /** Meant for this origin and no other. */
  credentialsOrigin?: string;
  credentials: Record<string, string>;
  /** Fields that a paste filled; their boxes are passed over. */
  readonly pasted: Set<string>;
  /** Name and variable are somebody's choice already, not suggestions. */
  readonly namesChosen: boolean;
  name?: string;
  variable?: string;
  /** What a file refers to already; suggested in every environment. */
  readonly wantedVariable?: string;
  inject?: readonly InjectionTarget[];
  /** Whether new terminals of this workspace get the token. */
  terminals?: boolean;
}

/** Sets the endpoint; credentials that were given for another origin are dropped. */
export function setTokenUrl(answers: Answers, text: string): void {
  const url = new URL(text);
  answers.tokenUrl = url.href;
  if (answers.credentialsOrigin !== undefined && url.origin !== answers.credentialsOrigin) forgetCredentials(answers);
  answers.credentialsOrigin = url.origin;
}

export function forgetCredentials(answers: Answers): void {
  answers.credentials = {};
  answers.pasted.clear();
}

/** A value that an earlier step has set. */
export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('A step was asked before the one it builds on');
  return value;
}
