import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from '../core/ports.ts';
import { apis, type Answer, type SandboxApi } from './apis.ts';
import { Issuer } from './issuer.ts';

export type SandboxAccount = Pick<SandboxApi, 'provider' | 'name' | 'variable' | 'credentials' | 'tokenPath' | 'resourcePath'>;

/** Everything that is needed to call the sandbox; its secrets are made up and open. */
export const accounts: readonly SandboxAccount[] = apis;

export interface SandboxOptions {
  /** Preferred port; another one is taken where something else listens there. 0: any. */
  readonly port?: number;
  /** Seconds that tokens live; 0 or absent: as documented. */
  readonly lifetimeSeconds?: number;
  readonly log?: Logger;
}

export interface Sandbox {
  readonly origin: string;
  /** False where another window runs it: then it cannot be stopped from here. */
  readonly owned: boolean;
  /** Tokens issued from now on live this long; 0: as documented. */
  setLifetime(seconds: number): void;
  stop(): Promise<void>;
}

const identityPath = '/sandbox';
const identity = 'payment-auth-sandbox';
const maximumBody = 64 * 1024;

/** Starts the sandbox on 127.0.0.1, or joins the one that another window runs on the preferred port. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const handler = new Handler(options);
  const server = createServer((request, response) => {
    void handler.handle(request, response);
  });
  const port = await listen(server, options.port ?? 0).catch(async (error: unknown) => {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    return taken && (await isSandbox(options.port ?? 0)) ? undefined : listen(server, 0);
  });
  if (port === undefined)
    return { origin: originOf(options.port ?? 0), owned: false, setLifetime: () => undefined, stop: () => Promise.resolve() };
  options.log?.info(`Sandbox: listening at ${originOf(port)}.`);
  return {
    origin: originOf(port),
    owned: true,
    setLifetime: (seconds) => {
      handler.lifetimeSeconds = seconds;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function originOf(port: number): string {
  return `http://127.0.0.1:${String(port)}`;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

async function isSandbox(port: number): Promise<boolean> {
  try {
    const answer = await fetch(originOf(port) + identityPath, { redirect: 'manual', signal: AbortSignal.timeout(2000) });
    return ((await answer.json()) as { name?: unknown }).name === identity;
  } catch {
    return false;
  }
}

interface Endpoint {
  readonly api: SandboxApi;
  readonly issuer: Issuer;
  /** Times of token calls in the last minute. */
  calls: number[];
}

class Handler {
  readonly #endpoints: readonly Endpoint[] = apis.map((api) => ({ api, issuer: new Issuer(api.token), calls: [] }));
  readonly #log: Logger | undefined;
  lifetimeSeconds: number;

  constructor({ lifetimeSeconds, log }: SandboxOptions) {
    this.lifetimeSeconds = lifetimeSeconds ?? 0;
    this.#log = log;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: Answer;
    try {
      answer = await this.#answer(request);
    } catch {
      answer = { status: 500, body: { error: 'Internal Server Error' } };
    }
    this.#log?.info(`Sandbox: ${request.method ?? ''} ${pathOf(request)} answered ${String(answer.status)}.`);
    response.writeHead(answer.status, {
      'content-type': answer.contentType ?? 'application/json',
      'cache-control': 'no-store',
      ...answer.headers,
    });
    response.end(JSON.stringify(answer.body));
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const pathname = pathOf(request);
    if (pathname === identityPath) return { status: 200, body: { name: identity } };
    const token = this.#endpoints.find(({ api }) => api.tokenPath === pathname);
    if (token) return request.method === 'POST' ? this.#issue(token, request) : notAllowed('POST');
    const resource = this.#endpoints.find(({ api }) => api.resourcePath === pathname);
    if (resource) return this.#resource(resource, request);
    return { status: 404, body: { error: 'Not Found' } };
  }

  async #issue(endpoint: Endpoint, request: IncomingMessage): Promise<Answer> {
    const { api, issuer } = endpoint;
    const now = Date.now();
    endpoint.calls = [...endpoint.calls.filter((time) => now - time < 60_000), now];
    const raw = await readBody(request);
    if (api.callsPerMinute !== undefined && endpoint.calls.length > api.callsPerMinute) return api.fail('tooMany');
    const body = mediaType(request) === api.contentType ? parse(raw) : undefined;
    const verdict = api.accepts(body);
    if (verdict !== 'accepted') return api.fail(verdict);
    return api.succeed(await issuer.issue(this.lifetimeSeconds > 0 ? this.lifetimeSeconds : api.lifetime), body);
  }

  async #resource({ api, issuer }: Endpoint, request: IncomingMessage): Promise<Answer> {
    const token = /^Bearer ([^\s,]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const expiresAt = token === undefined ? undefined : await issuer.verify(token);
    if (expiresAt === undefined)
      // RFC 6750 section 3: no error code where no token came at all.
      return {
        status: 401,
        headers: { 'www-authenticate': token === undefined ? 'Bearer realm="sandbox"' : 'Bearer realm="sandbox", error="invalid_token"' },
        body: { error: token === undefined ? 'No bearer token' : 'Invalid or expired token' },
      };
    const body = { sandbox: api.name, tokenExpiresAt: new Date(expiresAt * 1000).toISOString() };
    return { status: 200, body: api.envelop?.(body) ?? body };
  }
}

function notAllowed(method: string): Answer {
  return { status: 405, headers: { allow: method }, body: { error: 'Method Not Allowed' } };
}

/** Never throws, whatever came: "//" on its own, for one, is no URL relative to another. */
function pathOf({ url = '/' }: IncomingMessage): string {
  return URL.parse(url.startsWith('/') ? originOf(0) + url : url)?.pathname ?? '';
}

function mediaType(request: IncomingMessage): string | undefined {
  return request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maximumBody) chunks.push(chunk);
  }
  return length <= maximumBody ? Buffer.concat(chunks).toString('utf8') : '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
