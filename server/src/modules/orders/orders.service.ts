import { NIL } from 'uuid';
import type { StoreDb, StoreTx } from '../../platform/db/database.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import { isUuid } from '../../platform/text/uuid.ts';
import { accessErrors } from '../access/access.errors.ts';
import type { Context } from '../access/context.ts';
import { type Extended, extendedResource, type ListedPage } from '../flows/extended-resource.ts';
import type { Versioned } from '../flows/values.store.ts';
import { orderErrors } from './orders.errors.ts';
import { allOrders, orderListing, orderListingWithItems, ownOrders } from './orders.list.ts';
import { type OrderFacts, orderState } from './orders.state.ts';
import {
  lockOrder,
  type OrderItemRow,
  type OrderRow,
  type OrderWithItems,
  selectOrder,
  updateOrderMoney,
} from './orders.store.ts';

export type { OrderItemRow, OrderRow, OrderWithItems } from './orders.store.ts';

/** Orders, whose rows carry the fields of the flow `orders`. */
export const orders = extendedResource('orders');
/** Their items, which carry those of `order_items`. */
export const orderItems = extendedResource('order_items');

/** An order with what its fields show, and those of its items where it was read with them. */
export type ShownOrder = Extended<OrderRow> & { readonly items?: readonly Extended<OrderItemRow>[] | null };

/** An order with what the fields of its items show. */
async function withItems(
  db: StoreDb,
  order: Extended<OrderRow | OrderWithItems>,
  version: string | null,
): Promise<ShownOrder> {
  if (!('items' in order) || order.items === null) return order as ShownOrder;
  const items = order.items.map(item => ({
    ...item,
    custom_values: item.custom_values ?? {},
    field_version: version,
  }));
  return { ...order, items: await orderItems.show(db, items) };
}

/** An order as it is answered. */
export async function showOrder(db: StoreDb, row: (OrderRow | OrderWithItems) & Versioned): Promise<ShownOrder> {
  const [shown = { ...row, custom: {} }] = await orders.show(db, [row]);
  return withItems(db, shown, row.field_version);
}

/** A page of orders, with their items if asked; with a customer token, those of that customer. */
export async function listOrders(ctx: Context, query: RawQuery, isWithItems: boolean): Promise<ListedPage<ShownOrder>> {
  const scope = ctx.shopper === undefined ? allOrders : ownOrders(ctx.shopper);
  const listed = isWithItems
    ? await orders.list(ctx, orderListingWithItems, query, scope)
    : await orders.list(ctx, orderListing, query, scope);
  if (listed === undefined) throw accessErrors.invalidCustomerToken();
  const { page, found } = listed;
  const rows = await Promise.all(found.rows.map(row => withItems(ctx.db, row, found.version ?? null)));
  return { page, found: { ...found, rows } };
}

/** An order with its items; undefined when it is unknown or, with a public access token, another customer's. */
export async function findOrder(ctx: Context, id: string): Promise<(OrderWithItems & Versioned) | undefined> {
  const row = await ctx.db.first(selectOrder, {
    id: isUuid(id) ? id : NIL,
    customerId: ctx.role === 'admin' ? null : (ctx.shopper?.customerId ?? NIL),
    sessionOf: ctx.shopper?.customerId ?? null,
    sessionId: ctx.shopper?.sessionId ?? null,
  });
  if (row?.is_open !== true) throw accessErrors.invalidCustomerToken();
  return row.id === null ? undefined : (row as OrderWithItems & Versioned);
}

/** The same, as it is answered. Throws 404 when there is none. */
export async function getOrder(ctx: Context, id: string): Promise<ShownOrder> {
  const order = await findOrder(ctx, id);
  if (order === undefined) throw orderErrors.notFound();
  return showOrder(ctx.db, order);
}

/** An order, locked for a change. Throws 404 when there is none. */
export async function lockOrderById(tx: StoreTx, id: string): Promise<OrderWithItems & Versioned> {
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
