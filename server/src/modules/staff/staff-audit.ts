import type { FastifyRequest } from 'fastify';
import type { GlobalTx } from '../../platform/db/database.ts';
import { staffOf } from '../access/staff-access.ts';
import type { AuditEventType } from '../audit/audit.events.ts';
import { deltaBetween, type Initiator, recordAudit } from '../audit/audit.service.ts';
import { listStores } from '../stores/stores.service.ts';
import type { StaffUserRow } from './staff.store.ts';

/** Who manages staff, and from where: such a request is about no store, and has no context. */
export function initiatorOf(request: FastifyRequest): Initiator {
  const { id, name, role } = staffOf(request);
  return {
    actor: { type: 'staff', id, name, role },
    role: 'admin',
    shopper: undefined,
    clientAddress: request.ip,
    now: new Date(),
  };
}

interface StaffChange {
  readonly type: AuditEventType;
  /** Undefined for somebody who is new. */
  readonly before?: StaffUserRow;
  /** Undefined for somebody who was removed. */
  readonly after?: StaffUserRow;
}

/** What the log of a store tells of a member of staff: not which other stores they work on. */
function toldIn(storeId: string, user: StaffUserRow | undefined): object {
  if (user === undefined) return {};
  const { name, email, role, store_ids: stores } = user;
  return { name, email, role, may_open_store: stores === null || stores.includes(storeId) };
}

/**
 * Logs an act on a member of staff in its transaction: in each store that they may work on, before or after it
 * (docs/decisions/0072). A change that changes nothing there is not logged.
 */
export async function logStaff(tx: GlobalTx, by: Initiator, { type, before, after }: StaffChange): Promise<void> {
  const users = [before, after].flatMap(user => user ?? []);
  const mayOpen = (storeId: string) => users.some(({ store_ids: ids }) => ids === null || ids.includes(storeId));
  const id = (before ?? after)?.id ?? '';
  for (const store of (await listStores(tx)).filter(each => mayOpen(each.id))) {
    const delta = deltaBetween(toldIn(store.id, before), toldIn(store.id, after));
    if (type === 'staff_user.updated' && Object.keys(delta).length === 0) continue;
    await recordAudit(tx.forStore(store.id), by, { type, resource: { type: 'staff_user', id }, delta });
  }
}
