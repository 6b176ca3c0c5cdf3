import type { Command } from 'commander';
import { createKey, endKey, type KeyRow, listKeys } from '../modules/access/keys.service.ts';
import { listStores } from '../modules/stores/stores.service.ts';
import type { GlobalDb } from '../platform/db/database.ts';
import { CliError, printOne, printRows } from './output.ts';
import { withStorage } from './with-storage.ts';

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

/** `key create | list | revoke`. */
export function addKeyCommands(program: Command): void {
  const key = program.command('key').description('the application keys of the stores');

  key
    .command('create')
    .description('make a key; the secret is shown only now')
    .option('--store <id>', 'id of the store (may be left out when there is only one)')
    .option('--name <name>', 'name of the key', 'Key')
    .option('--json', 'print JSON')
    .action((options: { store?: string; name: string; json?: boolean }) =>
      withStorage(async ({ database }) => {
        const storeId = await findStoreId(database, options.store);
        const made = await createKey(database, { storeId, name: options.name });
        const { id, store_id, name, client_id, created_at } = made.key;
        const secrets = { client_id, client_secret: made.clientSecret };
        printOne({ id, store_id, name, created_at, ...secrets }, options.json === true);
      }),
    );

  key
    .command('list')
    .description('list the keys, revoked ones too')
    .option('--store <id>', 'only those of this store')
    .option('--json', 'print JSON')
    .action((options: { store?: string; json?: boolean }) =>
      withStorage(async ({ database }) => {
        const keys = await listKeys(database);
        const ofStore = keys.filter(row => options.store === undefined || row.store_id === options.store.toLowerCase());
        printRows(ofStore.map(shown), columns, options.json === true);
      }),
    );

  key
    .command('revoke')
    .description('end a key and, at once on every server, the access tokens it was given')
    .argument('<id>', 'id or client id of the key')
    .option('--json', 'print JSON')
    .action((id: string, options: { json?: boolean }) =>
      withStorage(async ({ database }) => {
        const keys = await listKeys(database);
        const found = keys.find(row => row.id === id.toLowerCase() || row.client_id === id);
        const ended = found && (await endKey(database, found.id));
        if (ended === undefined) throw new CliError(`there is no key ${id} in force`);
        const { secret_hash: _, ...rest } = ended;
        printOne(rest, options.json === true);
      }),
    );
}
