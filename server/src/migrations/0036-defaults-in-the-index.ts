import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/**
 * Rows that are older than a field show its default. The index has rows for them, too, which background work writes:
 * `is_default` marks these, and a field whose `indexed_default` is its default has all of them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table custom_index add column is_default boolean not null default false;
    alter table fields add column has_default_rows boolean not null default false, add column indexed_default jsonb;
  `.execute(db);
}
