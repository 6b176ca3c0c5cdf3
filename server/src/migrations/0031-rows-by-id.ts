import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/** What belongs to a customer, an order or a cart is also found by its id alone: as an entry of the flow that extends it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index addresses_id_idx on addresses (store_id, id);
    create index order_items_id_idx on order_items (store_id, id);
    create index cart_items_id_idx on cart_items (store_id, id);
  `.execute(db);
}
