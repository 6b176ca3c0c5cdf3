import type { RawBuilder } from 'kysely';
import { isStorable } from '../text/storable.ts';
import { sql } from './statement.ts';

/** How what carries an order travels in a cursor: exactly, and never so that PostgreSQL refuses it. */
interface KeyTravel {
  toText(key: RawBuilder<unknown>): RawBuilder<string>;
  isText(text: string): boolean;
  fromText(text: unknown): RawBuilder<unknown>;
}

const cast = (type: string, isText: (text: string) => boolean): KeyTravel => ({
  toText: key => sql<string>`${key}::text`,
  isText,
  fromText: text => sql`${text}::text::${sql.raw(type)}`,
});

/** A double as PostgreSQL prints it: one that is too small for it is refused there. */
function isDouble(text: string): boolean {
  if (!/^-?\d{1,20}(?:\.\d{1,20})?(?:e[+-]?\d{1,3})?$/.test(text)) return false;
  return Number.isFinite(Number(text)) && (Number(text) !== 0 || /^-?0$/.test(text));
}

/** Microseconds since 1970, which hold what a `Date` would cut off; of the years that PostgreSQL knows. */
const time: KeyTravel = {
  toText: key => sql<string>`(extract(epoch from ${key}) * 1000000)::bigint::text`,
  isText: text => /^-?\d{1,18}$/.test(text) && Number(text) > -2e17 && Number(text) < 9e17,
  // In two parts, because an interval is multiplied by a double.
  fromText: text => sql`(timestamptz 'epoch' + (${text}::text::bigint / 1000000) * interval '1 second'
    + (${text}::text::bigint % 1000000) * interval '1 microsecond')`,
};

/** The types that carry an order. */
export const keyTypes = {
  text: cast('text', isStorable),
  bigint: cast('bigint', text => /^-?\d{1,18}$/.test(text)),
  float8: cast('float8', isDouble),
  boolean: cast('boolean', text => text === 'true' || text === 'false'),
  timestamptz: time,
} as const;

export type KeyType = keyof typeof keyTypes;
