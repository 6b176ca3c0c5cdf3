import { type Kysely, sql } from 'kysely';

export const creates = ['order_counts', 'saved_views'];

/**
 * What a list of customers is narrowed down by beside their own columns: whether they have a password, the countries of their
 * addresses, how many orders they have. The number of orders of each customer moves out of `totals`, which has no order by
 * number; what it has of them stays for the version before. Members of staff keep views of the list: which filters, columns and order it has.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index customers_with_password_idx on customers (store_id, created_at desc, id) where password_hash is not null;
    create index customers_without_password_idx on customers (store_id, created_at desc, id) where password_hash is null;
    create index addresses_country_idx on addresses (store_id, left(country, 200), customer_id);

    create table order_counts (
      store_id uuid not null,
      customer_id uuid not null,
      order_count integer not null,
      primary key (store_id, customer_id)
    );
    create index order_counts_count_idx on order_counts (store_id, order_count, customer_id);
    insert into order_counts
      select store_id, customer_id, count(*) from orders where customer_id is not null group by store_id, customer_id;

    create table saved_views (
      store_id uuid not null,
      id uuid not null,
      staff_id uuid not null,
      page text not null,
      name text not null,
      state jsonb not null,
      is_shared boolean not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (store_id, id)
    );
    create index saved_views_staff_id_idx on saved_views (store_id, staff_id);
    create index saved_views_shared_idx on saved_views (store_id, id) where is_shared;
  `.execute(db);
}
