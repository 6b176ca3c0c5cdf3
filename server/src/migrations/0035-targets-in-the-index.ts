import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/** The tables whose rows have values in the index. */
const indexed = ['customers', 'addresses', 'orders', 'products', 'entries'];

/** Rows are found by what their relationships point to: the index has the ids of all targets of a relationship in one row. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table custom_index add column target_ids text[]`.execute(db);
  for (const table of indexed) {
    await sql`
      insert into custom_index (store_id, field_id, entity_id, target_ids)
      select related.store_id, fields.id, related.id, (
        select array_agg(target ->> 'id') from jsonb_array_elements(
          case jsonb_typeof(value) when 'array' then value else jsonb_build_array(value) end) target)
      from fields join ${sql.table(table)} related on related.store_id = fields.store_id
      cross join lateral (select related.custom_values -> fields.id::text as value) held
      where fields.field_type = 'relationship' and jsonb_typeof(value) in ('array', 'object')
      on conflict (store_id, field_id, entity_id) do update set target_ids = excluded.target_ids`.execute(db);
  }
  await sql`
    create index custom_index_targets_idx on custom_index using gin (store_id, field_id, target_ids) where target_ids is not null
  `.execute(db);
}
