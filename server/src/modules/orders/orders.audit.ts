import type { StoreTx } from '../../platform/db/database.ts';
import type { Context } from '../access/context.ts';
import { type Delta, deltaBetween, recordAudit } from '../audit/audit.service.ts';
import type { OrderRow } from './orders.store.ts';

/** What of an order is told with its values: nothing that is personal, which anonymizing would have to find there. */
function toldOf({ status, payment, shipping, authorized, paid, order_number, external_ref }: OrderRow): object {
  return { status, payment, shipping, authorized, paid, order_number, external_ref };
}

/** Logs a change of an order in its transaction, by a statement more. */
export async function logOrder(tx: StoreTx, ctx: Context, before: OrderRow, after: OrderRow): Promise<void> {
  await logAct(tx, ctx, 'order.updated', after.id, deltaBetween(toldOf(before), toldOf(after)));
}

/** Logs that the personal data of an order were removed, in the transaction that does it. */
export const logAnonymized = (tx: StoreTx, ctx: Context, id: string): Promise<void> =>
  logAct(tx, ctx, 'order.anonymized', id, {});

const logAct = (
  tx: StoreTx,
  ctx: Context,
  type: 'order.updated' | 'order.anonymized',
  id: string,
  delta: Delta,
): Promise<void> => recordAudit(tx, ctx, { type, resource: { type: 'order', id }, delta });
