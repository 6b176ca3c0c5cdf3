import Type from 'typebox';

/** An amount as answered. */
export const Money = Type.Object(
  {
    amount: Type.Integer({ description: 'Minor units', examples: [3600] }),
    currency: Type.String({ examples: ['GBP'] }),
    formatted: Type.String({ examples: ['£36.00'] }),
  },
  { title: 'Money' },
);
