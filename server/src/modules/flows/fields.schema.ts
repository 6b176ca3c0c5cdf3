import Type from 'typebox';
import { mandatoryText, patternText, Timestamps, text, typeOf, Uuid } from '../../platform/http/schemas.ts';
import { slugPattern, slugRule } from './slugs.ts';

/** The kinds of values (reference: flows.md, "Value types"). */
export const FieldType = Type.Enum(['string', 'integer', 'boolean', 'float', 'date', 'relationship'], {
  description: 'Cannot be changed',
  examples: ['string'],
});

/** A rule that values must obey; which of them a field may have depends on its type (field-rules.ts). */
export const ValidationRule = Type.Object(
  {
    type: Type.String({
      description:
        '`enum` (string, integer, float, date), `email` and `slug` (string), `between` (integer, float), `one-to-one` and `one-to-many` (relationship, which must have one of the two)',
      examples: ['enum'],
    }),
    options: Type.Optional(
      Type.Unknown({
        description: 'Of `enum` the allowed values; of `between` `{"from":1,"to":5}`',
        examples: [['gold', 'silver']],
      }),
    ),
    to: Type.Optional(
      Type.String({
        description: 'Of a relationship: `customer`, `product`, … or the slug of a flow that is a resource of its own',
        examples: ['product'],
      }),
    ),
  },
  { title: 'ValidationRule' },
);

/** The fields of a field that can be set. */
const fields = {
  name: mandatoryText({ maxLength: 255, examples: ['Loyalty tier'] }),
  slug: patternText(slugPattern, slugRule, {
    minLength: 1,
    maxLength: 255,
    description: 'The key of the value; unique in the flow',
    examples: ['loyalty_tier'],
  }),
  field_type: FieldType,
  description: text({ description: 'May be empty', examples: ['Set by the shop'] }),
  required: Type.Boolean({ description: 'Always false for a relationship', examples: [false] }),
  enabled: Type.Boolean({ description: 'false: neither shown nor accepted', examples: [true] }),
};
const options = {
  unique: Type.Boolean({
    description:
      'Default: false. Always false for a relationship; must be false for carts, and for items of carts and orders',
    examples: [false],
  }),
  default: Type.Unknown({
    description: 'Used when no value is sent; must fit the field. A number becomes a string where the field wants one',
    examples: ['silver'],
  }),
  order: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    minimum: -2_147_483_648,
    maximum: 2_147_483_647,
    description: 'Fields are listed by it, those without last, then by age',
    examples: [1],
  }),
  omit_null: Type.Boolean({ description: 'Default: false. Leave the key out when it is null', examples: [false] }),
  searchable: Type.Boolean({
    description:
      'Default: false. `GET /v2/customers?search=` finds its values: for strings of the flow `customers` alone',
    examples: [false],
  }),
  validation_rules: Type.Array(ValidationRule, { maxItems: 10, description: 'All must hold' }),
};

const FlowReference = Type.Object(
  { flow: Type.Object({ data: Type.Object({ type: typeOf('flow'), id: Uuid }) }) },
  { description: 'The flow of the field; cannot be changed' },
);

/** A new field. */
export const NewField = Type.Object(
  {
    type: typeOf('field'),
    ...fields,
    ...Type.Partial(Type.Object(options)).properties,
    relationships: FlowReference,
  },
  { title: 'NewField' },
);

/** Changes to a field: what is not sent stays. */
export const FieldPatch = Type.Object(
  {
    type: typeOf('field'),
    id: Type.Optional(Type.String({ description: 'If present, the id of the path' })),
    ...Type.Partial(Type.Object({ ...fields, ...options })).properties,
    relationships: Type.Optional(Type.Partial(FlowReference)),
  },
  { title: 'FieldPatch' },
);

/** A field as answered. */
export const Field = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('field'),
    ...fields,
    ...options,
    relationships: FlowReference,
    links: Type.Object({ self: Type.String() }),
    meta: Timestamps,
  },
  { title: 'Field' },
);

/** What a resource has, for dashboards (reference: customers.md, "Attributes"). */
export const Attributes = Type.Object({
  data: Type.Array(
    Type.Object(
      {
        label: Type.String({ examples: ['Loyalty tier'] }),
        value: Type.String({ description: 'The key', examples: ['loyalty_tier'] }),
        type: Type.String({ examples: ['string'] }),
        required: Type.Boolean({ examples: [false] }),
        validation_rules: Type.Optional(
          Type.Array(ValidationRule, { description: 'Of fields that the store defines' }),
        ),
      },
      { title: 'Attribute' },
    ),
  ),
  meta: Type.Object({ entity: Type.String({ examples: ['stores'] }), version: Type.String({ examples: ['1'] }) }),
});

export type FieldType = Type.Static<typeof FieldType>;
export type ValidationRule = Type.Static<typeof ValidationRule>;
export type NewField = Type.Static<typeof NewField>;
export type FieldPatch = Type.Static<typeof FieldPatch>;
export type Field = Type.Static<typeof Field>;
export type Attributes = Type.Static<typeof Attributes>;
