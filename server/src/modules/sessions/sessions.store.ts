import type { Selectable } from 'kysely';
import type { Scope } from '../../platform/db/listing.ts';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';
import { type EntryParameters, writeEntry } from '../audit/audit-entries.store.ts';

interface SessionsTable {
  store_id: string;
  id: string;
  customer_id: string;
  user_agent: string;
  created_at: Timestamp;
  expires_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    sessions: SessionsTable;
  }
}

/** A session of a customer: what stands behind a customer token. */
export type SessionRow = Readonly<Selectable<SessionsTable>>;

interface PageParameters {
  customerId: string;
  sessionId: string | null;
  now: Date;
  limit: number;
  offset: number;
}

/** A page of the live sessions of a customer, newest first: one row at least when the customer exists. */
export const selectSessions = storeStatement<PageParameters>({ isBrief: true })(
  p => sql<Omit<SessionRow, 'id'> & { id: string | null; total: number }>`
    select page.*, counted.total
    from customers
    cross join lateral (
      select count(*)::int as total from sessions
      where store_id = ${p.storeId} and customer_id = customers.id and expires_at > ${p.now}
    ) counted
    left join lateral (
      select * from sessions
      where store_id = ${p.storeId} and customer_id = customers.id and expires_at > ${p.now}
      order by id desc limit ${p.limit} offset ${p.offset}
    ) page on true
    where customers.store_id = ${p.storeId} and customers.id = ${p.customerId} and ${isSignedIn(p)}
    order by page.id desc`,
);

/** For a `with` clause: logs which sessions a clause `ended` has deleted. */
const logEnded = (p: EntryParameters & { storeId: string }) =>
  writeEntry(p, {
    type: 'customer.sessions_ended',
    resource: { type: 'customer', id: sql`customer_id` },
    customerId: sql`customer_id`,
    delta: sql`jsonb_build_object('sessions', jsonb_build_object('before', ids, 'after', '[]'::jsonb))`,
    from: sql`(select customer_id, jsonb_agg(id) as ids from ended group by customer_id) gone`,
  });

/** Ends one session, or all of a customer (`id` null). Answers whether the customer exists and how many were ended. */
export const deleteSessions = storeStatement<
  EntryParameters & { customerId: string; id: string | null; sessionId: string | null }
>()(
  p => sql<{ ended: number }>`
    with customer as (
      select id from customers
      where store_id = ${p.storeId} and id = ${p.customerId} and ${isSignedIn(p)}
    ), ended as (
      delete from sessions
      where store_id = ${p.storeId} and customer_id in (select id from customer)
        and (${p.id}::uuid is null or id = ${p.id})
      returning id, customer_id
    ), logged as (
      ${logEnded(p)}
    )
    select (select count(*)::int from ended) as ended from customer`,
);

/** Ends the sessions of a customer but the one that is kept, if any. */
export const deleteOtherSessions = storeStatement<{ customerId: string; keptId: string | null }>()(p =>
  query
    .deleteFrom('sessions')
    .where('store_id', '=', p.storeId)
    .where('customer_id', '=', p.customerId)
    .where(sql<boolean>`id is distinct from ${p.keptId}::uuid`),
);

/** Ends a session by its id alone, of one customer only when `customerId` is given. */
export const deleteSession = storeStatement<
  EntryParameters & { id: string; customerId: string | null; sessionId: string | null }
>()(
  p => sql<{ id: string }>`
    with ended as (
      delete from sessions
      where store_id = ${p.storeId} and id = ${p.id} and (${p.customerId}::uuid is null or customer_id = ${p.customerId})
        and ${isSignedIn(p)}
      returning id, customer_id
    ), logged as (
      ${logEnded(p)}
    )
    select id from ended`,
);

/**
 * True when no customer token was used, or when its session lives: the condition that every statement on a customer's
 * data carries, so that ending a session takes effect with the very next request and costs no round trip (design.md §5).
 */
export function isSignedIn(p: { storeId: string; customerId: string | null; sessionId: string | null }) {
  return sql<boolean>`(${p.sessionId}::uuid is null or exists (
    select from sessions signed_in
    where signed_in.store_id = ${p.storeId} and signed_in.id = ${p.sessionId}
      and signed_in.customer_id = ${p.customerId}))`;
}

/** The rows of one customer in a listing, by the column that names the customer; closed when their session has ended. */
export function ownRows(
  column: string,
  shopper: { readonly customerId: string; readonly sessionId: string },
): Pick<Required<Scope>, 'shape' | 'values' | 'condition' | 'gate'> {
  return {
    shape: `own ${column}`,
    values: shopper,
    condition: bind => sql`${sql.ref(column)} = ${bind('customerId')}::uuid`,
    gate: bind =>
      isSignedIn({
        storeId: bind('storeId') as string,
        customerId: bind('customerId') as string,
        sessionId: bind('sessionId') as string,
      }),
  };
}
