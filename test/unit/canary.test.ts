import assert from 'node:assert/strict';
import { accounts } from '../../src/sandbox/server.ts';
import { Canary } from '../support/canary.ts';

describe('Canary', () => {
  const secret = accounts[0]?.credentials.client_secret ?? '';
  const jwt = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"made-up"}').toString('base64url')}.x`;

  function sees(text: string): boolean {
    const canary = new Canary();
    for (let index = 0; index < 101; index++) canary.read('nothing');
    canary.read(text);
    try {
      canary.assertSilent();
      return false;
    } catch {
      return true;
    }
  }

  for (const [name, text] of [
    ['a secret', `x ${secret} y`],
    ['a secret in base64', Buffer.from(secret).toString('base64')],
    ['a secret in a URL', `?s=${encodeURIComponent(secret)}`],
    ['a token', `Bearer ${jwt}`],
    ['a token in base64', Buffer.from(jwt).toString('base64')],
  ] as const)
    it(`sees ${name}`, () => {
      assert.ok(sees(text));
    });

  it('sees nothing where there is nothing', () => {
    assert.ok(!sees('Papaya sandbox, token valid, 23 hours left'));
  });

  it('does not pass for having looked at nothing', () => {
    assert.throws(() => {
      new Canary().assertSilent();
    });
  });
});
