import { randomUUID } from 'node:crypto';
import type { IssuedToken, TokenShape } from './issuer.ts';

export interface Answer {
  readonly status: number;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A token endpoint as its document has it, and the one set of made-up credentials that it accepts. */
export interface SandboxApi {
  /** Id of the provider, and the profile that goes with it. */
  readonly provider: string;
  readonly name: string;
  readonly variable: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly tokenPath: string;
  /** Answers 200 to a good token of this API only. */
  readonly resourcePath: string;
  readonly contentType: string;
  /** Seconds, as documented. */
  readonly lifetime: number;
  readonly token: TokenShape;
  /** Token calls within a minute before 429; absent where the document has no limit. */
  readonly callsPerMinute?: number;
  /** Judges a body, already parsed; `undefined` for one that is no JSON or comes under another content type. */
  accepts(body: unknown): 'accepted' | 'refused' | 'malformed';
  succeed(token: IssuedToken, body: unknown): Answer;
  /** The form that the API gives to what its resources answer; absent where they answer it as it is. */
  envelop?(data: unknown): unknown;
  fail(reason: 'refused' | 'malformed' | 'tooMany'): Answer;
}

function text(body: unknown, ...path: string[]): string | undefined {
  let value = body;
  for (const name of path) value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Compares the fields of a body with the credentials of the account. */
function judge(body: unknown, expected: Readonly<Record<string, string>>, ...path: string[]): 'accepted' | 'refused' | 'malformed' {
  const values = Object.entries(expected).map(([name, value]) => [text(body, ...path, name), value] as const);
  if (values.some(([given]) => given === undefined)) return 'malformed';
  return values.every(([given, value]) => given === value) ? 'accepted' : 'refused';
}

/** Papaya Global: 201, `valid_until` cut to the minute, one failure body for everything. */
function papaya(): SandboxApi {
  const credentials = { api_key: 'sandbox-papaya-api-key', client_secret: 'sandbox-papaya-client-secret' };
  return {
    provider: 'papaya',
    name: 'Papaya sandbox',
    variable: 'SANDBOX_PAPAYA_TOKEN',
    credentials,
    tokenPath: '/token',
    resourcePath: '/sandbox/papaya',
    contentType: 'application/json',
    lifetime: 86_400,
    token: {
      algorithm: 'RS256',
      header: (id) => ({ typ: 'JWT', kid: 'SANDBOXKEY0', api_token_id: id }),
      claims: () => ({
        sub: 'access',
        user: { id: '00000000-0000-4000-8000-000000000002', email: 'nobody@sandbox.invalid', owner: { id: '100', ownerType: 'org_id' } },
      }),
    },
    accepts: (body) => judge(body, credentials),
    succeed: ({ token, expiresAt, lifetime }, body) => ({
      status: 201,
      body: { valid_until: minutePrecision(expiresAt, lifetime), token, token_name: text(body, 'token_name') ?? randomUUID() },
    }),
    fail: () => ({ status: 401, body: { error: 'Invalid request' } }),
  };
}

/** A life of minutes cut to the minute would be over before it began; only such a one gets its seconds. */
function minutePrecision(epochSeconds: number, lifetime: number): string {
  const iso = new Date(epochSeconds * 1000).toISOString();
  return lifetime < 600 ? `${iso.slice(0, 19)}Z` : `${iso.slice(0, 16)}Z`;
}

/** Pay4Power, both paths: an envelope whose `success` decides; wrong keys are told of under HTTP 200. */
function pay4Power(name: string, variable: string, base: string): SandboxApi {
  const credentials = { publicKey: 'PUB_KEY_sandbox', privateKey: 'PRIV_KEY_sandbox', environment: 'TEST' };
  const envelope = (statusCode: number, message: string, errors: readonly string[] | null, data: unknown) => ({
    success: statusCode === 200,
    message,
    errors,
    statusCode,
    correlationId: randomUUID(),
    data,
  });
  return {
    provider: 'pay4Power',
    name,
    variable,
    credentials,
    tokenPath: `${base}/auth/token`,
    resourcePath: `${base}/services`,
    contentType: 'application/json',
    lifetime: 3600,
    token: {
      algorithm: 'HS256',
      header: () => ({ typ: 'JWT' }),
      claims: (id, issuedAt) => ({
        user_id: '1',
        merchant_id: '1',
        business_name: 'SANDBOX',
        businessName: 'SANDBOX',
        merchant_name: 'Sandbox_Merchant',
        category: 'SandboxBusiness',
        tier: 'Sandbox',
        environment: 'TEST',
        public_key: 'sandbox',
        jti: id,
        nbf: issuedAt,
        iss: 'SANDBOX_MERCHANT_ISSUER',
        aud: 'SANDBOX_MERCHANT_AUDIENCE',
      }),
    },
    accepts: (body) => judge(body, credentials),
    succeed: ({ token, expiresAt }) => ({
      status: 200,
      body: envelope(200, 'Token generated successfully.', null, { token, expiresAt, tokenType: 'Bearer' }),
    }),
    envelop: (data) => envelope(200, 'Services retrieved successfully.', null, data),
    fail: (reason) =>
      reason === 'refused'
        ? { status: 200, body: envelope(401, 'Invalid credentials.', ['The keys do not match a merchant.'], null) }
        : { status: 400, body: envelope(400, 'Invalid request.', ['publicKey, privateKey and environment are required.'], null) },
  };
}

/** Pay-Connect: OAuth 2.0 client credentials in JSON, `expires_in` a string; its tokens are opaque here. */
function payConnect(): SandboxApi {
  const credentials = { client_id: 'sandbox-pay-connect-client', client_secret: 'sandbox-pay-connect-secret' };
  return {
    provider: 'payConnect',
    name: 'Pay-Connect sandbox',
    variable: 'SANDBOX_PAY_CONNECT_TOKEN',
    credentials,
    tokenPath: '/v1/auth/token/',
    resourcePath: '/sandbox/pay-connect',
    contentType: 'application/json',
    lifetime: 3600,
    token: { algorithm: 'opaque' },
    accepts: (body) => judge(body, { grant_type: 'client_credentials', ...credentials }),
    succeed: ({ token, lifetime }) => ({
      status: 200,
      body: { access_token: token, expires_in: String(lifetime), token_type: 'Bearer', scope: 'default' },
    }),
    fail: () => ({ status: 400, body: { error: 'Bad Request' } }),
  };
}

/** B2BinPay v3: JSON:API in both directions; 400 for an unknown account, 429 with `Retry-After`. */
function b2BinPay(): SandboxApi {
  const credentials = { client_id: 'sandbox-b2binpay-key', client_secret: 'sandbox-b2binpay-secret' };
  const contentType = 'application/vnd.api+json';
  const error = (status: number, code: string, detail: string, headers?: Readonly<Record<string, string>>): Answer => ({
    status,
    contentType,
    ...(headers && { headers }),
    body: { errors: [{ status: String(status), code, detail }] },
  });
  return {
    provider: 'b2BinPay',
    name: 'B2BinPay sandbox',
    variable: 'SANDBOX_B2BINPAY_TOKEN',
    credentials,
    tokenPath: '/token/',
    resourcePath: '/wallet/',
    contentType,
    lifetime: 3599,
    token: { algorithm: 'RS256', header: () => ({ kid: '32' }), claims: (id) => ({ token_type: 'access', jti: id }) },
    callsPerMinute: 120,
    accepts: (body) => (text(body, 'data', 'type') === 'auth-token' ? judge(body, credentials, 'data', 'attributes') : 'malformed'),
    succeed: ({ token, lifetime }) => ({
      status: 200,
      contentType,
      body: { data: { type: 'auth-token', id: '0', attributes: { access: token, expires_in: lifetime, token_type: 'Bearer' } } },
    }),
    fail: (reason) =>
      reason === 'tooMany'
        ? error(429, 'throttled', 'Request was throttled.', { 'retry-after': '60' })
        : reason === 'refused'
          ? error(400, 'no_active_account', 'No active account found with the given credentials')
          : error(422, 'invalid', 'Incorrect request'),
  };
}

/** The five documents, one entry each. */
export const apis: readonly SandboxApi[] = [
  papaya(),
  pay4Power('Pay4Power DEV sandbox', 'SANDBOX_PAY4POWER_TOKEN', '/api/v2.1/b2b'),
  pay4Power('Pay4Power test path sandbox', 'SANDBOX_PAY4POWER_TEST_PATH_TOKEN', '/api/v2.1/b2b/test/v2.1/b2b'),
  payConnect(),
  b2BinPay(),
];
