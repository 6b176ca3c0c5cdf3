import { dayMs } from '../durations.ts';

const day = /^\d{4}-\d{2}-\d{2}$/;
const instant =
  /^(\d{4}-\d{2}-\d{2})T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?(?:Z|([-+ ])([01]\d|2[0-3]):?([0-5]\d))$/;
const epochMilliseconds = /^-?\d{1,15}$/;

const earliest = Date.parse('0001-01-01T00:00:00.000Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Reads a time in a filter: a day (UTC), an ISO timestamp with its offset, or epoch milliseconds (reference: README.md,
 * "Filtering"). Undefined for anything else, a day that no calendar has, and years outside 0001 to 9999.
 */
export function parseTimeOperand(text: string): { from: Date; untilExclusive: Date } | undefined {
  if (day.test(text)) return span(parseUtc(text, '00:00:00', 0), dayMs);
  if (epochMilliseconds.test(text)) return span(Number(text), 1);
  const [, date = '', time = '', fraction = '', sign, hours, minutes] = instant.exec(text) ?? [];
  if (date === '') return undefined;
  const offsetMinutes = sign === undefined ? 0 : Number(hours) * 60 + Number(minutes);
  const utc = parseUtc(date, time, Number(fraction.slice(0, 3).padEnd(3, '0')));
  // A space is the decoded `+` of an offset that was sent raw.
  return span(utc + offsetMinutes * (sign === '-' ? 60_000 : -60_000), 1);
}

/** NaN for a date that does not exist, which `Date` would move into the next month. */
function parseUtc(date: string, time: string, milliseconds: number): number {
  const at = new Date(`${date}T${time}Z`);
  const exists = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
  return exists ? at.getTime() + milliseconds : Number.NaN;
}

function span(from: number, milliseconds: number): { from: Date; untilExclusive: Date } | undefined {
  const isInRange = from >= earliest && from <= latest;
  return isInRange ? { from: new Date(from), untilExclusive: new Date(from + milliseconds) } : undefined;
}
