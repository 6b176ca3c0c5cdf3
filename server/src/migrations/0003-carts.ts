import { type Kysely, sql } from 'kysely';

export const creates = ['carts', 'cart_items', 'cart_customers'];

/**
 * Carts with their lines and customers. A line is a snapshot: no key to the product, which may go. `position` keeps the
 * order in which lines were added, whatever the clocks of the processes say. `taxes` holds the line's tax items, at most
 * five, which are always read with it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table carts (
      store_id uuid not null,
      id text collate "C" not null,
      name text not null default 'Cart',
      description text not null default '',
      currency text collate "C",
      created_at timestamptz not null,
      updated_at timestamptz not null,
      expires_at timestamptz not null,
      checkout_order_id uuid,
      checkout_digest bytea,
      checkout_at timestamptz,
      primary key (store_id, id)
    );
    create index carts_updated_at_idx on carts (store_id, updated_at desc, id);
    create index carts_expires_at_idx on carts (store_id, expires_at);

    create table cart_items (
      store_id uuid not null,
      cart_id text collate "C" not null,
      id uuid not null,
      position integer not null,
      type text not null check (type in ('cart_item', 'custom_item')),
      product_id uuid,
      name text not null,
      description text not null,
      sku text not null,
      slug text not null,
      manage_stock boolean not null,
      quantity bigint not null check (quantity > 0),
      unit_amount bigint not null check (unit_amount >= 0),
      includes_tax boolean not null,
      taxes jsonb not null default '[]',
      custom_inputs jsonb,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (store_id, cart_id, id),
      constraint cart_items_cart_fkey foreign key (store_id, cart_id)
        references carts (store_id, id) on delete cascade
    );

    create table cart_customers (
      store_id uuid not null,
      cart_id text collate "C" not null,
      customer_id uuid not null,
      primary key (store_id, cart_id),
      constraint cart_customers_cart_fkey foreign key (store_id, cart_id)
        references carts (store_id, id) on delete cascade,
      constraint cart_customers_customer_fkey foreign key (store_id, customer_id)
        references customers (store_id, id) on delete cascade
    );
    create index cart_customers_customer_id_idx on cart_customers (store_id, customer_id, cart_id);
  `.execute(db);
}
