import { isDeepStrictEqual } from 'node:util';
import type { StoreDb, StoreTx } from '../../platform/db/database.ts';
import type { Found } from '../../platform/db/listing.ts';
import { dayMs } from '../../platform/durations.ts';
import { apiError } from '../../platform/errors.ts';
import { type FilterClause, filterErrors } from '../../platform/query/filter.ts';
import type { ListRequest } from '../../platform/query/list-query.ts';
import type { Page } from '../../platform/query/page.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import type { StoreRow } from '../stores/stores.service.ts';
import type { AuditEventType, AuditedOfCustomer, AuditedType } from './audit.events.ts';
import {
  type AuditRow,
  deleteOldEntries,
  forgetCustomer,
  insertAudit,
  selectAudit,
  selectAuditOfCustomer,
} from './audit.store.ts';
import type { EntryParameters } from './audit-entries.store.ts';
import { allLogs, logListing } from './logs.list.ts';

/** What the audit log can be asked about. */
const resourceTypes: readonly string[] = ['customer', 'address', 'order'];

/** Members before and after a change. */
export type Delta = Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;

/** One act on one resource: which members were before and after. Never a secret. */
export interface AuditEvent {
  readonly type: AuditEventType;
  readonly resource: { readonly type: Exclude<AuditedType, AuditedOfCustomer>; readonly id: string };
  readonly delta: Delta;
}

/** Who does something, and when: a request, or whoever types a command on the machine of the server. */
export type Initiator =
  | Pick<Context, 'actor' | 'role' | 'shopper' | 'clientAddress' | 'now'>
  | { readonly actor: { readonly type: 'command_line' }; readonly now: Date };

/** Whoever types a command on the machine of the server, now. */
export const commandLine = (): Initiator => ({ actor: { type: 'command_line' }, now: new Date() });

/** Whose credentials a request came with, and from where. */
function initiatorOf(by: Initiator): string {
  if (!('clientAddress' in by)) return JSON.stringify({ 'command-line': true });
  const { actor, role, shopper, clientAddress } = by;
  const who =
    actor.type === 'staff'
      ? { 'staff-id': actor.id, 'staff-name': actor.name, 'staff-role': actor.role }
      : {
          'access-token-type': role === 'admin' ? 'client_credentials' : 'implicit',
          'access-token-name': actor.name,
          'application-key-id': actor.id,
          ...(shopper !== undefined && { 'customer-id': shopper.customerId }),
        };
  return JSON.stringify({ ...who, 'client-address': clientAddress });
}

/** The members that differ between two states of a thing; one that is missing is null. */
export function deltaBetween(before: object, after: object): Delta {
  const memberOf = (state: object, name: string) => (state as Readonly<Record<string, unknown>>)[name] ?? null;
  const changes = Object.keys({ ...before, ...after }).map(
    name => [name, { before: memberOf(before, name), after: memberOf(after, name) }] as const,
  );
  return Object.fromEntries(changes.filter(([, change]) => !isDeepStrictEqual(change.before, change.after)));
}

/** For a statement that logs what it does, by `writeEntry`: no round trip more. */
export const entryParameters = (ctx: Context): EntryParameters => ({
  entryId: newId(ctx.now),
  initiator: initiatorOf(ctx),
  loggedAt: ctx.now,
});

/** The same, of what is logged only when others than the customer do it. */
export const entryParametersOfOthers = (ctx: Context): EntryParameters => ({
  ...entryParameters(ctx),
  ...(ctx.shopper !== undefined && { initiator: null }),
});

/** Writes an act into the audit log, in the transaction that does it. */
export async function recordAudit(tx: StoreTx, by: Initiator, { type, resource, delta }: AuditEvent): Promise<void> {
  await tx.all(insertAudit, {
    id: newId(by.now),
    eventType: type,
    resourceType: resource.type,
    resourceId: resource.id,
    initiator: initiatorOf(by),
    delta: JSON.stringify(delta),
    now: by.now,
  });
}

/**
 * Logs that a customer was deleted, and takes the values out of what is logged about them. After the deletion, which has
 * waited for changes of addresses: what they logged is seen.
 */
export async function logDeletedCustomer(tx: StoreTx, ctx: Context, customerId: string): Promise<void> {
  await tx.all(forgetCustomer, { ...entryParameters(ctx), customerId });
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

interface AuditPage {
  readonly rows: readonly AuditRow[];
  readonly total: number;
}

/** A page of what was done to a resource, oldest first. */
export async function listAudit(
  ctx: Context,
  resource: { readonly type: string; readonly id: string },
  page: Page,
): Promise<AuditPage> {
  if (!isUuid(resource.id)) return { rows: [], total: 0 };
  return pageOf(await ctx.db.all(selectAudit, { resourceType: resource.type, resourceId: resource.id, ...page }));
}

/** A page of what was done to a customer and what belongs to them, newest first. Empty for one that there never was. */
export async function listAuditOfCustomer(ctx: Context, customerId: string, page: Page): Promise<AuditPage> {
  return pageOf(await ctx.db.all(selectAuditOfCustomer, { customerId, ...page }));
}

/** A page of what was done in the store. */
export async function listLogs(ctx: Context, asked: ListRequest<'time'>): Promise<Found<AuditRow>> {
  return (await logListing.select(ctx.db, { ...asked, scope: allLogs })) ?? { rows: [], total: 0 };
}

type PageRow = Omit<AuditRow, 'id'> & { readonly id: string | null; readonly total: number };

const pageOf = (rows: readonly PageRow[]): AuditPage => ({
  rows: rows.filter((row): row is typeof row & { id: string } => row.id !== null),
  total: rows[0]?.total ?? 0,
});

/** Forgets entries that are older than the store keeps them, at most `limit`. Answers how many. */
export async function forgetOldEntries(db: StoreDb, store: StoreRow, now: Date, limit: number): Promise<number> {
  const before = new Date(now.getTime() - store.logs_ttl_days * dayMs);
  return (await db.first(deleteOldEntries, { before, limit }))?.deleted ?? 0;
}
