import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';

/** A field or a flow that is deleted and whose values are still to be removed. */
interface PurgesTable {
  store_id: string;
  id: string;
  kind: 'flow' | 'field';
  flow_id: string;
  created_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    purges: PurgesTable;
  }
}

export type PurgeRow = Readonly<Selectable<PurgesTable>>;

export const selectPurges = storeStatement<object>()(p =>
  query.selectFrom('purges').selectAll().where('store_id', '=', p.storeId).orderBy('created_at').orderBy('id'),
);

export const deletePurge = storeStatement<{ id: string }>()(p =>
  query.deleteFrom('purges').where('store_id', '=', p.storeId).where('id', '=', p.id),
);

/** Removes some rows of the index of a field. */
export const purgeIndex = storeStatement<{ fieldId: string; limit: number }>()(
  p => sql<{ entity_id: string }>`
    delete from custom_index where store_id = ${p.storeId} and field_id = ${p.fieldId} and entity_id in (
      select entity_id from custom_index where store_id = ${p.storeId} and field_id = ${p.fieldId} limit ${p.limit}
    )
    returning entity_id`,
);

/** Removes the value of a field from the next entries after one; answers the last id of those it has seen. */
export const purgeValuesOfEntries = storeStatement<{
  fieldId: string;
  flowId: string;
  afterId: string;
  limit: number;
}>()(
  p => sql<{ id: string }>`
    with seen as (
      select id, custom_values ? ${p.fieldId}::text as has_value from entries
      where store_id = ${p.storeId} and flow_id = ${p.flowId} and id > ${p.afterId}::uuid
      order by id limit ${p.limit}
    ), removed as (
      update entries set custom_values = custom_values - ${p.fieldId}::text
      where store_id = ${p.storeId} and flow_id = ${p.flowId} and id in (select id from seen where has_value)
    )
    select id from seen order by id desc limit 1`,
);

/** Removes some entries of a flow. */
export const purgeEntries = storeStatement<{ flowId: string; limit: number }>()(
  p => sql<{ id: string }>`
    delete from entries where store_id = ${p.storeId} and flow_id = ${p.flowId} and id in (
      select id from entries where store_id = ${p.storeId} and flow_id = ${p.flowId} limit ${p.limit}
    )
    returning id`,
);

export const purgeTotal = storeStatement<{ total: string }>()(
  p => sql<object>`delete from totals where store_id = ${p.storeId} and resource = ${p.total}`,
);
