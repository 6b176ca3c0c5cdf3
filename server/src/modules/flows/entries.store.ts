import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { sql, storeStatement } from '../../platform/db/statement.ts';
import { countRows } from '../../platform/db/totals.ts';
import { deleteIndexRows, type IndexRows, insertIndexRows } from './custom-index.store.ts';
import type { CustomValues } from './custom-values.ts';

interface EntriesTable {
  store_id: string;
  flow_id: string;
  id: string;
  custom_values: CustomValues;
  created_at: Timestamp;
  updated_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    entries: EntriesTable;
  }
}

export type EntryRow = Readonly<Selectable<EntriesTable>>;

/** The counter of a flow's entries (platform/db/totals.ts). */
export const entryTotal = (flowId: string): string => `entries/${flowId}`;

export const selectEntry = storeStatement<{ flowId: string; id: string }>({ isBrief: true })(
  p => sql<EntryRow>`select * from entries where store_id = ${p.storeId} and flow_id = ${p.flowId} and id = ${p.id}`,
);

/** The same, locked until the end of the transaction. */
export const lockEntry = storeStatement<{ flowId: string; id: string }>()(
  p => sql<EntryRow>`
    select * from entries where store_id = ${p.storeId} and flow_id = ${p.flowId} and id = ${p.id} for update`,
);

interface Written {
  readonly flowId: string;
  readonly id: string;
  /** JSON text. */
  readonly customValues: string;
  readonly now: Date;
}

/** Creates an entry with its rows of the index. */
export const insertEntry = storeStatement<Written & IndexRows & { total: string; shard: number }>()(
  p => sql<EntryRow>`
    with created as (
      insert into entries (store_id, flow_id, id, custom_values, created_at, updated_at)
      values (${p.storeId}, ${p.flowId}, ${p.id}, ${p.customValues}::text::jsonb, ${p.now}, ${p.now})
      returning *
    ), ${insertIndexRows(p)}, counted as (
      ${countRows({ from: 'created', resource: sql`${p.total}::text`, shard: p.shard, delta: 1 })}
    )
    select * from created`,
);

/** Changes an entry that the caller has locked; `unset`: the fields whose values became null. */
export const updateEntry = storeStatement<Written & IndexRows & { unset: readonly string[] }>()(
  p => sql<EntryRow>`
    with changed as (
      update entries set custom_values = ${p.customValues}::text::jsonb, updated_at = ${p.now}
      where store_id = ${p.storeId} and flow_id = ${p.flowId} and id = ${p.id}
      returning *
    ), ${insertIndexRows(p)}, ${deleteIndexRows(p)}
    select * from changed`,
);

/** Deletes an entry that the caller has locked; `unset`: the fields of its flow. */
export const deleteEntry = storeStatement<{
  flowId: string;
  id: string;
  unset: readonly string[];
  total: string;
  shard: number;
}>()(
  p => sql<{ id: string }>`
    with deleted as (
      delete from entries where store_id = ${p.storeId} and flow_id = ${p.flowId} and id = ${p.id}
      returning store_id, id
    ), ${deleteIndexRows(p)}, counted as (
      ${countRows({ from: 'deleted', resource: sql`${p.total}::text`, shard: p.shard, delta: -1 })}
    )
    select id from deleted`,
);
