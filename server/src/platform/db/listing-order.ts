import type { RawBuilder } from 'kysely';
import type { Bind, Condition } from './filter-plan.ts';
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

/** An order that a table beside the listed one carries, which has one row for each of its rows, and maybe for some that are gone. */
export interface TwinOrder {
  /** A table of the store. */
  readonly twin: string;
  /** Its column with the ids of the listed rows. */
  readonly idColumn: string;
  /** Its column that carries the order, never null; an index has it before the ids. */
  readonly column: string;
  readonly type: KeyType;
}

/** An order that another table carries: it has a row for each row of the listing that has a value. */
export interface SideOrder {
  /** Orders of the same shape have the same SQL. */
  readonly shape: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly descending: boolean;
  /** A table of the store with a column `entity_id`; called `side`. */
  readonly table: string;
  /** Which of its rows carry this order. */
  readonly condition: (bind: Bind) => Condition;
  /** What of them carries it, never null; and its type. */
  readonly key: RawBuilder<unknown>;
  readonly keyType: KeyType;
  /** Rows of the listing without a row there that stand behind those with the default, and what carries the order of that. */
  readonly defaulted?: {
    readonly condition: (table: RawBuilder<unknown>, bind: Bind) => Condition;
    readonly key: (bind: Bind) => RawBuilder<unknown>;
  };
}

/**
 * Which rows are read: those that an offset leaves, or a large one, those after a place, or those after a place among rows
 * that show a default, or among rows without a value.
 */
export type Start = 'offset' | 'far offset' | 'after' | 'after defaulted' | 'after unvalued';

/** From how many rows on an offset is a large one. */
const farOffset = 500;

/** The start of a page that leaves so many rows out. */
export const startAtOffset = (offset: number): Start => (offset < farOffset ? 'offset' : 'far offset');

/** Whether a start leaves out a number of rows. */
export const isOffset = (start: Start): boolean => start === 'offset' || start === 'far offset';

interface RowsOptions {
  readonly table: RawBuilder<unknown>;
  readonly idType: IdType;
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
const directionOf = (isDescending: boolean) =>
  isDescending ? ([sql.raw('desc'), sql.raw('<')] as const) : ([sql.raw('asc'), sql.raw('>')] as const);

/** Rows after a place, in two parts, each of which an index gives: those that tie with it, and those beyond. */
function afterPlace(options: {
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

/** The rows that an offset leaves. Those before a far one are counted in an index, where it holds all that `where` asks. */
function afterOffset({ table, where, start, bind }: RowsOptions, by: RawBuilder<unknown>): RawBuilder<unknown> {
  const page = sql`from ${table} where ${where} order by ${by} limit ${bind('limit')} offset ${bind('offset')}`;
  if (start === 'offset') return sql`select * ${page}`;
  return sql`select ${table}.* from (select id as far_id ${page}) far join ${table} on ${where} and ${table}.id = far_id`;
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
      const { table, idType, where, start, bind } = options;
      if (isOffset(start)) return afterOffset(options, by);
      return sql`select * from ${table} where ${where} and id ${beyond} ${bind('afterId')}::${sql.raw(idType)}
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
      const { table, idType, where, start, bind } = options;
      if (isOffset(start)) return afterOffset(options, by);
      const limit = bind('limit');
      const select = (place: RawBuilder<unknown>, ofPart: RawBuilder<unknown>) =>
        sql`select * from ${table} where ${where} and ${place} order by ${ofPart} limit ${limit}`;
      const id = sql`id`;
      const both = afterPlace({ key, keyType: type, id, idType, isDescending, isIdDescending, select, bind });
      return sql`select * from (${both}) both_parts order by ${by} limit ${limit}`;
    },
  };
}

/** The key of a row that shows a default, in a cursor: the text of no other key. */
const atDefault = 'D';

/**
 * The order that another table carries: the rows with a value from its index, behind those with the default those that show
 * it, and the others last, in the order of their ids. Each part is read only when those before it do not fill the page.
 */
export function sideOrder(order: SideOrder): RowOrder {
  const { key, keyType, defaulted } = order;
  const [direction, beyond] = directionOf(order.descending);
  const side = sql`${sql.table(order.table)} side`;
  const by = sql`side_part, side_key ${direction}, is_default, id`;
  return {
    shape: `side ${order.shape}|${defaulted !== undefined}|${order.descending}`,
    // Those without a value are looked for.
    isIndexed: false,
    startAfter: text => {
      if (text === null) return 'after unvalued';
      if (defaulted !== undefined && text === atDefault) return 'after defaulted';
      return keyTypes[keyType].isText(text) ? 'after' : undefined;
    },
    by,
    key: sql`case when is_default then ${sql.lit(atDefault)} else ${keyTypes[keyType].toText(sql`side_key`)} end`,
    rows: ({ table, idType, where, isWhole, start, bind }) => {
      const isOfOrder = sql`side.store_id = ${bind('storeId')} and ${order.condition(bind)}`;
      const limit = bind('limit');
      const offset = isOffset(start) ? sql`${bind('offset')}::bigint` : sql`0`;
      const atMost = sql`${limit}::bigint + ${offset}`;
      const afterId = sql`${bind('afterId')}::${sql.raw(idType)}`;
      const place = keyTypes[keyType].fromText(bind('afterKey'));
      const others = (condition: RawBuilder<unknown>, part: number, carried: RawBuilder<unknown>) => sql`
        select ${table}.*, ${sql.lit(part)} as side_part, ${carried}::${sql.raw(keyType)} as side_key,
          ${sql.lit(part === 0)} as is_default
        from ${table}
        where ${where} and ${condition} order by ${table}.id limit ${atMost}`;
      const isDefaulted = defaulted?.condition(table, bind);
      const isUnvalued = sql`${isDefaulted ? sql`not ${isDefaulted} and` : sql``}
        not exists (select from ${side} where ${isOfOrder} and side.entity_id = ${table}.id)`;
      if (start === 'after unvalued') return others(sql`${isUnvalued} and ${table}.id > ${afterId}`, 1, sql`null`);

      const valued = (where: RawBuilder<unknown>, ofPart: RawBuilder<unknown>) => sql`
        select ${table}.*, 0 as side_part, ${key} as side_key, false as is_default
        from ${side} join ${table} on ${table}.id = side.entity_id
        where ${isOfOrder} and ${where} order by ${ofPart} limit ${atMost}`;
      const valuedIds = () => sql`
        select side.entity_id as id, 0 as side_part, ${key} as side_key, false as is_default
        from ${isWhole ? side : sql`${side} join ${table} on ${table}.id = side.entity_id and ${where}`}
        where ${isOfOrder} order by ${key} ${direction}, side.entity_id limit ${atMost}`;
      const defaultKey = defaulted?.key(bind);
      const inOrder = sql`${key} ${direction}, side.entity_id`;
      const ordered =
        start === 'far offset'
          ? valuedIds()
          : start === 'offset'
            ? valued(where, inOrder)
            : start === 'after defaulted'
              ? valued(sql`${where} and ${key} ${beyond} ${defaultKey}`, inOrder)
              : afterPlace({
                  ...{ key, keyType, id: sql`side.entity_id`, idType, bind },
                  isDescending: order.descending,
                  isIdDescending: false,
                  select: (ofPart, by) => valued(sql`${where} and ${ofPart}`, by),
                });

      // The rows before a far page are counted out by their ids.
      const columns = start === 'far offset' ? sql`id, side_part, side_key, is_default` : sql`*`;
      const fill = sql`(select count(*) from ordered)`;
      const isAfter = isOffset(start)
        ? sql`true`
        : start === 'after defaulted'
          ? sql`${table}.id > ${afterId}`
          : sql`not ${place} ${beyond} ${defaultKey}`;
      const isReached = sql`(select count(*) from ordered where not side_key ${beyond} ${defaultKey}) < ${atMost}`;
      const withDefaults = defaultKey
        ? sql`, shown as materialized (
            select ${columns} from (${others(sql`${isDefaulted} and ${isAfter} and ${isReached}`, 0, defaultKey)}) with_default
          )`
        : sql``;
      const page = sql`
        with ordered as materialized (${ordered}) ${withDefaults}
        select * from (
          select * from ordered
          ${defaultKey ? sql`union all select * from shown` : sql``}
          union all (select ${columns} from (${others(
            sql`${isUnvalued} and ${fill} ${defaultKey ? sql`+ (select count(*) from shown)` : sql``} < ${atMost}`,
            1,
            sql`null`,
          )}) without_value)
        ) all_parts
        order by ${by} limit ${limit} offset ${offset}`;
      if (start !== 'far offset') return page;
      return sql`select ${table}.*, far.side_part, far.side_key, far.is_default from (${page}) far
        join ${table} on ${table}.store_id = ${bind('storeId')} and ${table}.id = far.id`;
    },
  };
}

/** The order that the table beside the listed one carries; ties are broken by the id in the same direction. */
export function twinOrder({ twin, idColumn, column, type }: TwinOrder, isDescending: boolean): RowOrder {
  const [direction, beyond] = directionOf(isDescending);
  const [key, id] = [sql.ref(`twin.${column}`), sql.ref(`twin.${idColumn}`)];
  const by = sql`twin_key ${direction}, id ${direction}`;
  return {
    shape: `twin ${column}|${isDescending}`,
    isIndexed: true,
    startAfter: text => (text !== null && keyTypes[type].isText(text) ? 'after' : undefined),
    by,
    key: keyTypes[type].toText(sql`twin_key`),
    rows: ({ table, idType, where, start, bind }) => {
      const page = (columns: RawBuilder<unknown>, place: RawBuilder<unknown>, offset: RawBuilder<unknown>) => sql`
        select ${columns}, ${key} as twin_key from ${sql.table(twin)} twin join ${table} on ${table}.id = ${id}
        where twin.store_id = ${bind('storeId')} and ${where} and ${place}
        order by ${key} ${direction}, ${id} ${direction} limit ${bind('limit')} offset ${offset}`;
      const all = sql`${table}.*`;
      const from = bind('offset');
      if (start === 'offset') return page(all, sql`true`, sql`${from}`);
      if (start === 'far offset')
        return sql`select ${all}, far.twin_key from (${page(sql`${id} as far_id`, sql`true`, sql`${from}`)}) far
          join ${table} on ${table}.store_id = ${bind('storeId')} and ${table}.id = far.far_id`;
      const place = keyTypes[type].fromText(bind('afterKey'));
      return page(all, sql`(${key}, ${id}) ${beyond} (${place}, ${bind('afterId')}::${sql.raw(idType)})`, sql`0`);
    },
  };
}
