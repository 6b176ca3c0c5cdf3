const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A time of the API as a day, and as a moment, by the reader's locale. */
export const formatDay = (time: string) => day.format(new Date(time));
export const formatMoment = (time: string) => moment.format(new Date(time));

// Days as inputs have them, such as 2026-03-04, are those of the reader's time zone.

/** The time at which a day begins. */
export const startOfDay = (isoDay: string) => new Date(`${isoDay}T00:00`).toISOString();

/** The day of a time; empty for what is none. */
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
  const date = new Date(`${isoDay}T00:00`);
  date.setDate(date.getDate() + count);
  return isoDayOf(date);
}

export const nextDay = (isoDay: string) => daysAfter(isoDay, 1);
export const previousDay = (isoDay: string) => daysAfter(isoDay, -1);
