import { type Kysely, sql } from 'kysely';

export const creates = ['orders', 'order_items', 'transactions'];

/**
 * Orders with their items and transactions. An order is a snapshot of the customer, the lines, the prices and the
 * currency, so it has no key to any of them and stays when they go (reference: customers.md, "Delete"; ambiguities.md,
 * A51). Its items never change: their ids stand in the order, their times are the order's.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table orders (
      store_id uuid not null,
      id uuid not null,
      customer_id uuid,
      cart_id text not null,
      status text collate "C" not null check (status in ('incomplete', 'processing', 'complete', 'cancelled')),
      payment text collate "C" not null check (payment in
        ('unpaid', 'partially_authorized', 'partially_paid', 'authorized', 'paid', 'refunded')),
      shipping text collate "C" not null check (shipping in ('unfulfilled', 'fulfilled')),
      is_anonymized boolean not null default false,
      is_stock_allocated boolean not null default false,
      customer_name text not null,
      customer_name_key text collate "C" not null,
      customer_email text not null,
      customer_email_key text collate "C" not null,
      shipping_address jsonb not null,
      billing_address jsonb not null,
      shipping_name text not null,
      shipping_name_key text collate "C" not null,
      billing_name text not null,
      billing_name_key text collate "C" not null,
      shipping_postcode text not null,
      shipping_postcode_key text collate "C" not null,
      billing_postcode text not null,
      billing_postcode_key text collate "C" not null,
      order_number text collate "C",
      order_number_key text collate "C",
      external_ref text collate "C",
      external_ref_key text collate "C",
      currency text collate "C" not null,
      currency_format jsonb not null,
      without_tax bigint not null,
      tax bigint not null,
      with_tax bigint not null,
      authorized bigint not null default 0 check (authorized >= 0),
      paid bigint not null default 0 check (paid >= 0),
      refunded bigint not null default 0 check (refunded >= 0 and refunded <= paid),
      item_ids uuid[] not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (store_id, id),
      constraint orders_not_overpaid check (authorized + paid <= with_tax)
    );
    create index orders_created_at_idx on orders (store_id, created_at desc, id);
    create index orders_updated_at_idx on orders (store_id, updated_at desc, id);
    create index orders_customer_id_idx on orders (store_id, customer_id, created_at desc, id)
      where customer_id is not null;
    create index orders_customer_email_idx on orders (store_id, customer_email_key, created_at desc, id);
    create index orders_status_idx on orders (store_id, status, id);
    create index orders_payment_idx on orders (store_id, payment, id);
    create index orders_shipping_idx on orders (store_id, shipping, id);
    create index orders_with_tax_idx on orders (store_id, with_tax, id);
    create index orders_text_idx on orders using gin (store_id, customer_name_key gin_trgm_ops,
      customer_email_key gin_trgm_ops, shipping_name_key gin_trgm_ops, billing_name_key gin_trgm_ops,
      shipping_postcode_key gin_trgm_ops, billing_postcode_key gin_trgm_ops, order_number_key gin_trgm_ops,
      external_ref_key gin_trgm_ops);

    create table order_items (
      store_id uuid not null,
      order_id uuid not null,
      id uuid not null,
      cart_item_id uuid not null,
      type text not null check (type in ('cart_item', 'custom_item')),
      product_id uuid,
      name text not null,
      sku text collate "C" not null,
      manage_stock boolean not null,
      quantity bigint not null,
      unit_amount bigint not null,
      includes_tax boolean not null,
      taxes jsonb not null,
      custom_inputs jsonb,
      unit_without_tax bigint not null,
      unit_tax bigint not null,
      unit_with_tax bigint not null,
      value_without_tax bigint not null,
      value_tax bigint not null,
      value_with_tax bigint not null,
      primary key (store_id, order_id, id),
      constraint order_items_order_fkey foreign key (store_id, order_id)
        references orders (store_id, id) on delete cascade
    );
    create index order_items_product_id_idx on order_items (store_id, product_id, order_id);
    create index order_items_sku_idx on order_items (store_id, left(sku, 200), order_id);

    create table transactions (
      store_id uuid not null,
      order_id uuid not null,
      id uuid not null,
      gateway text not null,
      reference text not null,
      custom_reference text,
      name text,
      type text not null check (type in ('authorize', 'purchase', 'capture', 'refund')),
      status text not null check (status in ('complete', 'failed', 'pending', 'cancelled')),
      amount bigint not null check (amount >= 0),
      refunded_amount bigint not null default 0 check (refunded_amount between 0 and amount),
      is_simulated boolean not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (store_id, order_id, id),
      constraint transactions_order_fkey foreign key (store_id, order_id)
        references orders (store_id, id) on delete cascade
    );
  `.execute(db);
}
