import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { findAppliedMigrations, type SchemaHistory } from '../db/migrate.ts';
import type { Connection } from '../db/pool.ts';
import { type ArchivedTable, archiveFormat, writeArchive } from './archive.ts';
import { BackupError } from './errors.ts';
import { columnsOf, listed, lockTables, openSession } from './session.ts';

export interface SnapshotOptions {
  readonly connection: Connection;
  readonly history: SchemaHistory;
  /** The version of this program, for the header. */
  readonly version: string;
  readonly onRows: (table: string, rows: number) => void;
  /** Hears about how many rows there will be. */
  readonly onEstimate: (rows: number) => void;
}

/**
 * Reads all tables of one moment, while others go on writing, as the pieces of an archive. The schema may be older than
 * this program, so that a backup can be made before an upgrade; it must not be newer.
 */
export async function* takeSnapshot(options: SnapshotOptions): AsyncGenerator<Buffer> {
  const client = await openSession(options.connection);
  let isDone = false;
  try {
    const { migrations, names } = await beginSnapshot(client, options.history);
    const tables: ArchivedTable[] = [];
    for (const name of names) tables.push({ name, columns: await columnsOf(client, name) });
    options.onEstimate(await estimateRows(client, tables));
    const header = {
      ...archiveFormat,
      created_at: new Date().toISOString(),
      made_by: `Clientele ${options.version} on PostgreSQL ${await serverVersion(client)}`,
      migrations,
      tables,
    };
    // A query, because COPY of a name refuses partitioned tables.
    const rowsOf = ({ name, columns }: ArchivedTable) =>
      client.query(copyTo(`copy (select ${listed(columns)} from ${pg.escapeIdentifier(name)}) to stdout`));
    yield* writeArchive(header, rowsOf, options.onRows);
    isDone = true;
  } finally {
    await close(client, isDone);
  }
}

/**
 * Begins a transaction that sees one moment, and tells the migrations and tables of it. The tables are locked before the first
 * query decides on the moment: what a restore or a migration is writing anew would be empty to a moment before its commit.
 */
async function beginSnapshot(
  client: pg.ClientBase,
  history: SchemaHistory,
): Promise<{ readonly migrations: string[]; readonly names: readonly string[] }> {
  for (;;) {
    const expected = await findAppliedMigrations(client);
    const names = namesOfTables(history, expected);
    await client.query('begin transaction isolation level repeatable read, read only');
    await lockTables(client, names, 'access share');
    const migrations = await findAppliedMigrations(client);
    if (migrations.join() === expected.join()) return { migrations, names };
    await client.query('rollback');
  }
}

/** The names of the schema's tables. Throws when there is no schema, or one that this program does not know. */
function namesOfTables(history: SchemaHistory, migrations: readonly string[]): string[] {
  if (migrations.length === 0) throw new BackupError('The database is empty: there is nothing to back up');
  return migrations.flatMap(migration => {
    const step = history[migration];
    if (step === undefined) {
      throw new BackupError(
        `The database has a newer schema (${migration}): back it up with the version it belongs to`,
      );
    }
    return step.creates;
  });
}

async function estimateRows(client: pg.ClientBase, tables: readonly ArchivedTable[]): Promise<number> {
  const { rows } = await client.query<{ rows: number }>(
    'select sum(greatest(reltuples, 0))::float8 as rows from pg_class where oid = any($1::regclass[])',
    [tables.map(({ name }) => pg.escapeIdentifier(name))],
  );
  return rows[0]?.rows ?? 0;
}

async function serverVersion(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  return rows[0]?.server_version ?? '';
}

async function close(client: pg.Client, isDone: boolean): Promise<void> {
  const ended = client.end();
  // In the middle of a COPY the server does not listen.
  if (!isDone) (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  await ended;
}
