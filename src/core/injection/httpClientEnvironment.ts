import { AuthError } from '../errors.ts';
import { jsonProperty } from './jsonProperty.ts';

/** The file for secrets of JetBrains and httpYac, and the one for everybody beside it. */
export const privateFileName = 'http-client.private.env.json';
export const publicFileName = 'http-client.env.json';

/** `{ "<environment>": { "<name>": "<value>" } }`. */
export const httpClientEnvironment = jsonProperty(false);

/**
 * The clients disagree on which file wins where both define a name.
 * @throws AuthError where the public file defines it
 */
export function assertNotPublic(publicText: string, environment: string, name: string): void {
  const places = (() => {
    try {
      return httpClientEnvironment.find(publicText, [environment, name]);
    } catch (error) {
      throw error instanceof AuthError ? new AuthError(error.code, `${publicFileName}: ${error.message}`) : error;
    }
  })();
  if (places.length > 0)
    throw new AuthError(
      'keyInPublicFile',
      `${publicFileName} defines ${name} for ${environment} too, and clients disagree on which counts. Take it out there, then try again.`,
    );
}
