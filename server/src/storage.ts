import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Config } from './config.ts';
import { inDataDir, makeDataDir } from './data-dir.ts';
import { describeFailure } from './failure.ts';
import { migrations } from './migrations/migrations.ts';
import { loadMasterKey, type MasterKey } from './platform/crypto/master-key.ts';
import { type DatabaseConnection, openDatabase } from './platform/db/database.ts';
import { findAppliedMigrations, migrateToLatest } from './platform/db/migrate.ts';
import { type Connection, clientOptions, isDatabaseUnavailable, isLoginRefused } from './platform/db/pool.ts';
import type { Log } from './platform/embedded-postgres/wait.ts';

/** A database that is being started or recovers from a crash is awaited this long. */
const awaitDatabaseMs = 60_000;

/** What PostgreSQL says of a table that is there already. */
const duplicateTable = '42P07';

/** A PostgreSQL that answers, with whatever schema it has, and the secret beside it. */
export interface DatabaseServer {
  readonly connection: Connection;
  readonly masterKey: MasterKey;
  close(): Promise<void>;
}

/** What the service keeps: the database, and the secret beside it. */
export interface Storage {
  readonly database: DatabaseConnection;
  readonly masterKey: MasterKey;
  close(): Promise<void>;
}

/** Around the opening of a database. */
interface OpenOptions {
  /** Asks to end it, which then throws as soon as it can and leaves nothing open. */
  readonly signal?: AbortSignal | undefined;
  /** Told when nothing is left to do but to wait for the database. */
  readonly onLaunch?: () => void;
}

/** Opens the database that the configuration names, or the embedded one, and brings it to the newest schema. */
export async function openStorage(config: Config, log: Log, options: OpenOptions = {}): Promise<Storage> {
  const { signal } = options;
  const { connection, masterKey, close } = await openServer(config, log, options);
  try {
    await bringToNewestSchema(connection, log, signal);
    const database = openDatabase({
      connection,
      poolSize: config.CLIENTELE_DATABASE_POOL,
      preparedStatements: config.CLIENTELE_PREPARED_STATEMENTS === 'on',
      onError: () => log('a connection to the database was lost'),
    });
    return {
      database,
      masterKey,
      close: async () => {
        await database.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Finds the PostgreSQL that the configuration names, or starts the embedded one. */
export async function openServer(
  config: Config,
  log: Log,
  { signal, onLaunch }: OpenOptions = {},
): Promise<DatabaseServer> {
  signal?.throwIfAborted();
  const { CLIENTELE_DATA_DIR: dataDir, CLIENTELE_SECRET_KEY: secretKey } = config;
  const masterKey = inDataDir(dataDir, () => {
    if (config.DATABASE_URL === undefined) makeDataDir(dataDir, process.geteuid?.() === 0 ? 0o711 : 0o700);
    return loadMasterKey({ dataDir, secretKey });
  });
  if (config.DATABASE_URL !== undefined) {
    onLaunch?.();
    return { connection: { connectionString: config.DATABASE_URL }, masterKey, close: async () => {} };
  }
  // Loaded only here: an installation with its own PostgreSQL does not need the packages.
  const { startEmbeddedPostgres } = await import('./platform/embedded-postgres/embedded-postgres.ts');
  const { connection, stop } = await startEmbeddedPostgres({ dataDir, log, signal, onLaunch });
  return { connection, masterKey, close: stop };
}

async function bringToNewestSchema(connection: Connection, log: Log, signal?: AbortSignal): Promise<void> {
  const present = await connectPatiently(connection, log, findAppliedMigrations, signal);
  signal?.throwIfAborted();
  const known = Object.keys(migrations);
  const newer = present.filter(name => !known.includes(name));
  // Migrations are safe beside the version before (design.md §3), which so may also start again.
  if (newer.length > 0) log(`the database has a newer schema than this version: ${newer.join(', ')}`);
  if (known.every(name => present.includes(name))) return;
  const applied = await migrateToLatest(connection, migrations, signal).catch(error => {
    throw present.length === 0 && error?.code === duplicateTable
      ? new Error(`the database is another program's: an empty one is needed (${error.message})`, { cause: error })
      : error;
  });
  // Another process may have been first.
  if (applied.length > 0) log(`migrations applied: ${applied.join(', ')}`);
}

/** Does a first piece of work on a connection of its own, as soon as the database takes connections. */
async function connectPatiently<T>(
  connection: Connection,
  log: Log,
  work: (client: pg.Client) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const until = Date.now() + awaitDatabaseMs;
  for (let attempt = 0; ; attempt += 1) {
    let client: pg.Client | undefined;
    try {
      // Reads the files that the URL names.
      client = new pg.Client(clientOptions(connection));
      client.on('error', () => {});
      await client.connect();
      return await work(client);
    } catch (error) {
      if (client === undefined || isLoginRefused(error) || !isDatabaseUnavailable(error) || Date.now() > until) {
        throw 'connectionString' in connection
          ? new Error(`DATABASE_URL: ${describeFailure(error)}`, { cause: error })
          : error;
      }
      if (attempt % 10 === 0) log('waiting for the database', 'waiting');
      await delay(500, undefined, { signal });
    } finally {
      await client?.end().catch(() => {});
    }
  }
}
