import { type KeyRow, listKeys } from '../modules/access/keys.service.ts';
import { commandLine } from '../modules/audit/audit.service.ts';
import { makeKey, revokeKey } from '../modules/keys/keys.service.ts';
import { listStores } from '../modules/stores/stores.service.ts';
import type { GlobalDb } from '../platform/db/database.ts';
import { CliError, printOne, printRows } from './output.ts';
import { withStorage } from './with-storage.ts';

export interface ListKeysOptions {
  readonly store?: string;
  readonly json?: boolean;
}

export interface CreateKeyOptions extends ListKeysOptions {
  readonly name: string;
}

const columns = ['id', 'store_id', 'name', 'client_id', 'created_at', 'revoked_at'] as const;

/** A key as printed: without the hash of its secret. */
const shown = ({ secret_hash: _, ...key }: KeyRow) => key;

/** The store that a key is for: the one named, or the only one. */
async function findStoreId(database: GlobalDb, id: string | undefined): Promise<string> {
  const stores = await listStores(database);
  const [found, ...others] = id === undefined ? stores : stores.filter(store => store.id === id.toLowerCase());
  if (found === undefined) throw new CliError(id === undefined ? 'there is no store yet' : `there is no store ${id}`);
  if (others.length > 0)
    throw new CliError('there are several stores: name one with --store (see clientele store list)');
  return found.id;
}

export function create(options: CreateKeyOptions): Promise<void> {
  return withStorage(async ({ database }) => {
    const storeId = await findStoreId(database, options.store);
    const made = await makeKey(database, commandLine(), { storeId, name: options.name });
    const { id, store_id, name, client_id, created_at } = made.key;
    const secrets = { client_id, client_secret: made.clientSecret };
    printOne({ id, store_id, name, created_at, ...secrets }, options.json === true);
  });
}

export function list(options: ListKeysOptions): Promise<void> {
  return withStorage(async ({ database }) => {
    const keys = await listKeys(database);
    const storeId = options.store === undefined ? undefined : await findStoreId(database, options.store);
    const ofStore = keys.filter(row => storeId === undefined || row.store_id === storeId);
    printRows(ofStore.map(shown), columns, options.json === true);
  });
}

export function revoke(id: string, options: { readonly json?: boolean }): Promise<void> {
  return withStorage(async ({ database }) => {
    const keys = await listKeys(database);
    const found = keys.find(row => row.id === id.toLowerCase() || row.client_id === id);
    const ended = found && (await revokeKey(database, commandLine(), { storeId: found.store_id, id: found.id }));
    if (ended === undefined) throw new CliError(`there is no key ${id} in force`);
    printOne(shown(ended), options.json === true);
  });
}
