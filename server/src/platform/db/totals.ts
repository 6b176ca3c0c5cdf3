import type { RawBuilder } from 'kysely';
import { sql } from './statement.ts';

/** How many rows a store has of a resource, or a part of it, kept in the transaction that adds or removes them. */
interface TotalsTable {
  store_id: string;
  resource: string;
  /** Counters are split, so that writes at the same time rarely wait for each other; the total is the sum. */
  shard: number;
  count: number;
}

declare module './schema.ts' {
  interface StoreTables {
    totals: TotalsTable;
  }
}

/** Writes at the same time rarely meet on one of so many counters. */
const shards = 16;

/** The counter to use for a write. */
export const anyShard = () => Math.floor(Math.random() * shards);

/** The number of rows counted for a resource, as an expression. */
export function totalOf(storeId: unknown, resource: unknown): RawBuilder<number> {
  return sql`(select coalesce(sum(count), 0)::int from totals where store_id = ${storeId} and resource = ${resource})`;
}

/**
 * A statement for a `with` clause that adds `delta` for each row of the earlier clause `from`, which has a column
 * `store_id`.
 */
export function countRows(options: {
  readonly from: string;
  readonly resource: RawBuilder<unknown>;
  readonly shard: unknown;
  readonly delta: 1 | -1;
}): RawBuilder<unknown> {
  const { from, resource, shard, delta } = options;
  return sql`
    insert into totals (store_id, resource, shard, count)
    select store_id, ${resource}, ${shard}::smallint, ${sql.lit(delta)} * count(*) from ${sql.table(from)} group by 1, 2
    on conflict (store_id, resource, shard) do update set count = totals.count + excluded.count`;
}
