import { type Kysely, sql } from 'kysely';

export const creates = ['notes'];

/** What staff write down about a customer; gone with the customer. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table notes (
      store_id uuid not null,
      customer_id uuid not null,
      id uuid not null,
      content text not null,
      author text not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (store_id, customer_id, id),
      constraint notes_customer_fkey foreign key (store_id, customer_id)
        references customers (store_id, id) on delete cascade
    );
  `.execute(db);
}
