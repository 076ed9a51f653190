import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { KeyAndCertificate } from './certificates.ts';

/** What a server does with one connection, byte by byte. It may throw once the other side is gone. */
export type Script = (peer: Peer) => void | Promise<void>;

/** What the server saw and did on one connection. */
interface ConnectionRecord {
  /** Every byte that came in; behind TLS, once decrypted. */
  readonly received: Buffer;
  /** Bytes handed to the operating system, which may not all have reached the other side. */
  readonly sent: number;
  /** `performance.now()` at which the connection was accepted. */
  readonly openedAt: number;
  /** `performance.now()` at which it was over; absent while it is open. */
  readonly closedAt?: number;
  /** How it came to its end, where that was the server's doing. */
  readonly ending?: 'ended' | 'reset';
}

/** A request as it arrived. */
interface ReceivedRequest {
  /** Method, target and version. */
  readonly line: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** A connection, in the hands of a script. */
class Peer implements ConnectionRecord {
  readonly openedAt = performance.now();
  closedAt?: number;
  ending?: 'ended' | 'reset';
  sent = 0;
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    // A reset is what many of the tests are about.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closedAt = performance.now();
    });
  }

  get received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Waits for a whole request: its headers, and the body of the length that they state. */
  async request(): Promise<ReceivedRequest> {
    for (;;) {
      const request = parseRequest(this.received);
      if (request) return request;
      if (this.#socket.destroyed || this.#socket.readableEnded) throw new Error('The connection ended in mid request');
      await Promise.race([once(this.#socket, 'data'), once(this.#socket, 'close'), once(this.#socket, 'end')]);
    }
  }

  /** Sends bytes as they are and waits until there is room for more. */
  async send(bytes: string | Uint8Array): Promise<void> {
    if (this.#socket.destroyed) throw new Error('The other side is gone');
    const full = !this.#socket.write(bytes);
    this.sent += Buffer.byteLength(bytes);
    if (full) await Promise.race([once(this.#socket, 'drain'), this.gone()]);
  }

  /** Sends a response of HTTP/1.1 with a Content-Length, and ends the connection. */
  async answer(status: number, headers: Readonly<Record<string, string>> = {}, body: string | Uint8Array = ''): Promise<void> {
    await this.send(head(status, { 'content-length': String(Buffer.byteLength(body)), connection: 'close', ...headers }));
    if (Buffer.byteLength(body) > 0) await this.send(body);
    this.end();
  }

  end(): void {
    this.ending ??= 'ended';
    this.#socket.end();
  }

  /** Breaks the connection off with RST, once the bytes sent so far have gone out. */
  async reset(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.ending ??= 'reset';
    this.#socket.resetAndDestroy();
  }

  /** Settles when the connection is over. */
  async gone(): Promise<void> {
    if (!this.#socket.destroyed) await once(this.#socket, 'close');
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** The start of a response of HTTP/1.1, blank line included. */
export function head(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${String(status)} Made Up\r\n${lines.join('')}\r\n`;
}

/** Reads the request and answers it. */
export function answering(status: number, headers?: Readonly<Record<string, string>>, body?: string | Uint8Array): Script {
  return async (peer) => {
    await peer.request();
    await peer.answer(status, headers, body);
  };
}

/** Reads the request and answers it with JSON. */
export function answeringJson(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Script {
  return answering(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(value));
}

/** A server on a loopback address; disposing of it breaks every connection. */
export interface FaultServer extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** One per connection accepted, in order; behind TLS, after its handshake. */
  readonly connections: readonly ConnectionRecord[];
  /** Connections accepted by the operating system, handshake or not. */
  readonly accepted: number;
  /** Codes with which TLS handshakes failed. */
  readonly failedHandshakes: readonly string[];
  /** Requests that arrived whole, over all connections. */
  readonly requests: readonly ReceivedRequest[];
  /** All bytes received on all connections. */
  readonly received: Buffer;
  /** The nth connection gets the nth script, and all beyond it the last. */
  scripts: readonly [Script, ...Script[]];
}

interface FaultServerOptions {
  readonly tls?: KeyAndCertificate;
  /** Loopback address to listen on. */
  readonly host?: '127.0.0.1' | '::1';
}

/** Starts a server whose connections follow scripts, so that it can say and leave out whatever a real one must not. */
export async function startFaultServer(
  scripts: Script | readonly [Script, ...Script[]],
  { tls, host = '127.0.0.1' }: FaultServerOptions = {},
): Promise<FaultServer> {
  const peers: Peer[] = [];
  const failedHandshakes: string[] = [];
  const raw = new Set<Socket>();
  let accepted = 0;

  const accept = (socket: Socket) => {
    const script = fault.scripts[Math.min(peers.length, fault.scripts.length - 1)];
    const peer = new Peer(socket);
    peers.push(peer);
    // A script that finds the other side gone has done its work.
    Promise.resolve(script?.(peer)).catch(() => {
      peer.destroy();
    });
  };
  const server: Server = tls
    ? createTlsServer(tls, accept).on('tlsClientError', (error: NodeJS.ErrnoException) => failedHandshakes.push(error.code ?? ''))
    : createServer(accept);
  server.on('connection', (socket) => {
    accepted += 1;
    raw.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => raw.delete(socket));
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const fault: FaultServer = {
    origin: `${tls ? 'https' : 'http'}://${host === '::1' ? '[::1]' : host}:${String(port)}`,
    port,
    connections: peers,
    get accepted() {
      return accepted;
    },
    failedHandshakes,
    get requests() {
      return peers.map((peer) => parseRequest(peer.received)).filter((request) => request !== undefined);
    },
    get received() {
      return Buffer.concat(peers.map((peer) => peer.received));
    },
    scripts: typeof scripts === 'function' ? [scripts] : scripts,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const peer of peers) peer.destroy();
      for (const socket of raw) socket.destroy();
      await closed;
    },
  };
  return fault;
}

function parseRequest(bytes: Buffer): ReceivedRequest | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [line = '', ...fields] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Map(
    fields.map((field): [string, string] => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
  const body = bytes.subarray(end + 4);
  const length = Number(headers.get('content-length') ?? 0);
  return body.length < length ? undefined : { line, headers, body: body.subarray(0, length) };
}
