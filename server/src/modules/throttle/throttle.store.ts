import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';
import { type AttemptKeys, type VerdictParameters, verdict } from './verdict.ts';

interface FailedAttemptsTable {
  store_id: string;
  id: string;
  account_key: Buffer;
  address_key: Buffer;
  attempt_key: Buffer;
  failed_at: Timestamp;
}

interface TrustedAddressesTable {
  store_id: string;
  account_key: Buffer;
  address_key: Buffer;
  seen_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    failed_attempts: FailedAttemptsTable;
    trusted_addresses: TrustedAddressesTable;
  }
}

export const selectVerdict = storeStatement<VerdictParameters>()(verdict);

/** Serializes the failures of one account, so that attempts in parallel cannot pass a limit together. Until commit. */
export const lockAccount = storeStatement<{ account_key: Buffer }>()(
  p =>
    sql`select pg_advisory_xact_lock(hashtextextended(${p.storeId}::text || encode(${p.account_key}::bytea, 'hex'), 1))`,
);

export const insertFailure = storeStatement<AttemptKeys & { id: string; now: Date }>()(p =>
  query.insertInto('failed_attempts').values({
    store_id: p.storeId,
    id: p.id,
    account_key: p.account_key,
    address_key: p.address_key,
    attempt_key: p.attempt_key,
    failed_at: p.now,
  }),
);

/** Forgets what no limit needs any more; a few rows at a time, so that nobody waits for it. */
export const forgetOld = storeStatement<{ failuresBefore: Date; trustBefore: Date }>()(
  p => sql`
    with old_trust as (
      delete from trusted_addresses where store_id = ${p.storeId} and (account_key, address_key) in (
        select account_key, address_key from trusted_addresses
        where store_id = ${p.storeId} and seen_at < ${p.trustBefore} limit 100 for update skip locked)
    )
    delete from failed_attempts where store_id = ${p.storeId} and id in (
      select id from failed_attempts where store_id = ${p.storeId} and failed_at < ${p.failuresBefore} limit 100
      for update skip locked)`,
);

/** The owner has signed in: their failures from this address are forgotten, and the address is trusted from now on. */
export const trustAddress = storeStatement<{ account_key: Buffer; address_key: Buffer; now: Date }>()(
  p => sql`
    with forgotten as (
      delete from failed_attempts
      where store_id = ${p.storeId} and account_key = ${p.account_key} and address_key = ${p.address_key}
    )
    insert into trusted_addresses (store_id, account_key, address_key, seen_at)
    values (${p.storeId}, ${p.account_key}, ${p.address_key}, ${p.now})
    on conflict (store_id, account_key, address_key) do update set seen_at = excluded.seen_at`,
);
