import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/** Customers are sorted by the number of their orders: those without one have a row, too, and those who are gone have none. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into order_counts select store_id, id, 0 from customers on conflict do nothing;
    delete from order_counts where not exists (
      select from customers where customers.store_id = order_counts.store_id and customers.id = order_counts.customer_id);
  `.execute(db);
}
