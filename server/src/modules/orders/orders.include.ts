import type { Context } from '../access/context.ts';
import { findCustomers } from '../customers/customers.service.ts';
import { toCustomer } from '../customers/customers.wire.ts';
import type { ShownOrder } from './orders.service.ts';
import { toOrderItems } from './orders.wire.ts';

/** What `include` asks for beside orders: their items, and the live records of their customers, once each (reference: orders.md, "Filters on orders"). */
export async function readIncluded(ctx: Context, orders: readonly ShownOrder[], names: ReadonlySet<string>) {
  const items = names.has('items') ? orders.flatMap(toOrderItems) : [];
  const isCustomerAsked = names.has('customer') || names.has('customers');
  const ids = isCustomerAsked ? orders.flatMap(({ customer_id }) => (customer_id === null ? [] : [customer_id])) : [];
  const customers =
    ids.length === 0 ? [] : (await findCustomers(ctx, [...new Set(ids)])).map(row => toCustomer(ctx, row));
  const included = { ...(items.length > 0 && { items }), ...(customers.length > 0 && { customers }) };
  return Object.keys(included).length === 0 ? {} : { included };
}
