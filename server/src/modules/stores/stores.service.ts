import type { DatabaseConnection, GlobalDb, GlobalTx } from '../../platform/db/database.ts';
import { announceChange } from '../../platform/db/notifications.ts';
import { newId } from '../../platform/text/uuid.ts';
import {
  insertStore,
  resetStoreSettings,
  type StoreRow,
  type StoreSettings,
  selectStore,
  selectStores,
  updateStoreSettings,
} from './stores.store.ts';

export type { StoreRow, StoreSettings } from './stores.store.ts';

/** Makes a store with the default settings. */
export async function createStore(database: GlobalDb, name: string): Promise<StoreRow> {
  const [store] = await database.all(insertStore, {
    id: newId(new Date()),
    currencyId: newId(new Date()),
    name,
    now: new Date(),
  });
  if (store === undefined) throw new Error('the store was not stored');
  return store;
}

/** All stores, oldest first. */
export function listStores(database: GlobalDb): Promise<StoreRow[]> {
  return database.all(selectStores, {});
}

export function findStore(database: DatabaseConnection, id: string): Promise<StoreRow | undefined> {
  return database.first(selectStore, { id });
}

/** What else is done in the transaction that has changed a store. */
type AfterChange = (tx: GlobalTx, before: StoreRow, after: StoreRow) => Promise<void>;

/** Works on a store while no other change of it is under way, and tells every process. Undefined when there is no such store. */
function withStore(
  database: DatabaseConnection,
  id: string,
  work: (tx: GlobalTx, store: StoreRow) => Promise<StoreRow | undefined>,
  after?: AfterChange,
): Promise<StoreRow | undefined> {
  return database.inLockedTransaction(`clientele.store.${id}`, async tx => {
    const [store] = await tx.all(selectStore, { id });
    const changed = store && (await work(tx, store));
    if (store === undefined || changed === undefined) return undefined;
    await after?.(tx, store, changed);
    await tx.all(announceChange, {});
    return changed;
  });
}

/** Changes settings of a store, on every process at once. Answers undefined when there is no such store. */
export function changeStore(
  database: DatabaseConnection,
  id: string,
  changes: Partial<StoreSettings>,
  after?: AfterChange,
): Promise<StoreRow | undefined> {
  const change = async (tx: GlobalTx, store: StoreRow) =>
    (await tx.all(updateStoreSettings, { ...store, ...changes }))[0];
  return withStore(database, id, change, after);
}

/** Sets the settings of the contract back to their defaults (reference: platform.md, "Settings"), on every process at once. */
export async function resetStore(database: DatabaseConnection, id: string, after?: AfterChange): Promise<void> {
  await withStore(database, id, async tx => (await tx.all(resetStoreSettings, { id }))[0], after);
}
