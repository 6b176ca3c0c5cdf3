import { type Kysely, sql } from 'kysely';

export const creates = ['value_counts', 'value_changes'];

/**
 * How many rows of the index have a value, so that what most of a million have is counted without reading them: of each
 * field with many rows the numbers for some ranges of values, as of one moment, and each row that was added or removed since.
 * PostgreSQL before 18 does not return what an upsert replaces, so the row of the index keeps it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table custom_index add column replaced_number double precision, add column replaced_date timestamptz,
      add column replaced_digest uuid;

    create table value_counts (
      store_id uuid not null,
      field_id uuid not null,
      row_count bigint not null,
      counted_at timestamptz not null,
      number_from double precision[],
      number_to double precision[],
      date_from timestamptz[],
      date_to timestamptz[],
      digest_from uuid[],
      digest_to uuid[],
      row_counts bigint[] not null,
      primary key (store_id, field_id)
    );

    create table value_changes (
      store_id uuid not null,
      field_id uuid not null,
      id uuid not null default gen_random_uuid(),
      number_value double precision,
      date_value timestamptz,
      text_digest uuid,
      change smallint not null,
      primary key (store_id, field_id, id)
    );
  `.execute(db);
}
