import assert from 'node:assert/strict';
import { applyEdits } from '../../src/core/injection/textEdit.ts';

describe('applyEdits', () => {
  it('leaves a text without edits as it is', () => {
    assert.equal(applyEdits('abc', []), 'abc');
  });

  it('inserts, replaces and removes by the offsets of the text before, in any order of edits', () => {
    const edits = [
      { offset: 0, length: 1, content: 'A1' },
      { offset: 5, length: 0, content: '!' },
      { offset: 2, length: 2, content: '' },
    ];
    for (const order of [edits, edits.toReversed()]) assert.equal(applyEdits('abcde', order), 'A1be!');
  });
});
