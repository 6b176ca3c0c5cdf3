import type { DatabaseConnection, GlobalDb } from '../../platform/db/database.ts';
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

/** Changes settings of a store, on every process at once. Answers undefined when there is no such store. */
export async function changeStore(
  database: DatabaseConnection,
  id: string,
  changes: Partial<StoreSettings>,
): Promise<StoreRow | undefined> {
  return database.inLockedTransaction(`clientele.store.${id}`, async tx => {
    const [store] = await tx.all(selectStore, { id });
    if (store === undefined) return undefined;
    const [changed] = await tx.all(updateStoreSettings, { ...store, ...changes });
    await tx.all(announceChange, {});
    return changed;
  });
}

/** Sets the settings of the contract back to their defaults (reference: platform.md, "Settings"), on every process at once. */
export async function resetStore(database: DatabaseConnection, id: string): Promise<void> {
  await database.inLockedTransaction(`clientele.store.${id}`, async tx => {
    await tx.all(resetStoreSettings, { id });
    await tx.all(announceChange, {});
  });
}
