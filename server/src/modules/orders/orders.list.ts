import {
  attributeOfMany,
  idAttribute,
  integerAttribute,
  textAttribute,
  timeAttribute,
} from '../../platform/db/filter-attributes.ts';
import type { Bind, Condition, FilterAttribute } from '../../platform/db/filter-plan.ts';
import { defineListing, type Scope } from '../../platform/db/listing.ts';
import { byInteger, byText, byTime, mirrored } from '../../platform/db/listing-order.ts';
import { sql } from '../../platform/db/statement.ts';
import type { FilterOperator } from '../../platform/query/filter.ts';
import { orderCountOf } from '../customers/order-counts.store.ts';
import { fieldVersion } from '../flows/values.store.ts';
import { ownRows } from '../sessions/sessions.store.ts';
import {
  type ExportedOrder,
  exportedItemsOfOrder,
  itemsOfOrder,
  type OrderRow,
  type OrderWithItems,
} from './orders.store.ts';

/** Most orders may be in one state. */
const word = (column: string) => textAttribute({ column, isSkewed: true, operators: ['eq', 'in'] });
const searched = (column: string, operators: readonly FilterOperator[]) =>
  textAttribute({ column, folded: `${column}_key`, operators });

const ofAnyItem = (attribute: FilterAttribute) =>
  attributeOfMany(
    attribute,
    (condition: Condition, storeId) => sql<boolean>`orders.id in (
      select order_id from order_items where order_items.store_id = ${storeId} and ${condition})`,
  );

/** What orders can be filtered by (reference: orders.md, "Filters on orders"). */
const filterable: Readonly<Record<string, FilterAttribute>> = {
  status: word('status'),
  payment: word('payment'),
  shipping: word('shipping'),
  currency: word('currency'),
  name: searched('customer_name', ['eq', 'like', 'in']),
  email: textAttribute({
    column: 'customer_email',
    folded: 'customer_email_key',
    ignoresCase: true,
    spaceIsPlus: true,
    operators: ['eq', 'like', 'in'],
  }),
  customer_id: idAttribute('customer_id', ['eq', 'like', 'in']),
  shipping_name: searched('shipping_name', ['eq', 'like']),
  billing_name: searched('billing_name', ['eq', 'like']),
  shipping_postcode: searched('shipping_postcode', ['eq', 'like']),
  billing_postcode: searched('billing_postcode', ['eq', 'like']),
  with_tax: integerAttribute('with_tax'),
  without_tax: integerAttribute('without_tax'),
  product_id: ofAnyItem(idAttribute('order_items.product_id', ['eq', 'in'])),
  product_sku: ofAnyItem(textAttribute({ column: 'order_items.sku', indexedPrefix: 200, operators: ['eq', 'in'] })),
  created_at: timeAttribute('created_at'),
  updated_at: timeAttribute('updated_at'),
  external_ref: searched('external_ref', ['eq', 'like', 'in', 'is_null']),
  order_number: searched('order_number', ['eq', 'like', 'in', 'is_null']),
  id: idAttribute('id', ['eq', 'in']),
};

const options = {
  table: 'orders',
  filterable,
  sortColumns: {
    created_at: byTime('created_at'),
    updated_at: byTime('updated_at'),
    status: mirrored(byText('status')),
    payment: mirrored(byText('payment')),
    shipping: mirrored(byText('shipping')),
    with_tax: mirrored(byInteger('with_tax')),
  },
  defaultSort: { field: 'created_at', descending: true },
  version: (bind: Bind) => fieldVersion(bind('storeId')),
} as const;

export type OrderSort = keyof (typeof options)['sortColumns'];

/** Orders alone. */
export const orderListing = defineListing<OrderRow, OrderSort>(options);

/** Orders with their items: one round trip, whatever the page. */
export const orderListingWithItems = defineListing<OrderWithItems, OrderSort>({
  ...options,
  extra: bind => sql`${itemsOfOrder(bind('storeId'))} as items`,
});

/** Orders with what an export tells of their items. */
export const exportedOrderListing = defineListing<ExportedOrder, OrderSort>({
  ...options,
  extra: bind => sql`${exportedItemsOfOrder(bind('storeId'))} as items`,
});

/** Every order of the store. */
export const allOrders: Scope = { shape: 'all', values: {}, isWhole: true, counter: () => sql`'orders'` };

/** The orders of one customer, counted without looking at them. */
export const ownOrders = (shopper: { readonly customerId: string; readonly sessionId: string }): Scope => ({
  ...ownRows('customer_id', shopper),
  total: (bind: Bind) => orderCountOf(bind('storeId'), bind('customerId')),
});
