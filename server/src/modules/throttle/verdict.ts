import { sql } from '../../platform/db/statement.ts';

/** Who tries what: keyed digests, never the e-mail, the address or the password. */
export interface AttemptKeys {
  readonly account_key: Buffer;
  readonly address_key: Buffer;
  readonly attempt_key: Buffer;
}

/** What the failures so far say of an attempt. */
export interface Verdict {
  /** Since when a limit is full, the latest of those that are; null when the attempt may be decided. */
  readonly full_since: string | null;
  /** Whether this very attempt has just failed: a client that repeats itself. */
  readonly is_repeat: boolean;
  /** Failures of this account from this address. */
  readonly failures: number;
  /** When the owner was last seen to sign in from this address; null when they never were, or too long ago. */
  readonly trusted_at: string | null;
}

/** Failures allowed since `since`; 0 is no limit. */
export interface VerdictParameters extends AttemptKeys {
  readonly accountLimit: number;
  /** Of all addresses together from which the owner has never signed in. */
  readonly strangersLimit: number;
  readonly addressLimit: number;
  readonly since: Date;
  readonly repeatSince: Date;
  readonly trustSince: Date;
}

/** One row, for a statement of its own or within another: an attempt is judged in the round trip that needs the verdict. */
export const verdict = (p: VerdictParameters & { readonly storeId: string }) => sql<Verdict>`
  select
    case when by_account.is_repeat then null else greatest(
      case when by_account.pair >= nullif(${p.accountLimit}::int, 0) then by_account.pair_oldest end,
      case when trust.seen_at is null and by_account.account >= nullif(${p.strangersLimit}::int, 0)
        then by_account.account_oldest end,
      case when by_address.address >= nullif(${p.addressLimit}::int, 0) then by_address.address_oldest end
    ) end as full_since,
    by_account.is_repeat, by_account.pair as failures, trust.seen_at as trusted_at
  from (
    select
      count(*)::int as account,
      min(failed_at) as account_oldest,
      (count(*) filter (where address_key = ${p.address_key}))::int as pair,
      min(failed_at) filter (where address_key = ${p.address_key}) as pair_oldest,
      coalesce(bool_or(attempt_key = ${p.attempt_key} and address_key = ${p.address_key}
        and failed_at > ${p.repeatSince}), false) as is_repeat
    from failed_attempts
    where store_id = ${p.storeId} and account_key = ${p.account_key} and failed_at > ${p.since}
  ) by_account
  cross join (
    select count(*)::int as address, min(failed_at) as address_oldest
    from failed_attempts
    where store_id = ${p.storeId} and address_key = ${p.address_key} and failed_at > ${p.since}
  ) by_address
  left join trusted_addresses trust
    on trust.store_id = ${p.storeId} and trust.account_key = ${p.account_key} and trust.address_key = ${p.address_key}
    and trust.seen_at > ${p.trustSince}`;
