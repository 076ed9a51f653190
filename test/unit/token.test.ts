import assert from 'node:assert/strict';
import {
  authorizationScheme,
  freshness,
  isBearer,
  isUsable,
  renewalMargin,
  renewalTime,
  type Freshness,
  type Token,
} from '../../src/core/token.ts';

const minute = 60_000;
const hour = 60 * minute;

function token(lifetime?: number, tokenType?: string): Token {
  return {
    accessToken: 'fake-token',
    obtainedAt: 0,
    ...(lifetime === undefined ? {} : { expiresAt: lifetime }),
    ...(tokenType === undefined ? {} : { tokenType }),
  };
}

describe('renewalMargin', () => {
  const cases: [string, number | undefined, number][] = [
    ['five minutes of a day', 24 * hour, 5 * minute],
    ['five minutes of an hour', hour, 5 * minute],
    ['five minutes of 25 minutes', 25 * minute, 5 * minute],
    ['a fifth of less', 24 * minute, 4.8 * minute],
    ['one minute of five', 5 * minute, minute],
    ['nothing of an unknown life', undefined, 0],
    ['nothing of a life that was over on arrival', -hour, 0],
  ];
  for (const [name, lifetime, margin] of cases)
    it(`is ${name}`, () => {
      assert.equal(renewalMargin(token(lifetime)), margin);
    });
});

describe('renewalTime', () => {
  it('is the margin ahead of the expiry', () => {
    assert.equal(renewalTime(token(hour)), 55 * minute);
  });
  for (const lifetime of [undefined, 0, -1])
    it(`is never for a life of ${String(lifetime)}`, () => {
      assert.equal(renewalTime(token(lifetime)), undefined);
    });
});

describe('freshness', () => {
  const cases: [number | undefined, number, Freshness][] = [
    [hour, 0, 'valid'],
    [hour, 55 * minute - 1, 'valid'],
    [hour, 55 * minute, 'expiring'],
    [hour, hour - 1, 'expiring'],
    [hour, hour, 'expired'],
    [hour, 24 * hour, 'expired'],
    [0, 0, 'expired'],
    [undefined, 24 * hour, 'unknownExpiry'],
  ];
  for (const [lifetime, now, expected] of cases)
    it(`of a life of ${String(lifetime)} ms is ${expected} after ${String(now)} ms`, () => {
      assert.equal(freshness(token(lifetime), now), expected);
      assert.equal(isUsable(token(lifetime), now), expected !== 'expired');
    });

  it('is not expired where the clock was turned back', () => {
    assert.equal(freshness(token(hour), -hour), 'valid');
  });
});

describe('authorizationScheme', () => {
  const cases: [string | undefined, boolean, string][] = [
    [undefined, true, 'Bearer'],
    ['Bearer', true, 'Bearer'],
    ['bearer', true, 'Bearer'],
    ['BEARER', true, 'Bearer'],
    ['DPoP', false, 'DPoP'],
    ['mac', false, 'mac'],
  ];
  for (const [tokenType, bearer, scheme] of cases)
    it(`is ${scheme} where the provider said ${tokenType ?? 'nothing'}`, () => {
      assert.equal(isBearer(token(hour, tokenType)), bearer);
      assert.equal(authorizationScheme(token(hour, tokenType)), scheme);
    });

  it('is Bearer while there is no token', () => {
    assert.equal(authorizationScheme(undefined), 'Bearer');
  });
});
