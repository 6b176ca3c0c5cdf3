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
  /** The store with this id, or undefined when there is none. */
  findStore(id: string): Promise<StoreRow | undefined>;
  /** Reads everything again: keys or settings have changed. */
  forget(): void;
}

interface Loaded<T> {
  readonly loadedAt: number;
  readonly value: Promise<T | undefined>;
}

/** Opens the directory, which is told of changes by `forget`. */
export function openClientDirectory(database: DatabaseConnection): ClientDirectory {
  const clients = new Map<string, Loaded<Client>>();
  const stores = new Map<string, Loaded<StoreRow>>();

  async function load(keyId: string): Promise<Client | undefined> {
    const key = await database.first(selectKey, { id: keyId });
    if (key === undefined || key.revoked_at !== null) return undefined;
    const store = await findStore(database, key.store_id);
    return store && { key, store };
  }

  function remember<T>(known: Map<string, Loaded<T>>, id: string, read: (id: string) => Promise<T | undefined>) {
    const entry = known.get(id);
    const now = Date.now();
    if (entry !== undefined && now - entry.loadedAt < freshForMs) return entry.value;
    const value = read(id);
    known.set(id, { loadedAt: now, value });
    // Neither a failure nor an id that names nothing is remembered.
    value.then(found => found ?? known.delete(id)).catch(() => known.delete(id));
    return value;
  }

  return {
    find: keyId => remember(clients, keyId, load),
    findStore: id => remember(stores, id, store => findStore(database, store)),
    forget: () => {
      clients.clear();
      stores.clear();
    },
  };
}
