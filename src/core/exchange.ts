import ky from 'ky';
import { parseEndpoint } from './endpoint.ts';
import { AuthError } from './errors.ts';
import { proxyRefused } from './proxyRefused.ts';

const maximumBody = 1024 * 1024;

/** A request ready to be sent. Holds credentials or a token: it is built for one sending and kept nowhere. */
export interface RequestMessage {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A received answer, its body read whole. Header names in lower case. */
export interface ResponseMessage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface ExchangeOptions {
  /** Milliseconds for the whole of it, body included. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Hears that the request goes out, where nothing forbids that. */
  readonly onSend?: () => void;
}

/**
 * One request and its answer, whatever its status; the only place that speaks HTTP. HTTPS or loopback, one origin,
 * redirects not followed, no cookies.
 * @throws AuthError where nothing may be sent, or no whole answer came
 */
export async function exchange({ url, ...request }: RequestMessage, options: ExchangeOptions): Promise<ResponseMessage> {
  const { timeout, signal, onSend } = options;
  const { protocol, host } = parseEndpoint(url);
  if (protocol === 'https:' && process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0')
    throw new AuthError(
      'tls',
      'Certificates are not checked here, as NODE_TLS_REJECT_UNAUTHORIZED is 0, so nothing is sent. Unset it where VS Code is started.',
    );
  const deadline = AbortSignal.timeout(timeout);
  // Node keeps what `AbortSignal.any` gives for as long as a request listens to it, which is for ever.
  const end = new AbortController();
  const abort = () => {
    end.abort();
  };
  for (const each of [signal, deadline]) {
    if (each.aborted) abort();
    each.addEventListener('abort', abort);
  }
  try {
    if (!end.signal.aborted) onSend?.();
    const answer = await ky(url, {
      ...request,
      signal: end.signal,
      // A redirect would carry the request, and with it the credentials, to wherever it points.
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
      retry: 0,
      timeout: false,
      // An HTTPError carries the request, and so the credentials, along.
      throwHttpErrors: false,
    });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await readBody(answer, host) };
  } catch (error) {
    if (error instanceof AuthError) throw error;
    if (signal.aborted) throw new AuthError('cancelled', 'Cancelled.');
    if (deadline.aborted)
      throw new AuthError(
        'timedOut',
        `${host} did not answer within ${String(Math.ceil(timeout / 1000))} s. Check the network, then try again.`,
      );
    throw connectionError(error, host);
  } finally {
    for (const each of [signal, deadline]) each.removeEventListener('abort', abort);
  }
}

async function readBody(answer: Response, host: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (!answer.body) return new Uint8Array();
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    // Leaving the loop cancels the stream. Counted after decompression, so that no small answer grows large.
    if (length > maximumBody)
      throw new AuthError('responseTooLarge', `${host} answered with more than 1 MiB. Check the URL of the profile.`, {
        status: answer.status,
      });
    chunks.push(chunk);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}

/** Node's and Chromium's names for a certificate that is not trusted. */
const tlsCodes = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME|SSL|TLS|EPROTO/;

function connectionError(error: unknown, host: string): AuthError {
  const codes = errorCodes(error);
  const proxyStatus = refusalByProxy(error);
  if (proxyStatus !== undefined) return proxyRefused(proxyStatus);
  const is = (...names: string[]) => codes.some((code) => names.includes(code));
  if (is('ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME'))
    return new AuthError(
      'hostNotFound',
      `The host ${host} was not found: this machine is offline, or the URL is wrong. Check both, then try again.`,
    );
  if (is('ENETUNREACH', 'ENETDOWN', 'EHOSTUNREACH', 'ENONET'))
    return new AuthError('offline', `This machine is offline, or has no way to ${host}. Check the network, then try again.`);
  if (is('ECONNREFUSED'))
    return new AuthError('connectionRefused', `Nothing answers at ${host}. Check the URL of the profile, then try again.`);
  if (is('ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'))
    return new AuthError('timedOut', `${host} did not answer in time. Check the network, then try again.`);
  if (codes.some((code) => /WRONG_VERSION_NUMBER|EPROTO|PACKET_LENGTH/.test(code)))
    return new AuthError('tls', `${host} does not speak TLS where https:// expects it. Check the URL of the profile and its port.`);
  if (codes.some((code) => tlsCodes.test(code)))
    return new AuthError('tls', `The certificate of ${host} is not trusted. Behind a company proxy, add its certificate to the system’s.`);
  if (is('UND_ERR_HEADERS_OVERFLOW', 'HPE_HEADER_OVERFLOW'))
    return new AuthError('responseTooLarge', `${host} answered with headers of more than 16 KB. Check the URL of the profile.`);
  if (codes.some((code) => /^(HPE_|HTTPParserError$|Z_|UND_ERR_RES_CONTENT_LENGTH_MISMATCH$)/.test(code)))
    return new AuthError('garbledResponse', `${host} answered with something that is not proper HTTP. Check the URL of the profile.`);
  return new AuthError('connectionLost', `The connection to ${host} broke. Try again.`);
}

/**
 * The status with which a proxy refused; `fetch` gives out no response of it (Fetch standard, section 4.5). Of a CONNECT,
 * undici, and VS Code in its place, have it in a sentence of their own only, which is matched as a whole: all else in messages may quote what was sent.
 * A 407 to the request itself is the one failure that undici gives neither a code nor a word.
 */
function refusalByProxy(error: unknown, depth = 0): number | undefined {
  if (!(error instanceof Error) || depth > 5) return undefined;
  if (error.name === 'Error' && error.message === '' && !('code' in error) && error.cause === undefined) return 407;
  const status = /^Proxy response \((\d{3})\) \S{1,5} 200 when HTTP Tunneling$/.exec(error.message)?.[1];
  return status === undefined ? refusalByProxy(error.cause, depth + 1) : Number(status);
}

/** The codes along the chain of causes, and the names, which some of Node's errors have alone. */
function errorCodes(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 5) return [];
  const { code, name, cause, errors } = error as { code?: unknown; name?: unknown; cause?: unknown; errors?: unknown };
  return [
    ...[code, name].filter((word) => typeof word === 'string'),
    ...errorCodes(cause, depth + 1),
    ...(Array.isArray(errors) ? errors.flatMap((inner) => errorCodes(inner, depth + 1)) : []),
  ];
}
