import Type from 'typebox';
import { fieldsBeside, Timestamps, text, typeOf, Uuid } from '../../platform/http/schemas.ts';
import { Money } from '../prices/prices.schema.ts';
import { addressInput, billingFields, shippingFields } from './orders.address.ts';

const texts = <F extends string>(fields: readonly F[]) =>
  Object.fromEntries(fields.map(field => [field, Type.String()])) as Record<F, Type.TString>;

const moneyNames = [
  'with_tax',
  'without_tax',
  'tax',
  'discount',
  'without_discount',
  'balance_owing',
  'paid',
  'authorized',
] as const;

/** An order as answered. */
export const Order = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('order'),
    status: Type.String({ enum: ['incomplete', 'processing', 'complete', 'cancelled'] }),
    payment: Type.String({
      enum: ['unpaid', 'partially_authorized', 'partially_paid', 'authorized', 'paid', 'refunded'],
    }),
    shipping: Type.String({ enum: ['unfulfilled', 'fulfilled'] }),
    anonymized: Type.Boolean(),
    customer: Type.Object(
      { name: Type.String({ examples: ['Ada Okafor'] }), email: Type.String({ examples: ['ada@example.com'] }) },
      { description: 'As it was at checkout' },
    ),
    shipping_address: Type.Object(texts(shippingFields)),
    billing_address: Type.Object(texts(billingFields)),
    order_number: Type.Optional(Type.String()),
    external_ref: Type.Optional(Type.String()),
    links: Type.Object({}),
    meta: Type.Object({
      display_price: Type.Object(
        Object.fromEntries(moneyNames.map(name => [name, Money])) as Record<(typeof moneyNames)[number], typeof Money>,
      ),
      ...Timestamps.properties,
    }),
    relationships: Type.Object({
      items: Type.Object({ data: Type.Array(Type.Object({ type: Type.Literal('item'), id: Uuid })) }),
      customer: Type.Optional(Type.Object({ data: Type.Object({ type: Type.Literal('customer'), id: Uuid }) })),
    }),
  },
  { title: 'Order', ...fieldsBeside('orders') },
);

const ItemPrice = Type.Object({ unit: Money, value: Money });
const Amount = Type.Object({ amount: Type.Integer(), currency: Type.String(), includes_tax: Type.Boolean() });

/** An item of an order. */
export const OrderItem = Type.Object(
  {
    type: Type.Literal('order_item'),
    id: Uuid,
    quantity: Type.Integer(),
    product_id: Type.String({ description: 'Empty for custom items' }),
    name: Type.String(),
    sku: Type.String(),
    unit_price: Amount,
    value: Amount,
    custom_inputs: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    links: Type.Object({}),
    meta: Type.Object({
      display_price: Type.Object({ with_tax: ItemPrice, without_tax: ItemPrice, tax: ItemPrice }),
      ...Timestamps.properties,
    }),
    relationships: Type.Object({
      cart_item: Type.Object({ data: Type.Object({ type: Type.Literal('cart_item'), id: Uuid }) }),
      taxes: Type.Optional(
        Type.Object({ data: Type.Array(Type.Object({ type: Type.Literal('tax_item'), id: Uuid })) }),
      ),
    }),
  },
  { title: 'OrderItem', ...fieldsBeside('order_items') },
);

/** The shop's own names for an order, at checkout and later. Null and the empty text stand for none. */
export const orderReferences = {
  order_number: Type.Optional(Type.Union([text(), Type.Null()])),
  external_ref: Type.Optional(Type.Union([text({ maxLength: 64 }), Type.Null()])),
};

/** Changes to an order: what is not sent stays, and everything else is ignored. */
export const OrderPatch = Type.Object(
  {
    type: typeOf('order'),
    id: Type.Optional(Type.String({ description: 'If present, the id of the path' })),
    status: Type.Optional(Type.String({ description: 'Only `cancelled`, while not fulfilled' })),
    shipping: Type.Optional(Type.String({ enum: ['fulfilled', 'unfulfilled'] })),
    shipping_address: Type.Optional(
      addressInput(
        shippingFields,
        'Merged key by key, while not fulfilled. The mandatory fields of checkout stay mandatory.',
      ),
    ),
    ...orderReferences,
  },
  { title: 'OrderPatch', ...fieldsBeside('orders') },
);

/** The orders to anonymize. */
export const AnonymizeRequest = Type.Object(
  {
    order_ids: Type.Array(Type.String(), { minItems: 1, maxItems: 100 }),
  },
  { title: 'AnonymizeRequest' },
);

/** The customer that staff give a guest order to. */
export const OrderCustomer = Type.Object({ type: typeOf('customer'), id: Type.String() }, { title: 'OrderCustomer' });

export type Order = Type.Static<typeof Order>;
export type OrderItem = Type.Static<typeof OrderItem>;
export type OrderPatch = Type.Static<typeof OrderPatch>;
