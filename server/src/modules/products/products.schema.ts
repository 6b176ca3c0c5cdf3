import Type from 'typebox';
import { fieldsBeside, mandatoryText, Timestamps, text, typeOf, Uuid } from '../../platform/http/schemas.ts';
import { maxQuantity } from '../inventories/inventories.schema.ts';
import { maxUnitAmount } from '../prices/prices.ts';

const amount = Type.Integer({ minimum: 0, maximum: maxUnitAmount, description: 'Minor units', examples: [3000] });
const code = Type.String({ description: 'Code of a currency of the store', examples: ['USD'] });

/** A price in one currency. */
export const ProductPrice = Type.Object({ amount, currency: code, includes_tax: Type.Boolean() });

/** The fields of a product that can be set. */
const fields = {
  name: mandatoryText({ maxLength: 255, examples: ['Enamel mug'] }),
  slug: mandatoryText({ maxLength: 255, description: 'Unique', examples: ['enamel-mug'] }),
  sku: mandatoryText({ maxLength: 255, description: 'Unique', examples: ['MUG-01'] }),
  description: text({ maxLength: 65_535, description: 'May be empty', examples: ['Holds 300 ml'] }),
  manage_stock: Type.Boolean({ description: 'Whether carts and payments are limited by the stock', examples: [true] }),
  price: Type.Array(
    Type.Object({
      amount,
      currency: code,
      includes_tax: Type.Optional(Type.Boolean({ description: 'Default: true' })),
    }),
    { minItems: 1, description: 'One for each currency that the product is sold in' },
  ),
  commodity_type: Type.Enum(['physical', 'digital'], { examples: ['physical'] }),
};
const status = Type.Optional(
  Type.Enum(['draft', 'live'], {
    description: 'Default: draft. Public access tokens see live products only',
    examples: ['live'],
  }),
);

/** A new product. */
export const NewProduct = Type.Object(
  {
    type: typeOf('product'),
    ...fields,
    status,
    stock: Type.Optional(
      Type.Integer({ minimum: 0, maximum: maxQuantity, description: 'What is in stock at first', examples: [12] }),
    ),
  },
  { title: 'NewProduct', ...fieldsBeside('products') },
);

/** Changes to a product: what is not sent stays. */
export const ProductPatch = Type.Object(
  {
    type: typeOf('product'),
    id: Type.Optional(Type.String({ description: 'If present, the id of the path' })),
    ...Type.Partial(Type.Object(fields)).properties,
    status,
  },
  { title: 'ProductPatch', ...fieldsBeside('products') },
);

const DisplayPrice = Type.Object({
  amount: Type.Integer({ description: 'Minor units' }),
  currency: Type.String(),
  formatted: Type.String({ examples: ['$30.00'] }),
});

/** A product as answered. */
export const Product = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('product'),
    name: Type.String(),
    slug: Type.String(),
    sku: Type.String(),
    description: Type.String(),
    manage_stock: Type.Boolean(),
    price: Type.Array(ProductPrice),
    status: Type.Enum(['draft', 'live']),
    commodity_type: Type.Enum(['physical', 'digital']),
    meta: Type.Object({
      ...Timestamps.properties,
      display_price: Type.Optional(
        Type.Object(
          { with_tax: DisplayPrice, without_tax: DisplayPrice },
          { description: 'In the currency of X-Moltin-Currency, or the default one; absent without a price in it' },
        ),
      ),
      stock: Type.Object({
        level: Type.Integer({ description: 'What is available' }),
        availability: Type.Enum(['in-stock', 'out-stock']),
      }),
    }),
    relationships: Type.Object({}),
  },
  { title: 'Product', ...fieldsBeside('products') },
);

export type ProductPrice = Readonly<Type.Static<typeof ProductPrice>>;
export type NewProduct = Type.Static<typeof NewProduct>;
export type ProductPatch = Type.Static<typeof ProductPatch>;
export type Product = Type.Static<typeof Product>;
