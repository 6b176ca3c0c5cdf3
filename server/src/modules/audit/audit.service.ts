import type { StoreDb, StoreTx } from '../../platform/db/database.ts';
import { dayMs } from '../../platform/durations.ts';
import { apiError } from '../../platform/errors.ts';
import { type FilterClause, filterErrors } from '../../platform/query/filter.ts';
import type { Page } from '../../platform/query/page.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import type { StoreRow } from '../stores/stores.service.ts';
import { type AuditRow, deleteOldEntries, insertAudit, selectAudit } from './audit.store.ts';

export type { AuditRow } from './audit.store.ts';

/** What the audit log can be asked about. */
const resourceTypes: readonly string[] = ['customer', 'address', 'order'];

/** What it tells of, with where the resources are. */
export const auditedPaths = { order: '/v2/orders' } as const;
type AuditedResource = keyof typeof auditedPaths;

/** One act on one resource: which members were before and after. Never a secret. */
export interface AuditEvent {
  readonly type: string;
  readonly resource: { readonly type: AuditedResource; readonly id: string };
  readonly delta: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
}

/** Writes an act into the audit log, in the transaction that does it. */
export async function recordAudit(tx: StoreTx, ctx: Context, { type, resource, delta }: AuditEvent): Promise<void> {
  const { actor } = ctx;
  const initiator =
    actor.type === 'staff'
      ? { 'staff-id': actor.id, 'staff-name': actor.name, 'staff-role': actor.role }
      : {
          'access-token-type': ctx.role === 'admin' ? 'client_credentials' : 'implicit',
          'access-token-name': actor.name,
          'application-key-id': actor.id,
          ...(ctx.shopper !== undefined && { 'customer-id': ctx.shopper.customerId }),
        };
  await tx.all(insertAudit, {
    id: newId(ctx.now),
    eventType: type,
    resourceType: resource.type,
    resourceId: resource.id,
    initiator: JSON.stringify(initiator),
    delta: JSON.stringify(delta),
    now: ctx.now,
  });
}

const wrongFilter = apiError(
  400,
  'Bad Request',
  'The filter must name resource_type and resource_id, and nothing else',
);

/** Reads a filter that names one resource (reference: platform.md, "Personal data"). Throws 400 for any other. */
export function readResourceFilter(clauses: readonly FilterClause[]): { readonly type: string; readonly id: string } {
  const operandOf = (attribute: string) => clauses.find(clause => clause.attribute === attribute)?.values[0]?.text;
  const type = operandOf('resource_type');
  const id = operandOf('resource_id')?.toLowerCase();
  const isExact = clauses.length === 2 && clauses.every(clause => clause.operator === 'eq');
  if (!isExact || type === undefined || id === undefined) throw wrongFilter();
  if (!resourceTypes.includes(type)) throw filterErrors.syntax();
  return { type, id };
}

/** A page of what was done to a resource, oldest first. */
export async function listAudit(
  ctx: Context,
  resource: { readonly type: string; readonly id: string },
  page: Page,
): Promise<{ readonly rows: readonly AuditRow[]; readonly total: number }> {
  if (!isUuid(resource.id)) return { rows: [], total: 0 };
  const rows = await ctx.db.all(selectAudit, { resourceType: resource.type, resourceId: resource.id, ...page });
  return {
    rows: rows.filter((row): row is typeof row & { id: string } => row.id !== null),
    total: rows[0]?.total ?? 0,
  };
}

/** Forgets entries that are older than the store keeps them, at most `limit`. Answers how many. */
export async function forgetOldEntries(db: StoreDb, store: StoreRow, now: Date, limit: number): Promise<number> {
  const before = new Date(now.getTime() - store.logs_ttl_days * dayMs);
  return (await db.first(deleteOldEntries, { before, limit }))?.deleted ?? 0;
}
