import Type from 'typebox';

/** A tag that customers have. */
export const CustomerTag = Type.Object(
  {
    type: Type.Literal('customer_tag'),
    name: Type.String({ examples: ['vip'] }),
    customers: Type.Integer({ description: 'How many have it', examples: [12] }),
  },
  { title: 'CustomerTag' },
);

export type CustomerTag = Type.Static<typeof CustomerTag>;
