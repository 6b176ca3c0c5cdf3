import { violatedConstraint } from '../../platform/db/pool.ts';
import type { ListRequest } from '../../platform/query/list-query.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import { inventoryErrors } from './inventories.errors.ts';
import { allStocks, liveStocks, stockListing, stockTransactionListing, transactionsOf } from './inventories.list.ts';
import type { NewStockTransaction } from './inventories.schema.ts';
import {
  adjustStock,
  productConstraint,
  type StockRow,
  type StockTransactionRow,
  selectStock,
  selectStocks,
  selectStockTransaction,
} from './inventories.store.ts';
import { closeStock, openStock, stockEffects } from './stock.service.ts';

type Asked = ListRequest<'created_at'>;

/** Drafts, and what there is of them, are the shop's own business. */
const seesDrafts = ({ role }: Context) => role === 'admin';

/** A page of stocks; of live products unless the caller is an admin. */
export async function listStocks(ctx: Context, request: Asked) {
  const page = await stockListing.select(ctx.db, { ...request, scope: seesDrafts(ctx) ? allStocks : liveStocks });
  return page ?? { rows: [], total: 0 };
}

/** The stocks of these products, as far as there are any. */
export function findStocks(ctx: Context, productIds: readonly string[]): Promise<StockRow[]> {
  const ids = productIds.map(id => id.toLowerCase()).filter(isUuid);
  return ctx.db.all(selectStocks, { ids, seesDrafts: seesDrafts(ctx) });
}

/** The stock of a product. Throws 404 when there is none. */
export async function getStock(ctx: Context, productId: string): Promise<StockRow> {
  const row = isUuid(productId)
    ? await ctx.db.first(selectStock, { id: productId, seesDrafts: seesDrafts(ctx) })
    : undefined;
  if (row === undefined) throw inventoryErrors.notFound();
  return row;
}

/** Gives a product a stock, after its first one was deleted. Throws 409 when it has one. */
export async function createStock(ctx: Context, productId: string, quantity: number): Promise<StockRow> {
  if (!isUuid(productId)) throw inventoryErrors.productNotFound();
  try {
    const row = await openStock(ctx.db, productId, quantity, ctx.now);
    if (row === undefined) throw inventoryErrors.exists();
    return row;
  } catch (error) {
    if (violatedConstraint(error) === productConstraint) throw inventoryErrors.productNotFound();
    throw error;
  }
}

/** Deletes the stock of a product with its transactions. Throws 404 when there is none. */
export async function removeStock(ctx: Context, productId: string): Promise<void> {
  if (!isUuid(productId) || !(await closeStock(ctx.db, productId))) throw inventoryErrors.notFound();
}

/** A page of the transactions of a stock. */
export async function listStockTransactions(ctx: Context, productId: string, request: Asked) {
  if (!isUuid(productId)) throw inventoryErrors.notFound();
  const page = await stockTransactionListing.select(ctx.db, {
    ...request,
    scope: transactionsOf(productId, seesDrafts(ctx)),
  });
  if (page === undefined) throw inventoryErrors.notFound();
  return page;
}

/** A transaction of a stock. Throws 404 when there is none. */
export async function getStockTransaction(ctx: Context, productId: string, id: string): Promise<StockTransactionRow> {
  const isKnown = isUuid(productId) && isUuid(id);
  const one = { productId, id, seesDrafts: seesDrafts(ctx) };
  const row = isKnown ? await ctx.db.first(selectStockTransaction, one) : undefined;
  if (row === undefined) throw inventoryErrors.transactionNotFound();
  return row;
}

/** Changes a stock. Throws 422 when available or allocated would fall below zero. */
export async function recordStockTransaction(
  ctx: Context,
  productId: string,
  { action, quantity }: NewStockTransaction,
): Promise<StockTransactionRow> {
  if (!isUuid(productId)) throw inventoryErrors.notFound();
  const effect = stockEffects[action];
  const row = await ctx.db.first(adjustStock, {
    productId,
    id: newId(ctx.now),
    action,
    quantity,
    availableBy: quantity * effect.available,
    allocatedBy: quantity * effect.allocated,
    now: ctx.now,
  });
  if (row !== undefined) return row;
  await getStock(ctx, productId);
  throw inventoryErrors.insufficient();
}
