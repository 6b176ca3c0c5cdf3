import Type from 'typebox';
import { patternText, Timestamps, text, Uuid } from '../../platform/http/schemas.ts';

/** The fields of a currency that can be set. `decimal_places` may come as text (reference: catalog-minimum.md, "Currency"). */
const fields = {
  code: patternText('^[A-Z]{3}$', 'must be three capital letters', { examples: ['GBP'] }),
  exchange_rate: Type.Number({
    exclusiveMinimum: 0,
    description: 'Stored only; no price is ever converted',
    examples: [1],
  }),
  format: patternText('\\{price\\}', 'must contain {price}', { maxLength: 50, examples: ['£{price}'] }),
  decimal_point: text({ minLength: 1, maxLength: 1, examples: ['.'] }),
  thousand_separator: text({ maxLength: 1, description: 'May be empty', examples: [','] }),
  decimal_places: Type.Integer({
    minimum: 0,
    maximum: 4,
    description: 'A number in quotes is accepted',
    examples: [2],
  }),
  default: Type.Boolean({ description: 'true makes it the default in place of the one before', examples: [false] }),
  enabled: Type.Boolean({ description: 'The default currency cannot be disabled', examples: [true] }),
};

const type = Type.Optional(Type.Literal('currency'));
const numericTexts = ['decimal_places'];

/** A new currency. */
export const NewCurrency = Type.Object({ type, ...fields }, { title: 'NewCurrency', numericTexts });

/** Changes to a currency: what is not sent stays. */
export const CurrencyPatch = Type.Object(
  {
    type,
    id: Type.Optional(Type.String({ description: 'If present, the id of the path' })),
    ...Type.Partial(Type.Object(fields)).properties,
  },
  { title: 'CurrencyPatch', numericTexts },
);

/** A currency as answered. */
export const Currency = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('currency'),
    ...fields,
    links: Type.Object({ self: Type.String() }),
    meta: Timestamps,
  },
  { title: 'Currency' },
);

export type NewCurrency = Type.Static<typeof NewCurrency>;
export type CurrencyPatch = Type.Static<typeof CurrencyPatch>;
export type Currency = Type.Static<typeof Currency>;
