import type { DatabaseConnection } from '../../platform/db/database.ts';
import { findStore, type StoreRow } from '../stores/stores.service.ts';
import { type KeyRow, selectKey } from './keys.store.ts';

/** Without a notification, a revoked key or a changed setting is noticed after this time (design.md §5). */
const freshForMs = 5000;

/** A key in force and the store it belongs to. */
export interface Client {
  readonly key: KeyRow;
  readonly store: StoreRow;
}

/** The keys and stores that requests name, kept in memory so that a request needs no round trip for them. */
export interface ClientDirectory {
  /** The key in force with this id, or undefined when it is revoked or unknown. */
  find(keyId: string): Promise<Client | undefined>;
  /** Reads everything again: keys or settings have changed. */
  forget(): void;
}

/** Opens the directory, which is told of changes by `forget`. */
export function openClientDirectory(database: DatabaseConnection): ClientDirectory {
  const entries = new Map<string, { readonly loadedAt: number; readonly client: Promise<Client | undefined> }>();

  async function load(keyId: string): Promise<Client | undefined> {
    const key = await database.first(selectKey, { id: keyId });
    if (key === undefined || key.revoked_at !== null) return undefined;
    const store = await findStore(database, key.store_id);
    return store && { key, store };
  }

  return {
    find: keyId => {
      const known = entries.get(keyId);
      const now = Date.now();
      if (known !== undefined && now - known.loadedAt < freshForMs) return known.client;
      const client = load(keyId);
      entries.set(keyId, { loadedAt: now, client });
      // A failure must not be remembered.
      client.catch(() => entries.delete(keyId));
      return client;
    },
    forget: () => entries.clear(),
  };
}
