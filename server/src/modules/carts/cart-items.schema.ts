import Type from 'typebox';
import { ErrorDocument, fieldsBeside, mandatoryText, Timestamps, text, Uuid } from '../../platform/http/schemas.ts';
import { Money } from '../prices/prices.schema.ts';
import { NewTaxItem, TaxItem } from './cart-taxes.schema.ts';
import { cartLimits } from './carts.limits.ts';
import { CartMeta, resourceLink } from './carts.schema.ts';

/** A whole number of units, which may come as text. */
const quantity = (minimum: 0 | 1) =>
  Type.Integer({ minimum, maximum: cartLimits.quantity, description: 'May be sent as text', examples: [2] });
/** For the schema of an object with a quantity. */
const withQuantity = { numericTexts: ['quantity'] };

const customInputs = Type.Optional(
  Type.Unsafe<Record<string, unknown> | null>({
    type: ['object', 'null'],
    description: `Kept as they are: each text up to ${cartLimits.customInputLength} characters, ${cartLimits.customInputsBytes} bytes in all. The same product with other inputs stands on a line of its own`,
    examples: [{ engraving: 'Ada' }],
  }),
);

const more = {
  tax: Type.Optional(
    Type.Unsafe<NewTaxItem[] | null>({
      type: ['array', 'null'],
      items: NewTaxItem,
      description: 'client_credentials only: replaces the taxes of the line',
    }),
  ),
  custom_inputs: customInputs,
};

/** A product to add. */
export const NewCartItem = Type.Object(
  {
    type: Type.Literal('cart_item'),
    id: Type.Optional(text({ description: 'Id of the product; this or sku' })),
    sku: Type.Optional(text({ description: 'SKU of the product', examples: ['MUG-01'] })),
    quantity: quantity(1),
    ...more,
  },
  { ...withQuantity, ...fieldsBeside('cart_items') },
);

/** Anything else to add, at any price. */
export const NewCustomItem = Type.Object(
  {
    type: Type.Literal('custom_item'),
    name: mandatoryText({ maxLength: 255, examples: ['Gift wrapping'] }),
    description: Type.Optional(text({ examples: ['Red paper'] })),
    sku: Type.Optional(
      text({ maxLength: 255, description: 'Items with the same one share a line', examples: ['WRAP-RED'] }),
    ),
    quantity: quantity(1),
    price: Type.Object({
      amount: Type.Integer({
        minimum: 0,
        maximum: cartLimits.unitAmount,
        description: 'Minor units of the currency of the cart, for one unit',
        examples: [500],
      }),
      includes_tax: Type.Optional(Type.Boolean({ description: 'true by default' })),
    }),
    ...more,
  },
  { ...withQuantity, ...fieldsBeside('cart_items') },
);

/** A promotion code. Promotions are not implemented, so that none is ever found. */
export const NewPromotionItem = Type.Object({
  type: Type.Literal('promotion_item'),
  code: Type.Optional(text({ description: 'Of a promotion: there are none' })),
});

/** The lines of another cart. */
export const CartToMerge = Type.Object({
  type: Type.Literal('cart_items'),
  cart_id: mandatoryText({ maxLength: 512, description: 'Reference of the cart to copy from; it stays as it is' }),
});

/** The products of an order that still exist. */
export const OrderToRepeat = Type.Object({
  type: Type.Literal('order_items'),
  order_id: mandatoryText({ maxLength: 255, description: 'Id of an order of the caller; any for client_credentials' }),
});

/** Changes to a line. */
export const CartItemPatch = Type.Object(
  {
    type: Type.Optional(Type.Unknown({ description: 'Ignored' })),
    id: Type.Optional(Type.String({ description: 'If present, the id of the path' })),
    quantity: quantity(0),
    custom_inputs: customInputs,
  },
  {
    title: 'CartItemPatch',
    ...withQuantity,
    ...fieldsBeside('cart_items', '. Quantity 0 removes the line. A product takes its price of today'),
  },
);

/** Changes to a line, as one of several. */
export const CartItemPatchOfMany = Type.Object(
  { ...CartItemPatch.properties, id: Type.String({ description: 'Id of the line' }) },
  { ...withQuantity, ...fieldsBeside('cart_items') },
);

const Price = Type.Object({
  amount: Type.Integer({ examples: [1500] }),
  currency: Type.String({ examples: ['USD'] }),
  includes_tax: Type.Boolean(),
});
const UnitAndValue = Type.Object({ unit: Money, value: Money });

/** A line as answered. */
export const CartItem = Type.Object(
  {
    id: Uuid,
    type: Type.Union([Type.Literal('cart_item'), Type.Literal('custom_item')]),
    product_id: Type.Optional(Uuid),
    name: Type.String({ examples: ['Mug'] }),
    description: Type.String(),
    sku: Type.String({ examples: ['MUG-01'] }),
    slug: Type.String({ examples: ['mug'] }),
    image: Type.Object({ mime_type: Type.String(), file_name: Type.String(), href: Type.String() }),
    quantity: Type.Integer({ examples: [2] }),
    manage_stock: Type.Boolean(),
    unit_price: Price,
    value: Price,
    custom_inputs: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    links: Type.Object({ product: Type.Optional(Type.String()) }),
    relationships: Type.Optional(
      Type.Object({ taxes: Type.Optional(Type.Object({ data: Type.Array(resourceLink(Type.Literal('tax_item'))) })) }),
    ),
    meta: Type.Object({
      display_price: Type.Object({ with_tax: UnitAndValue, without_tax: UnitAndValue, tax: UnitAndValue }),
      timestamps: Timestamps.properties.timestamps,
    }),
  },
  { title: 'CartItem', ...fieldsBeside('cart_items') },
);

/** What may be included with a cart or its items. */
export const Included = Type.Object(
  {
    items: Type.Optional(Type.Array(CartItem)),
    tax_items: Type.Optional(Type.Array(TaxItem)),
  },
  { title: 'CartIncluded' },
);

/** The lines of a cart in the order in which they were added, with the totals of the cart. */
export const CartItems = Type.Object(
  {
    data: Type.Array(CartItem),
    meta: CartMeta,
    included: Type.Optional(Type.Object({ tax_items: Included.properties.tax_items })),
    errors: Type.Optional(
      Type.Array(ErrorDocument.properties.errors.items, { description: 'Why some of several could not be added' }),
    ),
  },
  { title: 'CartItems' },
);

export type NewCartItem = Type.Static<typeof NewCartItem>;
export type NewCustomItem = Type.Static<typeof NewCustomItem>;
export type CartToMerge = Type.Static<typeof CartToMerge>;
export type OrderToRepeat = Type.Static<typeof OrderToRepeat>;
export type CartItemPatch = Type.Static<typeof CartItemPatch>;
export type CartItemPatchOfMany = Type.Static<typeof CartItemPatchOfMany>;
export type CartItemResource = Type.Static<typeof CartItem>;
export type CartItemsDocument = Type.Static<typeof CartItems>;
