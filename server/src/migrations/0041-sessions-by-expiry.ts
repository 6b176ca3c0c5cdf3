import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/** A sign-in removes the customer's expired sessions: which they are is seen in the index, not in each live session's row. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop index sessions_customer_id_idx;
    create index sessions_customer_id_idx on sessions (store_id, customer_id, id, expires_at);
  `.execute(db);
}
