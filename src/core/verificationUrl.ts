import type { Profile } from './profile.ts';

/** The resource that a profile's token is verified with; `undefined` where none is documented, or it would be on another origin. */
export function verificationUrl({ provider, environment, tokenUrl, origin }: Profile): string | undefined {
  const { verification } = provider;
  if (!verification || verification.environments?.includes(environment.id) === false) return undefined;
  const url = URL.parse(verification.resource, tokenUrl);
  return url?.origin === origin ? url.href : undefined;
}
