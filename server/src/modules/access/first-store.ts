import type { Config } from '../../config.ts';
import type { DatabaseConnection } from '../../platform/db/database.ts';
import { createStore, listStores, type StoreRow } from '../stores/stores.service.ts';
import { createKey } from './keys.service.ts';

/** The store and the key that the very first start makes. */
export interface FirstStore {
  readonly store: StoreRow;
  readonly clientId: string;
  /** Shown once. */
  readonly clientSecret: string;
}

/** Makes the first store with a key, when the database has no store yet; several processes may try at once. */
export function createFirstStore(database: DatabaseConnection, config: Config): Promise<FirstStore | undefined> {
  return database.inLockedTransaction('clientele.first_store', async tx => {
    if ((await listStores(tx)).length > 0) return undefined;
    const store = await createStore(tx, 'Default store');
    const { key, clientSecret } = await createKey(tx, {
      storeId: store.id,
      name: 'First key',
      ...(config.CLIENTELE_CLIENT_ID !== undefined && { clientId: config.CLIENTELE_CLIENT_ID }),
      ...(config.CLIENTELE_CLIENT_SECRET !== undefined && { clientSecret: config.CLIENTELE_CLIENT_SECRET }),
    });
    return { store, clientId: key.client_id, clientSecret };
  });
}
