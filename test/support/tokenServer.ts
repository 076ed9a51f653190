import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

type Answer = (response: ServerResponse, request: ReceivedRequest) => void | Promise<void>;

/** A server on 127.0.0.1 that remembers what it was asked; disposing of it breaks every connection. */
export interface TokenServer extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  answer: Answer;
}

export async function startTokenServer(answer: Answer, tls?: { readonly key: string; readonly cert: string }): Promise<TokenServer> {
  const requests: ReceivedRequest[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: await text(request) };
    requests.push(received);
    // The fake clock is not the server's; tests that are about the difference send a date of their own.
    response.sendDate = false;
    await server.answer(response, received);
  };
  const listener: RequestListener = (request, response) => {
    receive(request, response).catch(() => response.destroy());
  };
  const http = tls ? createTlsServer(tls, listener) : createServer(listener);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const server: TokenServer = {
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${String(port)}`,
    port,
    requests,
    answer,
    [Symbol.asyncDispose]: async () => {
      const closed = once(http, 'close');
      http.close();
      http.closeAllConnections();
      await closed;
    },
  };
  return server;
}

/** Answers with JSON. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  };
}
