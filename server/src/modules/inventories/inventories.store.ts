import type { RawBuilder, Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';

/** The stock of a product, whose id it has. */
interface StocksTable {
  store_id: string;
  id: string;
  available: number;
  allocated: number;
}

export type StockAction = 'create' | 'increment' | 'decrement' | 'allocate' | 'deallocate';

/** The ledger of a stock: its transactions always add up to it. */
interface StockTransactionsTable {
  store_id: string;
  product_id: string;
  id: string;
  action: StockAction;
  quantity: number;
  created_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    stocks: StocksTable;
    stock_transactions: StockTransactionsTable;
  }
}

export type StockRow = Readonly<Selectable<StocksTable>>;
export type StockTransactionRow = Readonly<Selectable<StockTransactionsTable>>;

/** Locks stocks until the end of the transaction, always in the same order, so that two transactions never wait for each other. */
export const lockStocks = storeStatement<{ ids: readonly string[] }>()(p =>
  query
    .selectFrom('stocks')
    .selectAll()
    .where('store_id', '=', p.storeId)
    .where(sql<boolean>`id = any(${p.ids}::uuid[])`)
    .orderBy('id')
    .forUpdate(),
);

export const selectExistingProducts = storeStatement<{ ids: readonly string[] }>()(
  p => sql<{ id: string }>`select id from products where store_id = ${p.storeId} and id = any(${p.ids}::uuid[])`,
);

/** The effect of each action on (available, allocated), in units of the quantity. */
const effects = {
  increment: [1, 0],
  decrement: [-1, 0],
  allocate: [-1, 1],
  deallocate: [1, -1],
} as const satisfies Record<Exclude<StockAction, 'create'>, readonly [number, number]>;

const effectOf = (action: RawBuilder<unknown>, on: 0 | 1): RawBuilder<unknown> =>
  sql`case ${action} ${sql.join(
    Object.entries(effects).map(([name, effect]) => sql`when ${sql.lit(name)} then ${sql.lit(effect[on])}`),
    sql` `,
  )} end`;

/** Transactions to record: parallel lists. */
export interface StockMovements {
  readonly ids: readonly string[];
  readonly productIds: readonly string[];
  readonly actions: readonly StockAction[];
  readonly quantities: readonly number[];
  readonly now: Date;
}

/** Records transactions and applies their sum to the stocks, which the caller has locked and knows to suffice. */
export const moveStocks = storeStatement<StockMovements>()(
  p => sql<object>`
    with recorded as (
      insert into stock_transactions (store_id, product_id, id, action, quantity, created_at)
      select ${p.storeId}::uuid, product_id, id, action, quantity, ${p.now}::timestamptz
      from unnest(${p.productIds}::uuid[], ${p.ids}::uuid[], ${p.actions}::text[], ${p.quantities}::bigint[])
        movement (product_id, id, action, quantity)
      returning product_id, action, quantity
    )
    update stocks set available = stocks.available + moved.available, allocated = stocks.allocated + moved.allocated
    from (
      select product_id, sum(quantity * ${effectOf(sql`action`, 0)}) as available,
        sum(quantity * ${effectOf(sql`action`, 1)}) as allocated
      from recorded group by product_id
    ) moved
    where stocks.store_id = ${p.storeId} and stocks.id = moved.product_id`,
);
