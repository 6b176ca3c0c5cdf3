const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A time of the API as a day, and as a moment, by the reader's locale. */
export const formatDay = (time: string) => day.format(new Date(time));
export const formatMoment = (time: string) => moment.format(new Date(time));
