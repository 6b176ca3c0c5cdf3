import { type Kysely, sql } from 'kysely';

export const creates = ['staff_users', 'staff_sessions', 'staff_setups'];

/** Staff, who may belong to several stores: global tables. `store_ids` null: every store. Tokens are kept as digests. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table staff_users (
      id uuid primary key,
      name text not null,
      email text not null,
      email_key text collate "C" not null constraint staff_users_email_key unique,
      password_hash text,
      role text not null check (role in ('owner', 'editor', 'viewer', 'privacy_officer')),
      store_ids uuid[],
      created_at timestamptz not null,
      updated_at timestamptz not null
    );

    create table staff_sessions (
      id uuid primary key,
      token_digest bytea not null constraint staff_sessions_token_digest_key unique,
      staff_id uuid not null references staff_users (id) on delete cascade,
      user_agent text not null,
      created_at timestamptz not null,
      seen_at timestamptz not null,
      expires_at timestamptz not null
    );
    create index staff_sessions_staff_id_idx on staff_sessions (staff_id);

    create table staff_setups (
      token_digest bytea primary key,
      staff_id uuid references staff_users (id) on delete cascade,
      created_at timestamptz not null,
      expires_at timestamptz not null
    );
    create index staff_setups_staff_id_idx on staff_setups (staff_id);
  `.execute(db);
}
