import type { Provider } from '../provider.ts';

/** B2BinPay v3, "Obtain token": a JSON:API document; wrong credentials are answered with 400, not 401. */
export const b2BinPay: Provider = {
  id: 'b2BinPay',
  label: 'B2BinPay v3',
  shortName: 'B2BinPay',
  description: 'Crypto payments; tokens last one hour and are renewed by asking again',
  documentation: 'https://docs.b2binpay.com/',
  variable: 'B2BINPAY_TOKEN',
  environments: [
    {
      id: 'sandbox',
      label: 'sandbox',
      // Seen in a public client only, hence confirmed by the user.
      suggestedTokenUrl: 'https://v3.api-sandbox.b2binpay.com/token/',
      tokenPath: '/token/',
      production: false,
    },
    { id: 'production', label: 'production', tokenPath: '/token/', production: true },
  ],
  credentials: [
    {
      id: 'client_id',
      label: 'API key',
      description: 'The client_id of your B2BinPay wallet’s API credentials',
      secret: true,
      required: true,
      aliases: ['clientId', 'B2BINPAY_CLIENT_ID', 'B2BINPAY_API_KEY'],
    },
    {
      id: 'client_secret',
      label: 'API secret',
      description: 'The client_secret of your B2BinPay wallet’s API credentials',
      secret: true,
      required: true,
      aliases: ['clientSecret', 'B2BINPAY_CLIENT_SECRET', 'B2BINPAY_API_SECRET'],
    },
  ],
  request: {
    method: 'POST',
    contentType: 'application/vnd.api+json',
    parameters: [
      { in: 'json', at: '/data/type', value: 'auth-token' },
      { in: 'json', at: '/data/attributes/client_id', field: 'client_id' },
      { in: 'json', at: '/data/attributes/client_secret', field: 'client_secret' },
    ],
  },
  response: {
    token: '/data/attributes/access',
    tokenType: '/data/attributes/token_type',
    expiry: { at: '/data/attributes/expires_in', as: 'seconds' },
    errorMessage: '/errors/0/code',
    failures: [{ status: 400, means: 'credentialsRefused' }],
  },
  verification: { resource: '../wallet/' },
};
