import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { type RawBuilder, sql, storeStatement } from '../../platform/db/statement.ts';
import { countRows } from '../../platform/db/totals.ts';
import { countOrderOf } from '../customers/order-counts.store.ts';
import type { CustomValues } from '../flows/custom-values.ts';
import {
  fieldVersion,
  isCurrent,
  type ValueParameters,
  type Versioned,
  valueStatement,
  valuesAfter,
} from '../flows/values.store.ts';
import type { CurrencyFormat } from '../prices/money.ts';
import { isSignedIn } from '../sessions/sessions.store.ts';
import type { BillingAddress, ShippingAddress } from './orders.address.ts';
import type { OrderPayment, OrderStatus } from './orders.state.ts';

/** The texts that filters compare, each with a column folded for comparison beside it. */
const searchedTexts = [
  'customer_name',
  'customer_email',
  'shipping_name',
  'billing_name',
  'shipping_postcode',
  'billing_postcode',
] as const;
export type SearchedText = (typeof searchedTexts)[number];

type OrdersTable = Record<SearchedText | `${SearchedText}_key`, string> & {
  store_id: string;
  id: string;
  /** Null for a guest. No key: the order stays when the customer goes. */
  customer_id: string | null;
  cart_id: string;
  status: OrderStatus;
  payment: OrderPayment;
  shipping: 'unfulfilled' | 'fulfilled';
  is_anonymized: boolean;
  /** Whether its items hold stock. */
  is_stock_allocated: boolean;
  shipping_address: ShippingAddress;
  billing_address: BillingAddress;
  order_number: string | null;
  order_number_key: string | null;
  external_ref: string | null;
  external_ref_key: string | null;
  currency: string;
  /** The currency as it was: the order reads the same when it is changed or deleted. */
  currency_format: CurrencyFormat;
  without_tax: number;
  tax: number;
  with_tax: number;
  authorized: number;
  paid: number;
  refunded: number;
  item_ids: string[];
  custom_values: CustomValues;
  created_at: Timestamp;
  updated_at: Timestamp;
};

interface OrderItemsTable {
  store_id: string;
  order_id: string;
  id: string;
  cart_item_id: string;
  type: 'cart_item' | 'custom_item';
  product_id: string | null;
  name: string;
  sku: string;
  manage_stock: boolean;
  quantity: number;
  unit_amount: number;
  includes_tax: boolean;
  taxes: readonly { readonly id: string; readonly rate: number }[];
  custom_inputs: Record<string, unknown> | null;
  unit_without_tax: number;
  unit_tax: number;
  unit_with_tax: number;
  value_without_tax: number;
  value_tax: number;
  value_with_tax: number;
  /** Null in orders made before they had any. */
  custom_values: CustomValues | null;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    orders: OrdersTable;
    order_items: OrderItemsTable;
  }
}

export type OrderRow = Readonly<Selectable<OrdersTable>>;
export type OrderItemRow = Readonly<Selectable<OrderItemsTable>>;
/** An order that was read with its items. */
export type OrderWithItems = OrderRow & { readonly items: readonly OrderItemRow[] | null };

/** The items of the orders of a statement, each as `shown`: one JSON array for each order, in the order of the cart. */
const itemsAs = <Item>(shown: RawBuilder<unknown>, storeId: unknown) => sql<readonly Item[] | null>`(
  select json_agg(${shown} order by array_position(orders.item_ids, item.id)) from order_items item
  where item.store_id = ${storeId} and item.order_id = orders.id
)`;

/** The same, whole. */
export const itemsOfOrder = (storeId: unknown) => itemsAs<OrderItemRow>(sql`item`, storeId);

/** What an export tells of an item. */
const exportedColumns = [
  'name',
  'sku',
  'quantity',
  'unit_amount',
  'value_with_tax',
  'value_without_tax',
  'value_tax',
  'custom_values',
] as const satisfies readonly (keyof OrderItemRow)[];
export type ExportedItem = Pick<OrderItemRow, (typeof exportedColumns)[number]>;
export type ExportedOrder = OrderRow & { readonly items: readonly ExportedItem[] | null };

const exportedItem = sql`
  json_build_object(${sql.join(exportedColumns.flatMap(name => [sql.lit(name), sql.ref(`item.${name}`)]))})`;

/** The same, for an export. */
export const exportedItemsOfOrder = (storeId: unknown) => itemsAs<ExportedItem>(exportedItem, storeId);

/** Columns of an order that are given when it is made. */
const insertedColumns = [
  'id',
  'customer_id',
  'cart_id',
  ...searchedTexts.flatMap(name => [name, `${name}_key`] as const),
  'shipping_address',
  'billing_address',
  'order_number',
  'order_number_key',
  'external_ref',
  'external_ref_key',
  'currency',
  'currency_format',
  'without_tax',
  'tax',
  'with_tax',
  'item_ids',
] as const;

export type InsertedOrder = Pick<OrderRow, (typeof insertedColumns)[number]>;
export type InsertedItem = Omit<OrderItemRow, 'store_id' | 'order_id'>;

const columnNames = sql.join(insertedColumns.map(name => sql.ref(name)));
const columnsOf = (record: string) => sql.join(insertedColumns.map(name => sql.ref(`${record}.${name}`)));

interface NewOrderRow extends ValueParameters {
  readonly id: string;
  /** JSON text, as the items. */
  readonly order: string;
  readonly items: string;
  readonly now: Date;
  readonly shard: number;
}

/** Stores an order with its items, whole. No row: fields have changed. */
export const insertOrder = valueStatement(values =>
  storeStatement<NewOrderRow>()(
    p => sql<OrderRow>`
      with created as (
        insert into orders (store_id, ${columnNames}, custom_values, status, payment, shipping, created_at, updated_at)
        select ${p.storeId}::uuid, ${columnsOf('given')}, ${p.customValues}::text::jsonb, 'incomplete', 'unpaid',
          'unfulfilled', ${p.now}::timestamptz, ${p.now}::timestamptz
        from jsonb_populate_record(null::orders, ${p.order}::text::jsonb) given
        where ${values.isCurrent(p)}
        returning *
      ), items as (
        insert into order_items
        select item.* from created, jsonb_populate_recordset(null::order_items, ${p.items}::text::jsonb) given
        cross join lateral jsonb_populate_record(
          given, jsonb_build_object('store_id', created.store_id, 'order_id', created.id)) item
      ), counted as (
        ${countRows({ from: 'created', resource: sql`'orders'`, shard: p.shard, delta: 1 })}
      ), counted_of_customer as (
        ${countOrderOf('created')}
      ) ${values.index(p, 'created')}
      select * from created`,
  ),
);

interface OneOrder {
  id: string;
  /** Null: any customer's. */
  customerId: string | null;
  /** The customer and the session of the customer token, if one was sent. */
  sessionOf: string | null;
  sessionId: string | null;
}

type OrNull<Row> = { readonly [Column in keyof Row]: Row[Column] | null };

/** An order with its items. Always one row; nulls when there is no such order in reach. */
export const selectOrder = storeStatement<OneOrder>({ isBrief: true })(
  p => sql<OrNull<OrderWithItems> & Versioned & { is_open: boolean }>`
    select orders.*, ${itemsOfOrder(p.storeId)} as items, gate.is_open, ${fieldVersion(p.storeId)} as field_version
    from (
      select ${isSignedIn({ storeId: p.storeId, sessionId: p.sessionId, customerId: p.sessionOf })} as is_open
    ) gate
    left join orders on orders.store_id = ${p.storeId} and orders.id = ${p.id}
      and (${p.customerId}::uuid is null or orders.customer_id = ${p.customerId}) and gate.is_open`,
);

/** The same, locked until the end of the transaction; no row when it is out of reach. */
export const lockOrder = storeStatement<{ id: string }>()(
  p => sql<OrderWithItems & Versioned>`
    select orders.*, ${itemsOfOrder(p.storeId)} as items, ${fieldVersion(p.storeId)} as field_version from orders
    where orders.store_id = ${p.storeId} and orders.id = ${p.id}
    for no key update of orders`,
);

/** What payments change. */
export interface OrderMoney {
  readonly status: OrderStatus;
  readonly payment: OrderPayment;
  readonly authorized: number;
  readonly paid: number;
  readonly refunded: number;
  readonly is_stock_allocated: boolean;
}

export const updateOrderMoney = storeStatement<OrderMoney & { id: string; now: Date }>()(
  p => sql<OrderRow>`
    update orders set status = ${p.status}, payment = ${p.payment}, authorized = ${p.authorized}, paid = ${p.paid},
      refunded = ${p.refunded}, is_stock_allocated = ${p.is_stock_allocated}, updated_at = ${p.now}
    where store_id = ${p.storeId} and id = ${p.id}
    returning *`,
);

/** What staff change: all of these are written. */
export type OrderEdit = Pick<
  OrderRow,
  | 'status'
  | 'shipping'
  | 'is_stock_allocated'
  | 'shipping_name'
  | 'shipping_name_key'
  | 'shipping_postcode'
  | 'shipping_postcode_key'
  | 'order_number'
  | 'order_number_key'
  | 'external_ref'
  | 'external_ref_key'
> & { readonly shipping_address: string };

/** No row: fields have changed. */
export const updateOrder = valueStatement(values =>
  storeStatement<OrderEdit & ValueParameters & { id: string; now: Date }>()(
    p => sql<OrderRow>`
      with changed as (
        update orders set status = ${p.status}, shipping = ${p.shipping}, is_stock_allocated = ${p.is_stock_allocated},
          shipping_address = ${p.shipping_address}::text::jsonb, shipping_name = ${p.shipping_name},
          shipping_name_key = ${p.shipping_name_key}, shipping_postcode = ${p.shipping_postcode},
          shipping_postcode_key = ${p.shipping_postcode_key}, order_number = ${p.order_number},
          order_number_key = ${p.order_number_key}, external_ref = ${p.external_ref},
          external_ref_key = ${p.external_ref_key}, custom_values = ${valuesAfter(p)}, updated_at = ${p.now}
        where store_id = ${p.storeId} and id = ${p.id} and ${values.isCurrent(p)}
        returning *
      ) ${values.index(p, 'changed')}
      select * from changed`,
  ),
);

/** Writes values of an item whose order is locked. No row: fields have changed. */
export const updateItemValues = storeStatement<
  { orderId: string; id: string } & Pick<ValueParameters, 'customValues' | 'fieldVersion'>
>()(
  p => sql<OrderItemRow>`
    update order_items set custom_values = coalesce(custom_values, '{}') || ${p.customValues}::text::jsonb
    where store_id = ${p.storeId} and order_id = ${p.orderId} and id = ${p.id} and ${isCurrent(p)}
    returning *`,
);
