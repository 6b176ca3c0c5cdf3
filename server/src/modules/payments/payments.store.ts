import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';

interface TransactionsTable {
  store_id: string;
  order_id: string;
  id: string;
  gateway: string;
  reference: string;
  custom_reference: string | null;
  name: string | null;
  type: 'authorize' | 'purchase' | 'capture' | 'refund';
  status: 'complete' | 'failed' | 'pending' | 'cancelled';
  amount: number;
  refunded_amount: number;
  is_simulated: boolean;
  created_at: Timestamp;
  updated_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    transactions: TransactionsTable;
  }
}

export type TransactionRow = Readonly<Selectable<TransactionsTable>>;

export const insertTransaction = storeStatement<
  Omit<TransactionRow, 'store_id' | 'status' | 'refunded_amount' | 'created_at' | 'updated_at'> & { now: Date }
>()(
  p => sql<TransactionRow>`
    insert into transactions (store_id, order_id, id, gateway, reference, custom_reference, name, type, status, amount,
      is_simulated, created_at, updated_at)
    values (${p.storeId}, ${p.order_id}, ${p.id}, ${p.gateway}, ${p.reference}, ${p.custom_reference}, ${p.name},
      ${p.type}, 'complete', ${p.amount}, ${p.is_simulated}, ${p.now}, ${p.now})
    returning *`,
);

/** Oldest first. */
export const selectTransactions = storeStatement<{ orderId: string }>({ isBrief: true })(p =>
  query
    .selectFrom('transactions')
    .selectAll()
    .where('store_id', '=', p.storeId)
    .where('order_id', '=', p.orderId)
    .orderBy('id'),
);

export const updateTransaction = storeStatement<
  Pick<TransactionRow, 'type' | 'status' | 'refunded_amount' | 'custom_reference'> & {
    orderId: string;
    id: string;
    now: Date;
  }
>()(
  p => sql<TransactionRow>`
    update transactions set type = ${p.type}, status = ${p.status}, refunded_amount = ${p.refunded_amount},
      custom_reference = ${p.custom_reference}, updated_at = ${p.now}
    where store_id = ${p.storeId} and order_id = ${p.orderId} and id = ${p.id}
    returning *`,
);
