import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/** The audit log of a whole store is listed newest first: by when, and within what was done or who did it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop index audit_log_logged_at_idx;
    create index audit_log_time_idx on audit_log (store_id, logged_at, id);
    create index audit_log_event_type_idx on audit_log (store_id, event_type, logged_at, id);
    create index audit_log_initiator_idx on audit_log (
      store_id,
      (coalesce(initiator ->> 'staff-id', initiator ->> 'customer-id', initiator ->> 'application-key-id')),
      logged_at, id
    );
  `.execute(db);
}
