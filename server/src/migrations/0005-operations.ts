import { type Kysely, sql } from 'kysely';

export const creates = ['idempotency_keys', 'audit_log', 'jobs', 'job_file_parts'];

/** Answers kept for Idempotency-Key, the audit log, jobs with their files. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table idempotency_keys (
      store_id uuid not null,
      key_digest bytea not null,
      request_digest bytea not null,
      sealed_answer bytea not null,
      created_at timestamptz not null,
      primary key (store_id, key_digest)
    );
    create index idempotency_keys_created_at_idx on idempotency_keys (store_id, created_at);

    create table audit_log (
      store_id uuid not null,
      id uuid not null,
      event_type text not null,
      resource_type text not null,
      resource_id uuid not null,
      initiator jsonb not null,
      delta jsonb not null,
      logged_at timestamptz not null,
      primary key (store_id, id)
    );
    create index audit_log_resource_idx on audit_log (store_id, resource_type, resource_id, id);
    create index audit_log_logged_at_idx on audit_log (store_id, logged_at);

    create table jobs (
      store_id uuid not null,
      id uuid not null,
      job_type text not null,
      filter text not null,
      status text not null check (status in ('pending', 'processing', 'complete', 'failed')),
      error text,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (store_id, id)
    );

    create table job_file_parts (
      store_id uuid not null,
      job_id uuid not null,
      part integer not null,
      content bytea not null,
      primary key (store_id, job_id, part),
      constraint job_file_parts_job_fkey foreign key (store_id, job_id)
        references jobs (store_id, id) on delete cascade
    );
  `.execute(db);
}
