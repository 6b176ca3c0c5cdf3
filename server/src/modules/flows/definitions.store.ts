import { sql, storeStatement } from '../../platform/db/statement.ts';
import type { FieldRow } from './fields.store.ts';
import { fieldVersion } from './values.store.ts';

/** One row for each store that has ever had a flow: another version after each change of a flow or a field. */
interface FieldVersionsTable {
  store_id: string;
  version: string;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    field_versions: FieldVersionsTable;
  }
}

/** Gives the definitions of the store a new version when the transaction commits. */
export const renewVersion = storeStatement<{ version: string }>()(
  p => sql<object>`
    insert into field_versions (store_id, version) values (${p.storeId}, ${p.version})
    on conflict (store_id) do update set version = excluded.version`,
);

/** Keeps values of fields from being written to resources until the end of the transaction. */
export const keepValuesAway = storeStatement<object>()(
  p => sql<object>`select from field_versions where store_id = ${p.storeId} for update`,
);

/** Keeps the definitions of the store as they are until the end of the transaction. */
export const keepDefinitions = storeStatement<object>()(
  p => sql<object>`select from field_versions where store_id = ${p.storeId} for share`,
);

/** A field with its flow and the version of the store's definitions; a row of nulls where there is no field. */
export interface DefinitionRow extends FieldRow {
  readonly flow_slug: string;
  readonly field_version: string | null;
}

/** The enabled fields of the enabled flows with these slugs, in their order: one row at least. */
export const selectDefinitions = storeStatement<{ slugs: readonly string[] }>()(
  p => sql<DefinitionRow | { readonly id: null; readonly field_version: string | null }>`
    select fields.*, flows.slug as flow_slug, stored.version as field_version
    from (select ${fieldVersion(p.storeId)} as version) stored
    left join flows on flows.store_id = ${p.storeId} and flows.slug = any(${p.slugs}::text[]) and flows.is_enabled
    left join fields on fields.store_id = ${p.storeId} and fields.flow_id = flows.id and fields.is_enabled
    order by fields.position nulls last, fields.created_at, fields.id`,
);
