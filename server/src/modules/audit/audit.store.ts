import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { sql, storeStatement } from '../../platform/db/statement.ts';

interface AuditLogTable {
  store_id: string;
  id: string;
  event_type: string;
  resource_type: string;
  resource_id: string;
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
