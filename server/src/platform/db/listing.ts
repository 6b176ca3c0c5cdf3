import type { RawBuilder } from 'kysely';
import { NIL } from 'uuid';
import type { FilterClause } from '../query/filter.ts';
import type { Page } from '../query/page.ts';
import type { SortOrder } from '../query/sort.ts';
import type { StoreDb } from './database.ts';
import { type Bind, type Condition, type FilterAttribute, type FilterPlan, planFilter } from './filter-plan.ts';
import { sql, statementCache, storeStatement } from './statement.ts';
import { totalOf } from './totals.ts';

/** The part of a table that a request may list. */
export interface Scope {
  /** Scopes of the same shape have the same SQL. */
  readonly shape: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Which rows belong to it; without one, all of the store. */
  readonly condition?: (bind: Bind) => Condition;
  /** What must hold for there to be an answer at all. */
  readonly gate?: (bind: Bind) => Condition;
  /** The counter that holds the number of its rows (totals.ts); without one they are counted. */
  readonly counter?: (bind: Bind) => RawBuilder<unknown>;
  /** Which rows that the counter still holds belong no longer to it: few, since they are soon deleted. */
  readonly leftovers?: (bind: Bind) => Condition;
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
  readonly keyType: string;
}

/** What a listing can be filtered and sorted by beyond its declaration, for one request. */
export interface MoreAttributes {
  /** The names that the declaration has, win. */
  readonly filterable: Readonly<Record<string, FilterAttribute>>;
  /** Takes the place of `sort`. Rows without a value come last in either direction; ties are broken by the id. */
  readonly order?: SideOrder | undefined;
}

/** A resource that can be listed: filtered, sorted, paged, counted, in one round trip. */
export interface Listing<Row, Sort extends string> {
  readonly table: string;
  /** The names that `sort` may have. */
  readonly sorts: readonly Sort[];
  readonly defaultSort: SortOrder<Sort>;
  /** What `filter` may name. */
  readonly filterable: Readonly<Record<string, FilterAttribute>>;
  /** A page, and the number of matching rows over all pages; undefined when the scope's gate is closed. Throws 400 for a bad filter. */
  select(
    db: StoreDb,
    request: {
      readonly filter: readonly FilterClause[];
      readonly sort: SortOrder<Sort>;
      readonly page: Page;
      readonly scope: Scope;
      readonly more?: MoreAttributes;
    },
  ): Promise<{ readonly rows: readonly Row[]; readonly total: number } | undefined>;
  /** All matching rows in the order of their ids, so many at a time, in constant memory. Throws 400 for a bad filter. */
  batches(
    db: StoreDb,
    request: { readonly filter: readonly FilterClause[]; readonly scope: Scope; readonly size: number },
  ): AsyncGenerator<readonly Row[]>;
}

interface ListingOptions<Sort extends string> {
  /** A table of the store with a column `id`, which breaks ties. */
  readonly table: string;
  readonly filterable: Readonly<Record<string, FilterAttribute>>;
  /** The column that carries each order. */
  readonly sortColumns: Readonly<Record<Sort, string>>;
  readonly defaultSort: SortOrder<Sort>;
  /** Further columns, computed for the rows of the page only, which is called like the table. */
  readonly extra?: (bind: Bind) => RawBuilder<unknown>;
}

interface Parameters {
  readonly limit: number;
  readonly offset: number;
}

interface BatchParameters {
  readonly afterId: string;
  readonly limit: number;
}

/** A row of nulls stands for an empty page: the total comes in any case, and says whether the gate is open. */
interface PageRow {
  readonly id: string | null;
  readonly listing_total: number;
  readonly is_open: boolean;
}

/** Declares how a resource is listed. `Row`: the row of the table with the extra columns. */
export function defineListing<Row extends { readonly id: string }, Sort extends string>(
  options: ListingOptions<Sort>,
): Listing<Row, Sort> {
  const statements = statementCache<Parameters, PageRow>();
  const batchStatements = statementCache<BatchParameters, { id: string }>();
  const table = sql.table(options.table);

  /** The rows of a page in an order that another table carries: those with a value from its index, then the others. */
  function pageBySide(where: RawBuilder<unknown>, order: SideOrder, p: Parameters & { storeId: string }, bind: Bind) {
    const { key, keyType } = order;
    const direction = sql.raw(order.descending ? 'desc' : 'asc');
    const side = sql`${sql.table(order.table)} side`;
    const isOfOrder = sql`side.store_id = ${p.storeId} and ${order.condition(bind)}`;
    const atMost = sql`${p.limit}::bigint + ${p.offset}::bigint`;
    return sql`
      with ordered as materialized (
        select ${table}.*, 0 as side_part, ${key} as side_key
        from ${side} join ${table} on ${table}.id = side.entity_id
        where ${isOfOrder} and ${where}
        order by ${key} ${direction}, side.entity_id limit ${atMost}
      )
      select * from (
        select * from ordered
        union all (
          select ${table}.*, 1, null::${sql.raw(keyType)} from ${table}
          where ${where} and not exists (select from ${side} where ${isOfOrder} and side.entity_id = ${table}.id)
            and (select count(*) from ordered) < ${atMost}
          order by ${table}.id limit ${atMost}
        )
      ) both_parts
      order by side_part, side_key ${direction}, id limit ${p.limit} offset ${p.offset}`;
  }

  function statement(filter: FilterPlan, sort: SortOrder<Sort>, scope: Scope, side: SideOrder | undefined) {
    const sorted = side ? `side ${side.shape}|${side.descending}` : `${sort.field}|${sort.descending}`;
    const shape = `${filter.shape}|${sorted}|${scope.shape}`;
    return statements(shape, () =>
      storeStatement<Parameters>({ isReplanned: filter.isRange })(p => {
        const bind: Bind = name => (p as unknown as Record<string, unknown>)[name];
        const conditions = [
          sql<boolean>`${table}.store_id = ${p.storeId}`,
          ...(scope.condition ? [scope.condition(bind)] : []),
          ...filter.conditions(bind),
        ];
        const where = sql.join(conditions, sql` and `);
        const direction = sql.raw((side ?? sort).descending ? 'desc' : 'asc');
        const column = options.sortColumns[sort.field];
        const own = column === 'id' ? sql`id ${direction}` : sql`${sql.ref(column)} ${direction}, id`;
        const order = side ? sql`side_part, side_key ${direction}, id` : own;
        const rows = side
          ? pageBySide(where, side, p, bind)
          : sql`select * from ${table} where ${where} order by ${order} limit ${p.limit} offset ${p.offset}`;
        const leftovers = scope.leftovers
          ? sql`(select count(*)::int from ${table} where ${table}.store_id = ${p.storeId} and ${scope.leftovers(bind)})`
          : sql.lit(0);
        const total =
          filter.shape === '' && scope.counter
            ? sql`(${totalOf(p.storeId, scope.counter(bind))} - ${leftovers})`
            : sql`(select count(*)::int from ${table} where ${where})`;
        return sql<PageRow>`
          select ${table}.*, ${options.extra ? sql`${options.extra(bind)},` : sql``} counted.listing_total, counted.is_open
          from (
            select ${total} as listing_total, ${scope.gate?.(bind) ?? sql`true`} as is_open
          ) counted
          left join lateral (
            ${rows}
          ) ${table} on counted.is_open
          order by ${order}`;
      }),
    );
  }

  function batchStatement(filter: FilterPlan, scope: Scope) {
    return batchStatements(`${filter.shape}|${scope.shape}`, () =>
      storeStatement<BatchParameters>({ isReplanned: filter.isRange })(p => {
        const bind: Bind = name => (p as unknown as Record<string, unknown>)[name];
        const conditions = [
          sql<boolean>`${table}.store_id = ${p.storeId}`,
          sql<boolean>`${table}.id > ${p.afterId}::uuid`,
          ...(scope.condition ? [scope.condition(bind)] : []),
          ...filter.conditions(bind),
        ];
        return sql<{ id: string }>`
          select ${table}.* ${options.extra ? sql`, ${options.extra(bind)}` : sql``}
          from (
            select * from ${table} where ${sql.join(conditions, sql` and `)} order by id limit ${p.limit}
          ) ${table}
          order by id`;
      }),
    );
  }

  async function* batches(
    db: StoreDb,
    { filter, scope, size }: { filter: readonly FilterClause[]; scope: Scope; size: number },
  ): AsyncGenerator<readonly Row[]> {
    const plan = planFilter(filter, options.filterable);
    const statement = batchStatement(plan, scope);
    for (let afterId: string = NIL; ; ) {
      const rows: { id: string }[] = await db.all(statement, {
        ...plan.values,
        ...scope.values,
        afterId,
        limit: size,
      });
      if (rows.length > 0) yield rows as unknown as Row[];
      if (rows.length < size) return;
      afterId = rows.at(-1)?.id ?? NIL;
    }
  }

  return {
    table: options.table,
    batches,
    sorts: Object.keys(options.sortColumns) as Sort[],
    defaultSort: options.defaultSort,
    filterable: options.filterable,
    select: async (db, { filter, sort, page, scope, more }) => {
      const plan = planFilter(filter, { ...more?.filterable, ...options.filterable });
      const rows = await db.all(statement(plan, sort, scope, more?.order), {
        ...plan.values,
        ...more?.order?.values,
        ...scope.values,
        limit: page.limit,
        offset: page.offset,
      });
      const [first] = rows;
      if (first?.is_open !== true) return undefined;
      return { rows: rows.filter(row => row.id !== null) as unknown as Row[], total: first.listing_total };
    },
  };
}
