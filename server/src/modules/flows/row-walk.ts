import type { RawBuilder } from 'kysely';
import { NIL } from 'uuid';
import { sql } from '../../platform/db/statement.ts';
import type { ValuedRows } from './core-flows.ts';

/** The key of a row: its columns as text. */
export type RowKey = Readonly<Record<string, string>>;

/** The place before all rows, in the order of their keys. */
export const startOfRows = (key: ValuedRows['key']): RowKey =>
  Object.fromEntries(Object.entries(key).map(([column, type]) => [column, type === 'uuid' ? NIL : '']));

/** A place as the parameters `after_…` of a statement that asks `isAfterPlace`. */
export const placeParameters = (place: RowKey): RowKey =>
  Object.fromEntries(Object.entries(place).map(([column, value]) => [`after_${column}`, value]));

/** The columns of a key. */
export const keyColumns = (key: ValuedRows['key']): RawBuilder<unknown> =>
  sql.join(Object.keys(key).map(column => sql.ref(column)));

/** Whether a row comes after the place that the parameters name. */
export function isAfterPlace(key: ValuedRows['key'], p: object): RawBuilder<boolean> {
  const place = Object.entries(key).map(
    ([column, type]) => sql`${(p as Record<string, unknown>)[`after_${column}`]}::${sql.raw(type)}`,
  );
  return sql<boolean>`(${keyColumns(key)}) > (${sql.join(place)})`;
}
