import type { Context } from '../access/context.ts';
import type { Extended } from '../flows/extended-resource.ts';
import type { Customer, ListedCustomer } from './customers.schema.ts';
import type { CustomerRow, ListedCustomerRow } from './customers.store.ts';
import { knowsTags } from './tags.ts';

/** A customer as the contract shows it to who asks (reference: customers.md, "Object"). A key of its own wins over a field. */
export function toCustomer(ctx: Context, row: Extended<CustomerRow>): Customer {
  return {
    ...row.custom,
    id: row.id,
    type: 'customer',
    name: row.name,
    email: row.email,
    password: row.password_hash !== null,
    ...(row.external_ref !== null && { external_ref: row.external_ref }),
    ...(row.tags.length > 0 && knowsTags(ctx) && { tags: row.tags }),
    ...(row.related && { relationships: row.related }),
    meta: { timestamps: { created_at: row.created_at, updated_at: row.updated_at } },
  };
}

/** A customer of a list, with the number of their orders. */
export function toListedCustomer(ctx: Context, row: Extended<ListedCustomerRow>): ListedCustomer {
  const { meta, ...customer } = toCustomer(ctx, row);
  return { ...customer, meta: { ...meta, order_count: row.order_count } };
}
