const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A time of the API as a day, and as a moment, by the reader's locale. */
export const formatDay = (time: string) => day.format(new Date(time));
export const formatMoment = (time: string) => moment.format(new Date(time));

const calendarDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

// Days as inputs and fields have them, such as 2026-03-04, are days of the calendar: the same in every time zone.

export const isIsoDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);
export const formatIsoDay = (isoDay: string) => calendarDay.format(new Date(isoDay));

/** A date of a field that has a time, too, as the API writes times: UTC, unless it says otherwise. */
export const timeOfDate = (date: string) => `${date.replace(' ', 'T')}${/(Z|[-+]\d\d:?\d\d)$/.test(date) ? '' : 'Z'}`;

/** The value of a field of dates. */
export const formatDate = (date: string) => (isIsoDay(date) ? formatIsoDay(date) : formatMoment(timeOfDate(date)));

/** The time at which a day begins where the reader is. */
export const startOfDay = (isoDay: string) => new Date(`${isoDay}T00:00`).toISOString();

/** The day of a time where the reader is; empty for what is none. */
export function dayOf(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : isoDayOf(date);
}

const isoDayOf = (date: Date) =>
  [
    String(date.getFullYear()).padStart(4, '0'),
    String(date.getMonth() + 1).padStart(2, '0'),
    String(date.getDate()).padStart(2, '0'),
  ].join('-');

/** The day so many days after another. */
function daysAfter(isoDay: string, count: number): string {
  const date = new Date(isoDay);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, isoDay.length);
}

export const nextDay = (isoDay: string) => daysAfter(isoDay, 1);
export const previousDay = (isoDay: string) => daysAfter(isoDay, -1);
