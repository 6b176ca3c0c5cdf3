import { sql, storeStatement } from '../../platform/db/statement.ts';
import type { CustomerRow } from '../customers/customers.service.ts';
import { type Verdict, type VerdictParameters, verdict } from '../throttle/verdict.ts';

type SignInAccount = Pick<CustomerRow, 'id' | 'name' | 'password_hash'>;

/** The owner of an e-mail, nulls when there is none, and whether the attempt may be decided: all that precedes a hash. */
export const selectSignIn = storeStatement<VerdictParameters & { emailKey: string }>()(
  p => sql<Verdict & (SignInAccount | { [Column in keyof SignInAccount]: null })>`
    select verdict.*, customers.id, customers.name, customers.password_hash
    from (${verdict(p)}) verdict
    left join customers on customers.store_id = ${p.storeId} and customers.email_key = ${p.emailKey}`,
);

/**
 * Opens a session, unless the attempt must not be decided any more, or the password hash that was verified is no longer
 * the customer's: a password changed meanwhile has ended all sessions, and this one must not survive it. Removes the
 * customer's expired sessions.
 */
export const insertSession = storeStatement<
  VerdictParameters & {
    id: string;
    customerId: string;
    passwordHash: string;
    userAgent: string;
    now: Date;
    expires: Date;
  }
>()(
  p => sql<Verdict & { session_id: string | null }>`
    with verdict as materialized (${verdict(p)}),
    expired as (
      delete from sessions
      where store_id = ${p.storeId} and customer_id = ${p.customerId} and expires_at <= ${p.now}
    ), customer as (
      select id from customers
      where store_id = ${p.storeId} and id = ${p.customerId} and password_hash = ${p.passwordHash}
        and (select full_since from verdict) is null
      for share
    ), opened as (
      insert into sessions (store_id, id, customer_id, user_agent, created_at, expires_at)
      select ${p.storeId}::uuid, ${p.id}::uuid, customer.id, ${p.userAgent}, ${p.now}::timestamptz,
        ${p.expires}::timestamptz
      from customer
      returning id
    )
    select verdict.*, (select id from opened) as session_id from verdict`,
);
