import Type, { type TSchema } from 'typebox';
import {
  fieldsBeside,
  mandatoryText,
  patternText,
  Timestamp,
  text,
  typeOf,
  Uuid,
} from '../../platform/http/schemas.ts';
import { Money } from '../prices/prices.schema.ts';

const name = mandatoryText({ maxLength: 255, examples: ['Birthday'] });
const description = text({ examples: ['For Ada'] });

/** A new cart. */
export const NewCart = Type.Object(
  {
    type: typeOf('cart'),
    id: Type.Optional(
      patternText('^[A-Za-z0-9_-]{1,255}$', 'must be 1 to 255 letters, digits, _ or -', {
        description: 'The reference; without one the server makes 32 hexadecimal digits that nobody can guess',
        examples: ['7b52009b64fd0a2a49e6d8a939753077'],
      }),
    ),
    name,
    description: Type.Optional(description),
  },
  { title: 'NewCart', ...fieldsBeside('carts') },
);

/** Changes to a cart: what is not sent stays. */
export const CartPatch = Type.Object(
  {
    type: typeOf('cart'),
    id: Type.Optional(Type.String({ description: 'If present, the reference of the path' })),
    name: Type.Optional(name),
    description: Type.Optional(description),
  },
  { title: 'CartPatch', ...fieldsBeside('carts') },
);

/** The totals of a cart. Without items every amount is 0 in no currency. */
export const CartMeta = Type.Object(
  {
    display_price: Type.Object({
      with_tax: Money,
      without_tax: Money,
      tax: Money,
      discount: Money,
      without_discount: Money,
      shipping: Money,
    }),
    timestamps: Type.Object({
      created_at: Timestamp,
      updated_at: Timestamp,
      expires_at: Type.Optional(Type.String({ description: 'Absent when the cart is not stored' })),
    }),
  },
  { title: 'CartMeta' },
);

/** Names a resource. */
export const resourceLink = <T extends TSchema>(type: T) => Type.Object({ type, id: Uuid });

export const CustomerLink = resourceLink(Type.Literal('customer'));

/** A cart as answered. */
export const Cart = Type.Object(
  {
    id: Type.String({ description: 'The reference', examples: ['7b52009b64fd0a2a49e6d8a939753077'] }),
    type: Type.Literal('cart'),
    name: Type.String({ examples: ['Cart'] }),
    description: Type.String(),
    links: Type.Object({ self: Type.String() }),
    relationships: Type.Object({
      items: Type.Object({
        data: Type.Union([
          Type.Array(resourceLink(Type.Union([Type.Literal('cart_item'), Type.Literal('custom_item')]))),
          Type.Null(),
        ]),
      }),
      customers: Type.Object(
        { data: Type.Optional(Type.Array(CustomerLink)) },
        { description: 'Shown to that customer and to client_credentials; for others, and without one, {}' },
      ),
    }),
    meta: CartMeta,
  },
  { title: 'Cart', ...fieldsBeside('carts') },
);

export type CustomerLink = Type.Static<typeof CustomerLink>;
export type NewCart = Type.Static<typeof NewCart>;
export type CartPatch = Type.Static<typeof CartPatch>;
export type Cart = Type.Static<typeof Cart>;
export type CartMeta = Type.Static<typeof CartMeta>;
