import type { JsonObject } from './json.ts';

/**
 * The token calls as the providers' documents describe them, written down a second time and apart from `src`, so that
 * the sandbox and the providers' data are compared with the documents and not with each other. Keys, ids, addresses
 * and tokens are made up; only their shape is that of the documents' samples.
 */
export interface TokenDocument {
  readonly title: string;
  /** Where the document itself names its public page. */
  readonly source?: string;
  /** Id of the provider whose data describes the same call. */
  readonly provider: string;
  /** Token URLs that the document states, by environment id. */
  readonly urls: Readonly<Record<string, string>>;
  readonly request: DocumentedRequest;
  readonly response: DocumentedResponse;
  /** Seconds, where the document says or its sample token shows; Pay-Connect leaves it open. */
  readonly lifetime?: number;
  /** The sample token taken apart, where it is a JWT. `complete` is false where the document cuts it short. */
  readonly token?: DocumentedToken;
  readonly failures: readonly DocumentedFailure[];
}

interface DocumentedRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly body: JsonObject;
  /** The document's table or schema; absent where it has none. */
  readonly fields?: readonly DocumentedField[];
}

interface DocumentedResponse {
  readonly status: number;
  /** Absent where the document does not state it. */
  readonly contentType?: string;
  readonly body: JsonObject;
  /** Name of the field that carries the token. */
  readonly tokenField: string;
  /** The part of the body that is the same in every answer. */
  readonly constants: JsonObject;
  readonly fields?: readonly DocumentedField[];
}

interface DocumentedField {
  readonly name: string;
  /** In the document's own words. */
  readonly type: 'string' | 'number' | 'ISO 8601 date-time format' | 'JWT';
  /** Absent where the document's table does not say. */
  readonly required?: boolean;
}

interface DocumentedToken {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly complete: boolean;
}

interface DocumentedFailure {
  /** What the document gives as the reason; `any` where it knows one failure only. */
  readonly cause: 'credentials' | 'request' | 'tooMany' | 'server' | 'any';
  readonly status: number | '4xx' | '5xx';
  readonly body?: JsonObject;
}

function jwt({ header, claims }: Pick<DocumentedToken, 'header' | 'claims'>, signatureBytes: number): string {
  const encode = (part: JsonObject) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode(header)}.${encode(claims)}.${Buffer.alloc(signatureBytes, 'made up ').toString('base64url')}`;
}

const papayaToken: DocumentedToken = {
  header: { typ: 'JWT', kid: 'MADEUP0', api_token_id: '11111111-2222-4333-8444-000000000001', alg: 'RS256' },
  claims: {
    iat: 1_700_000_011,
    exp: 1_700_086_411,
    sub: 'access',
    user: { id: '11111111-2222-4333-8444-000000000002', email: 'nobody@example.invalid', owner: { id: '123456', ownerType: 'org_id' } },
  },
  complete: true,
};

/** Its prose puts the credentials into the header, its table and example into the body. The answer lacks a comma there. */
const papaya: TokenDocument = {
  title: 'Authentication API',
  provider: 'papaya',
  urls: { staging: 'https://authentication-service.staging.pay.papayaglobal.work/token' },
  request: {
    method: 'POST',
    path: '/token',
    contentType: 'application/json',
    body: { api_key: '11111111-2222-4333-8444-000000000002', client_secret: 'MadeUpSecret!!!', token_name: '11111111-2222' },
    fields: [
      { name: 'api_key', type: 'string', required: true },
      { name: 'client_secret', type: 'string', required: true },
      { name: 'token_name', type: 'string', required: false },
    ],
  },
  response: {
    status: 201,
    body: { valid_until: '2023-11-15T22:13Z', token: jwt(papayaToken, 256), token_name: '11111111-2222' },
    tokenField: 'token',
    constants: {},
    fields: [
      { name: 'valid_until', type: 'ISO 8601 date-time format' },
      { name: 'token', type: 'JWT' },
      { name: 'token_name', type: 'string' },
    ],
  },
  lifetime: 86_400,
  token: papayaToken,
  failures: [{ cause: 'any', status: 401, body: { error: 'Invalid request' } }],
};

const pay4PowerToken: DocumentedToken = {
  header: { alg: 'HS256', typ: 'JWT' },
  claims: {
    user_id: '7',
    merchant_id: '7',
    business_name: 'MADE UP',
    businessName: 'MADE UP',
    merchant_name: 'Made_Up_7',
    category: 'MadeUpBusiness',
    tier: 'Cardboard',
    environment: 'TEST',
    public_key: 'MadeUpPublicKeyMadeUpPublicKeyMadeUpPublic7',
    jti: '11111111-2222-4333-8444-000000000003',
    iat: 1_750_000_000,
    nbf: 1_750_000_000,
    exp: 1_750_003_600,
    iss: 'MADE_UP_ISSUER',
    aud: 'MADE_UP_AUDIENCE',
  },
  complete: true,
};

/** Both mark an Authorization header as required on the token call itself: their generator's doing. */
function pay4Power(title: string, source: string, environment: string, path: string): TokenDocument {
  return {
    title,
    source,
    provider: 'pay4Power',
    urls: { [environment]: `https://p4p-core-bill-payments-service.dev.payinvert.com${path}` },
    request: {
      method: 'POST',
      path,
      contentType: 'application/json',
      body: {
        publicKey: `PUB_KEY_${'MadeUp-'.repeat(6)}7`,
        privateKey: `PRIV_KEY_${'MadeUp_'.repeat(12)}77`,
        environment: 'TEST',
      },
    },
    response: {
      status: 200,
      contentType: 'application/json',
      body: {
        success: true,
        message: 'Token generated successfully.',
        errors: null,
        statusCode: 200,
        correlationId: '11111111-2222-4333-8444-000000000004',
        data: { token: jwt(pay4PowerToken, 32), expiresAt: 1_750_003_600, tokenType: 'Bearer' },
      },
      tokenField: 'token',
      constants: { success: true, message: 'Token generated successfully.', errors: null, statusCode: 200, data: { tokenType: 'Bearer' } },
    },
    lifetime: 3600,
    token: pay4PowerToken,
    failures: [],
  };
}

/** OpenAPI only; its examples are made from the schema and its defaults. */
const payConnect: TokenDocument = {
  title: 'Token',
  provider: 'payConnect',
  urls: { development: 'https://api-payment.lab4pay.dev/v1/auth/token/', production: 'https://api-payment.lab4pay.com/v1/auth/token/' },
  request: {
    method: 'POST',
    path: '/v1/auth/token/',
    contentType: 'application/json',
    body: { grant_type: 'client_credentials', client_id: 'made-up-client', client_secret: 'made-up-secret' },
    fields: [
      { name: 'grant_type', type: 'string', required: true },
      { name: 'client_id', type: 'string', required: true },
      { name: 'client_secret', type: 'string', required: true },
    ],
  },
  response: {
    status: 200,
    contentType: 'application/json',
    body: { access_token: 'made-up-access-token', expires_in: '3600', token_type: 'Bearer', scope: 'default' },
    tokenField: 'access_token',
    constants: { token_type: 'Bearer', scope: 'default' },
    fields: [
      { name: 'access_token', type: 'string', required: true },
      { name: 'expires_in', type: 'string', required: true },
      { name: 'token_type', type: 'string', required: true },
      { name: 'scope', type: 'string', required: true },
    ],
  },
  failures: [
    { cause: 'credentials', status: 400 },
    { cause: 'request', status: 400 },
    { cause: 'server', status: 500 },
  ],
};

/** Knows no host, `[base]` only, and cuts its sample token short. */
const b2BinPay: TokenDocument = {
  title: 'Authentication: Obtain token',
  provider: 'b2BinPay',
  urls: {},
  request: {
    method: 'POST',
    path: '/token/',
    contentType: 'application/vnd.api+json',
    body: { data: { type: 'auth-token', attributes: { client_id: 'made-up-key', client_secret: 'made-up-secret' } } },
    fields: [
      { name: 'client_id', type: 'string', required: true },
      { name: 'client_secret', type: 'string', required: true },
    ],
  },
  response: {
    status: 200,
    body: { data: { type: 'auth-token', id: '0', attributes: { access: 'MadeUpAndCutShort...', expires_in: 3599, token_type: 'Bearer' } } },
    tokenField: 'access',
    constants: { data: { type: 'auth-token', id: '0', attributes: { expires_in: 3599, token_type: 'Bearer' } } },
    fields: [
      { name: 'access', type: 'string' },
      { name: 'expires_in', type: 'number' },
      { name: 'token_type', type: 'string' },
    ],
  },
  lifetime: 3599,
  token: { header: { alg: 'RS256', kid: '32 and more' }, claims: {}, complete: false },
  failures: [
    { cause: 'credentials', status: 400 },
    { cause: 'tooMany', status: 429 },
    { cause: 'request', status: '4xx' },
    { cause: 'server', status: '5xx' },
  ],
};

export const documents: readonly TokenDocument[] = [
  papaya,
  pay4Power('DEV Authentication', 'https://docs.pay4power.com/entry/dev-authentication', 'dev', '/api/v2.1/b2b/auth/token'),
  pay4Power('Authentication', 'https://docs.pay4power.com/entry/authentication', 'testPath', '/api/v2.1/b2b/test/v2.1/b2b/auth/token'),
  payConnect,
  b2BinPay,
];
