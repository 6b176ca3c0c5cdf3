import { defineListing, type Scope } from '../../platform/db/listing.ts';
import { byId } from '../../platform/db/listing-order.ts';
import { sql } from '../../platform/db/statement.ts';
import { type StockRow, type StockTransactionRow, stockTotal } from './inventories.store.ts';

/** In the order of creation, which ids are made in; no filter (reference: README.md, "Sorting", "Filtering"). */
const inOrderOfCreation = {
  filterable: {},
  sortColumns: { created_at: byId },
  defaultSort: { field: 'created_at', descending: false },
} as const;

export const stockListing = defineListing<StockRow, 'created_at'>({ table: 'stocks', ...inOrderOfCreation });

export const stockTransactionListing = defineListing<StockTransactionRow, 'created_at'>({
  table: 'stock_transactions',
  ...inOrderOfCreation,
});

/** Every stock of the store. */
export const allStocks: Scope = { shape: 'all', values: {}, counter: () => stockTotal };

/** The transactions of one stock; there is no answer without the stock. */
export const transactionsOf = (productId: string): Scope => ({
  shape: 'of a product',
  values: { productId },
  condition: bind => sql`product_id = ${bind('productId')}`,
  gate: bind =>
    sql`exists (select from stocks where store_id = ${bind('storeId')} and id = ${bind('productId')}::uuid)`,
});
