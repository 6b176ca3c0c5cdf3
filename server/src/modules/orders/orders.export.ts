import type { StoreDb } from '../../platform/db/database.ts';
import { parseFilter } from '../../platform/query/filter-parameter.ts';
import { type Extended, extendedResource } from '../flows/extended-resource.ts';
import { allOrders, exportedOrderListing } from './orders.list.ts';
import type { ExportedOrder as ExportedRow } from './orders.store.ts';

const orders = extendedResource('orders');
const items = extendedResource('order_items');

export type { ExportedItem } from './orders.store.ts';
export type ExportedOrder = Extended<ExportedRow>;

/** Read at a time: bounds the memory of an export of any size, whatever shoppers have written into their orders. */
const batchSize = 200;

/** Throws 400 for a filter that orders do not have. */
export async function checkOrderFilter(db: StoreDb, filter: string): Promise<void> {
  await orders.checkFilter(db, exportedOrderListing, parseFilter(filter));
}

/** All orders that a filter matches, with their items, oldest first, some at a time; and the fields of both. */
export async function exportOrders(db: StoreDb, filter: string) {
  const found = await orders.batches(db, exportedOrderListing, {
    ...{ filter: parseFilter(filter), scope: allOrders, size: batchSize },
  });
  return { ...found, items: await items.reader(db) };
}
