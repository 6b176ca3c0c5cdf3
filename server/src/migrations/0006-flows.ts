import { type Kysely, sql } from 'kysely';

export const creates = ['flows', 'fields'];

/** Fields that stores define themselves (reference: flows.md). A field goes with its flow. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table flows (
      store_id uuid not null,
      id uuid not null,
      name text not null,
      slug text collate "C" not null,
      description text not null,
      is_enabled boolean not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (store_id, id),
      constraint flows_slug_key unique (store_id, slug)
    );

    create table fields (
      store_id uuid not null,
      id uuid not null,
      flow_id uuid not null,
      name text not null,
      slug text collate "C" not null,
      field_type text collate "C" not null
        check (field_type in ('string', 'integer', 'boolean', 'float', 'date', 'relationship')),
      description text not null,
      is_required boolean not null,
      is_unique boolean not null,
      default_value jsonb,
      is_enabled boolean not null,
      position integer,
      omits_null boolean not null,
      validation_rules jsonb not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (store_id, id),
      constraint fields_slug_key unique (store_id, flow_id, slug),
      constraint fields_flow_fkey foreign key (store_id, flow_id)
        references flows (store_id, id) on delete cascade
    );
  `.execute(db);
}
