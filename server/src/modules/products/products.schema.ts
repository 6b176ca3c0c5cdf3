import Type from 'typebox';

/** The largest price of one unit, in minor units: a thousand of them in a cart of a hundred lines still add up exactly. */
const maxAmount = 10_000_000_000;

const amount = Type.Integer({ minimum: 0, maximum: maxAmount, description: 'Minor units', examples: [3000] });

/** A price in one currency. */
export const ProductPrice = Type.Object({
  amount,
  currency: Type.String({ examples: ['USD'] }),
  includes_tax: Type.Boolean(),
});

export type ProductPrice = Readonly<Type.Static<typeof ProductPrice>>;
