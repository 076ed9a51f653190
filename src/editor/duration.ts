const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Units {
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly space: string;
  readonly least: string;
}

const compact: Units = { day: 'd', hour: 'h', minute: 'm', space: '', least: '<1m' };
const short: Units = { day: 'd', hour: 'h', minute: 'min', space: ' ', least: 'less than a minute' };

/** A length of time for the status bar: `23h 41m`, `41m`, `<1m`; from two days up `3d 4h`. */
export function compactDuration(milliseconds: number): string {
  return format(milliseconds, compact);
}

/** A length of time for the tree: `23 h 41 min`. */
export function shortDuration(milliseconds: number): string {
  return format(milliseconds, short);
}

/** A length of time for a screen reader: `23 hours 41 minutes`. */
export function spokenDuration(milliseconds: number): string {
  if (milliseconds < minute) return short.least;
  return split(milliseconds)
    .map(([count, unit]) => `${String(count)} ${unit}${count === 1 ? '' : 's'}`)
    .join(' ');
}

/** Milliseconds until the text of a length of time that shrinks or grows by the clock reads differently. */
export function untilTextChanges(milliseconds: number, direction: 'shrinking' | 'growing'): number {
  const step = milliseconds >= 2 * day ? hour : minute;
  const rest = milliseconds % step;
  return direction === 'shrinking' ? rest + 1 : step - rest;
}

function format(milliseconds: number, units: Units): string {
  if (milliseconds < minute) return units.least;
  return split(milliseconds)
    .map(([count, unit]) => `${String(count)}${units.space}${units[unit]}`)
    .join(' ');
}

function split(milliseconds: number): (readonly [number, 'day' | 'hour' | 'minute'])[] {
  const parts =
    milliseconds >= 2 * day
      ? ([
          [Math.floor(milliseconds / day), 'day'],
          [Math.floor((milliseconds % day) / hour), 'hour'],
        ] as const)
      : ([
          [Math.floor(milliseconds / hour), 'hour'],
          [Math.floor((milliseconds % hour) / minute), 'minute'],
        ] as const);
  return parts.filter(([count]) => count > 0);
}

/** A point of time as a person says it: `07:48`, `tomorrow 07:48`, `24 Nov 2026, 07:48`. */
export function pointInTime(time: number, now: number): string {
  const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }).format(time);
  const days = Math.round((startOfDay(time) - startOfDay(now)) / day);
  if (days === 0) return clock;
  if (Math.abs(days) === 1) return `${new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(days, 'day')} ${clock}`;
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** A point of time in full, with seconds and zone: `24 Nov 2026, 07:48:05 CET`. */
export function exactTime(time: number): string {
  // Some locales set narrow spaces there, which no column can be aligned with.
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' }).format(time).replaceAll(/\s/g, ' ');
}
