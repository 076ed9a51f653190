import assert from 'node:assert/strict';
import { Emitter } from '../../src/core/emitter.ts';

describe('Emitter', () => {
  it('tells every listener, in the order in which they came', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    emitter.event((value) => heard.push(`a${String(value)}`));
    emitter.event((value) => heard.push(`b${String(value)}`));
    emitter.fire(1);
    assert.deepEqual(heard, ['a1', 'b1']);
  });

  it('tells a listener nothing more once it is disposed of', () => {
    const emitter = new Emitter<number>();
    const heard: number[] = [];
    const subscription = emitter.event((value) => heard.push(value));
    emitter.fire(1);
    subscription.dispose();
    emitter.fire(2);
    assert.deepEqual(heard, [1]);
  });

  it('lets a listener dispose of itself while it is told, and others hear all the same', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const subscription = emitter.event(() => {
      heard.push('once');
      subscription.dispose();
    });
    emitter.event(() => heard.push('always'));
    emitter.fire(1);
    emitter.fire(2);
    assert.deepEqual(heard, ['once', 'always', 'always']);
  });

  it('does not tell a listener that is added while it fires', () => {
    const emitter = new Emitter<number>();
    let heard = 0;
    emitter.event(() => {
      emitter.event(() => heard++);
    });
    emitter.fire(1);
    assert.equal(heard, 0);
  });

  it('is silent once it is disposed of', () => {
    const emitter = new Emitter<number>();
    let heard = 0;
    emitter.event(() => heard++);
    emitter.dispose();
    emitter.fire(1);
    assert.equal(heard, 0);
  });
});
