import { type Kysely, sql } from 'kysely';

export const creates = ['field_versions'];

/**
 * Values of fields on the resources that flows extend, each in a column of its row. `field_versions` says by which
 * definitions a store's rows are to be read and written: it has another version after each change of a flow or a field,
 * and no row while a store has never had one. A line of an order may have no column yet: the version before stores them
 * whole, without it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table field_versions (
      store_id uuid not null,
      version uuid not null,
      primary key (store_id)
    );
    insert into field_versions (store_id, version) select store_id, gen_random_uuid() from flows group by store_id;

    alter table customers add column custom_values jsonb not null default '{}';
    alter table addresses add column custom_values jsonb not null default '{}';
    alter table products add column custom_values jsonb not null default '{}';
    alter table orders add column custom_values jsonb not null default '{}';
    alter table order_items add column custom_values jsonb default '{}';
    alter table carts add column custom_values jsonb not null default '{}';
    alter table cart_items add column custom_values jsonb not null default '{}';

    alter table purges add column flow_slug text collate "C" not null default '';
  `.execute(db);
}
