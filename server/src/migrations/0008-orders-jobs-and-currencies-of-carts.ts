import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/**
 * A cart keeps how amounts of its currency are written, which may be changed or deleted. Orders are found by a part of
 * their customer's id. Jobs are found by what is to be done with them, now that they are deleted in time.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table carts add column currency_format jsonb;
    update carts set currency_format = (
      select jsonb_build_object('code', code, 'format', format, 'decimal_point', decimal_point,
        'thousand_separator', thousand_separator, 'decimal_places', decimal_places)
      from currencies where currencies.store_id = carts.store_id and currencies.code = carts.currency)
    where currency is not null;

    create index orders_customer_id_text_idx on orders using gin (store_id, (customer_id::text) gin_trgm_ops)
      where customer_id is not null;

    create index jobs_open_idx on jobs (store_id, id) where status in ('pending', 'processing');
    create index jobs_updated_at_idx on jobs (store_id, updated_at);
  `.execute(db);
}
