import { once } from 'node:events';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** A value as COPY reads it. JSON goes in as an object; arrays are of ids. */
type Value = string | number | boolean | Date | null | readonly string[] | Readonly<Record<string, unknown>>;

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function field(value: Value): string {
  if (value === null) return '\\N';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.join(',')}}`;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.replace(/[\\\n\r\t]/g, character => escapes[character] ?? character);
}

/** A row of a table; every row of a table has the same columns in the same order. */
export type Row = Readonly<Record<string, Value>>;

/** Writes rows to a table, as fast as PostgreSQL takes them. */
export async function copyRows(client: pg.ClientBase, table: string, rows: readonly Row[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const stream = client.query(copyFrom(`copy ${table} (${Object.keys(first).join(', ')}) from stdin`));
  stream.end(rows.map(row => `${Object.values(row).map(field).join('\t')}\n`).join(''));
  await once(stream, 'finish');
}
