import Type from 'typebox';

/** The one change of a gateway; what else shops send, such as a payment provider's keys, is never stored. */
export const GatewayPatch = Type.Object(
  {
    type: Type.Optional(Type.Literal('gateway')),
    enabled: Type.Boolean({ examples: [true] }),
  },
  { title: 'GatewayPatch' },
);

/** A gateway as answered. */
export const Gateway = Type.Object(
  {
    type: Type.Literal('gateway'),
    slug: Type.String({ examples: ['manual'] }),
    name: Type.String({ examples: ['Manual'] }),
    enabled: Type.Boolean({ description: 'Disabled until it is enabled' }),
    test: Type.Optional(
      Type.Literal(true, { description: 'Simulated: no money moves. For development, where the store allows it' }),
    ),
  },
  { title: 'Gateway' },
);

export type Gateway = Type.Static<typeof Gateway>;
