import { type Kysely, sql } from 'kysely';

export const creates = [
  'stores',
  'application_keys',
  'signing_keys',
  'customers',
  'addresses',
  'sessions',
  'totals',
  'failed_attempts',
  'trusted_addresses',
];

/**
 * Stores, application keys, signing keys; customers, addresses, sessions, sign-in throttling.
 *
 * Every table of a store begins its primary key with `store_id` and carries it in every key and index (design.md §3).
 * Text that is compared or sorted is folded by the process (`…_key` columns) and collated "C", so that every PostgreSQL
 * gives the same answers whatever its locale. An index takes the first 200 characters of an external_ref, because an
 * entry of a b-tree holds at most 2,704 bytes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create extension if not exists pg_trgm;
    create extension if not exists btree_gin;

    create table stores (
      id uuid primary key,
      name text not null,
      page_length smallint not null default 100 check (page_length between 1 and 100),
      is_sign_up_open boolean not null default true,
      password_min_length smallint not null default 8 check (password_min_length between 1 and 128),
      is_common_password_refused boolean not null default true,
      address_mandatory_fields text[],
      created_at timestamptz not null
    );

    create table application_keys (
      id uuid primary key,
      store_id uuid not null references stores (id),
      name text not null,
      client_id text not null constraint application_keys_client_id_key unique,
      secret_hash bytea not null,
      created_at timestamptz not null,
      revoked_at timestamptz
    );
    create index application_keys_store_id_idx on application_keys (store_id, created_at);

    create table signing_keys (
      id uuid primary key,
      purpose text not null,
      sealed_secret bytea not null,
      created_at timestamptz not null
    );

    create table customers (
      store_id uuid not null,
      id uuid not null,
      name text not null,
      name_key text collate "C" not null,
      email text not null,
      email_key text collate "C" not null,
      password_hash text,
      external_ref text collate "C",
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (store_id, id),
      constraint customers_email_key unique (store_id, email_key)
    );
    create index customers_created_at_idx on customers (store_id, created_at desc, id);
    create index customers_updated_at_idx on customers (store_id, updated_at desc, id);
    create index customers_name_idx on customers (store_id, name_key, id);
    create index customers_external_ref_idx on customers (store_id, left(external_ref, 200));
    create index customers_text_idx on customers
      using gin (store_id, name_key gin_trgm_ops, email_key gin_trgm_ops);

    create table addresses (
      store_id uuid not null,
      customer_id uuid not null,
      id uuid not null,
      name text not null default '',
      first_name text not null default '',
      last_name text not null default '',
      company_name text not null default '',
      phone_number text not null default '',
      line_1 text not null default '',
      line_2 text not null default '',
      city text not null default '',
      county text not null default '',
      region text not null default '',
      postcode text not null default '',
      country text not null default '',
      instructions text not null default '',
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (store_id, customer_id, id),
      constraint addresses_customer_fkey foreign key (store_id, customer_id)
        references customers (store_id, id) on delete cascade
    );

    create table sessions (
      store_id uuid not null,
      id uuid not null,
      customer_id uuid not null,
      user_agent text not null default '',
      created_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (store_id, id),
      constraint sessions_customer_fkey foreign key (store_id, customer_id)
        references customers (store_id, id) on delete cascade
    );
    create index sessions_customer_id_idx on sessions (store_id, customer_id, id);

    create table totals (
      store_id uuid not null,
      resource text not null,
      shard smallint not null,
      count bigint not null,
      primary key (store_id, resource, shard)
    );

    create table failed_attempts (
      store_id uuid not null,
      id uuid not null,
      account_key bytea not null,
      address_key bytea not null,
      attempt_key bytea not null,
      failed_at timestamptz not null,
      primary key (store_id, id)
    );
    create index failed_attempts_account_idx on failed_attempts (store_id, account_key, failed_at);
    create index failed_attempts_address_idx on failed_attempts (store_id, address_key, failed_at);
    create index failed_attempts_failed_at_idx on failed_attempts (store_id, failed_at);

    create table trusted_addresses (
      store_id uuid not null,
      account_key bytea not null,
      address_key bytea not null,
      seen_at timestamptz not null,
      primary key (store_id, account_key, address_key)
    );
    create index trusted_addresses_seen_at_idx on trusted_addresses (store_id, seen_at);
  `.execute(db);
}
