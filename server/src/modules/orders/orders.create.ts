import type { StoreTx } from '../../platform/db/database.ts';
import { anyShard } from '../../platform/db/totals.ts';
import { newId } from '../../platform/text/uuid.ts';
import { outdated } from '../flows/definitions.ts';
import type { SentValues } from '../flows/extended-resource.ts';
import type { Versioned } from '../flows/values.store.ts';
import type { CurrencyFormat } from '../prices/money.ts';
import type { LinePrice, Price } from '../prices/prices.ts';
import type { BillingAddress, ShippingAddress } from './orders.address.ts';
import {
  type InsertedItem,
  type InsertedOrder,
  insertOrder,
  type OrderWithItems,
  type SearchedText,
} from './orders.store.ts';
import { foldOrNull, fullName, withKeys } from './orders.texts.ts';

/** What a checkout makes an order from. */
export interface NewOrder {
  readonly id: string;
  /** Of the fields of the order. */
  readonly values: SentValues;
  /** Undefined for a guest. */
  readonly customerId: string | undefined;
  readonly customer: { readonly name: string; readonly email: string };
  readonly cartId: string;
  readonly shippingAddress: ShippingAddress;
  readonly billingAddress: BillingAddress;
  readonly orderNumber: string | undefined;
  readonly externalRef: string | undefined;
  readonly currency: CurrencyFormat;
  readonly total: Price;
  readonly lines: readonly (Omit<InsertedItem, 'id' | `unit_${keyof Price}` | `value_${keyof Price}`> & {
    readonly price: LinePrice;
  })[];
}

/** Makes an order, whole or not at all. */
export async function createOrder(tx: StoreTx, input: NewOrder, now: Date): Promise<OrderWithItems & Versioned> {
  const items = input.lines.map(
    ({ price, ...line }): InsertedItem => ({
      ...line,
      id: newId(now),
      unit_without_tax: price.unit.without_tax,
      unit_tax: price.unit.tax,
      unit_with_tax: price.unit.with_tax,
      value_without_tax: price.value.without_tax,
      value_tax: price.value.tax,
      value_with_tax: price.value.with_tax,
    }),
  );
  const orderNumber = input.orderNumber ?? null;
  const externalRef = input.externalRef ?? null;
  const order: InsertedOrder = {
    id: input.id,
    customer_id: input.customerId ?? null,
    cart_id: input.cartId,
    ...withKeys({
      customer_name: input.customer.name,
      customer_email: input.customer.email,
      shipping_name: fullName(input.shippingAddress),
      billing_name: fullName(input.billingAddress),
      shipping_postcode: input.shippingAddress.postcode,
      billing_postcode: input.billingAddress.postcode,
    } satisfies Record<SearchedText, string>),
    shipping_address: input.shippingAddress,
    billing_address: input.billingAddress,
    order_number: orderNumber,
    order_number_key: foldOrNull(orderNumber),
    external_ref: externalRef,
    external_ref_key: foldOrNull(externalRef),
    currency: input.currency.code,
    currency_format: input.currency,
    ...input.total,
    item_ids: items.map(item => item.id),
  };
  const { values } = input;
  await values.requireUnique(tx);
  const row = await tx.first(values.pick(insertOrder), {
    ...values.parameters,
    id: input.id,
    order: JSON.stringify(order),
    items: JSON.stringify(items),
    now,
    shard: anyShard(),
  });
  if (row === undefined) throw outdated();
  const stored = items.map(item => ({ ...item, store_id: row.store_id, order_id: row.id }));
  return { ...row, items: stored, field_version: values.parameters.fieldVersion };
}
