import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Connection, clientOptions } from '../db/pool.ts';
import { BackupError } from './errors.ts';

/** How long a backup or a restore waits for tables that others use. */
const patienceMs = 30_000;

/** How long requests may wait behind a restore that waits for the tables, and go on in between. */
const turnMs = 500;

/** A connection for work of any length, on which values are written the same on every server. */
export async function openSession(connection: Connection): Promise<pg.Client> {
  const client = new pg.Client(clientOptions(connection));
  // Its loss is told by the query that is under way.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`
    set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set lock_timeout = ${patienceMs};
    set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set extra_float_digits = 3; set bytea_output = 'hex';
    set row_security = off`);
  return client;
}

/** The columns of a table that hold values of their own, in order; none when there is no such table. */
export async function columnsOf(client: pg.ClientBase, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [pg.escapeIdentifier(table)],
  );
  return rows.map(row => row.name);
}

/** `"table" ("column", …)`, for a statement. */
export const listed = (columns: readonly string[]): string => columns.map(pg.escapeIdentifier).join(', ');

const lockNotAvailable = '55P03';

/** Locks the tables within the transaction. Throws when others have used one of them for too long. */
export async function lockTables(
  client: pg.ClientBase,
  tables: readonly string[],
  mode: 'access share' | 'access exclusive',
): Promise<void> {
  try {
    await client.query(`lock table ${listed(tables)} in ${mode} mode`);
  } catch (error) {
    throw error instanceof pg.DatabaseError && error.code === lockNotAvailable
      ? new BackupError('Another backup, restore or upgrade uses the tables: try again when it has ended', error)
      : error;
  }
}

/**
 * Begins a transaction that has the tables for itself. Requests queue behind whoever waits for that, so it is asked for in short
 * turns: who uses a table for longer, as a backup does, is waited for beside requests. Throws after the usual patience.
 */
export async function beginAlone(client: pg.ClientBase, tables: readonly string[]): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    await client.query(`begin; set local lock_timeout = ${turnMs}`);
    try {
      await lockTables(client, tables, 'access exclusive');
      await client.query(`set local lock_timeout = ${patienceMs}`);
      return;
    } catch (error) {
      if (!(error instanceof BackupError) || Date.now() > until) throw error;
      await client.query('rollback');
      await delay(turnMs);
    }
  }
}
