import type { RawBuilder, Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';
import { countRows } from '../../platform/db/totals.ts';

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

/** The counter of a store's stocks (platform/db/totals.ts). */
export const stockTotal = sql`'stocks'`;

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

/** A row of the ledger to be. */
interface NewTransaction {
  id: string;
  action: StockAction;
  quantity: number;
  now: Date;
}

/** Parallel lists: transactions to record, and what they add up to for each stock. */
export interface StockMovements {
  readonly ids: readonly string[];
  readonly productIds: readonly string[];
  readonly actions: readonly StockAction[];
  readonly quantities: readonly number[];
  readonly stockIds: readonly string[];
  readonly availableBy: readonly number[];
  readonly allocatedBy: readonly number[];
  readonly now: Date;
}

/** Records transactions and moves the stocks, which the caller has locked and knows to suffice. */
export const moveStocks = storeStatement<StockMovements>()(
  p => sql<object>`
    with recorded as (
      insert into stock_transactions (store_id, product_id, id, action, quantity, created_at)
      select ${p.storeId}::uuid, product_id, id, action, quantity, ${p.now}::timestamptz
      from unnest(${p.productIds}::uuid[], ${p.ids}::uuid[], ${p.actions}::text[], ${p.quantities}::bigint[])
        movement (product_id, id, action, quantity)
    )
    update stocks
    set available = stocks.available + moved.available_by, allocated = stocks.allocated + moved.allocated_by
    from unnest(${p.stockIds}::uuid[], ${p.availableBy}::bigint[], ${p.allocatedBy}::bigint[])
      moved (id, available_by, allocated_by)
    where stocks.store_id = ${p.storeId} and stocks.id = moved.id`,
);

/** Moves one stock and records it. No row: no such stock, or too little in it. */
export const adjustStock = storeStatement<
  NewTransaction & { productId: string; availableBy: number; allocatedBy: number }
>()(
  p => sql<StockTransactionRow>`
    with moved as (
      update stocks set available = available + ${p.availableBy}, allocated = allocated + ${p.allocatedBy}
      where store_id = ${p.storeId} and id = ${p.productId}
        and available + ${p.availableBy} >= 0 and allocated + ${p.allocatedBy} >= 0
      returning store_id, id
    )
    insert into stock_transactions (store_id, product_id, id, action, quantity, created_at)
    select store_id, id, ${p.id}::uuid, ${p.action}::text, ${p.quantity}::bigint, ${p.now}::timestamptz from moved
    returning *`,
);

/** Whether the product of a stock is one that shoppers may see. */
export const isOfLiveProduct = (storeId: unknown, id: RawBuilder<unknown>) => sql<boolean>`exists (
  select from products where products.store_id = ${storeId} and products.id = ${id} and products.status = 'live')`;

/** How much of the catalog somebody may see. */
interface Sight {
  /** Stocks of drafts, too. */
  readonly seesDrafts: boolean;
}

const isInSight = (p: { storeId: unknown; seesDrafts: unknown }, id: RawBuilder<unknown>) =>
  sql<boolean>`(${p.seesDrafts}::boolean or ${isOfLiveProduct(p.storeId, id)})`;

export const selectStock = storeStatement<{ id: string } & Sight>({ isBrief: true })(p =>
  query
    .selectFrom('stocks')
    .selectAll()
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id)
    .where(isInSight(p, sql`stocks.id`)),
);

export const selectStocks = storeStatement<{ ids: readonly string[] } & Sight>()(p =>
  query
    .selectFrom('stocks')
    .selectAll()
    .where('store_id', '=', p.storeId)
    .where(sql<boolean>`id = any(${p.ids}::uuid[])`)
    .where(isInSight(p, sql`stocks.id`))
    .orderBy('id'),
);

export const productConstraint = 'stocks_product_fkey';

/** Gives a product its stock, with a transaction unless there is nothing in it. No row: it has one. */
export const insertStock = storeStatement<
  Pick<NewTransaction, 'id' | 'quantity' | 'now'> & { productId: string; shard: number }
>()(
  p => sql<StockRow>`
    with created as (
      insert into stocks (store_id, id, available) values (${p.storeId}, ${p.productId}, ${p.quantity})
      on conflict do nothing
      returning *
    ), recorded as (
      insert into stock_transactions (store_id, product_id, id, action, quantity, created_at)
      select store_id, id, ${p.id}::uuid, 'create', available, ${p.now}::timestamptz from created where available > 0
    ), counted as (
      ${countRows({ from: 'created', resource: stockTotal, shard: p.shard, delta: 1 })}
    )
    select * from created`,
);

/** Deletes a stock with its transactions. */
export const deleteStock = storeStatement<{ id: string; shard: number }>()(
  p => sql<{ id: string }>`
    with deleted as (
      delete from stocks where store_id = ${p.storeId} and id = ${p.id} returning store_id, id
    ), counted as (
      ${countRows({ from: 'deleted', resource: stockTotal, shard: p.shard, delta: -1 })}
    )
    select id from deleted`,
);

export const selectStockTransaction = storeStatement<{ productId: string; id: string } & Sight>()(p =>
  query
    .selectFrom('stock_transactions')
    .selectAll()
    .where('store_id', '=', p.storeId)
    .where('product_id', '=', p.productId)
    .where('id', '=', p.id)
    .where(isInSight(p, sql`product_id`)),
);
