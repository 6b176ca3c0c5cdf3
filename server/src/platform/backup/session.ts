import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Connection, clientOptions } from '../db/pool.ts';
import { BackupError } from './errors.ts';

/** How long a backup or a restore waits for tables that others use. */
const patienceMs = 30_000;

/** How long a restore that waits for a table keeps requests waiting behind it; in the end for less than they wait for a statement. */
const shortestTurnMs = 500;
const longestTurnMs = 4000;

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

/** SQLSTATE codes: a lock was not got in time, or only by a deadlock; and a table that is not there. */
const inUse = new Set(['55P03', '40P01']);
const undefinedTable = '42P01';

/** Others have the tables; they will not have them for ever. */
class InUseError extends BackupError {}

/** Locks the tables within the transaction. Throws when others have used one of them for too long. */
export async function lockTables(
  client: pg.ClientBase,
  tables: readonly string[],
  mode: 'access share' | 'access exclusive',
): Promise<void> {
  try {
    await client.query(`lock table ${listed(tables)} in ${mode} mode`);
  } catch (error) {
    const { code = '', message } = error as pg.DatabaseError;
    if (code === undefinedTable) throw new BackupError(`A table of the schema is missing: ${message}`, error);
    if (!inUse.has(code)) throw error;
    throw new InUseError(
      'Others use the tables, as a backup, a restore or an upgrade does: try again when they have ended',
      error,
    );
  }
}

/**
 * Begins a transaction that has the tables for itself. Requests queue behind whoever waits for that, so it is asked for in turns: who
 * uses a table for long, as a backup does, is waited for beside requests. The turns grow, since slow reads that overlap leave no gap
 * for a short one. Throws after the usual patience.
 */
export async function beginAlone(client: pg.ClientBase, tables: readonly string[]): Promise<void> {
  const until = Date.now() + patienceMs;
  for (let turnMs = shortestTurnMs; ; turnMs = Math.min(2 * turnMs, longestTurnMs)) {
    await client.query(`begin; set local lock_timeout = ${turnMs}`);
    try {
      await lockTables(client, tables, 'access exclusive');
      await client.query(`set local lock_timeout = ${patienceMs}`);
      return;
    } catch (error) {
      if (!(error instanceof InUseError) || Date.now() > until) throw error;
      await client.query('rollback');
      await delay(shortestTurnMs);
    }
  }
}
