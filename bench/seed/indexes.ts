import type pg from 'pg';

interface Built {
  readonly name: string;
  readonly definition: string;
}

/**
 * Drops the indexes of tables that are empty, for the time of a load: building one afterwards is several times faster than
 * keeping it up to date. Those that carry a constraint stay. Returns what makes them again.
 */
export async function dropIndexes(client: pg.ClientBase, tables: readonly string[]): Promise<readonly Built[]> {
  const empty: string[] = [];
  for (const table of tables) {
    const { rows } = await client.query(`select exists (select from ${table}) as has_rows`);
    if (!rows[0].has_rows) empty.push(table);
  }
  const { rows } = await client.query<Built>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid = any($1::regclass[]) and not exists (select from pg_constraint where conindid = indexrelid)
     order by 1`,
    [empty],
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows;
}
