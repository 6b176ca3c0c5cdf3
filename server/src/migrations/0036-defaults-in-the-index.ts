import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/**
 * Rows that are older than a field show its default. The index has rows for them, too, which background work writes:
 * `is_default` marks these, and a field whose `indexed_default` is its default has all of them. What nearly all have is planned
 * otherwise than what few have: PostgreSQL keeps no statistics of what a partial index computes, nor of columns together.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table custom_index add column is_default boolean not null default false;
    alter table fields add column has_default_rows boolean not null default false, add column indexed_default jsonb;
    create statistics custom_index_texts (mcv) on field_id, (left(text_key, 200)), text_value from custom_index;
    create statistics custom_index_numbers (mcv) on field_id, number_value from custom_index;
  `.execute(db);
}
