import { type RawBuilder, sql } from '../../platform/db/statement.ts';
import type { AuditEventType, AuditedOfCustomer } from './audit.events.ts';

/** Pieces of SQL for the statements that log what they do (docs/decisions/0066). */

/** For a statement that logs what it does (`entryParameters` in audit.service.ts); nothing is logged when `initiator` is null. */
export interface EntryParameters {
  readonly entryId: string;
  readonly initiator: string | null;
  readonly loggedAt: Date;
}

/** The members that differ between two objects of SQL, each before and after; one that is missing is null. */
export const deltaOf = (before: RawBuilder<unknown>, after: RawBuilder<unknown>): RawBuilder<unknown> => sql`(
  select coalesce(jsonb_object_agg(key, jsonb_build_object('before', was.value, 'after', became.value)), '{}')
  from jsonb_each(${before}) was full join jsonb_each(${after}) became using (key)
  where was.value is distinct from became.value
)`;

/** An object of SQL with nothing in it. */
export const nothing = sql`'{}'::jsonb`;

interface Entry {
  readonly type: AuditEventType;
  readonly resource: { readonly type: AuditedOfCustomer; readonly id: RawBuilder<unknown> };
  readonly customerId: RawBuilder<unknown>;
  readonly delta: RawBuilder<unknown>;
  /** One row, or none when nothing was done; several with `entryId`. */
  readonly from: RawBuilder<unknown>;
  /** Where there is a row for each of several entries. */
  readonly entryId?: RawBuilder<unknown>;
  /** Written although no member has changed. */
  readonly mayBeEmpty?: true;
}

/** For a `with` clause: writes an entry about what the clauses before have done. */
export const writeEntry = (
  p: EntryParameters & { readonly storeId: string },
  { type, resource, customerId, delta, from, entryId, mayBeEmpty }: Entry,
): RawBuilder<unknown> => sql`
  insert into audit_log (store_id, id, event_type, resource_type, resource_id, customer_id, initiator, delta, logged_at)
  select ${p.storeId}::uuid, ${entryId ?? p.entryId}::uuid, ${sql.lit(type)}, ${sql.lit(resource.type)}, ${resource.id}::uuid,
    ${customerId}::uuid, ${p.initiator}::text::jsonb, made.delta, ${p.loggedAt}::timestamptz
  from ${from} cross join lateral (select ${delta} as delta) made
  where ${p.initiator}::text is not null ${mayBeEmpty ? sql`` : sql`and made.delta <> '{}'`}`;
