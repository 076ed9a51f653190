import type { Provider } from '../provider.ts';

/**
 * Papaya Global, "Authentication API". Its prose puts the credentials in the header, its table and example in the
 * body; the body it is. `valid_until` has minute precision, so the token's own `exp` is up to a minute later.
 */
export const papaya: Provider = {
  id: 'papaya',
  label: 'Papaya Global',
  shortName: 'Papaya',
  description: 'Workforce payments; tokens last 24 hours',
  documentation: 'https://docs.papayaglobal.com/api-reference/authentication-api',
  variable: 'PAPAYA_TOKEN',
  environments: [
    { id: 'staging', label: 'staging', tokenUrl: 'https://authentication-service.staging.pay.papayaglobal.work/token', production: false },
    { id: 'production', label: 'production', tokenPath: '/token', production: true },
  ],
  credentials: [
    {
      id: 'api_key',
      label: 'API key',
      description: 'Provided by Papaya Global’s integration support',
      secret: true,
      required: true,
      aliases: ['apiKey', 'PAPAYA_API_KEY'],
    },
    {
      id: 'client_secret',
      label: 'Client secret',
      description: 'Provided by Papaya Global’s integration support together with the API key',
      secret: true,
      required: true,
      aliases: ['clientSecret', 'PAPAYA_CLIENT_SECRET'],
    },
    {
      id: 'token_name',
      label: 'Token name',
      description: 'A name for the token at Papaya Global; a random one when left empty',
      secret: false,
      required: false,
      aliases: ['tokenName', 'PAPAYA_TOKEN_NAME'],
    },
  ],
  request: {
    method: 'POST',
    parameters: [
      { in: 'json', at: '/api_key', field: 'api_key' },
      { in: 'json', at: '/client_secret', field: 'client_secret' },
      { in: 'json', at: '/token_name', field: 'token_name' },
    ],
  },
  response: {
    token: '/token',
    expiry: { at: '/valid_until', as: 'iso8601' },
    errorMessage: '/error',
  },
  // None is documented; the sandbox has one.
  verification: { resource: '/sandbox/papaya', environments: ['local'] },
};
