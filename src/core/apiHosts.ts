import type { Profile } from './profile.ts';
import type { Provider } from './provider.ts';

const form = /^(\*\.)?[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*(:\d{1,5})?$/;

/** Why a text, in lower case, names no host, or `undefined` where it does. */
export function apiHostProblem(host: string): string | undefined {
  return form.test(host) || /^\[[\da-f:.]+\](:\d{1,5})?$/.test(host)
    ? undefined
    : 'Enter a host such as api.example.com or *.example.com, without https:// and without a path.';
}

/** Whether a token of the profile is meant for a host (RFC 3986 section 3.2, with a port other than the usual one). */
export function isApiHost({ tokenUrl, apiHosts }: Pick<Profile, 'tokenUrl' | 'apiHosts'>, host: string): boolean {
  return new URL(tokenUrl).host === host || apiHosts.some((each) => (each.startsWith('*.') ? host.endsWith(each.slice(1)) : host === each));
}

/** Whether a host is known as one of the provider’s production: from its data, or from the person’s own profiles. */
export function isProductionHost(provider: Provider, profiles: readonly Profile[], host: string): boolean {
  return (
    provider.environments.some(({ production, tokenUrl }) => production && tokenUrl !== undefined && new URL(tokenUrl).host === host) ||
    profiles.some((profile) => profile.provider === provider && profile.environment.production && isApiHost(profile, host))
  );
}
