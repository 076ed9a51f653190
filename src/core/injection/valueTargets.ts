import type { FileBindingKind } from '../binding.ts';
import { dotenv } from './dotenv.ts';
import { fileVariable } from './fileVariable.ts';
import { httpClientEnvironment } from './httpClientEnvironment.ts';
import { restClientEnvironment } from './restClientEnvironment.ts';
import type { ValueTarget } from './valueTarget.ts';

/** What knows how to write a token, by the kind of binding. */
export const valueTargets: Readonly<Record<FileBindingKind, ValueTarget>> = {
  fileVariable,
  restClientEnvironment,
  httpClientEnvironment,
  dotenv,
};
