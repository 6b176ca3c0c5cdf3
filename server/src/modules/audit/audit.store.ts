import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { sql, storeStatement } from '../../platform/db/statement.ts';
import type { AuditEventType, AuditedType } from './audit.events.ts';
import { type EntryParameters, nothing, writeEntry } from './audit-entries.store.ts';

interface AuditLogTable {
  store_id: string;
  id: string;
  event_type: AuditEventType;
  resource_type: AuditedType;
  resource_id: string;
  /** Whose the resource is: a customer's own entries, and those of their addresses and of notes about them. */
  customer_id: string | null;
  initiator: Record<string, unknown>;
  delta: Record<string, unknown>;
  logged_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    audit_log: AuditLogTable;
  }
}

export type AuditRow = Readonly<Selectable<AuditLogTable>>;

/** `initiator` and `delta` are JSON. */
export const insertAudit = storeStatement<{
  id: string;
  eventType: string;
  resourceType: string;
  resourceId: string;
  initiator: string;
  delta: string;
  now: Date;
}>()(
  p => sql`
    insert into audit_log (store_id, id, event_type, resource_type, resource_id, initiator, delta, logged_at)
    values (${p.storeId}, ${p.id}, ${p.eventType}, ${p.resourceType}, ${p.resourceId}, ${p.initiator}::text::jsonb,
      ${p.delta}::text::jsonb, ${p.now})`,
);

interface PageParameters {
  resourceType: string;
  resourceId: string;
  limit: number;
  offset: number;
}

/** A page of what was done to a resource, oldest first; one row at least, of nulls when there is none. */
export const selectAudit = storeStatement<PageParameters>()(
  p => sql<Omit<AuditRow, 'id'> & { id: string | null; total: number }>`
    select page.*, counted.total
    from (
      select count(*)::int as total from audit_log
      where store_id = ${p.storeId} and resource_type = ${p.resourceType} and resource_id = ${p.resourceId}
    ) counted
    left join lateral (
      select * from audit_log
      where store_id = ${p.storeId} and resource_type = ${p.resourceType} and resource_id = ${p.resourceId}
      order by id limit ${p.limit} offset ${p.offset}
    ) page on true
    order by page.id`,
);

/**
 * Takes the values out of the entries about a customer that was deleted, and the address that the customer wrote from, and
 * logs the deletion. What was done, to which members, when and by whom stays.
 */
export const forgetCustomer = storeStatement<EntryParameters & { customerId: string }>()(
  p => sql<object>`
    with forgotten as (
      update audit_log set
        delta = (select coalesce(jsonb_object_agg(key, '{}'::jsonb), '{}') from jsonb_object_keys(delta) key),
        initiator = case when initiator ? 'customer-id' then initiator - 'client-address' else initiator end
      where store_id = ${p.storeId} and customer_id = ${p.customerId}
    )
    ${writeEntry(p, {
      type: 'customer.deleted',
      resource: { type: 'customer', id: sql`${p.customerId}` },
      customerId: sql`${p.customerId}`,
      delta: nothing,
      from: sql`(select) once`,
      mayBeEmpty: true,
    })}`,
);

/** A page of the entries about a customer and what belongs to them, newest first; a row of nulls when there is none. */
export const selectAuditOfCustomer = storeStatement<{ customerId: string; limit: number; offset: number }>()(
  p => sql<Omit<AuditRow, 'id'> & { id: string | null; total: number }>`
    select page.*, counted.total
    from (
      select count(*)::int as total from audit_log where store_id = ${p.storeId} and customer_id = ${p.customerId}
    ) counted
    left join lateral (
      select * from audit_log where store_id = ${p.storeId} and customer_id = ${p.customerId}
      order by id desc limit ${p.limit} offset ${p.offset}
    ) page on true
    order by page.id desc`,
);

export const deleteOldEntries = storeStatement<{ before: Date; limit: number }>()(
  p => sql<{ deleted: number }>`
    with deleted as (
      delete from audit_log where store_id = ${p.storeId} and id in (
        select id from audit_log where store_id = ${p.storeId} and logged_at < ${p.before}
        limit ${p.limit} for update skip locked)
      returning 1
    )
    select count(*)::int as deleted from deleted`,
);
