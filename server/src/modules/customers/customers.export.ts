import type { StoreDb } from '../../platform/db/database.ts';
import { parseFilter } from '../../platform/query/filter-parameter.ts';
import { type Extended, extendedResource } from '../flows/extended-resource.ts';
import { allCustomers, customerListing } from './customers.list.ts';
import type { CustomerRow } from './customers.store.ts';

const customers = extendedResource('customers');

export type ExportedCustomer = Extended<CustomerRow>;

/** Read at a time: bounds the memory of an export of any size. */
const batchSize = 1000;

/** Throws 400 for a filter that customers do not have. */
export async function checkCustomerFilter(db: StoreDb, filter: string): Promise<void> {
  await customers.checkFilter(db, customerListing, parseFilter(filter));
}

/** All customers that a filter matches, oldest first, some at a time, and the slugs of their fields. */
export function exportCustomers(db: StoreDb, filter: string) {
  return customers.batches(db, customerListing, { filter: parseFilter(filter), scope: allCustomers, size: batchSize });
}
