import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compactDuration, exactTime, pointInTime, shortDuration, spokenDuration, untilTextChanges } from '../../src/editor/duration.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('lengths of time', () => {
  const cases: [number, string, string, string][] = [
    [0, '<1m', 'less than a minute', 'less than a minute'],
    [minute - 1, '<1m', 'less than a minute', 'less than a minute'],
    [minute, '1m', '1 min', '1 minute'],
    [2 * minute - 1, '1m', '1 min', '1 minute'],
    [41 * minute, '41m', '41 min', '41 minutes'],
    [hour - 1, '59m', '59 min', '59 minutes'],
    [hour, '1h', '1 h', '1 hour'],
    [hour + minute, '1h 1m', '1 h 1 min', '1 hour 1 minute'],
    [23 * hour + 41 * minute + 59 * second, '23h 41m', '23 h 41 min', '23 hours 41 minutes'],
    [day, '24h', '24 h', '24 hours'],
    [2 * day - 1, '47h 59m', '47 h 59 min', '47 hours 59 minutes'],
    [2 * day, '2d', '2 d', '2 days'],
    [3 * day + 4 * hour + 59 * minute, '3d 4h', '3 d 4 h', '3 days 4 hours'],
    [30 * day + hour, '30d 1h', '30 d 1 h', '30 days 1 hour'],
  ];
  for (const [milliseconds, compact, short, spoken] of cases)
    it(`${String(milliseconds)} ms read ${compact}, ${short} and ${spoken}`, () => {
      assert.equal(compactDuration(milliseconds), compact);
      assert.equal(shortDuration(milliseconds), short);
      assert.equal(spokenDuration(milliseconds), spoken);
    });
});

describe('untilTextChanges', () => {
  const cases: [number, 'shrinking' | 'growing', number][] = [
    [41 * minute, 'shrinking', 1],
    [41 * minute + 30 * second, 'shrinking', 30 * second + 1],
    [30 * second, 'shrinking', 30 * second + 1],
    [2 * day + 10 * minute, 'shrinking', 10 * minute + 1],
    [0, 'growing', minute],
    [3 * minute + 10 * second, 'growing', 50 * second],
    [2 * day, 'growing', hour],
  ];
  for (const [milliseconds, direction, expected] of cases)
    it(`is ${String(expected)} ms for ${String(milliseconds)} ms, ${direction}`, () => {
      assert.equal(untilTextChanges(milliseconds, direction), expected);
    });

  const length = fc.oneof(
    fc.integer({ min: 0, max: 3 * hour }),
    fc.integer({ min: 2 * day - 2 * hour, max: 2 * day + 2 * hour }),
    fc.integer({ min: 0, max: 40 * day }),
  );

  it('is the very moment at which a growing length reads differently', () => {
    fc.assert(
      fc.property(length, (milliseconds) => {
        const wait = untilTextChanges(milliseconds, 'growing');
        assert.equal(compactDuration(milliseconds + wait - 1), compactDuration(milliseconds));
        assert.notEqual(compactDuration(milliseconds + wait), compactDuration(milliseconds));
      }),
    );
  });

  it('is the very moment at which a shrinking length reads differently, down to its end', () => {
    fc.assert(
      fc.property(length, (milliseconds) => {
        const wait = untilTextChanges(milliseconds, 'shrinking');
        assert.equal(compactDuration(milliseconds - wait + 1), compactDuration(milliseconds));
        if (milliseconds >= minute) assert.notEqual(compactDuration(milliseconds - wait), compactDuration(milliseconds));
        else assert.equal(milliseconds - wait, -1);
      }),
    );
  });
});

describe('pointInTime', () => {
  const at = (dayOfMonth: number, hours: number, minutes: number) => new Date(2026, 5, dayOfMonth, hours, minutes).getTime();
  const clock = (time: number) => new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }).format(time);
  const now = at(15, 12, 0);

  it('is the time of day today', () => {
    assert.equal(pointInTime(at(15, 23, 59), now), clock(at(15, 23, 59)));
    assert.equal(pointInTime(at(15, 0, 0), now), clock(at(15, 0, 0)));
  });

  it('has a word for tomorrow and yesterday before the time of day', () => {
    const words = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
    assert.equal(pointInTime(at(16, 7, 48), now), `${words.format(1, 'day')} ${clock(at(16, 7, 48))}`);
    assert.equal(pointInTime(at(14, 7, 48), now), `${words.format(-1, 'day')} ${clock(at(14, 7, 48))}`);
  });

  it('goes by the day, not by 24 hours', () => {
    assert.match(
      pointInTime(at(16, 0, 1), at(15, 23, 59)),
      new RegExp(`^${new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(1, 'day')} `),
    );
  });

  it('is a whole date otherwise', () => {
    assert.match(pointInTime(at(17, 7, 48), now), /17.*2026|2026.*17/);
    assert.match(pointInTime(at(13, 7, 48), now), /13.*2026|2026.*13/);
  });
});

describe('exactTime', () => {
  it('has the date, the seconds and spaces of one width', () => {
    const text = exactTime(new Date(2026, 5, 17, 7, 48, 59).getTime());
    assert.match(text, /17.*2026|2026.*17/);
    assert.match(text, /48.59/);
    assert.doesNotMatch(text, /[^\S ]/);
  });
});
