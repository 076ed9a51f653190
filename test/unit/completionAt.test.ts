import assert from 'node:assert/strict';
import { completionAt } from '../../src/core/completionAt.ts';

describe('completionAt', () => {
  const cases: [string, string | undefined][] = [
    ['A: {{$processEnv ', 'variable 17'],
    ['A: {{ $processEnv PAP', 'variable 18'],
    ['A: {{x}} {{$processEnv P', 'variable 23'],
    ['A: {{', 'reference 5'],
    ['A: {{$pro', 'reference 5'],
    ['A: {{ pap', 'reference 6'],
    ['Authorization:', 'authorization 14'],
    ['Authorization: ', 'authorization 15'],
    ['  authorization : Bea', 'authorization 18'],
    ['Authorization: Bearer ', 'authorization 15'],
    ['Authorization: Bearer {{', 'reference 24'],
    ['@papaya = ', 'value 10'],
    ['@global.papaya=x', 'value 15'],
    ['@papaya := ', 'value 11'],
    ['@', 'definition 0'],
    ['  @pa', 'definition 2'],
    ['', undefined],
    ['GET https://a.example', undefined],
    ['X-Authorization: ', undefined],
    ['Authorization: Bearer x y', undefined],
    ['{"a": 1, ', undefined],
    ['A: {{x}}', undefined],
    ['mail to a@b', undefined],
    ['@a = b c', undefined],
  ];
  for (const [before, expected] of cases)
    it(`finds ${expected ?? 'nothing'} behind “${before}”`, () => {
      const place = completionAt(before);
      assert.equal(place && `${place.kind} ${String(place.start)}`, expected);
    });
});
