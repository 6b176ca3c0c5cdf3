import type { RawBuilder } from 'kysely';
import type { Bind, Condition } from './filter-plan.ts';
import { type KeyType, keyTypes } from './key-types.ts';
import { afterPlace, directionOf, isOffset, joinRow, type RowOrder } from './listing-order.ts';
import { sql } from './statement.ts';

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
    rows: ({ table, idType, within, where, isWhole, start, bind }) => {
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
            sql`${isUnvalued} and (select count(*) from ordered) ${defaultKey ? sql`+ (select count(*) from shown)` : sql``} < ${atMost}`,
            1,
            sql`null`,
          )}) without_value)
        ) all_parts
        order by ${by} limit ${limit} offset ${offset}`;
      if (start !== 'far offset') return page;
      return sql`select ${table}.*, far.side_part, far.side_key, far.is_default from (${page}) far
        ${joinRow({ table, within }, sql`far.id`)}`;
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
    rows: ({ table, from: source, idType, within, where, start, bind }) => {
      const page = (columns: RawBuilder<unknown>, place: RawBuilder<unknown>, offset: RawBuilder<unknown>) => sql`
        select ${columns}, ${key} as twin_key from ${sql.table(twin)} twin join ${source} on ${table}.id = ${id}
        where twin.store_id = ${bind('storeId')} and ${where} and ${place}
        order by ${key} ${direction}, ${id} ${direction} limit ${bind('limit')} offset ${offset}`;
      const all = sql`${table}.*`;
      const from = bind('offset');
      if (start === 'offset') return page(all, sql`true`, sql`${from}`);
      if (start === 'far offset')
        return sql`select ${all}, far.twin_key from (${page(sql`${id} as far_id`, sql`true`, sql`${from}`)}) far
          ${joinRow({ table, within }, sql`far.far_id`)}`;
      const place = keyTypes[type].fromText(bind('afterKey'));
      return page(all, sql`(${key}, ${id}) ${beyond} (${place}, ${bind('afterId')}::${sql.raw(idType)})`, sql`0`);
    },
  };
}
