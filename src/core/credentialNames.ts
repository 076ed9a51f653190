import type { CredentialField, Provider } from './provider.ts';

/** A name without what spellings differ in: `client_secret`, `clientSecret`, `CLIENT-SECRET`. */
export function normalizedName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/** Names under which environments have a credential of this provider alone, such as `PAPAYA_CLIENT_SECRET`. The first is the one to use. */
export function credentialVariables({ variable }: Provider, { id, aliases = [] }: CredentialField): string[] {
  const prefix = variable.replace(/_TOKEN$/, '');
  const own = aliases.filter((alias) => alias.startsWith(`${prefix}_`) && /^[A-Z\d_]+$/.test(alias));
  return [
    ...own,
    `${prefix}_${id
      .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
      .replaceAll(/\W/g, '_')
      .toUpperCase()}`,
  ];
}
