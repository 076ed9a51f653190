import assert from 'node:assert/strict';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { parseEndpoint } from '../../src/core/endpoint.ts';
import { AuthError } from '../../src/core/errors.ts';
import { parseProfiles, type Profile } from '../../src/core/profile.ts';
import { acme, acmeCredentials, acmeProfile } from '../support/acme.ts';
import { authority } from '../support/certificates.ts';
import { answering, answeringJson, startFaultServer, type FaultServer } from '../support/faultServer.ts';
import { failureOf, FaultyWindow, fetchWithRetries } from '../support/faultyCalls.ts';
import { fakeNames } from '../support/names.ts';

const good = answeringJson({ token: 'fake-token', expires_in: 3600 });
const asQuery = acme({ request: { method: 'GET', parameters: [{ in: 'query', name: 'key', field: 'password' }] } });

/** A profile of Acme for a server elsewhere. */
function live(tokenUrl: string): Profile {
  const {
    profiles: [profile],
    problems,
  } = parseProfiles([{ id: 'acme-1', name: 'Acme', provider: 'acme', environment: 'live', tokenUrl, variable: 'ACME_TOKEN' }], [acme()]);
  assert.ok(profile, problems[0]?.problem);
  return profile;
}

/** The credentials went to this server in as many requests, and in nothing else. */
function assertRequests(server: FaultServer, count: number): void {
  assert.equal(server.requests.length, count);
  assert.equal(server.accepted, count);
}

function assertUntouched(server: FaultServer): void {
  assert.equal(server.accepted, 0);
  assert.equal(server.received.length, 0);
}

describe('faults: credentials go to one origin only', () => {
  async function redirectedAway(statuses: readonly number[], provider = acme()): Promise<void> {
    for (const status of statuses) {
      await using target = await startFaultServer(good);
      const location = `${target.origin}/fake-token`;
      await using server = await startFaultServer(answering(status, { location }));
      const error = await failureOf(fetchWithRetries(`${server.origin}/token`, { provider }), target.origin);
      assert.equal(error.code, 'redirected');
      assert.equal(error.status, status);
      assertRequests(server, 1);
      assert.equal(server.connections[0]?.ending, 'ended');
      assertUntouched(target);
    }
  }

  it('F1 301, 302, 303 to another origin', () => redirectedAway([301, 302, 303]));

  it('F2 307, 308 to another origin', () => redirectedAway([307, 308]));

  it('F3 any 3xx on the same origin', async () => {
    for (const status of [300, 301, 302, 303, 304, 305, 307, 308, 399]) {
      await using server = await startFaultServer(answering(status, { location: '/elsewhere?fake-token' }));
      const error = await failureOf(fetchWithRetries(`${server.origin}/token`), '/elsewhere');
      assert.equal(error.code, 'redirected');
      assertRequests(server, 1);
    }
  });

  it('F4 a GET token endpoint that redirects', async () => {
    await redirectedAway([301, 302, 303, 307, 308], asQuery);
  });

  it('F7 the token URL edited to another origin', async () => {
    await using server = await startFaultServer(good);
    await using other = await startFaultServer(good);
    await using window = await FaultyWindow.open(acmeProfile(`${server.origin}/token`));
    await window.fetch();
    await window.edit(acmeProfile(`${other.origin}/token`));
    assert.equal((await failureOf(window.fetch())).code, 'credentialsMoved');
    await window.pass(7_200_000, 60_000);
    assertUntouched(other);
    assertRequests(server, 1);
    await window.tokens.setCredentials(window.profile, acmeCredentials);
    await window.fetch();
    assertRequests(other, 1);
    assertRequests(server, 1);
  });

  it('F8 a longer host name, a trailing dot, another port', async () => {
    const own = authority();
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, own.cert]);
    try {
      await using server = await startFaultServer(good, { tls: own.issue('api.acme.example') });
      await using other = await startFaultServer(good, { tls: own.issue('api.acme.example') });
      using names = fakeNames({ address: '127.0.0.1' });
      const port = String(server.port);
      await using window = await FaultyWindow.open(live(`https://api.acme.example:${port}/token`));
      await window.fetch();
      assertRequests(server, 1);
      for (const moved of [
        `https://api.acme.example.evil.example:${port}/token`,
        `https://api.acme.example.:${port}/token`,
        `https://api.acme.example:${String(other.port)}/token`,
        'https://api.acme.example/token',
        `https://127.0.0.1:${port}/token`,
        `https://acme.example:${port}/token`,
        `https://api.acme.exampIe.test:${port}/token`,
      ]) {
        await window.edit(live(moved));
        assert.equal((await failureOf(window.fetch())).code, 'credentialsMoved', moved);
      }
      assertUntouched(other);
      assertRequests(server, 1);
      assert.deepEqual(names.asked, ['api.acme.example']);
    } finally {
      setDefaultCACertificates(before);
    }
  });

  it('F9 a backslash or user info in the URL', async () => {
    await using server = await startFaultServer(good);
    using names = fakeNames({ address: '127.0.0.1' });
    const host = `127.0.0.1:${String(server.port)}`;
    for (const [url, origin] of [
      [`http://${host}\\@evil.example/token`, `http://${host}`],
      [`https://a\\@${host}/token`, 'https://a'],
      [`http://user@${host}/token`, `http://${host}`],
      [`http://user:fake-password-0002@${host}/token`, `http://${host}`],
      [`http://@${host}/token`, `http://${host}`],
      [`http://:@${host}/token`, `http://${host}`],
      [`http:\\\\${host}\\token`, `http://${host}`],
    ] as const) {
      const error = await failureOf(fetchWithRetries(url));
      assert.equal(error.code, 'invalidUrl', url);
      assert.ok(error.message.includes(`It would go to ${origin}.`), error.message);
    }
    assertUntouched(server);
    assert.deepEqual(names.asked, []);
  });

  async function refusedUnencrypted(hosts: readonly string[]): Promise<void> {
    await using server = await startFaultServer(good);
    using names = fakeNames({ address: '127.0.0.1' });
    for (const host of hosts) {
      const error = await failureOf(fetchWithRetries(`http://${host}:${String(server.port)}/token`));
      assert.equal(error.code, 'insecureUrl', host);
      assert.match(error.message, /is not encrypted/);
    }
    assertUntouched(server);
    assert.deepEqual(names.asked, []);
  }

  it('F10 http:// to a remote host', () =>
    refusedUnencrypted(['payments.example', '192.0.2.1', '[2001:db8::1]', '0.0.0.0', '[::]', '10.0.0.1', '[::ffff:192.0.2.1]']));

  it('F11 http:// to a host that looks like this machine', () =>
    refusedUnencrypted([
      'localhost.evil.example',
      'localhost.',
      'evil.localhost.example',
      '127.0.0.1.evil.example',
      'localhost-evil.example',
      'xn--lcalhost-p5a',
    ]));

  it('F12 http:// to this machine', async () => {
    await using server = await startFaultServer(good);
    await using six = await startFaultServer(good, { host: '::1' });
    using names = fakeNames({ address: '127.0.0.1' });
    for (const url of [server.origin, `http://localhost:${String(server.port)}`, `http://LOCALHOST:${String(server.port)}`, six.origin])
      assert.equal((await fetchWithRetries(`${url}/token`)).accessToken, 'fake-token');
    assertRequests(server, 3);
    assertRequests(six, 1);
    assert.deepEqual(new Set(names.asked), new Set(['localhost']));
    // Other spellings of the same address are normalised before anyone looks at them.
    assert.equal(parseEndpoint('http://0x7f.1/token').origin, 'http://127.0.0.1');
    assert.throws(() => parseEndpoint('http://localhost@evil.example/'), AuthError);
  });
});
