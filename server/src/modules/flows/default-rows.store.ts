import { sql, storeStatement } from '../../platform/db/statement.ts';
import { type ValuedRows, valuedRows } from './core-flows.ts';
import { deleteClauses, keepReplaced, writeClauses } from './custom-index.store.ts';
import type { FieldRow } from './fields.store.ts';
import { isAfterPlace, keyColumns, type RowKey, startOfRows } from './row-walk.ts';

/** A field whose default the index lacks, or has rows of that are not due any more. */
export type FieldToIndex = FieldRow & { readonly flow_slug: string };

/** Fields of resources that are not indexed, or do not exist. `own`: flows that are resources of their own have entries. */
export const selectFieldsToIndex = storeStatement<{ coreSlugs: readonly string[]; indexedSlugs: readonly string[] }>()(
  p => sql<FieldToIndex>`
    select fields.*, flows.slug as flow_slug from fields
    join flows on flows.store_id = ${p.storeId} and flows.id = fields.flow_id
    where fields.store_id = ${p.storeId} and fields.is_enabled and flows.is_enabled
      and (flows.slug = any(${p.indexedSlugs}::text[]) or not flows.slug = any(${p.coreSlugs}::text[]))
      and case when fields.default_value is null then fields.has_default_rows
        else fields.indexed_default is distinct from fields.default_value end
    order by fields.created_at, fields.id`,
);

/** Says what the index has of the defaults of a field. */
export const updateIndexedDefault = storeStatement<{
  id: string;
  hasRows: boolean;
  /** Whether the index has all of them. */
  isWhole: boolean;
}>()(
  p => sql<FieldRow>`
    update fields set has_default_rows = ${p.hasRows},
      indexed_default = case when ${p.isWhole}::boolean then default_value end
    where store_id = ${p.storeId} and id = ${p.id} returning *`,
);

/** For a flow that is enabled or disabled: what is created meanwhile lacks its defaults. */
export const forgetIndexedDefaults = storeStatement<{ flowId: string }>()(
  p => sql<object>`
    update fields set indexed_default = null where store_id = ${p.storeId} and flow_id = ${p.flowId} and indexed_default is not null`,
);

/** Waits for a change of the definitions, and answers a row if none has been made since the version. */
export const holdVersion = storeStatement<{ version: string }>()(
  p => sql<object>`select from field_versions where store_id = ${p.storeId} and version = ${p.version} for update`,
);

/** The row of the index that stands for the default, without its field. */
export interface DefaultRow {
  readonly text: string | null;
  readonly textKey: string | null;
  readonly number: number | null;
  readonly date: Date | null;
}

/** The statements for the rows of a table, `flowId` for entries alone. Its walk begins with `start` and is in the order of the key. */
function statementsOf(table: string, key: ValuedRows['key'], isEntries: boolean) {
  const names = Object.keys(key);
  const columns = keyColumns(key);
  const backwards = sql.join(names.map(name => sql`${sql.ref(name)} desc`));
  const ofFlow = (flowId: unknown) => (isEntries ? sql`and flow_id = ${flowId}::uuid` : sql``);
  return {
    start: startOfRows(key),
    /**
     * Indexes the default for those of the next rows that have no value, and answers the key of the last row it has seen.
     * Parameters: `after_…` for each column of the key.
     */
    indexNext: storeStatement<DefaultRow & { fieldId: string; flowId: string; version: string; limit: number }>()(
      p => sql<RowKey>`
        with seen as (
          select ${columns}, custom_values ? ${p.fieldId}::text as has_value from ${sql.table(table)}
          where store_id = ${p.storeId} ${ofFlow(p.flowId)}
            and ${isAfterPlace(key, p)}
          order by ${columns} limit ${p.limit}
        ), ${writeClauses(
          'indexed',
          sql`
          insert into custom_index (store_id, field_id, entity_id, text_value, text_key, number_value, date_value, is_default)
          select ${p.storeId}::uuid, ${p.fieldId}::uuid, id, ${p.text}::text, ${p.textKey}::text, ${p.number}::float8,
            ${p.date}::timestamptz, true
          from seen
          where not has_value
            and exists (select from field_versions where store_id = ${p.storeId} and version = ${p.version}::uuid)
          on conflict (store_id, field_id, entity_id) do update set text_value = excluded.text_value,
            text_key = excluded.text_key, number_value = excluded.number_value, date_value = excluded.date_value, ${keepReplaced}
          where custom_index.is_default
            and (custom_index.text_value, custom_index.number_value, custom_index.date_value)
              is distinct from (excluded.text_value, excluded.number_value, excluded.date_value)`,
        )}
        select ${columns} from seen order by ${backwards} limit 1`,
    ),
    /** Removes those of the next such rows of the index whose row has a value by now, or is gone; answers the last it has seen. */
    removeStrays: storeStatement<{ fieldId: string; flowId: string; afterId: string; limit: number }>()(
      p => sql<{ entity_id: string }>`
        with seen as (
          select entity_id from custom_index
          where store_id = ${p.storeId} and field_id = ${p.fieldId} and entity_id > ${p.afterId}::uuid and is_default
          order by entity_id limit ${p.limit}
        ), ${deleteClauses(
          'removed',
          sql`
          delete from custom_index using seen
          where custom_index.store_id = ${p.storeId} and custom_index.field_id = ${p.fieldId}
            and custom_index.entity_id = seen.entity_id and custom_index.is_default and not exists (
              select from ${sql.table(table)} as shown where shown.store_id = ${p.storeId} and shown.id = seen.entity_id
                ${ofFlow(p.flowId)} and not shown.custom_values ? ${p.fieldId}::text)`,
        )}
        select entity_id from seen order by entity_id desc limit 1`,
    ),
  };
}

const ofEntries = statementsOf('entries', { flow_id: 'uuid', id: 'uuid' }, true);

const ofResources = new Map(
  [...valuedRows].flatMap(([slug, { table, key, isUnindexed }]) =>
    isUnindexed ? [] : [[slug, statementsOf(table, key, false)] as const],
  ),
);

/** The slugs of the flows whose resources are indexed. */
export const indexedSlugs: readonly string[] = [...ofResources.keys()];

/** The statements for what a flow extends, or for its entries. */
export const defaultStatementsOf = (flowSlug: string) => ofResources.get(flowSlug) ?? ofEntries;

/** Removes some of the rows of the index that hold a default of a field. */
export const removeDefaultRows = storeStatement<{ fieldId: string; limit: number }>()(
  p => sql<{ entity_id: string }>`
    with ${deleteClauses(
      'removed',
      sql`
      delete from custom_index where store_id = ${p.storeId} and field_id = ${p.fieldId} and is_default and entity_id in (
        select entity_id from custom_index where store_id = ${p.storeId} and field_id = ${p.fieldId} and is_default limit ${p.limit}
      )`,
    )}
    select entity_id from removed`,
);
