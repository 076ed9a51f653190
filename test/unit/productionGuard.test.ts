import assert from 'node:assert/strict';
import { Emitter } from '../../src/core/emitter.ts';
import type { Profile } from '../../src/core/profile.ts';
import { ProductionGuard, type ProductionUse } from '../../src/editor/production/productionGuard.ts';
import { acme, acmeProfile } from '../support/acme.ts';

describe('ProductionGuard', () => {
  const [test, live] = acme().environments;
  assert.ok(test && live);
  const at = (id: string, rest: Partial<Profile> = {}): Profile => ({
    ...acmeProfile('http://127.0.0.1:4010/token', { id, environment: live }),
    ...rest,
  });
  const declined = new Error('declined');
  const changed = new Emitter<void>();
  let profiles: Profile[];
  let questions: { use: ProductionUse; ids: string[] }[];
  let answer: () => Promise<void>;
  let asks: boolean;
  let literals: boolean;
  let guard: ProductionGuard;

  beforeEach(() => {
    profiles = [];
    questions = [];
    answer = () => Promise.resolve();
    asks = true;
    literals = false;
    guard = new ProductionGuard({
      store: { find: (id) => profiles.find((profile) => profile.id === id), onDidChange: changed.event },
      asks: () => asks,
      literals: () => literals,
      ask: (use, asked) => {
        questions.push({ use, ids: asked.map(({ id }) => id) });
        return answer();
      },
    });
  });

  afterEach(() => {
    guard.dispose();
  });

  function set(...next: Profile[]): void {
    profiles = next;
    changed.fire();
  }

  it('asks once for a profile of production, whatever it is used for next', async () => {
    const profile = at('a');
    set(profile);
    assert.equal(guard.isOpen(profile), true);
    await guard.confirm('fetch', profile);
    await guard.confirm('copy', profile);
    assert.deepEqual(questions, [{ use: 'fetch', ids: ['a'] }]);
    assert.equal(guard.isOpen(profile), false);
  });

  it('asks nothing for other environments, nor where the setting is off', async () => {
    await guard.confirm('send', at('a', { environment: test }));
    asks = false;
    await guard.confirm('send', at('b'));
    assert.deepEqual(questions, []);
    asks = true;
    assert.equal(guard.isOpen(at('b')), true, 'what was not asked was not confirmed');
  });

  it('remembers nothing where a person declines', async () => {
    const profile = at('a');
    set(profile);
    answer = () => Promise.reject(declined);
    await assert.rejects(guard.confirm('copy', profile), declined);
    assert.equal(guard.isOpen(profile), true);
    answer = () => Promise.resolve();
    await guard.confirm('copy', profile);
    assert.equal(questions.length, 2);
  });

  it('asks for another profile by itself, and for several at once only for those that are open', async () => {
    const [a, b, c] = [at('a'), at('b'), at('c')];
    const other = at('d', { environment: test });
    set(a, b, c, other);
    await guard.confirm('fetch', a);
    await guard.confirm('renewAll', a, b, c, other);
    assert.deepEqual(questions, [
      { use: 'fetch', ids: ['a'] },
      { use: 'renewAll', ids: ['b', 'c'] },
    ]);
  });

  for (const [what, edited] of [
    ['origin', { origin: 'http://127.0.0.1:4011' }],
    ['environment', { environment: { ...live, id: 'live2' } }],
    ['provider', { provider: { ...acme(), id: 'acme2' } }],
  ] as const)
    it(`asks anew after an edit to another ${what}, and after the edit back`, async () => {
      const profile = at('a');
      set(profile);
      await guard.confirm('fetch', profile);
      set(at('a', edited));
      assert.equal(guard.isOpen(at('a', edited)), true);
      set(profile);
      assert.equal(guard.isOpen(profile), true);
    });

  it('keeps to its answer where only the name changes, and forgets it with the profile', async () => {
    const profile = at('a');
    set(profile);
    await guard.confirm('fetch', profile);
    set(at('a', { name: 'Another name' }));
    assert.equal(guard.isOpen(at('a', { name: 'Another name' })), false);
    set();
    assert.equal(guard.isOpen(profile), true);
  });

  it('puts one question at a time, and an answer serves those that wait', async () => {
    const profile = at('a');
    set(profile);
    const pending = Promise.withResolvers<void>();
    answer = () => pending.promise;
    const both = Promise.all([guard.confirm('copy', profile), guard.confirm('insert', profile)]);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(questions.length, 1);
    pending.resolve();
    await both;
    assert.deepEqual(questions, [{ use: 'copy', ids: ['a'] }]);
  });

  it('asks those that wait where the first is declined', async () => {
    const profile = at('a');
    set(profile);
    answer = () => (questions.length === 1 ? Promise.reject(declined) : Promise.resolve());
    const outcomes = await Promise.allSettled([guard.confirm('copy', profile), guard.confirm('insert', profile)]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'fulfilled'],
    );
  });

  it('does not go on with a profile that was edited or deleted while the question stood open', async () => {
    for (const next of [[at('a', { origin: 'http://127.0.0.1:4011' })], []]) {
      const profile = at('a');
      set(profile);
      answer = () => {
        set(...next);
        return Promise.resolve();
      };
      await assert.rejects(guard.confirm('fetch', profile), { code: 'profileDeleted' });
      set(profile);
      assert.equal(guard.isOpen(profile), true);
    }
  });

  it('has tokens of production written out only where that is allowed', () => {
    assert.equal(guard.allowsLiterals(at('a', { environment: test })), true);
    assert.equal(guard.allowsLiterals(at('a')), false);
    literals = true;
    assert.equal(guard.allowsLiterals(at('a')), true);
  });
});
