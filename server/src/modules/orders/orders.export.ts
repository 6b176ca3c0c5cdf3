import type { StoreDb } from '../../platform/db/database.ts';
import { planFilter } from '../../platform/db/filter-plan.ts';
import { parseFilter } from '../../platform/query/filter-parameter.ts';
import { allOrders, exportedOrderListing, filterable } from './orders.list.ts';
import type { ExportedOrder } from './orders.store.ts';

export type { ExportedItem, ExportedOrder } from './orders.store.ts';

/** Read at a time: bounds the memory of an export of any size, whatever shoppers have written into their orders. */
const batchSize = 200;

/** Throws 400 for a filter that orders do not have. */
export function checkOrderFilter(filter: string): void {
  planFilter(parseFilter(filter), filterable);
}

/** All orders that a filter matches, with their items, oldest first, some at a time. */
export function exportOrders(db: StoreDb, filter: string): AsyncGenerator<readonly ExportedOrder[]> {
  return exportedOrderListing.batches(db, { filter: parseFilter(filter), scope: allOrders, size: batchSize });
}
