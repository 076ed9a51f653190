import assert from 'node:assert/strict';
import { parseStoredToken, serializeToken } from '../../src/core/storedToken.ts';

const endpoint = { provider: 'acme', tokenUrl: 'https://api.acme.example/token' };
const full = {
  ...endpoint,
  token: {
    accessToken: 'fake-token',
    tokenType: 'Bearer',
    scope: 'default',
    obtainedAt: 1,
    expiresAt: 2,
    statedExpiresAt: 5,
    clockSkew: 3,
    expiryDisagreement: 4,
  },
};

describe('storedToken', () => {
  it('comes back with all that is known of it', () => {
    assert.deepEqual(parseStoredToken(serializeToken(full)), full);
  });

  it('comes back with no more than is known of it', () => {
    const least = { ...endpoint, token: { accessToken: 'fake-token', obtainedAt: 1 } };
    assert.deepEqual(parseStoredToken(serializeToken(least)), least);
  });

  const changed = (change: (stored: { version: number; tokenUrl?: string; token: Record<string, unknown> }) => void) => {
    const stored = JSON.parse(serializeToken(full)) as { version: number; tokenUrl?: string; token: Record<string, unknown> };
    change(stored);
    return JSON.stringify(stored);
  };
  const unreadable: [string, string][] = [
    ['nothing', ''],
    ['a token alone', 'fake-token'],
    ['JSON that was cut off', serializeToken(full).slice(0, -1)],
    ['no version of ours', changed((stored) => (stored.version = 0))],
    ['no URL', changed((stored) => delete stored.tokenUrl)],
    ['no token', changed((stored) => delete stored.token.accessToken)],
    ['an empty token', changed((stored) => (stored.token.accessToken = ''))],
    ['a token that is a number', changed((stored) => (stored.token.accessToken = 1))],
    ['no time', changed((stored) => delete stored.token.obtainedAt)],
    ['an expiry that is text', changed((stored) => (stored.token.expiresAt = '2026'))],
    ['a stated expiry that is text', changed((stored) => (stored.token.statedExpiresAt = '2026'))],
    ['an expiry that is null', changed((stored) => (stored.token.expiresAt = null))],
    ['an expiry beyond all numbers', serializeToken(full).replace('"expiresAt":2', '"expiresAt":1e999')],
  ];
  for (const [name, text] of unreadable)
    it(`is not read from ${name}`, () => {
      assert.equal(parseStoredToken(text), undefined);
    });

  it('is told from what a newer version stored', () => {
    assert.equal(parseStoredToken(changed((stored) => (stored.version = 2))), 'newer');
  });
});
