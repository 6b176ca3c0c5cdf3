import type { StoreDb } from '../../platform/db/database.ts';
import {
  type FilterAttribute,
  type FilterPlan,
  idAttribute,
  planFilter,
  textAttribute,
  timeAttribute,
} from '../../platform/db/filter-conditions.ts';
import { sql, statementCache, storeStatement } from '../../platform/db/statement.ts';
import type { FilterClause } from '../../platform/query/filter.ts';
import type { Page } from '../../platform/query/page.ts';
import type { SortOrder } from '../../platform/query/sort.ts';
import { isSignedIn } from '../sessions/sessions.store.ts';
import type { CustomerRow } from './customers.store.ts';

/** What customers can be filtered by (reference: README.md, "Filtering"). */
const filterable: Readonly<Record<string, FilterAttribute>> = {
  email: textAttribute({
    column: 'email',
    folded: 'email_key',
    ignoresCase: true,
    spaceIsPlus: true,
    operators: ['eq', 'like', 'in'],
  }),
  name: textAttribute({ column: 'name', folded: 'name_key', operators: ['eq', 'like', 'in'] }),
  id: idAttribute('id', ['eq', 'in', 'gt', 'ge', 'lt', 'le']),
  created_at: timeAttribute('created_at'),
  updated_at: timeAttribute('updated_at'),
  external_ref: textAttribute({
    column: 'external_ref',
    indexedPrefix: 200,
    operators: ['eq', 'in', 'is_null'],
  }),
};

/** What customers can be sorted by, and the column that carries the order. */
const sortColumns = {
  created_at: 'created_at',
  updated_at: 'updated_at',
  name: 'name_key',
  email: 'email_key',
  id: 'id',
} as const;

export type CustomerSort = SortOrder<keyof typeof sortColumns>;
export const customerSorts = Object.keys(sortColumns) as (keyof typeof sortColumns)[];
export const defaultCustomerSort: CustomerSort = { field: 'created_at', descending: true };

interface ListParameters {
  readonly limit: number;
  readonly offset: number;
  /** The one customer that a customer token may list; null lists all. */
  readonly customerId: string | null;
  readonly sessionId: string | null;
  readonly [filterValue: `filter_${number}_${number}`]: unknown;
}

/** Null columns stand for "no customer on this page": the totals come in any case, and say whether the session lives. */
type ListRow = { [Column in keyof CustomerRow]: CustomerRow[Column] | null } & {
  readonly total: number;
  readonly is_signed_in: boolean;
};

const statements = statementCache<ListParameters, ListRow>();

function listStatement(filter: FilterPlan, sort: CustomerSort, isOwn: boolean) {
  const shape = `${filter.shape}|${sort.field}|${sort.descending}|${isOwn}`;
  return statements(shape, () =>
    storeStatement<ListParameters>()(p => {
      const bind = (name: string) => (p as unknown as Record<string, unknown>)[name];
      const conditions = [
        sql`store_id = ${p.storeId}`,
        ...(isOwn ? [sql`id = ${p.customerId}::uuid`] : []),
        ...filter.conditions(bind),
      ];
      const where = sql.join(conditions, sql` and `);
      const column = sql.ref(sortColumns[sort.field]);
      const direction = sql.raw(sort.descending ? 'desc' : 'asc');
      const order = sort.field === 'id' ? sql`id ${direction}` : sql`${column} ${direction}, id`;
      const total =
        filter.shape === '' && !isOwn
          ? sql`(select coalesce(sum(count), 0)::int from totals where store_id = ${p.storeId} and resource = 'customers')`
          : sql`(select count(*)::int from customers where ${where})`;
      const signedIn = isSignedIn(p);
      return sql<ListRow>`
        select customer.*, counted.total, counted.is_signed_in
        from (select ${total} as total, ${isOwn ? signedIn : sql`true`} as is_signed_in) counted
        left join lateral (
          select * from customers where ${where} order by ${order} limit ${p.limit} offset ${p.offset}
        ) customer on counted.is_signed_in
        order by ${order}`;
    }),
  );
}

export interface CustomerPage {
  readonly rows: readonly CustomerRow[];
  readonly total: number;
}

/** A page of the store's customers, or of the one customer that `own` names; undefined when their session has ended. */
export async function selectCustomers(
  db: StoreDb,
  request: {
    readonly filter: readonly FilterClause[];
    readonly sort: CustomerSort;
    readonly page: Page;
    readonly own: { readonly customerId: string; readonly sessionId: string } | undefined;
  },
): Promise<CustomerPage | undefined> {
  const filter = planFilter(request.filter, filterable);
  const rows = await db.all(listStatement(filter, request.sort, request.own !== undefined), {
    ...filter.values,
    limit: request.page.limit,
    offset: request.page.offset,
    customerId: request.own?.customerId ?? null,
    sessionId: request.own?.sessionId ?? null,
  });
  const [first] = rows;
  if (first?.is_signed_in !== true) return undefined;
  return { rows: rows.filter(row => row.id !== null) as unknown as CustomerRow[], total: first.total };
}
