import { flowErrors } from '../flows/flows.errors.ts';
import type { WriteFields } from '../flows/resource-entries.service.ts';
import { changeOrder } from './orders.change.ts';
import { lockOrderById, orderItems } from './orders.service.ts';
import { updateItemValues } from './orders.store.ts';

/** Writes fields of an order that stays locked until it is done. Throws 404 when there is none. */
export const writeOrderFields: WriteFields = (ctx, { id }, fieldsOf) =>
  ctx.db.inTransaction(async tx => {
    const order = await lockOrderById(tx, id);
    return changeOrder({ ...ctx, db: tx }, id, await fieldsOf(tx, order.custom_values));
  });

/** Writes fields of an item of an order, which stays locked until it is done. Throws 404 when there is none. */
export const writeOrderItemFields: WriteFields = (ctx, { id, parent_id }, fieldsOf) =>
  ctx.db.inTransaction(async tx => {
    const order = await lockOrderById(tx, parent_id ?? '');
    const item = order.items?.find(each => each.id === id);
    if (item === undefined) throw flowErrors.entryNotFound();
    const body = { ...(await fieldsOf(tx, item.custom_values ?? {})) };
    return orderItems.write(tx, { id, body, isNew: false, checksUnique: true }, async (db, values) => {
      const written = await db.first(updateItemValues, { ...values.parameters, orderId: order.id, id });
      return written && { ...written, custom_values: written.custom_values ?? {} };
    });
  });
