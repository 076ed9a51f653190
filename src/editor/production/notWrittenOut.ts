import { AuthError } from '../../core/errors.ts';
import type { Profile } from '../../core/profile.ts';
import { settingIds } from '../../manifest.ts';

/** Said where a token of production is to go into a file, and the setting that allows it is off. */
export function notWrittenOut({ name }: Pick<Profile, 'name'>): AuthError {
  return new AuthError(
    'productionLiteral',
    `${name} is a production profile, so its token is not written into files or settings. Insert a reference, or turn on ${settingIds.allowProduction}.`,
  );
}
