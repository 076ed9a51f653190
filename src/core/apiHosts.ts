import type { Profile } from './profile.ts';
import type { Provider } from './provider.ts';

/** The host of an `http:` URL, or `*.` and the end of several; one label behind the star would be half the world. */
export const apiHostPattern = '^((\\*\\.(?=[^.]+\\.))?[\\w-]+(\\.[\\w-]+)*|\\[[\\da-fA-F:.]+\\])(:\\d{1,5})?$';
const form = new RegExp(apiHostPattern);

/** Why a text names no host, or `undefined` where it does. */
export function apiHostProblem(host: string): string | undefined {
  return form.test(host) ? undefined : 'Enter a host such as api.example.com or *.example.com, without https:// and without a path.';
}

/** A host as a URL has it: in lower case, without the usual port, an address in its shortest form. */
export function normalizedApiHost(host: string): string {
  const text = host.toLowerCase();
  return text.startsWith('*.') ? text : (URL.parse(`https://${text}`)?.host ?? text);
}

/** Whether a token of the profile is meant for a host (RFC 3986 section 3.2, with a port other than the usual one). */
export function isApiHost({ origin, apiHosts }: Pick<Profile, 'origin' | 'apiHosts'>, host: string): boolean {
  // With a last dot it is the same host, named in full.
  const name = host.replace(/\.(?=$|:)/, '');
  return origin.endsWith(`//${name}`) || apiHosts.some((each) => (each.startsWith('*.') ? name.endsWith(each.slice(1)) : name === each));
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
