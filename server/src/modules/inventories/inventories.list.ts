import { defineListing, type Scope } from '../../platform/db/listing.ts';
import { byId } from '../../platform/db/listing-order.ts';
import { sql } from '../../platform/db/statement.ts';
import { isOfLiveProduct, type StockRow, type StockTransactionRow, stockTotal } from './inventories.store.ts';

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

/** The stocks of products that shoppers may see. */
export const liveStocks: Scope = {
  shape: 'live',
  values: {},
  condition: bind => isOfLiveProduct(bind('storeId'), sql`stocks.id`),
};

/** The transactions of one stock; there is no answer without the stock. */
export const transactionsOf = (productId: string, seesDrafts: boolean): Scope => ({
  shape: seesDrafts ? 'of a product' : 'of a live product',
  values: { productId },
  condition: bind => sql`product_id = ${bind('productId')}`,
  gate: bind =>
    sql`exists (select from stocks where store_id = ${bind('storeId')} and id = ${bind('productId')}::uuid ${
      seesDrafts ? sql`` : sql`and ${isOfLiveProduct(bind('storeId'), sql`stocks.id`)}`
    })`,
});
