import type { InjectionTarget } from '../../core/profile.ts';
import type { Environment, Provider } from '../../core/provider.ts';

/** What the wizard's steps have been told so far. */
export interface Answers {
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

/** A value that an earlier step has set. */
export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('A step was asked before the one it builds on');
  return value;
}
