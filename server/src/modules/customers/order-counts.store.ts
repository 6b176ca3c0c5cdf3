import type { TwinOrder } from '../../platform/db/side-order.ts';
import { type RawBuilder, sql } from '../../platform/db/statement.ts';

/**
 * How many orders a customer has, kept in the transaction that gives them one. Every customer has a row, unless an older
 * version has made them: who has none has no order.
 */
interface OrderCountsTable {
  store_id: string;
  customer_id: string;
  order_count: number;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    order_counts: OrderCountsTable;
  }
}

/** The number of orders of a customer, as an expression. */
export const orderCountOf = (storeId: unknown, customerId: unknown): RawBuilder<number> =>
  sql`coalesce((select order_count from order_counts where store_id = ${storeId} and customer_id = ${customerId}), 0)`;

/** A statement for a `with` clause that counts one more order of the customer in each row of the earlier clause `from`. */
export const countOrderOf = (from: string): RawBuilder<unknown> => sql`
  insert into order_counts (store_id, customer_id, order_count)
  select store_id, customer_id, 1 from ${sql.table(from)} where customer_id is not null
  on conflict (store_id, customer_id) do update set order_count = order_counts.order_count + 1`;

/** A statement for a `with` clause that begins to count for the customers in the earlier clause `from`. */
export const beginOrderCount = (from: string): RawBuilder<unknown> => sql`
  insert into order_counts (store_id, customer_id, order_count) select store_id, id, 0 from ${sql.table(from)}`;

/** A statement for a `with` clause that forgets the counts of the customers that the earlier clause `from` has deleted. */
export const endOrderCount = (storeId: string, from: string): RawBuilder<unknown> => sql`
  delete from order_counts using ${sql.table(from)} gone
  where order_counts.store_id = ${storeId} and order_counts.customer_id = gone.id`;

/** Customers in the order of the number of their orders. A checkout that a deletion overtakes leaves a row behind. */
export const byOrderCount: TwinOrder = {
  twin: 'order_counts',
  idColumn: 'customer_id',
  column: 'order_count',
  type: 'bigint',
};
