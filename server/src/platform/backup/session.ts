import pg from 'pg';
import { type Connection, clientOptions } from '../db/pool.ts';

/** A connection for work of any length, on which values are written the same on every server. */
export async function openSession(connection: Connection): Promise<pg.Client> {
  const client = new pg.Client(clientOptions(connection));
  // Its loss is told by the query that is under way.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`
    set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set lock_timeout = '30s';
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
