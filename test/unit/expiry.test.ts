import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AuthError } from '../../src/core/errors.ts';
import { parseExpiry } from '../../src/core/expiry.ts';
import type { ExpiryFormat } from '../../src/core/provider.ts';

type Format = Pick<ExpiryFormat, 'as' | 'zone'>;

function named(value: unknown): string {
  return value === undefined || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function assertRefused(value: unknown, format: Format): void {
  assert.throws(
    () => parseExpiry(value, format),
    (error) => error instanceof AuthError && error.code === 'badExpiry',
  );
}

describe('parseExpiry', () => {
  describe('in seconds', () => {
    const cases: [unknown, number][] = [
      [3599, 3_599_000],
      ['3599', 3_599_000],
      ['3600', 3_600_000],
      [0.5, 500],
      ['1.5', 1500],
      [0, 0],
      ['0', 0],
      [-1, 0],
      ['-3600', 0],
      [2_592_000, 2_592_000_000],
      [1e12, 315_360_000_000],
      ['999999999999999', 315_360_000_000],
    ];
    for (const [value, lifetime] of cases)
      it(`reads ${named(value)} as ${String(lifetime)} ms`, () => {
        assert.deepEqual(parseExpiry(value, { as: 'seconds' }), { lifetime });
      });

    const unknown = [
      Number.NaN,
      Infinity,
      -Infinity,
      'NaN',
      '1e3',
      '3600abc',
      '0x10',
      '',
      ' ',
      ' 3600',
      '3600 ',
      '+3600',
      '3,600',
      '1_000',
      true,
      false,
      null,
      undefined,
      [],
      [3600],
      {},
      '1'.repeat(16),
    ];
    for (const value of unknown)
      it(`takes ${named(value)} for an unknown expiry`, () => {
        assert.equal(parseExpiry(value, { as: 'seconds' }), undefined);
      });
  });

  describe('as a point of time', () => {
    const time = Date.UTC(2026, 8, 10, 12, 34);
    const cases: [unknown, Format, number][] = [
      [time / 1000, { as: 'epochSeconds' }, time],
      [String(time / 1000), { as: 'epochSeconds' }, time],
      [time, { as: 'epochMilliseconds' }, time],
      [String(time), { as: 'epochMilliseconds' }, time],
      ['2026-09-10T12:34Z', { as: 'iso8601' }, time],
      ['2026-09-10t12:34z', { as: 'iso8601' }, time],
      [' 2026-09-10T12:34Z ', { as: 'iso8601' }, time],
      ['2026-09-10 12:34Z', { as: 'iso8601' }, time],
      ['2026-09-10T12:34:00Z', { as: 'iso8601' }, time],
      ['2026-09-10T12:34:00.5Z', { as: 'iso8601' }, time + 500],
      ['2026-09-10T12:34:00,250Z', { as: 'iso8601' }, time + 250],
      ['2026-09-10T12:34:56.1234567Z', { as: 'iso8601' }, time + 56_123],
      ['2026-09-10T12:34:00+0000', { as: 'iso8601' }, time],
      ['2026-09-10T12:34:00+00:00', { as: 'iso8601' }, time],
      ['2026-09-10T14:34:00+02', { as: 'iso8601' }, time],
      ['2026-09-10T14:34:00+02:00', { as: 'iso8601' }, time],
      ['2026-09-10T07:04:00-0530', { as: 'iso8601' }, time],
      ['2026-09-11T02:34:00+14:00', { as: 'iso8601' }, time],
      ['2026-09-10T12:34:00', { as: 'iso8601', zone: 'utc' }, time],
      ['2026-09-10T14:34:00+02:00', { as: 'iso8601', zone: 'utc' }, time],
      ['2028-02-29T00:00Z', { as: 'iso8601' }, Date.UTC(2028, 1, 29)],
    ];
    for (const [value, format, at] of cases)
      it(`reads ${named(value)} as ${format.as}${format.zone ? ' in UTC' : ''}`, () => {
        assert.deepEqual(parseExpiry(value, format), { at });
      });

    const refused: [unknown, Format][] = [
      // A unit is declared, never guessed.
      [time, { as: 'epochSeconds' }],
      [time / 1000, { as: 'epochMilliseconds' }],
      [0, { as: 'epochSeconds' }],
      [-1, { as: 'epochSeconds' }],
      [3600, { as: 'epochSeconds' }],
      [1e300, { as: 'epochSeconds' }],
      ['2026-09-10T12:34', { as: 'iso8601' }],
      ['2026-02-30T12:34Z', { as: 'iso8601' }],
      ['2027-02-29T12:34Z', { as: 'iso8601' }],
      ['2026-13-01T00:00Z', { as: 'iso8601' }],
      ['2026-00-10T00:00Z', { as: 'iso8601' }],
      ['2026-09-00T00:00Z', { as: 'iso8601' }],
      ['2026-09-10T24:00Z', { as: 'iso8601' }],
      ['2026-09-10T12:60Z', { as: 'iso8601' }],
      ['2026-09-10T12:34:60Z', { as: 'iso8601' }],
      ['2026-09-10T12:34+99:99', { as: 'iso8601' }],
      ['2026-09-10T12:34+02:60', { as: 'iso8601' }],
      ['2026-09-10', { as: 'iso8601' }],
      ['10.09.2026 12:34', { as: 'iso8601' }],
      ['Thu, 10 Sep 2026 12:34:00 GMT', { as: 'iso8601' }],
      ['0000-01-01T00:00Z', { as: 'iso8601' }],
      ['9999-01-01T00:00Z', { as: 'iso8601' }],
      ['tomorrow', { as: 'iso8601' }],
      ['', { as: 'iso8601' }],
    ];
    for (const [value, format] of refused)
      it(`refuses ${named(value)} as ${format.as}`, () => {
        assertRefused(value, format);
      });

    for (const value of [null, undefined, true, [], {}, Number.NaN])
      for (const as of ['epochSeconds', 'epochMilliseconds', 'iso8601'] as const)
        it(`takes ${named(value)} for an unknown expiry as ${as}`, () => {
          assert.equal(parseExpiry(value, { as }), undefined);
        });

    it('takes a number for an unknown expiry where a date is declared', () => {
      assert.equal(parseExpiry(1_789_043_640, { as: 'iso8601' }), undefined);
    });
  });

  it('reads back every date that JavaScript writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2001-01-01T00:00:00Z'), max: new Date('2199-12-31T23:59:59Z'), noInvalidDate: true }),
        (date) => {
          const exact = parseExpiry(date.toISOString(), { as: 'iso8601' });
          assert.ok(exact && 'at' in exact);
          assert.ok(Math.abs(exact.at - date.getTime()) <= 1);
          assert.deepEqual(parseExpiry(date.getTime(), { as: 'epochMilliseconds' }), { at: date.getTime() });
        },
      ),
    );
  });

  it('keeps every length of life and every point of time in the range of dates and timers', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.double(), fc.string(), fc.jsonValue({ maxDepth: 2 })),
        fc.constantFrom('seconds', 'epochSeconds', 'epochMilliseconds', 'iso8601'),
        (value, as) => {
          try {
            const expiry = parseExpiry(value, { as });
            if (expiry === undefined) return;
            const number = 'at' in expiry ? expiry.at : expiry.lifetime;
            assert.ok(number >= 0 && number <= Date.UTC(2200, 0), String(number));
          } catch (error) {
            assert.ok(error instanceof AuthError);
          }
        },
      ),
    );
  });
});
