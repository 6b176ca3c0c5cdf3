import type { Stock, StockTransaction } from './inventories.schema.ts';
import type { StockRow, StockTransactionRow } from './inventories.store.ts';

/** A stock as the contract shows it (reference: catalog-minimum.md, "Inventory"). */
export function toStock({ id, available, allocated }: StockRow): Stock {
  return { id, type: 'stock', total: available + allocated, available, allocated };
}

/** A transaction of a stock as the contract shows it. */
export function toStockTransaction(row: StockTransactionRow): StockTransaction {
  return {
    id: row.id,
    type: 'stock-transaction',
    action: row.action,
    product_id: row.product_id,
    quantity: row.quantity,
    timestamps: { created_at: row.created_at },
  };
}
