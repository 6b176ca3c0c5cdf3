import type { RawBuilder } from 'kysely';
import type { Bind } from './filter-plan.ts';
import { type KeyType, keyTypes } from './key-types.ts';
import { sql } from './statement.ts';

/** The type of a table's ids: references that clients choose are text. */
export type IdType = 'uuid' | 'text';

interface KeyOrder {
  readonly column: string;
  readonly type: KeyType;
  /** Ties are broken by the id in the same direction: one index gives both. Otherwise by the id, ascending. */
  readonly isMirrored?: boolean;
}

/** An order that the id, or a column of the listed table that is never null, carries; ties are broken by the id. */
export type ColumnOrder = KeyOrder | typeof byId;

const by =
  (type: KeyType) =>
  (column: string): KeyOrder => ({ column, type });

/** For a column with few values, whose ties are too many to be sorted for a page. */
export const mirrored = (order: KeyOrder): KeyOrder => ({ ...order, isMirrored: true });

/** The orders of columns that are never null; texts are collated "C". */
export const byTime = by('timestamptz');
export const byText = by('text');
export const byInteger = by('bigint');
export const byFlag = by('boolean');
export const byId = 'id';

/**
 * Which rows are read: those that an offset leaves, or a large one, those after a place, or those after a place among rows
 * that show a default, or among rows without a value.
 */
export type Start = 'offset' | 'far offset' | 'after' | 'after defaulted' | 'after unvalued';

/** From how many rows on an offset is a large one. */
const farOffset = 500;

/** The start of a page that leaves so many rows out. */
export const startAtOffset = (offset: number): Start => (offset < farOffset ? 'offset' : 'far offset');

/** The start at an offset for when many rows are gone past, whether for the offset or for not meeting a condition. */
export const pastMany = (start: Start): Start => (start === 'offset' ? 'far offset' : start);

/** Whether a start leaves out a number of rows. */
export const isOffset = (start: Start): boolean => start === 'offset' || start === 'far offset';

interface RowsOptions {
  readonly table: RawBuilder<unknown>;
  readonly idType: IdType;
  /** What the rows are read from, under the name of the table: the table, or a selection of its rows. */
  readonly from: RawBuilder<unknown>;
  /** What all rows of the listing meet, and those that are not filtered out. */
  readonly within: RawBuilder<unknown>;
  readonly where: RawBuilder<unknown>;
  /** Whether every row of the store meets it that another table can have an order of. */
  readonly isWhole: boolean;
  readonly start: Start;
  readonly bind: Bind;
}

/** An order ready to be read by. */
export interface RowOrder {
  /** Orders of the same shape have the same SQL. */
  readonly shape: string;
  /** Whether an index gives its rows one after the other. */
  readonly isIndexed: boolean;
  /** How to go on after a row with this key, which may be anybody's text; undefined when no row of this order has such a key. */
  startAfter(key: string | null): Start | undefined;
  /** The ids of the rows that are listed, with what orders them, as the clause `matched`; those beyond `maxRows` are not. */
  readonly matched?: {
    select(options: {
      readonly where: RawBuilder<unknown>;
      readonly isUnfiltered: boolean;
      readonly bind: Bind;
    }): RawBuilder<unknown>;
    readonly maxRows: number;
  };
  /** The rows of the page: at most `limit` of those that meet `where`. */
  rows(options: RowsOptions): RawBuilder<unknown>;
  /** Their order. */
  readonly by: RawBuilder<unknown>;
  /** What carries it, as the text for a cursor. */
  readonly key: RawBuilder<string | null>;
}

/** The direction of an order, and the comparison that rows after a place meet. */
export const directionOf = (isDescending: boolean) =>
  isDescending ? ([sql.raw('desc'), sql.raw('<')] as const) : ([sql.raw('asc'), sql.raw('>')] as const);

/** Rows after a place, in two parts, each of which an index gives: those that tie with it, and those beyond. */
export function afterPlace(options: {
  readonly key: RawBuilder<unknown>;
  readonly keyType: KeyType;
  readonly id: RawBuilder<unknown>;
  readonly isDescending: boolean;
  readonly isIdDescending: boolean;
  readonly idType: IdType;
  readonly select: (where: RawBuilder<unknown>, by: RawBuilder<unknown>) => RawBuilder<unknown>;
  readonly bind: Bind;
}): RawBuilder<unknown> {
  const { key, keyType, id, idType, isDescending, isIdDescending, select, bind } = options;
  const place = keyTypes[keyType].fromText(bind('afterKey'));
  const [direction, beyond] = directionOf(isDescending);
  const [idDirection, idBeyond] = directionOf(isIdDescending);
  return sql`
    (${select(sql`${key} = ${place} and ${id} ${idBeyond} ${bind('afterId')}::${sql.raw(idType)}`, sql`${id} ${idDirection}`)})
    union all
    (${select(sql`${key} ${beyond} ${place}`, sql`${key} ${direction}, ${id} ${idDirection}`)})`;
}

/**
 * Joins the row with an id to each row of a selection. A bracket of its own: PostgreSQL would make the selection again for each row of a
 * store that it takes to have one or two, as when it has not been analyzed.
 */
export const joinRow = (
  { table, within }: Readonly<Record<'table' | 'within', RawBuilder<unknown>>>,
  id: RawBuilder<unknown>,
) => sql`cross join lateral (select * from ${table} where ${within} and ${table}.id = ${id} offset 0) ${table}`;

/** The rows that an offset leaves. Those before a far one are counted in an index, where it holds all that `where` asks. */
function afterOffset(
  { table, from, within, where, start, bind }: RowsOptions,
  by: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const page = sql`from ${from} where ${where} order by ${by} limit ${bind('limit')} offset ${bind('offset')}`;
  if (start === 'offset') return sql`select * ${page}`;
  return sql`select ${table}.* from (select id as far_id ${page}) far ${joinRow({ table, within }, sql`far_id`)}`;
}

/** The order of the ids themselves. */
function idOrder(isDescending: boolean): RowOrder {
  const [direction, beyond] = directionOf(isDescending);
  const by = sql`id ${direction}`;
  return {
    shape: `id|${isDescending}`,
    isIndexed: true,
    startAfter: key => (key === null ? 'after' : undefined),
    by,
    key: sql<null>`null`,
    rows: options => {
      const { from, idType, where, start, bind } = options;
      if (isOffset(start)) return afterOffset(options, by);
      return sql`select * from ${from} where ${where} and id ${beyond} ${bind('afterId')}::${sql.raw(idType)}
        order by ${by} limit ${bind('limit')}`;
    },
  };
}

/** The order that the id or a column of the table carries. */
export function columnOrder(order: ColumnOrder, isDescending: boolean): RowOrder {
  if (order === byId) return idOrder(isDescending);
  const { column, type } = order;
  const key = sql.ref(column);
  const [direction] = directionOf(isDescending);
  const isIdDescending = isDescending && order.isMirrored === true;
  const [idDirection] = directionOf(isIdDescending);
  const by = sql`${key} ${direction}, id ${idDirection}`;
  return {
    shape: `${column}|${isDescending}`,
    isIndexed: true,
    startAfter: text => (text !== null && keyTypes[type].isText(text) ? 'after' : undefined),
    by,
    key: keyTypes[type].toText(key),
    rows: options => {
      const { from, idType, where, start, bind } = options;
      if (isOffset(start)) return afterOffset(options, by);
      const limit = bind('limit');
      const select = (place: RawBuilder<unknown>, ofPart: RawBuilder<unknown>) =>
        sql`select * from ${from} where ${where} and ${place} order by ${ofPart} limit ${limit}`;
      const id = sql`id`;
      const both = afterPlace({ key, keyType: type, id, idType, isDescending, isIdDescending, select, bind });
      return sql`select * from (${both}) both_parts order by ${by} limit ${limit}`;
    },
  };
}
