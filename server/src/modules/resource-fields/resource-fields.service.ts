import { writeAddressFields } from '../addresses/addresses.service.ts';
import { writeCartItemFields } from '../carts/carts.items.ts';
import { writeCartFields } from '../carts/carts.service.ts';
import { writeCustomerFields } from '../customers/customers.service.ts';
import type { FieldWriters } from '../flows/resource-entries.service.ts';
import { writeOrderFields, writeOrderItemFields } from '../orders/orders.fields.ts';
import { writeProductFields } from '../products/products.service.ts';

/** How the entries of the flows of resources are written: each by the module of its resource, which stands above that of flows. */
export const fieldWriters: FieldWriters = new Map([
  ['customers', writeCustomerFields],
  ['addresses', writeAddressFields],
  ['orders', writeOrderFields],
  ['order_items', writeOrderItemFields],
  ['carts', writeCartFields],
  ['cart_items', writeCartItemFields],
  ['products', writeProductFields],
]);
