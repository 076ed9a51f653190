import assert from 'node:assert/strict';
import { isSamePlace, parseBindings, renamed, wasWritten, withWritten, type Binding } from '../../src/core/binding.ts';

const binding: Binding = {
  id: 'made-up-id',
  profileId: 'acme-1',
  kind: 'dotenv',
  uri: 'file:///home/me/.env',
  path: ['ACME_TOKEN'],
  added: { before: 'ACME_TOKEN=', after: '\n' },
  written: [],
};

describe('Bindings as they are stored', () => {
  it('are read back', () => {
    const all = [binding, { ...binding, created: true, production: true }];
    assert.deepEqual(parseBindings(JSON.parse(JSON.stringify(all))), all);
  });

  for (const value of [
    undefined,
    null,
    7,
    'x',
    {},
    [null],
    [{ ...binding, path: [] }],
    [{ ...binding, kind: 'carrierPigeon' }],
    [{ ...binding, written: 'x' }],
    [{ ...binding, production: 'x' }],
  ])
    it(`are none in ${JSON.stringify(value)}`, () => {
      assert.deepEqual(parseBindings(value), []);
    });

  it('are read beside one that cannot be', () => {
    assert.deepEqual(parseBindings([{ id: 7 }, binding]), [binding]);
  });

  it('know what was written without holding it', () => {
    const written = withWritten(withWritten(binding, 'fake-token-1'), 'fake-token-2');
    assert.ok(wasWritten(written, 'fake-token-1') && wasWritten(written, 'fake-token-2'));
    assert.ok(!wasWritten(written, 'fake-token-3') && !wasWritten(binding, 'fake-token-1'));
    assert.doesNotMatch(JSON.stringify(written), /fake-token/);
    assert.ok(!wasWritten({ ...written, id: 'another-id' }, 'fake-token-1'), 'equal tokens look equal');
  });

  it('remember the last few values, each once', () => {
    let many = binding;
    for (let index = 0; index < 10; index++) many = withWritten(withWritten(many, `fake-${String(index)}`), 'fake-again');
    assert.equal(many.written.length, 4);
    assert.equal(new Set(many.written).size, 4);
    assert.ok(wasWritten(many, 'fake-9') && !wasWritten(many, 'fake-0'));
  });

  it('are the same place by kind, file and name', () => {
    assert.ok(isSamePlace(binding, { ...binding, id: 'other', profileId: 'other' } as Binding));
    for (const other of [{ kind: 'fileVariable' as const }, { uri: 'file:///other/.env' }, { path: ['staging', 'ACME_TOKEN'] }])
      assert.ok(!isSamePlace(binding, { ...binding, ...other }));
  });

  it('follow a file and a folder, and no name that begins alike', () => {
    const uris = (all: readonly Binding[]) => all.map(({ uri }) => uri);
    const all = [binding, { ...binding, uri: 'file:///home/me/.env.local' }, { ...binding, uri: 'file:///home/meadow/.env' }];
    assert.deepEqual(uris(renamed(all, 'file:///home/me/.env', 'file:///home/me/new.env')), [
      'file:///home/me/new.env',
      'file:///home/me/.env.local',
      'file:///home/meadow/.env',
    ]);
    assert.deepEqual(uris(renamed(all, 'file:///home/me', 'file:///home/you')), [
      'file:///home/you/.env',
      'file:///home/you/.env.local',
      'file:///home/meadow/.env',
    ]);
  });
});
