import Type from 'typebox';
import { mandatoryText, text, typeOf, Uuid } from '../../platform/http/schemas.ts';
import { cartLimits } from './carts.limits.ts';
import { resourceLink } from './carts.schema.ts';

const fields = {
  name: mandatoryText({ maxLength: 255, examples: ['VAT'] }),
  jurisdiction: Type.Optional(text({ maxLength: 255, examples: ['GB'] })),
  code: Type.Optional(text({ maxLength: 255, examples: ['VAT20'] })),
  rate: Type.Number({
    minimum: 0,
    maximum: cartLimits.taxRate,
    description: 'A decimal fraction: 0.2 is 20 %. Kept with six places',
    examples: [0.2],
  }),
};

/** A new tax item. */
export const NewTaxItem = Type.Object({ type: typeOf('tax_item'), ...fields }, { title: 'NewTaxItem' });

/** A new tax item that names its line. */
export const NewTaxItemOfLine = Type.Object({
  ...NewTaxItem.properties,
  relationships: Type.Object({
    item: Type.Object({
      data: Type.Object({ type: Type.String({ examples: ['cart_item'] }), id: Uuid }),
    }),
  }),
});

/** Changes to a tax item: what is not sent stays. */
export const TaxItemPatch = Type.Object(
  {
    type: typeOf('tax_item'),
    id: Type.Optional(Type.String({ description: 'If present, the id of the path' })),
    name: Type.Optional(fields.name),
    jurisdiction: fields.jurisdiction,
    code: fields.code,
    rate: Type.Optional(fields.rate),
  },
  { title: 'TaxItemPatch' },
);

/** A tax item as answered. */
export const TaxItem = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('tax_item'),
    name: Type.String({ examples: ['VAT'] }),
    jurisdiction: Type.String({ examples: ['GB'] }),
    code: Type.String({ examples: ['VAT20'] }),
    rate: Type.Number({ examples: [0.2] }),
  },
  { title: 'TaxItem' },
);

/** A tax item as answered by the bulk form, which says to which line it was added. */
export const TaxItemOfLine = Type.Object(
  {
    ...TaxItem.properties,
    relationships: Type.Object({
      item: Type.Object({ data: resourceLink(Type.Union([Type.Literal('cart_item'), Type.Literal('custom_item')])) }),
    }),
  },
  { title: 'TaxItemOfLine' },
);

export type NewTaxItem = Type.Static<typeof NewTaxItem>;
export type NewTaxItemOfLine = Type.Static<typeof NewTaxItemOfLine>;
export type TaxItemPatch = Type.Static<typeof TaxItemPatch>;
export type TaxItemResource = Type.Static<typeof TaxItem>;
export type TaxItemOfLineResource = Type.Static<typeof TaxItemOfLine>;
