import type { Extended } from '../flows/extended-resource.ts';
import { type Money, money } from '../prices/money.ts';
import type { Order, OrderItem } from './orders.schema.ts';
import type { ShownOrder } from './orders.service.ts';
import type { OrderItemRow, OrderRow } from './orders.store.ts';

type MoneyOf = (amount: number) => Money;

/** An order as the contract shows it (reference: orders.md, "Order object"). A key of its own wins over a field. */
export function toOrder(row: Extended<OrderRow>): Order {
  const of: MoneyOf = amount => money(row.currency_format, amount);
  return {
    ...row.custom,
    id: row.id,
    type: 'order',
    status: row.status,
    payment: row.payment,
    shipping: row.shipping,
    anonymized: row.is_anonymized,
    customer: { name: row.customer_name, email: row.customer_email },
    shipping_address: row.shipping_address,
    billing_address: row.billing_address,
    ...(row.order_number !== null && { order_number: row.order_number }),
    ...(row.external_ref !== null && { external_ref: row.external_ref }),
    links: {},
    meta: {
      display_price: {
        with_tax: of(row.with_tax),
        without_tax: of(row.without_tax),
        tax: of(row.tax),
        discount: of(0),
        without_discount: of(row.with_tax),
        balance_owing: of(row.with_tax - row.authorized - row.paid),
        paid: of(row.paid - row.refunded),
        authorized: of(row.authorized),
      },
      timestamps: { created_at: row.created_at, updated_at: row.updated_at },
    },
    relationships: {
      ...row.related,
      items: { data: row.item_ids.map(id => ({ type: 'item', id })) },
      ...(row.customer_id !== null && { customer: { data: { type: 'customer', id: row.customer_id } } }),
    },
  };
}

/** An item as the contract shows it (reference: orders.md, "Order item"); its times are the order's. */
function toOrderItem(item: Extended<OrderItemRow>, order: OrderRow): OrderItem {
  const of: MoneyOf = amount => money(order.currency_format, amount);
  const amount = (minor: number) => ({ amount: minor, currency: order.currency, includes_tax: item.includes_tax });
  return {
    ...item.custom,
    type: 'order_item',
    id: item.id,
    quantity: item.quantity,
    product_id: item.product_id ?? '',
    name: item.name,
    sku: item.sku,
    unit_price: amount(item.unit_amount),
    value: amount(item.unit_amount * item.quantity),
    ...(item.custom_inputs !== null && { custom_inputs: item.custom_inputs }),
    links: {},
    meta: {
      display_price: {
        with_tax: { unit: of(item.unit_with_tax), value: of(item.value_with_tax) },
        without_tax: { unit: of(item.unit_without_tax), value: of(item.value_without_tax) },
        tax: { unit: of(item.unit_tax), value: of(item.value_tax) },
      },
      timestamps: { created_at: order.created_at, updated_at: order.created_at },
    },
    relationships: {
      ...item.related,
      cart_item: { data: { type: 'cart_item', id: item.cart_item_id } },
      ...(item.taxes.length > 0 && { taxes: { data: item.taxes.map(({ id }) => ({ type: 'tax_item', id })) } }),
    },
  };
}

/** The items of an order that was read with them. */
export function toOrderItems(order: ShownOrder): OrderItem[] {
  return (order.items ?? []).map(item => toOrderItem(item, order));
}
