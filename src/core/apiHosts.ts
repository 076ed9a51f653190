import type { Profile } from './profile.ts';
import type { Provider } from './provider.ts';

/** The host of an `http:` URL, or `*.` and the end of several; one label behind the star would be half the world. */
export const apiHostPattern = '^((\\*\\.(?=[^.]+\\.))?[\\w-]+(\\.[\\w-]+)*|\\[[\\da-fA-F:.]+\\])(:\\d{1,5})?$';
const form = new RegExp(apiHostPattern);

/** Why a text names no host, or `undefined` where it does. */
export function apiHostProblem(host: string): string | undefined {
  return form.test(host) ? undefined : 'Enter a host such as api.example.com or *.example.com, without https:// and without a path.';
}

/** Whether a token of the profile is meant for a host (RFC 3986 section 3.2, with a port other than the usual one). */
export function isApiHost({ origin, apiHosts }: Pick<Profile, 'origin' | 'apiHosts'>, host: string): boolean {
  return origin.endsWith(`//${host}`) || apiHosts.some((each) => (each.startsWith('*.') ? host.endsWith(each.slice(1)) : host === each));
}

/** Hosts that are known as one of the provider’s production, from its data, or from the person’s own profiles. */
export function productionHosts(provider: Provider, profiles: readonly Profile[]): Pick<Profile, 'origin' | 'apiHosts'>[] {
  return [
    ...provider.environments
      .filter(({ production, tokenUrl }) => production && tokenUrl !== undefined)
      .map(({ tokenUrl = '' }) => ({ origin: new URL(tokenUrl).origin, apiHosts: [] })),
    ...profiles.filter((profile) => profile.provider === provider && profile.environment.production),
  ];
}
