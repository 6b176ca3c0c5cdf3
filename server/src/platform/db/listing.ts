import type { RawBuilder } from 'kysely';
import { NIL } from 'uuid';
import { type Position, parseCursor, printCursor } from '../query/cursor.ts';
import type { FilterClause } from '../query/filter.ts';
import { type Extent, type Page, pageErrors } from '../query/page.ts';
import type { SortOrder } from '../query/sort.ts';
import { isStorable } from '../text/storable.ts';
import { isUuid } from '../text/uuid.ts';
import type { StoreDb } from './database.ts';
import { type Bind, type Condition, type FilterAttribute, type FilterPlan, planFilter } from './filter-plan.ts';
import { knownSizes } from './known-sizes.ts';
import {
  type ColumnOrder,
  columnOrder,
  type IdType,
  isOffset,
  type RowOrder,
  type Start,
  startAtOffset,
} from './listing-order.ts';
import { type Ranking, rankedOrder } from './ranked-order.ts';
import { rowsByNumber } from './rows-by-number.ts';
import { type SideOrder, sideOrder, type TwinOrder, twinOrder } from './side-order.ts';
import { sql, statementCache, storeStatement } from './statement.ts';
import { totalOf } from './totals.ts';

/** The part of a table that a request may list. */
export interface Scope {
  /** Scopes of the same shape have the same SQL. */
  readonly shape: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Which rows belong to it; without one, all of the store. */
  readonly condition?: (bind: Bind) => Condition;
  /** Whether every row of the store is in it that a field of the listing's own can have a value of. */
  readonly isWhole?: true;
  /** What must hold for there to be an answer at all. */
  readonly gate?: (bind: Bind) => Condition;
  /** The counter that holds the number of its rows (totals.ts); without it and `total` they are counted. */
  readonly counter?: (bind: Bind) => RawBuilder<unknown>;
  /** The number of its rows, where something else than a counter holds it. */
  readonly total?: (bind: Bind) => RawBuilder<number>;
  /** Which rows that the counter still holds belong no longer to it: few, since they are soon deleted. */
  readonly leftovers?: (bind: Bind) => Condition;
}

/** What a listing can be filtered and sorted by beyond its declaration, for one request. */
export interface MoreAttributes {
  /** The names that the declaration has win, but for its additive ones. */
  readonly filterable?: Readonly<Record<string, FilterAttribute>>;
  /** Takes the place of `sort`, and lists only what matches. */
  readonly ranking?: Ranking | undefined;
  /** Takes the place of `sort`. Rows without a value come last in either direction; ties are broken by the id. */
  readonly order?: SideOrder | undefined;
}

/** A page of a listing. */
export interface Found<Row> extends Extent {
  readonly rows: readonly Row[];
  /** What `version` of the declaration gave, in the moment in which the page was read. */
  readonly version?: string | null;
}

/** Which rows to go through, and how many at a time. */
export interface BatchRequest {
  readonly filter: readonly FilterClause[];
  readonly scope: Scope;
  readonly size: number;
  readonly more?: Pick<MoreAttributes, 'filterable'>;
}

/** A resource that can be listed: filtered, sorted, paged, counted, in one round trip. */
export interface Listing<Row, Sort extends string> {
  readonly table: string;
  /** The names that `sort` may have. */
  readonly sorts: readonly Sort[];
  readonly defaultSort: SortOrder<Sort>;
  /** What `filter` may name. */
  readonly filterable: Readonly<Record<string, FilterAttribute>>;
  /** Names of filters and sorts that the contract does not have: `more` has them where it names the same. */
  readonly additive: ReadonlySet<string>;
  /** Throws 400 for a bad filter. */
  checkFilter(filter: readonly FilterClause[], more?: Pick<MoreAttributes, 'filterable'>): void;
  /** A page; undefined when the scope's gate is closed. Throws 400 for a bad filter, and for a cursor of another listing. */
  select(
    db: StoreDb,
    request: {
      readonly filter: readonly FilterClause[];
      readonly sort: SortOrder<Sort>;
      readonly page: Page;
      readonly scope: Scope;
      readonly more?: MoreAttributes;
    },
  ): Promise<Found<Row> | undefined>;
  /** All matching rows in the order of their ids, so many at a time, in constant memory. Throws 400 for a bad filter. */
  batches(db: StoreDb, request: BatchRequest): AsyncGenerator<readonly Row[]>;
}

interface ListingOptions<Sort extends string> {
  /** A table of the store with a column `id`, which breaks ties. */
  readonly table: string;
  /** uuid unless said otherwise. */
  readonly idType?: IdType;
  readonly filterable: Readonly<Record<string, FilterAttribute>>;
  /** What carries each order. */
  readonly sortColumns: Readonly<Record<Sort, ColumnOrder | TwinOrder>>;
  readonly defaultSort: SortOrder<Sort>;
  /** See `Listing`. */
  readonly additive?: readonly string[];
  /** Further columns, computed for the rows of the page only, which is called like the table. */
  readonly extra?: (bind: Bind) => RawBuilder<unknown>;
  /** The version of whatever a page is to be read by. */
  readonly version?: (bind: Bind) => RawBuilder<string | null>;
}

interface Parameters {
  readonly limit: number;
  readonly offset: number;
  readonly afterKey: string | null;
  readonly afterId: string;
}

interface BatchParameters {
  readonly afterId: string;
  readonly limit: number;
}

/** A row of nulls stands for an empty page: the total comes in any case, and says whether the gate is open. */
interface PageRow {
  readonly id: string | null;
  readonly listing_total: number;
  readonly listing_key: string | null;
  /** Of a listing that may be large: how many rows there are without the filter. */
  readonly listing_whole?: number;
  /** Of a ranking: whether not all that match were gone through. */
  readonly is_cut?: boolean;
  readonly listing_version: string | null;
  readonly is_open: boolean;
}

/** Declares how a resource is listed. `Row`: the row of the table with the extra columns. */
export function defineListing<Row extends { readonly id: string }, Sort extends string>(
  options: ListingOptions<Sort>,
): Listing<Row, Sort> {
  const statements = statementCache<Parameters, PageRow>();
  const batchStatements = statementCache<BatchParameters, { id: string }>();
  const sizes = knownSizes();
  const table = sql.table(options.table);
  const idType = options.idType ?? 'uuid';
  const directed = (order: ColumnOrder | TwinOrder, descending: boolean) =>
    typeof order === 'object' && 'twin' in order ? twinOrder(order, descending) : columnOrder(order, descending);
  const ownOrders = new Map(
    Object.entries<ColumnOrder | TwinOrder>(options.sortColumns).map(([name, order]) => [
      name,
      { ascending: directed(order, false), descending: directed(order, true) },
    ]),
  );

  const additive = new Set(options.additive);
  const fixed = Object.fromEntries(Object.entries(options.filterable).filter(([name]) => !additive.has(name)));
  const planOf = (filter: readonly FilterClause[], { filterable }: Pick<MoreAttributes, 'filterable'>) =>
    planFilter(filter, filterable ? { ...options.filterable, ...filterable, ...fixed } : options.filterable);

  /** One of `sortColumns`. */
  function ownOrder({ field, descending }: SortOrder<Sort>): RowOrder {
    const orders = ownOrders.get(field);
    if (orders === undefined) throw new Error(`${options.table} cannot be sorted by ${field}`);
    return descending ? orders.descending : orders.ascending;
  }

  function orderOf({ ranking, order }: MoreAttributes, sort: SortOrder<Sort>): RowOrder {
    if (ranking) return rankedOrder(ranking);
    return order ? sideOrder(order) : ownOrder(sort);
  }

  /** What a listing is known by that may have many rows, which a filter finds in another table; undefined otherwise. */
  function largeListing(db: StoreDb, filter: FilterPlan, scope: Scope) {
    const isSized = scope.isWhole && filter.elsewhere && (scope.total ?? scope.counter);
    const listing = [db.storeId, options.table, scope.shape, scope.values];
    return isSized && !sizes.isSmall(listing) ? listing : undefined;
  }

  function statement(filter: FilterPlan, order: RowOrder, scope: Scope, start: Start, isLarge: boolean) {
    const isNarrow =
      filter.isOfOne || (filter.shape === '' && (scope.counter ?? scope.total ?? scope.condition) !== undefined);
    const kind = {
      isShaped: true as const,
      isReplanned: filter.isRange || order.matched !== undefined,
      isBrief: isNarrow && order.isIndexed && start !== 'far offset',
    };
    return statements(`${filter.shape}|${order.shape}|${scope.shape}|${start}|${isLarge}`, () =>
      storeStatement<Parameters>(kind)(p => {
        const bind: Bind = name => (p as unknown as Record<string, unknown>)[name];
        const ofScope = [
          sql<boolean>`${table}.store_id = ${p.storeId}`,
          ...(scope.condition ? [scope.condition(bind)] : []),
        ];
        const conditions = [...ofScope, ...filter.conditions(bind)];
        const within = sql.join(ofScope, sql` and `);
        const where = sql.join(conditions, sql` and `);
        const elsewhere = isLarge ? filter.elsewhere : undefined;
        const inIndex = scope.isWhole ? filter.elsewhere?.ids(bind) : undefined;
        const whole = scope.total?.(bind) ?? (scope.counter && totalOf(p.storeId, scope.counter(bind)));
        const leftovers = scope.leftovers
          ? sql`(select count(*)::int from ${table} where ${table}.store_id = ${p.storeId} and ${scope.leftovers(bind)})`
          : sql.lit(0);
        const matched = order.matched?.select({ where, isUnfiltered: conditions.length === 1, bind });
        const total = matched
          ? sql`(select count(*)::int from matched)`
          : filter.shape === '' && scope.counter
            ? sql`(${totalOf(p.storeId, scope.counter(bind))} - ${leftovers})`
            : filter.shape === '' && scope.total
              ? scope.total(bind)
              : elsewhere
                ? sql`(${elsewhere.count(bind)})`
                : inIndex
                  ? sql`(select count(*)::int from (${inIndex}) matching)`
                  : sql`(select count(*)::int from ${table} where ${where})`;
        const isWhole = scope.isWhole === true && filter.shape === '';
        const rows = (where: RawBuilder<unknown>, start: Start, bind: Bind, from: RawBuilder<unknown> = table) =>
          order.rows({ table, from, idType, within, where, isWhole, start, bind });
        const splits = order.isIndexed ? elsewhere : undefined;
        // `offset 0`: the number is asked for more than once, and counted once.
        return sql<PageRow>`
          ${matched ? sql`with matched as materialized (${matched})` : sql``}
          select ${table}.*, ${options.extra ? sql`${options.extra(bind)},` : sql``} counted.*,
            ${order.key} as listing_key
          from (
            select ${total} as listing_total,
              ${matched ? sql`(select coalesce(bool_or(is_cut), false) from matched) as is_cut,` : sql``}
              ${options.version?.(bind) ?? sql`null::text`} as listing_version,
              ${isLarge && whole ? sql`${whole} as listing_whole,` : sql``}
              ${scope.gate?.(bind) ?? sql`true`} as is_open
            ${splits ? sql`offset 0` : sql``}
          ) counted
          left join lateral (
            ${splits ? rowsByNumber({ table, within, elsewhere: splits, rows, start, bind }) : rows(where, start, bind)}
          ) ${table} on counted.is_open
          order by ${order.by}`;
      }),
    );
  }

  function batchStatement(filter: FilterPlan, scope: Scope) {
    return batchStatements(`${filter.shape}|${scope.shape}`, () =>
      storeStatement<BatchParameters>({ isShaped: true, isReplanned: filter.isRange })(p => {
        const bind: Bind = name => (p as unknown as Record<string, unknown>)[name];
        const conditions = [
          sql<boolean>`${table}.store_id = ${p.storeId}`,
          sql<boolean>`${table}.id > ${p.afterId}::${sql.raw(idType)}`,
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
    { filter, scope, size, more = {} }: BatchRequest,
  ): AsyncGenerator<readonly Row[]> {
    const plan = planOf(filter, more);
    const statement = batchStatement(plan, scope);
    for (let afterId = idType === 'uuid' ? NIL : ''; ; ) {
      const rows: { id: string }[] = await db.all(statement, {
        ...plan.values,
        ...scope.values,
        afterId,
        limit: size,
      });
      if (rows.length > 0) yield rows as unknown as Row[];
      if (rows.length < size) return;
      afterId = rows.at(-1)?.id ?? afterId;
    }
  }

  return {
    table: options.table,
    batches,
    sorts: Object.keys(options.sortColumns) as Sort[],
    defaultSort: options.defaultSort,
    filterable: options.filterable,
    additive,
    checkFilter: (filter, more = {}) => void planOf(filter, more),
    select: async (db, { filter, sort, page, scope, more = {} }) => {
      const plan = planOf(filter, more);
      const order = orderOf(more, sort);
      const ordered = more.ranking?.values ?? more.order?.values;
      const boundTo = [options.table, order.shape, ordered ?? null, filter];
      const place = readPlace(boundTo, page, order, idType === 'uuid' ? isUuid : isStorable);
      const isFromOffset = isOffset(place.start);
      const large = largeListing(db, plan, scope);
      const rows = await db.all(statement(plan, order, scope, place.start, large !== undefined), {
        ...plan.values,
        ...ordered,
        ...scope.values,
        // One more tells whether there is a next page; the total does not, once rows come and go.
        limit: isFromOffset ? page.limit : page.limit + 1,
        offset: page.offset,
        afterKey: place.key,
        afterId: place.id,
      });
      const [first] = rows;
      if (first?.is_open !== true) return undefined;
      if (large && first.listing_whole !== undefined) sizes.remember(large, first.listing_whole);
      const found = rows.filter(row => row.id !== null).slice(0, page.limit);
      const total = Math.min(first.listing_total, order.matched?.maxRows ?? first.listing_total);
      const hasMore = isFromOffset ? page.offset + page.limit < total : rows.length > page.limit;
      // A digest, and only the link to a next page needs it.
      const last = hasMore ? found.at(-1) : undefined;
      return {
        rows: found as unknown as Row[],
        total,
        ...(order.matched && { isMore: first.is_cut === true || first.listing_total > order.matched.maxRows }),
        version: first.listing_version,
        cursor: last && printCursor(boundTo, { key: last.listing_key, id: last.id ?? NIL }),
        ...(!isFromOffset && { hasMore }),
      };
    },
  };
}

interface Place extends Position {
  readonly start: Start;
}

/** The place where a page begins. Throws 400 for a cursor of another listing, order or filter, and for what is none. */
function readPlace(
  boundTo: unknown,
  { cursor, offset }: Page,
  order: RowOrder,
  isId: (text: string) => boolean,
): Place {
  if (cursor === undefined) return { key: null, id: NIL, start: startAtOffset(offset) };
  const position = parseCursor(boundTo, cursor);
  const start = position && order.startAfter(position.key);
  if (position === undefined || start === undefined || !isId(position.id)) throw pageErrors.cursor();
  return { ...position, start };
}
