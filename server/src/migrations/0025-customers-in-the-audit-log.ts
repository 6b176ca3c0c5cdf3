import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/** Entries of the audit log about a customer and what belongs to them are found by the customer. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table audit_log add column customer_id uuid;
    create index audit_log_customer_idx on audit_log (store_id, customer_id, id) where customer_id is not null;
  `.execute(db);
}
