import { type Kysely, sql } from 'kysely';

export const creates = ['entries', 'custom_index', 'purges'];

/**
 * Values of the fields that stores define (design.md §3, "Rows"): read from one column of the row that has them, found and
 * sorted by through a narrow table with a row for each value that is not null. Neither belongs to a flow or a field by a
 * foreign key: those are deleted at once, and their values afterwards, as `purges` says.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table entries (
      store_id uuid not null,
      flow_id uuid not null,
      id uuid not null,
      custom_values jsonb not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (store_id, flow_id, id)
    );
    create index entries_created_at_idx on entries (store_id, flow_id, created_at, id);
    create index entries_updated_at_idx on entries (store_id, flow_id, updated_at, id);

    create table custom_index (
      store_id uuid not null,
      field_id uuid not null,
      entity_id uuid not null,
      text_value text collate "C",
      text_key text collate "C",
      number_value double precision,
      date_value timestamptz,
      primary key (store_id, field_id, entity_id)
    );
    create index custom_index_text_idx on custom_index (store_id, field_id, left(text_key, 200), entity_id)
      where text_key is not null;
    create index custom_index_number_idx on custom_index (store_id, field_id, number_value, entity_id)
      where number_value is not null;
    create index custom_index_date_idx on custom_index (store_id, field_id, date_value, entity_id)
      where date_value is not null;

    create table purges (
      store_id uuid not null,
      id uuid not null,
      kind text collate "C" not null check (kind in ('flow', 'field')),
      flow_id uuid not null,
      created_at timestamptz not null,
      primary key (store_id, id)
    );
  `.execute(db);
}
