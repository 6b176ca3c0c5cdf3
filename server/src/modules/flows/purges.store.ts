import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';
import { type ValuedRows, valuedRows } from './core-flows.ts';
import { isAfterPlace, keyColumns, type RowKey } from './row-walk.ts';

/** A field or a flow that is deleted and whose values are still to be removed. */
interface PurgesTable {
  store_id: string;
  id: string;
  kind: 'flow' | 'field';
  flow_id: string;
  flow_slug: string;
  created_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    purges: PurgesTable;
  }
}

export type PurgeRow = Readonly<Selectable<PurgesTable>>;

/** What is to be removed; of resources only what was deleted before `before`. */
export const selectPurges = storeStatement<{ before: Date }>()(
  p => sql<PurgeRow>`
    select * from purges
    where store_id = ${p.storeId} and (created_at < ${p.before} or not flow_slug = any(${[...valuedRows.keys()]}::text[]))
    order by created_at, id`,
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

/** So many rows are walked over at a time. */
export const walkedRows = 500;

/** The statements that remove the values of a field from a resource. */
function purgeOf({ table, key }: ValuedRows) {
  const names = Object.keys(key);
  const typeOf = (name: string) => sql.raw(key[name] ?? '');
  const columns = keyColumns(key);
  const matches = names.map(name => sql<boolean>`${sql.ref(`target.${name}`)} = ${sql.ref(`given.${name}`)}`);
  const given = (p: object, name: string) => (p as Record<string, unknown>)[`of_${name}`];
  return {
    /** The keys of the next rows, each with whether it has a value. Parameters: `after_…` for each column of the key. */
    selectNext: storeStatement<{ fieldId: string }>()(
      p => sql<RowKey & { readonly has_value: boolean }>`
        select ${columns}, custom_values ? ${p.fieldId}::text as has_value from ${sql.table(table)}
        where store_id = ${p.storeId}
          and ${isAfterPlace(key, p)}
        order by ${columns} limit ${sql.lit(walkedRows)}`,
    ),
    /** Parameters: `of_…` for each column of the key, an array. */
    removeValues: storeStatement<{ fieldId: string }>()(
      p => sql<object>`
        update ${sql.table(table)} as target set custom_values = custom_values - ${p.fieldId}::text
        from unnest(${sql.join(names.map(name => sql`${given(p, name)}::${typeOf(name)}[]`))}) as given (${columns})
        where target.store_id = ${p.storeId} and ${sql.join(matches, sql` and `)}`,
    ),
  };
}

/** By the slug of the flow. */
export const resourcePurges = new Map([...valuedRows].map(([slug, rows]) => [slug, purgeOf(rows)] as const));

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
