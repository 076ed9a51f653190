import type { Provider } from '../provider.ts';

/** Pay-Connect by lab4pay, "Token". The trailing slash of the path counts; `expires_in` is documented as a string. */
export const payConnect: Provider = {
  id: 'payConnect',
  label: 'Pay-Connect (lab4pay)',
  shortName: 'Pay-Connect',
  description: 'Payment terminals; client credentials from the one-time pairing',
  documentation: 'https://docs.lab4pay.com/api-reference/authorization/token',
  variable: 'PAY_CONNECT_TOKEN',
  environments: [
    { id: 'development', label: 'development', tokenUrl: 'https://api-payment.lab4pay.dev/v1/auth/token/', production: false },
    { id: 'production', label: 'production', tokenUrl: 'https://api-payment.lab4pay.com/v1/auth/token/', production: true },
  ],
  credentials: [
    {
      id: 'client_id',
      label: 'Client ID',
      description: 'Returned once by the pairing',
      secret: false,
      required: true,
      aliases: ['clientId', 'PAY_CONNECT_CLIENT_ID'],
    },
    {
      id: 'client_secret',
      label: 'Client secret',
      description: 'Returned once by the pairing; a lost one means pairing again',
      secret: true,
      required: true,
      aliases: ['clientSecret', 'PAY_CONNECT_CLIENT_SECRET'],
    },
  ],
  request: {
    method: 'POST',
    parameters: [
      { in: 'json', at: '/grant_type', value: 'client_credentials' },
      { in: 'json', at: '/client_id', field: 'client_id' },
      { in: 'json', at: '/client_secret', field: 'client_secret' },
    ],
  },
  response: {
    token: '/access_token',
    tokenType: '/token_type',
    scope: '/scope',
    expiry: { at: '/expires_in', as: 'seconds' },
    errorMessage: '/error',
  },
  // None is documented; the sandbox has one.
  verification: { resource: '/sandbox/pay-connect', environments: ['local'] },
};
