import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { authority, selfSigned, type KeyAndCertificate } from '../support/certificates.ts';
import { answeringJson, startFaultServer, type FaultServer, type Script } from '../support/faultServer.ts';
import { failureOf, fetchWithRetries, HastyClock, unspeakable } from '../support/faultyCalls.ts';

const here = [127, 0, 0, 1];
const yesterday = () => Date.now() - 86_400_000;
const good = answeringJson({ token: 'fake-token', expires_in: 3600 });

/** Fetches in a process with an environment of its own; all that it prints is free of secrets. */
async function fetchInChild(
  url: string,
  environment: Readonly<Record<string, string>>,
  ...secrets: string[]
): Promise<{ code: string; shown: string }> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/proxy|^NODE_/i.test(name)));
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [fileURLToPath(new URL('../support/childFetch.ts', import.meta.url)), url],
    {
      env: { ...inherited, ...environment },
    },
  );
  for (const secret of [...unspeakable, ...secrets])
    assert.ok(!(stdout + stderr).includes(secret), `“${secret}” shows in: ${stdout}${stderr}`);
  return JSON.parse(stdout) as { code: string; shown: string };
}

/** One handshake began on the server and came to nothing, and no byte of a request arrived. */
async function untouched(server: FaultServer): Promise<void> {
  // The server hears of it a moment later.
  for (let waited = 0; server.failedHandshakes.length === 0 && waited < 50; waited++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(server.accepted, 1);
  assert.equal(server.failedHandshakes.length, 1);
  assert.equal(server.connections.length, 0);
  assert.equal(server.received.length, 0);
}

describe('faults: certificates and proxies', () => {
  const before = getCACertificates('default');
  afterEach(() => {
    setDefaultCACertificates(before);
  });

  async function refused(tls: KeyAndCertificate): Promise<void> {
    await using server = await startFaultServer(good, { tls });
    const clock = new HastyClock();
    const error = await failureOf(fetchWithRetries(`${server.origin}/token`, { clock }));
    assert.equal(error.code, 'tls');
    assert.match(error.message, /The certificate of 127\.0\.0\.1:\d+ is not trusted/);
    assert.deepEqual(clock.waits, []);
    await untouched(server);
  }

  it('F13 a self-signed certificate', () => refused(selfSigned(here)));

  it('F13 a self-signed certificate, where the environment says not to check any', async () => {
    await using server = await startFaultServer(good, { tls: selfSigned(here) });
    const { code } = await fetchInChild(`${server.origin}/token`, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    assert.equal(code, 'tls');
    assert.equal(server.accepted, 0);
  });

  it('F14 an expired certificate, and one of another host', async () => {
    const own = authority();
    setDefaultCACertificates([...before, own.cert]);
    await refused(own.issue(here, yesterday()));
    await refused(own.issue([127, 0, 0, 2]));
    await refused(own.issue('payments.example'));
    // The same authority is trusted for what it may vouch for: it was the date and the name.
    await using server = await startFaultServer(good, { tls: own.issue(here) });
    await fetchWithRetries(`${server.origin}/token`);
    assert.equal(server.requests.length, 1);
  });

  it('F15 a private authority that the user configured', async () => {
    const own = authority();
    const folder = await mkdtemp(join(tmpdir(), 'payment-auth-'));
    try {
      const file = join(folder, 'authority.pem');
      await writeFile(file, own.cert);
      await using server = await startFaultServer(good, { tls: own.issue(here) });
      assert.equal((await fetchInChild(`${server.origin}/token`, {})).code, 'tls');
      await untouched(server);
      assert.equal((await fetchInChild(`${server.origin}/token`, { NODE_EXTRA_CA_CERTS: file })).code, 'fetched');
      assert.equal(server.requests.length, 1);
    } finally {
      await rm(folder, { recursive: true });
    }
  }).timeout(20_000);

  it('F57 a proxy that answers 407', async () => {
    const refuse: Script = async (peer) => {
      await peer.request();
      await peer.answer(407, { 'proxy-authenticate': 'Basic realm="[x](command:evil)"' }, 'fake-token [x](command:evil)');
    };
    await using proxy = await startFaultServer(refuse);
    const [user, password] = ['fake-proxy-user', 'fake-proxy-password'];
    const credentials = Buffer.from(`${user}:${password}`).toString('base64');
    const address = `http://${user}:${password}@127.0.0.1:${String(proxy.port)}`;
    const environment = { NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: address, HTTP_PROXY: address };
    const { code, shown } = await fetchInChild('https://payments.example/token', environment, user, password, credentials, 'command:');
    assert.equal(code, 'proxyRefused', shown);
    assert.match(shown, /The proxy refused the connection \(407\)/);
    assert.equal(proxy.accepted, 1);
    assert.equal(proxy.requests[0]?.line, 'CONNECT payments.example:443 HTTP/1.1');
    assert.equal(proxy.requests[0].headers.get('proxy-authorization'), `Basic ${credentials}`);
    for (const secret of unspeakable) assert.ok(!proxy.received.includes(secret));
  }).timeout(20_000);
});
