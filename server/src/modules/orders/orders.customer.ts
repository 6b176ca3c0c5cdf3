import { sql, storeStatement } from '../../platform/db/statement.ts';
import type { Context } from '../access/context.ts';
import { recordAudit } from '../audit/audit.service.ts';
import { getCustomer } from '../customers/customers.service.ts';
import { countOrderOf } from '../customers/order-counts.store.ts';
import { orderErrors } from './orders.errors.ts';
import { lockOrderById } from './orders.service.ts';

const updateCustomerOfOrder = storeStatement<{ id: string; customerId: string; now: Date }>()(
  p => sql`
    with linked as (
      update orders set customer_id = ${p.customerId}, updated_at = ${p.now}
      where store_id = ${p.storeId} and id = ${p.id}
      returning store_id, customer_id
    )
    ${countOrderOf('linked')}`,
);

/**
 * Gives a guest order to a customer: staff's own decision, since an e-mail alone proves nothing (design.md, "Claim by
 * proof"). Written into the audit log. Throws 404 for an unknown order or customer, 422 for an order of someone else.
 */
export async function linkOrder(ctx: Context, orderId: string, customerId: string): Promise<void> {
  await ctx.db.inTransaction(async tx => {
    const order = await lockOrderById(tx, orderId);
    const customer = await getCustomer({ ...ctx, db: tx, shopper: undefined }, customerId);
    if (order.customer_id === customer.id) return;
    if (order.customer_id !== null) throw orderErrors.linked();
    await tx.all(updateCustomerOfOrder, { id: orderId, customerId: customer.id, now: ctx.now });
    await recordAudit(tx, ctx, {
      type: 'order.customer_linked',
      resource: { type: 'order', id: orderId },
      delta: { customer_id: { before: null, after: customer.id } },
    });
  });
}
