import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface SoakServer {
  readonly origin: string;
  /** How many were received, and how many of them came to nothing. */
  readonly requests: number;
  readonly failures: number;
  openSockets(): Promise<number>;
  /** Ends what is kept open for a next request. */
  closeIdle(): void;
  stop(): Promise<void>;
}

/** A token server that fails in all the ways a real one does, and remembers nothing but numbers. */
export async function startSoakServer({ random, lifetime }: { random: () => number; lifetime: () => number }): Promise<SoakServer> {
  let requests = 0;
  let failures = 0;
  const http = createServer((request, response) => {
    request.resume().on('end', () => {
      requests += 1;
      // The clock of the test is not this machine's.
      response.sendDate = false;
      const draw = random();
      const json = (status: number, value: unknown, headers: Record<string, string> = {}) =>
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
      if (draw < 0.85) {
        json(200, { token: `fake-token-${String(requests)}`, expires_in: lifetime() });
        return;
      }
      failures += 1;
      if (draw < 0.88) json(503, { error: 'fake-token' });
      else if (draw < 0.9) json(429, {}, { 'retry-after': '90' });
      else if (draw < 0.92) json(500, {});
      else if (draw < 0.93) json(401, { error: 'fake-password' });
      else if (draw < 0.94) json(200, { error: 'none' });
      else if (draw < 0.95) json(200, { token: 'fake-token-dead', expires_in: 0 });
      else if (draw < 0.96) response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
      else if (draw < 0.98) response.destroy();
      else response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    origin: `http://127.0.0.1:${String((http.address() as AddressInfo).port)}`,
    get requests() {
      return requests;
    },
    get failures() {
      return failures;
    },
    closeIdle: () => {
      http.closeIdleConnections();
    },
    openSockets: () =>
      new Promise((resolve, reject) => {
        http.getConnections((error, count) => {
          if (error) reject(error);
          else resolve(count);
        });
      }),
    stop: async () => {
      const closed = once(http, 'close');
      http.close();
      http.closeAllConnections();
      await closed;
    },
  };
}
