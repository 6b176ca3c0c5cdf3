import type { OrderRow } from '../orders/orders.service.ts';
import { money } from '../prices/money.ts';
import type { Transaction } from './payments.schema.ts';
import type { TransactionRow } from './payments.store.ts';

/** A transaction as the contract shows it (reference: orders.md, "Transaction"). */
export function toTransaction(row: TransactionRow, order: OrderRow): Transaction {
  return {
    id: row.id,
    type: 'transaction',
    reference: row.reference,
    ...(row.custom_reference !== null && { custom_reference: row.custom_reference }),
    ...(row.name !== null && { name: row.name }),
    gateway: row.gateway,
    amount: row.amount,
    refunded_amount: row.refunded_amount,
    currency: order.currency,
    transaction_type: row.type,
    'transaction-type': row.type,
    status: row.status,
    ...(row.is_simulated && { simulated: true as const }),
    relationships: { order: { data: { type: 'order', id: order.id } } },
    meta: {
      display_price: money(order.currency_format, row.amount),
      display_refunded_amount: { total: money(order.currency_format, row.refunded_amount) },
      timestamps: { created_at: row.created_at, updated_at: row.updated_at },
    },
  };
}
