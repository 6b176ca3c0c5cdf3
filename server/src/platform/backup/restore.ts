import { pipeline } from 'node:stream/promises';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type GlobalDb, globalDb } from '../db/database.ts';
import { findAppliedMigrations, migrateToLatest, type SchemaHistory } from '../db/migrate.ts';
import type { Connection } from '../db/pool.ts';
import type { ArchivedTable, ArchiveTrailer } from './archive.ts';
import { ArchiveReader } from './archive-reader.ts';
import { BackupError, damaged } from './errors.ts';
import { beginAlone, columnsOf, listed, openSession } from './session.ts';

export interface RestoreOptions<T> {
  readonly connection: Connection;
  readonly history: SchemaHistory;
  readonly archive: AsyncIterable<Buffer>;
  /** Throws when what the database holds must not be replaced. Called when it has a schema. */
  readonly allow: (db: GlobalDb) => Promise<void>;
  /** Adapts what was restored, in the same transaction. */
  readonly settle: (db: GlobalDb) => Promise<T>;
}

/**
 * Replaces everything in the database by an archive, in one transaction: until it is committed, and when anything is
 * wrong, the database is as it was. Makes the archive's schema, fills it, and goes on to the newest from there, so that
 * migrations treat old data as they would have in place.
 */
export async function restoreArchive<T>(
  options: RestoreOptions<T>,
): Promise<{ readonly rows: ArchiveTrailer['rows']; readonly settled: T }> {
  const { connection, history, allow, settle } = options;
  const archive = await ArchiveReader.open(options.archive);
  const steps = splitHistory(history, archive.header.migrations);
  const client = await openSession(connection);
  try {
    const db = globalDb(client);
    const present = await findAppliedMigrations(client);
    const newer = present.find(name => !(name in history));
    if (newer !== undefined) throw new BackupError(`The database has a newer schema (${newer}) than this version`);
    if (present.length > 0) await allow(db);
    await migrateToLatest(connection, history);

    const tables = Object.values(history).flatMap(step => step.creates);
    await beginAlone(client, tables);
    await allow(db);
    await client.query(`drop table ${listed(tables)}`);
    const builder = builderOn(client);
    for (const step of steps.until) await step.up(builder);
    await fill(
      client,
      archive,
      steps.until.flatMap(step => step.creates),
    );
    const rows = await archive.verify();
    for (const step of steps.after) await step.up(builder);
    const settled = await settle(db);
    await client.query(`analyze ${listed(tables)}`);
    await client.query('commit');
    return { rows, settled };
  } finally {
    // Without a commit the server rolls back.
    await client.end();
  }
}

/** The steps that led to the archive's schema, and those that came later. */
function splitHistory(history: SchemaHistory, migrations: readonly string[]) {
  const names = Object.keys(history);
  const newer = migrations.find(name => !names.includes(name));
  if (newer !== undefined) {
    throw new BackupError(`The backup has a newer schema (${newer}) than this version; nothing was changed`);
  }
  const steps = Object.entries(history);
  const stepsWhere = (isChosen: (name: string) => boolean) =>
    steps.filter(([name]) => isChosen(name)).map(([, step]) => step);
  return {
    until: stepsWhere(name => migrations.includes(name)),
    after: stepsWhere(name => !migrations.includes(name)),
  };
}

async function fill(client: pg.Client, archive: ArchiveReader, expected: readonly string[]): Promise<void> {
  const { tables } = archive.header;
  if (tables.map(table => table.name).join() !== expected.join())
    throw damaged('its tables are not those of its schema');
  // Steps may have put rows of their own.
  await client.query(`truncate ${listed(expected)}`);
  for (const table of tables) await fillTable(client, archive, table);
}

async function fillTable(client: pg.Client, archive: ArchiveReader, table: ArchivedTable): Promise<void> {
  const { name, columns } = table;
  const known = await columnsOf(client, name);
  const unknown = columns.find(column => !known.includes(column));
  if (unknown !== undefined) throw damaged(`its table ${name} has a column ${unknown}`);
  const copy = client.query(copyFrom(`copy ${pg.escapeIdentifier(name)} (${listed(columns)}) from stdin`));
  await pipeline(archive.rows(table), copy);
}

/** What a step of the schema's history is given, on a connection that is in a transaction. */
function builderOn(client: pg.Client): Kysely<unknown> {
  const connection = Object.assign(client, { release: () => undefined });
  return new Kysely({
    dialect: new PostgresDialect({ pool: { connect: async () => connection, end: async () => {}, options: {} } }),
  });
}
