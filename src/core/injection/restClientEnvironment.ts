import { jsonProperty } from './jsonProperty.ts';

const setting = 'rest-client.environmentVariables';

/** The environment that holds for all others. */
export const sharedEnvironment = '$shared';

/** REST Client throws where its chosen environment is gone, so environments are never taken away. */
export const restClientEnvironment = jsonProperty(true);

/** Where a variable stands in a settings file; a workspace file has its settings one level down. */
export function restClientPath(file: 'settings' | 'workspace', environment: string, name: string): string[] {
  return [...(file === 'workspace' ? ['settings'] : []), setting, environment, name];
}
