import type { Provider } from '../provider.ts';

/**
 * Pay4Power, "DEV Authentication" and "Authentication". Answers come in an envelope whose `success` and `statusCode`
 * decide, whatever the HTTP status. Both documents mark an `Authorization` header as required on the token call, an
 * artefact of their generator: it can be given and is not asked for.
 */
export const pay4Power: Provider = {
  id: 'pay4Power',
  label: 'Pay4Power',
  shortName: 'Pay4Power',
  description: 'Bill payments; tokens last one hour',
  documentation: 'https://docs.pay4power.com/entry/authentication',
  variable: 'PAY4POWER_TOKEN',
  environments: [
    {
      id: 'dev',
      label: 'DEV',
      tokenUrl: 'https://p4p-core-bill-payments-service.dev.payinvert.com/api/v2.1/b2b/auth/token',
      production: false,
      defaults: { environment: 'TEST' },
    },
    {
      id: 'testPath',
      label: 'test path',
      tokenUrl: 'https://p4p-core-bill-payments-service.dev.payinvert.com/api/v2.1/b2b/test/v2.1/b2b/auth/token',
      production: false,
      defaults: { environment: 'TEST' },
    },
    { id: 'production', label: 'production', tokenPath: '/api/v2.1/b2b/auth/token', production: true },
  ],
  credentials: [
    {
      id: 'publicKey',
      label: 'Public key',
      description: 'Starts with PUB_KEY_ at Pay4Power',
      secret: false,
      required: true,
      prefix: 'PUB_KEY_',
      aliases: ['public_key', 'PAY4POWER_PUBLIC_KEY'],
    },
    {
      id: 'privateKey',
      label: 'Private key',
      description: 'Starts with PRIV_KEY_ at Pay4Power',
      secret: true,
      required: true,
      prefix: 'PRIV_KEY_',
      aliases: ['private_key', 'PAY4POWER_PRIVATE_KEY'],
    },
    {
      id: 'environment',
      label: 'Environment',
      description: 'The value of the field “environment” in the request; TEST outside production',
      secret: false,
      required: true,
      aliases: ['PAY4POWER_ENVIRONMENT'],
    },
    {
      id: 'authorization',
      label: 'Authorization header',
      description: 'Sent with the token call itself; only where Pay4Power asked you for it',
      secret: true,
      required: false,
      aliases: ['Authorization', 'PAY4POWER_AUTHORIZATION'],
    },
  ],
  request: {
    method: 'POST',
    parameters: [
      { in: 'json', at: '/publicKey', field: 'publicKey' },
      { in: 'json', at: '/privateKey', field: 'privateKey' },
      { in: 'json', at: '/environment', field: 'environment' },
      { in: 'header', name: 'Authorization', field: 'authorization' },
    ],
  },
  response: {
    success: { at: '/success', equals: true },
    status: '/statusCode',
    token: '/data/token',
    tokenType: '/data/tokenType',
    expiry: { at: '/data/expiresAt', as: 'epochSeconds' },
    correlationId: '/correlationId',
    errorMessage: '/message',
  },
  verification: { resource: '../services' },
};
