import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import * as vscode from 'vscode';
import type { AuthError } from '../../../src/core/errors.ts';
import { fetchToken } from '../../../src/core/tokenClient.ts';
import { systemClock } from '../../../src/editor/systemClock.ts';
import { acme, acmeCredentials } from '../../support/acme.ts';
import { selfSigned } from '../../support/certificates.ts';
import { assertTellsNothingOf } from '../../support/fakes.ts';
import { json, startTokenServer } from '../../support/tokenServer.ts';
import { until } from '../../host/support.ts';

/** A proxy on loopback that tunnels, or wants a name and a password first. */
async function startProxy(upstreamPort: number, password?: string) {
  const seen: { target: string; authorization: string | undefined; status: number }[] = [];
  const expected = password === undefined ? undefined : `Basic ${Buffer.from(`made-up-name:${password}`).toString('base64')}`;
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    const authorization = request.headers['proxy-authorization'];
    const allowed = expected === undefined || authorization === expected;
    // VS Code has errands of its own.
    if (request.url === 'api.acme.test:443') seen.push({ target: request.url ?? '', authorization, status: allowed ? 200 : 407 });
    if (!allowed) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="made-up"\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const upstream = connect(upstreamPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    seen,
    port,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe('faults: a proxy, as VS Code is told of it', () => {
  const update = (id: string, value: unknown) =>
    vscode.workspace.getConfiguration('http').update(id, value, vscode.ConfigurationTarget.Global);

  async function through(proxyUrl: string): Promise<void> {
    await update('proxy', proxyUrl);
    await update('proxySupport', 'override');
    await until('VS Code knows the proxy', () => vscode.workspace.getConfiguration('http').get('proxy') === proxyUrl);
  }

  afterEach(async () => {
    await update('proxy', undefined);
    await update('proxySupport', undefined);
  });

  async function call(): ReturnType<typeof fetchToken> {
    // VS Code asks no proxy for this machine, so the host is one that only the proxy knows.
    const tokenUrl = 'https://api.acme.test/token';
    return fetchToken(
      { provider: acme(), tokenUrl, credentials: acmeCredentials, timeout: 5000, signal: new AbortController().signal },
      systemClock,
    );
  }

  /** A server under a certificate of the private authority that VS Code was started with. */
  async function startServer(): ReturnType<typeof startTokenServer> {
    const folder = process.env.PAYMENT_AUTH_TEST_CERTIFICATES ?? '';
    const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map((name) => readFile(path.join(folder, name), 'utf8')));
    return startTokenServer(json({ token: 'fake-token', expires_in: 3600 }), { key: key ?? '', cert: cert ?? '' });
  }

  it('F15 a private authority that VS Code was given, behind a proxy that it is told of', async () => {
    await using server = await startServer();
    const proxy = await startProxy(server.port);
    await using other = await startTokenServer(json({ token: 'fake-token' }), selfSigned('api.acme.test'));
    const toOther = await startProxy(other.port);
    try {
      await through(`http://127.0.0.1:${String(proxy.port)}`);
      assert.equal((await call()).accessToken, 'fake-token');
      assert.deepEqual(proxy.seen, [{ target: 'api.acme.test:443', authorization: undefined, status: 200 }]);
      assert.equal(server.requests.length, 1);
      await through(`http://127.0.0.1:${String(toOther.port)}`);
      await assert.rejects(call(), (error: AuthError) => error.code === 'tls');
      assert.equal(toOther.seen.length, 1);
      assert.equal(other.requests.length, 0);
    } finally {
      proxy.stop();
      toOther.stop();
    }
  });

  it('F57 a proxy that VS Code is told of answers 407', async () => {
    await using server = await startServer();
    const proxy = await startProxy(server.port, 'made-up-password');
    try {
      await through(`http://made-up-name:made-up-password@127.0.0.1:${String(proxy.port)}`);
      assert.equal((await call()).accessToken, 'fake-token');
      assert.equal(proxy.seen.at(-1)?.status, 200);
      assert.equal(server.requests.length, 1);
      assert.equal(server.requests[0]?.headers['proxy-authorization'], undefined);
      await through(`http://made-up-name:wrong-password@127.0.0.1:${String(proxy.port)}`);
      await assert.rejects(call(), (error: AuthError) => {
        assert.equal(error.code, 'proxyRefused');
        assertTellsNothingOf(error, 'wrong-password', 'made-up-name', ...Object.values(acmeCredentials));
        return true;
      });
      assert.equal(proxy.seen.at(-1)?.status, 407);
      assert.equal(server.requests.length, 1);
    } finally {
      proxy.stop();
    }
  });
});
