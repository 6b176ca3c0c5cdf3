import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/** The resources whose values are indexed, by the slug of the flow that extends them, which their tables are called by. */
const resources = ['customers', 'addresses', 'orders', 'products'];

/**
 * Removes rows of the index of values that no row has any more: a value that was written while it was removed, or its row deleted or
 * anonymized, stayed there. (A copy of a default is looked after in the background.)
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of [...resources, 'entries']) {
    const isOfFlow = table === 'entries' ? sql`not flows.slug = any(${resources}::text[])` : sql`flows.slug = ${table}`;
    await sql`
      delete from custom_index using fields join flows on flows.store_id = fields.store_id and flows.id = fields.flow_id
      where fields.store_id = custom_index.store_id and fields.id = custom_index.field_id and not custom_index.is_default
        and ${isOfFlow} and not exists (
          select from ${sql.table(table)} as shown
          where shown.store_id = custom_index.store_id and shown.id = custom_index.entity_id
            ${table === 'entries' ? sql`and shown.flow_id = flows.id` : sql``}
            and shown.custom_values -> custom_index.field_id::text <> 'null'::jsonb)`.execute(db);
  }
}
