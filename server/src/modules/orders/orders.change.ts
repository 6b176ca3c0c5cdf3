import { throwAny } from '../../platform/errors.ts';
import { requireSameId } from '../../platform/http/validation.ts';
import type { Context } from '../access/context.ts';
import type { Extended } from '../flows/extended-resource.ts';
import { deallocateStock, fulfilStock } from '../inventories/stock.service.ts';
import { missingFields, type ShippingAddress, shippingFields } from './orders.address.ts';
import { logOrder } from './orders.audit.ts';
import { orderErrors } from './orders.errors.ts';
import type { OrderPatch } from './orders.schema.ts';
import { lockOrderById, orders, stockLines } from './orders.service.ts';
import { type OrderEdit, type OrderRow, updateOrder } from './orders.store.ts';
import { foldOrNull, fullName, withKeys } from './orders.texts.ts';

/** Refuses what the state of the order does not allow (reference: orders.md, "Update"). */
function checkPatch(order: OrderRow, patch: OrderPatch): void {
  const isFulfilled = order.shipping === 'fulfilled';
  if (patch.status !== undefined) {
    if (patch.status !== 'cancelled') throw orderErrors.unknownStatus();
    if (isFulfilled) throw orderErrors.fulfilledStatus();
    if (patch.shipping === 'fulfilled') throw orderErrors.cancelledAndFulfilled();
  }
  if (patch.shipping_address !== undefined && isFulfilled) throw orderErrors.fulfilledAddress();
  if (patch.shipping === 'unfulfilled' && isFulfilled) throw orderErrors.notUnfulfilled();
  if (patch.shipping === 'fulfilled') {
    if (isFulfilled) throw orderErrors.fulfilledAlready();
    if (order.status === 'cancelled') throw orderErrors.cancelledShipping();
    if (order.payment !== 'paid') throw orderErrors.notPaid();
  }
}

/** The shipping address as it will be. Throws 422 when a mandatory field would be missing. */
function addressAfter(order: OrderRow, patch: OrderPatch): ShippingAddress {
  if (patch.shipping_address === undefined) return order.shipping_address;
  const sent = Object.fromEntries(
    shippingFields.flatMap(field => {
      const text = patch.shipping_address?.[field];
      return text === undefined ? [] : [[field, text ?? '']];
    }),
  );
  const address = { ...order.shipping_address, ...sent };
  throwAny(missingFields(address).map(field => orderErrors.addressField(field).entry));
  return address;
}

/** A text that an empty string or null removes, and that stays when it is not sent. */
const textAfter = (sent: string | null | undefined, before: string | null) =>
  sent === undefined ? before : sent || null;

function editOf(order: OrderRow, patch: OrderPatch): OrderEdit {
  const address = addressAfter(order, patch);
  const orderNumber = textAfter(patch.order_number, order.order_number);
  const externalRef = textAfter(patch.external_ref, order.external_ref);
  const isCancelled = order.status === 'cancelled' || patch.status === 'cancelled';
  const isFulfilled = order.shipping === 'fulfilled' || patch.shipping === 'fulfilled';
  return {
    status: isCancelled ? 'cancelled' : isFulfilled ? 'complete' : order.status,
    shipping: isFulfilled ? 'fulfilled' : 'unfulfilled',
    is_stock_allocated: order.is_stock_allocated && !isCancelled && !isFulfilled,
    shipping_address: JSON.stringify(address),
    ...withKeys({ shipping_name: fullName(address), shipping_postcode: address.postcode }),
    order_number: orderNumber,
    order_number_key: foldOrNull(orderNumber),
    external_ref: externalRef,
    external_ref_key: foldOrNull(externalRef),
  };
}

const isSameEdit = (order: OrderRow, edit: OrderEdit) =>
  order.status === edit.status &&
  order.shipping === edit.shipping &&
  order.order_number === edit.order_number &&
  order.external_ref === edit.external_ref &&
  shippingFields.every(field => order.shipping_address[field] === JSON.parse(edit.shipping_address)[field]);

/** Changes an order: cancels, fulfils, corrects the shipping address or the references. Stock follows in the same transaction. */
export async function changeOrder(ctx: Context, id: string, patch: OrderPatch): Promise<Extended<OrderRow>> {
  requireSameId(patch.id, id);
  const changed = await orders.write(ctx.db, { id, body: patch, isNew: false }, (db, values) =>
    db.inTransaction(async (tx): Promise<OrderRow | undefined> => {
      const order = await lockOrderById(tx, id);
      checkPatch(order, patch);
      const edit = editOf(order, patch);
      if (isSameEdit(order, edit) && !values.change(order)) return order;
      const written = await tx.first(values.pick(updateOrder), { ...edit, ...values.parameters, id, now: ctx.now });
      if (written === undefined) return undefined;
      await logOrder(tx, ctx, order, written);
      if (!order.is_stock_allocated) return written;
      if (edit.status === 'cancelled') await deallocateStock(tx, stockLines(order), ctx.now);
      if (edit.shipping === 'fulfilled') await fulfilStock(tx, stockLines(order), ctx.now);
      return written;
    }),
  );
  if (changed === undefined) throw orderErrors.notFound();
  return changed;
}
