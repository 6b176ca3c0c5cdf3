import { NIL } from 'uuid';
import type { StoreTx } from '../../platform/db/database.ts';
import type { Found } from '../../platform/db/listing.ts';
import type { ListRequest } from '../../platform/query/list-query.ts';
import { isUuid } from '../../platform/text/uuid.ts';
import { accessErrors } from '../access/access.errors.ts';
import type { Context } from '../access/context.ts';
import { orderErrors } from './orders.errors.ts';
import { allOrders, type OrderSort, orderListing, orderListingWithItems, ownOrders } from './orders.list.ts';
import { type OrderFacts, orderState } from './orders.state.ts';
import { lockOrder, type OrderRow, type OrderWithItems, selectOrder, updateOrderMoney } from './orders.store.ts';

export type { OrderItemRow, OrderRow, OrderWithItems } from './orders.store.ts';

/** A page of orders, with their items if asked; with a customer token, those of that customer. */
export async function listOrders(
  ctx: Context,
  request: ListRequest<OrderSort>,
  withItems: boolean,
): Promise<Found<OrderRow | OrderWithItems>> {
  const scope = ctx.shopper === undefined ? allOrders : ownOrders(ctx.shopper);
  const listing = withItems ? orderListingWithItems : orderListing;
  const page = await listing.select(ctx.db, { ...request, scope });
  if (page === undefined) throw accessErrors.invalidCustomerToken();
  return page;
}

/** An order with its items; undefined when it is unknown or, with a public access token, another customer's. */
export async function findOrder(ctx: Context, id: string): Promise<OrderWithItems | undefined> {
  const row = await ctx.db.first(selectOrder, {
    id: isUuid(id) ? id : NIL,
    customerId: ctx.role === 'admin' ? null : (ctx.shopper?.customerId ?? NIL),
    sessionOf: ctx.shopper?.customerId ?? null,
    sessionId: ctx.shopper?.sessionId ?? null,
  });
  if (row?.is_open !== true) throw accessErrors.invalidCustomerToken();
  return row.id === null ? undefined : (row as OrderWithItems);
}

/** The same. Throws 404 when there is none. */
export async function getOrder(ctx: Context, id: string): Promise<OrderWithItems> {
  const order = await findOrder(ctx, id);
  if (order === undefined) throw orderErrors.notFound();
  return order;
}

/** An order, locked for a change. Throws 404 when there is none. */
export async function lockOrderById(tx: StoreTx, id: string): Promise<OrderWithItems> {
  const row = isUuid(id) ? await tx.first(lockOrder, { id }) : undefined;
  if (row === undefined) throw orderErrors.notFound();
  return row;
}

/** Writes what payments make of an order that is locked: its amounts, and the state that follows from them. */
export async function settleOrder(
  tx: StoreTx,
  order: OrderRow,
  facts: Omit<OrderFacts, 'with_tax' | 'is_fulfilled' | 'is_cancelled'> & {
    readonly refunded: number;
    readonly isStockAllocated: boolean;
    readonly now: Date;
  },
): Promise<OrderRow> {
  const { authorized, paid, refunded, isStockAllocated, now } = facts;
  const state = orderState({
    ...facts,
    with_tax: order.with_tax,
    is_fulfilled: order.shipping === 'fulfilled',
    is_cancelled: order.status === 'cancelled',
  });
  const amounts = { authorized, paid, refunded, is_stock_allocated: isStockAllocated };
  const settled = await tx.first(updateOrderMoney, { ...state, ...amounts, id: order.id, now });
  if (settled === undefined) throw new Error('the order was not stored');
  return settled;
}

/** The lines of an order whose products have their stock managed. */
export function stockLines(order: OrderWithItems): { product_id: string; quantity: number }[] {
  return (order.items ?? []).flatMap(({ product_id, manage_stock, quantity }) =>
    manage_stock && product_id !== null ? [{ product_id, quantity }] : [],
  );
}

/** The products of an order, to put into a cart again; undefined when the order is out of the caller's reach. */
export async function findReorderLines(
  ctx: Context,
  orderId: string,
): Promise<{ product_id: string; quantity: number }[] | undefined> {
  const order = await findOrder(ctx, orderId);
  return order?.items?.flatMap(({ product_id, quantity }) => (product_id === null ? [] : [{ product_id, quantity }]));
}
