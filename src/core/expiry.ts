import { AuthError } from './errors.ts';
import type { ExpiryFormat } from './provider.ts';

const tenYears = 10 * 365 * 86_400_000;
const earliest = Date.UTC(2001, 0);
const latest = Date.UTC(2200, 0);

/** Either a length of life or a point of the server's time, in milliseconds. */
export type Expiry = { readonly lifetime: number } | { readonly at: number };

/**
 * Reads an expiry as the provider spells it. `undefined` where the value says nothing usable, which means an unknown
 * expiry and never an endless one.
 * @throws AuthError `badExpiry` for a point of time that cannot be one in the declared unit.
 */
export function parseExpiry(value: unknown, format: Pick<ExpiryFormat, 'as' | 'zone'>): Expiry | undefined {
  if (format.as === 'iso8601') return typeof value === 'string' ? { at: parseTimestamp(value, format.zone) } : undefined;
  const number = parseNumber(value);
  if (number === undefined) return undefined;
  switch (format.as) {
    case 'seconds':
      // Beyond ten years it is a mistake or for ever; either way dates and timers stay in their range.
      return { lifetime: Math.min(Math.max(number, 0) * 1000, tenYears) };
    case 'epochSeconds':
      return { at: plausible(number * 1000) };
    case 'epochMilliseconds':
      return { at: plausible(number) };
  }
}

function parseNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^-?\d{1,15}(\.\d{1,9})?$/.test(value)) return undefined;
  return Number(value);
}

function plausible(time: number): number {
  if (time < earliest || time > latest)
    throw new AuthError(
      'badExpiry',
      'The provider’s answer states an expiry that cannot be a date. The token was not used; tell the provider.',
    );
  return Math.round(time);
}

const timestamp =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})[T ](?<hour>\d{2}):(?<minute>\d{2})(:(?<second>\d{2})(?<fraction>[.,]\d{1,9})?)?(?<zone>Z|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)?$/i;

/** ISO 8601 with or without seconds, with fractions of any length and offsets with or without a colon. */
function parseTimestamp(text: string, assumedZone: 'utc' | undefined): number {
  const parts = timestamp.exec(text.trim())?.groups;
  if (!parts) throw badTimestamp();
  const number = (name: string) => Number(parts[name] ?? 0);
  const [year, month, day, hour, minute, second] = ['year', 'month', 'day', 'hour', 'minute', 'second'].map(number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const local =
    Date.UTC(year, month - 1, day, hour, minute, second) + Math.floor(Number(`0${(parts.fraction ?? '.0').replace(',', '.')}`) * 1000);
  const date = new Date(local);
  // Date.UTC carries 30 February over into March; a date that does not come back is none.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) throw badTimestamp();
  if (parts.zone === undefined && assumedZone === undefined) throw badTimestamp();
  return plausible(local - offset(parts.zone));
}

function offset(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0);
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

function badTimestamp(): AuthError {
  return new AuthError(
    'badExpiry',
    'The provider’s answer states an expiry that is not an ISO 8601 date and time. The token was not used; tell the provider.',
  );
}
