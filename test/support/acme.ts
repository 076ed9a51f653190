import assert from 'node:assert/strict';
import { parseProfiles, type Profile } from '../../src/core/profile.ts';
import type { Provider, TokenRequestFormat, TokenResponseFormat } from '../../src/core/provider.ts';

/** A provider that does not exist, for what no built-in one needs. */
export function acme(format: { request?: Partial<TokenRequestFormat>; response?: Partial<TokenResponseFormat> } = {}): Provider {
  return {
    id: 'acme',
    label: 'Acme Payments',
    shortName: 'Acme',
    description: 'Does not exist',
    documentation: 'https://docs.acme.example/',
    variable: 'ACME_TOKEN',
    environments: [
      { id: 'test', label: 'test', tokenUrl: 'https://api.acme.example/token', production: false },
      { id: 'live', label: 'live', tokenPath: '/token', production: true },
    ],
    credentials: [
      { id: 'user', label: 'User', description: 'Made up', secret: false, required: true },
      { id: 'password', label: 'Password', description: 'Made up', secret: true, required: true },
      { id: 'extra', label: 'Extra', description: 'Made up', secret: true, required: false },
    ],
    request: {
      method: 'POST',
      parameters: [
        { in: 'json', at: '/user', field: 'user' },
        { in: 'json', at: '/password', field: 'password' },
      ],
      ...format.request,
    },
    response: { token: '/token', expiry: { at: '/expires_in', as: 'seconds' }, ...format.response },
  };
}

/** Plainly made up, and long enough to be found wherever they leak. */
export const acmeCredentials = { user: 'fake-user-0001', password: 'fake-password-0002' };

/** A profile of Acme for a server on this machine. */
export function acmeProfile(tokenUrl: string, { id = 'acme-1', provider = acme(), ...rest }: Partial<Profile> = {}): Profile {
  const {
    profiles: [profile],
    problems,
  } = parseProfiles([{ id, name: `Acme ${id}`, provider: 'acme', environment: 'local', tokenUrl, variable: 'ACME_TOKEN' }], [provider]);
  assert.ok(profile, problems[0]?.problem);
  return { ...profile, ...rest };
}

/** A token of the form of a JWT; the signature is a word. */
export function fakeJwt(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.fakesignature`;
}
