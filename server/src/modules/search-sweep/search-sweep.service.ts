import { NIL } from 'uuid';
import type { StoreDb, StoreTx } from '../../platform/db/database.ts';
import { lockAddressesOf } from '../addresses/addresses.service.ts';
import { lockCustomersAfter } from '../customers/customers.service.ts';
import { readDefinitions } from '../flows/definitions.ts';
import { searchTextsOf } from '../flows/searched-fields.ts';
import { lockSweep, plannedPasses, replaceTexts, startSweep, updateSweep } from '../search/customer-search.store.ts';
import { addressLine, customerLines } from '../search/search-texts.ts';

/**
 * The first pass writes the texts of customers who are older than the search. The second, a day later, mends what a previous
 * version has written past them while both were running. Further ones follow changes of what is searched.
 */
const betweenPassesMs = 86_400_000;

/** Writes the texts of the next customers after one; answers the last of them. Nobody writes them or their addresses meanwhile. */
async function sweepCustomers(tx: StoreTx, afterId: string, limit: number): Promise<string | undefined> {
  const customers = await lockCustomersAfter(tx, afterId, limit);
  if (customers.length === 0) return undefined;
  const ids = customers.map(({ id }) => id);
  const addresses = Map.groupBy(await lockAddressesOf(tx, ids), address => address.customer_id);
  const fields = (await readDefinitions(tx)).fields.get('customers') ?? [];
  const texts = customers.map(customer => {
    const lines = (addresses.get(customer.id) ?? []).map(address => addressLine(address.id, address));
    return customerLines(customer, searchTextsOf(fields, customer.custom_values)).searchLines + lines.join('');
  });
  await tx.all(replaceTexts, { ids, texts });
  return customers.length < limit ? undefined : ids.at(-1);
}

/** One batch of a store's pass; answers whether there is more to do now. */
async function sweepBatch(tx: StoreTx, now: Date, limit: number): Promise<boolean> {
  const sweep = await tx.first(lockSweep, { now });
  if (sweep === undefined) return false;
  const { pass, after_id } = sweep;
  const afterId = await sweepCustomers(tx, after_id, limit);
  const isDone = afterId === undefined;
  await tx.all(updateSweep, { pass, afterId: afterId ?? after_id, isDone });
  if (isDone && pass < plannedPasses) {
    await tx.all(startSweep, { pass: pass + 1, afterId: NIL, startsAt: new Date(now.getTime() + betweenPassesMs) });
  }
  return !isDone;
}

/**
 * Writes what a search finds of a store's customers, so many at a time, where it is not due to every change already. May be
 * done by several processes at once, and again after a kill.
 */
export async function sweepSearchTexts(db: StoreDb, now: Date, limit: number): Promise<void> {
  await db.all(startSweep, { pass: 1, afterId: NIL, startsAt: now });
  while (await db.inTransaction(tx => sweepBatch(tx, now, limit)));
}
