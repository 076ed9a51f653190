import assert from 'node:assert/strict';
import { parseCredentials, serializeCredentials } from '../../src/core/credentials.ts';
import { parseJson } from '../../src/core/storedFormat.ts';

describe('credentials', () => {
  const credentials = { origin: 'https://api.acme.example', values: { user: 'fake-user', password: 'a "b" & \\c\nü 💶' }, revision: 'r1' };

  it('come back as they were stored, whatever characters they hold', () => {
    assert.deepEqual(parseCredentials(serializeCredentials(credentials)), credentials);
  });

  it('are stored with a version', () => {
    assert.equal((JSON.parse(serializeCredentials(credentials)) as { version: unknown }).version, 1);
  });

  const unreadable: [string, string][] = [
    ['nothing', ''],
    ['text that is no JSON', 'fake-password'],
    ['JSON that was cut off', serializeCredentials(credentials).slice(0, -3)],
    ['null', 'null'],
    ['a list', '[]'],
    ['no version', JSON.stringify(credentials)],
    ['no version of ours', JSON.stringify({ version: 1.5, ...credentials })],
    ['no origin', JSON.stringify({ version: 1, values: {} })],
    ['values that are no text', JSON.stringify({ version: 1, origin: 'https://api.acme.example', values: { user: 1 } })],
    ['no values', JSON.stringify({ version: 1, origin: 'https://api.acme.example' })],
  ];
  for (const [name, text] of unreadable)
    it(`cannot be read from ${name}`, () => {
      assert.equal(parseCredentials(text), undefined);
    });

  it('are told from what a newer version stored, whatever shape it has', () => {
    assert.equal(parseCredentials(JSON.stringify({ version: 2, sealed: 'otherwise' })), 'newer');
  });
});

describe('parseJson', () => {
  it('reads JSON', () => {
    assert.deepEqual(parseJson('{"a":[1,null]}'), { a: [1, null] });
  });

  it('answers undefined for anything else instead of throwing', () => {
    assert.equal(parseJson('{'), undefined);
  });
});
