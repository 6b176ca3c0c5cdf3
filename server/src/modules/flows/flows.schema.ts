import Type from 'typebox';
import { mandatoryText, patternText, Timestamps, text, typeOf, Uuid } from '../../platform/http/schemas.ts';
import { slugPattern, slugRule } from './slugs.ts';

/** The fields of a flow that can be set. */
const fields = {
  name: mandatoryText({ maxLength: 255, examples: ['Loyalty'] }),
  slug: patternText(slugPattern, slugRule, {
    minLength: 1,
    maxLength: 255,
    description:
      'Unique. `customers`, `addresses`, `orders`, `order_items`, `carts`, `cart_items` and `products` name the resource that the flow extends; any other slug makes a resource of its own',
    examples: ['stores'],
  }),
  description: text({ description: 'May be empty', examples: ['What we know of a shopper'] }),
  enabled: Type.Boolean({ description: 'false: its fields are neither shown nor accepted', examples: [true] }),
};

/** A new flow. */
export const NewFlow = Type.Object({ type: typeOf('flow'), ...fields }, { title: 'NewFlow' });

/** Changes to a flow: what is not sent stays. */
export const FlowPatch = Type.Object(
  {
    type: typeOf('flow'),
    id: Type.Optional(Type.String({ description: 'If present, the id of the path' })),
    ...Type.Partial(Type.Object(fields)).properties,
  },
  { title: 'FlowPatch' },
);

/** A flow as answered. */
export const Flow = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('flow'),
    ...fields,
    links: Type.Object({ self: Type.String() }),
    relationships: Type.Object({}),
    meta: Timestamps,
  },
  { title: 'Flow' },
);

export type NewFlow = Type.Static<typeof NewFlow>;
export type FlowPatch = Type.Static<typeof FlowPatch>;
export type Flow = Type.Static<typeof Flow>;
