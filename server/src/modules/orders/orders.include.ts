import type { Context } from '../access/context.ts';
import { findCustomers } from '../customers/customers.service.ts';
import { toCustomer } from '../customers/customers.wire.ts';
import type { OrderRow, OrderWithItems } from './orders.store.ts';
import { toOrderItems } from './orders.wire.ts';

const hasItems = (order: OrderRow | OrderWithItems): order is OrderWithItems => 'items' in order;

/** What `include` asks for beside orders: their items, and the live records of their customers, once each (reference: orders.md, "Filters on orders"). */
export async function readIncluded(
  ctx: Context,
  orders: readonly (OrderRow | OrderWithItems)[],
  names: ReadonlySet<string>,
) {
  const items = names.has('items') ? orders.filter(hasItems).flatMap(toOrderItems) : [];
  const isCustomerAsked = names.has('customer') || names.has('customers');
  const ids = isCustomerAsked ? orders.flatMap(({ customer_id }) => (customer_id === null ? [] : [customer_id])) : [];
  const customers = ids.length === 0 ? [] : (await findCustomers(ctx, [...new Set(ids)])).map(toCustomer);
  const included = { ...(items.length > 0 && { items }), ...(customers.length > 0 && { customers }) };
  return Object.keys(included).length === 0 ? {} : { included };
}
