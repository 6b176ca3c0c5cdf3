import Type from 'typebox';
import { patternText } from '../../platform/http/schemas.ts';
import { addressFields } from '../addresses/addresses.schema.ts';

const maxLanguages = 5;

const fields = {
  page_length: Type.Integer({
    minimum: 1,
    maximum: 100,
    description: 'Resources on a page of a listing, where the request does not say',
    examples: [25],
  }),
  list_child_products: Type.Boolean({ description: 'Stored only' }),
  additional_languages: Type.Array(patternText('^[A-Za-z]{2}$', 'must be a language code of two letters'), {
    maxItems: maxLanguages,
    description: 'Languages that products may be translated into: two-letter codes',
    examples: [['fr', 'de']],
  }),
  calculation_method: Type.Enum(['simple', 'line'], {
    description: 'How tax is computed: per unit and multiplied, or on the whole line',
    examples: ['simple'],
  }),
};
const addressMandatoryFields = Type.Array(Type.Enum(addressFields), {
  description: 'Fields that an address must have; absent: the usual ones',
  examples: [['first_name', 'line_1', 'country']],
});

/** Changes of the settings: what is not sent stays. Here alone the type must be sent (reference: ambiguities.md, A46). */
export const SettingsPatch = Type.Object(
  {
    type: Type.Literal('settings'),
    ...Type.Partial(Type.Object(fields)).properties,
    address_mandatory_fields: Type.Optional(
      Type.Union([addressMandatoryFields, Type.Null()], { description: 'null goes back to the usual ones' }),
    ),
  },
  { title: 'SettingsPatch' },
);

const limit = (description: string) => Type.Integer({ description: `Read-only: ${description}` });

/** The settings as answered. */
export const Settings = Type.Object(
  {
    type: Type.Literal('settings'),
    ...fields,
    address_mandatory_fields: Type.Optional(addressMandatoryFields),
    currency_limit: limit('currencies of a store'),
    field_limit: limit('fields of a flow'),
    integration_limit: limit('integrations of a store'),
    event_limit: limit('webhooks that observe one event'),
    filter_limit: limit('clauses of a filter'),
    tax_item_limit: limit('tax items of a cart item'),
    page_offset_limit: limit('largest offset of a page'),
  },
  { title: 'Settings' },
);

const cartExpiryDays = Type.Integer({
  minimum: 1,
  maximum: 365,
  description: 'A cart is deleted so many days after its last change',
  examples: [7],
});
const customDiscounts = Type.Boolean({ description: 'Stored only' });

/** Changes of the settings of carts. */
export const CartSettingsPatch = Type.Object(
  {
    type: Type.Optional(Type.Literal('settings')),
    cart_expiry_days: Type.Optional(cartExpiryDays),
    discounts: Type.Optional(Type.Object({ custom_discounts_enabled: Type.Optional(customDiscounts) })),
  },
  { title: 'CartSettingsPatch' },
);

/** The settings of carts as answered. */
export const CartSettings = Type.Object(
  {
    type: Type.Literal('settings'),
    cart_expiry_days: cartExpiryDays,
    discounts: Type.Object({ custom_discounts_enabled: customDiscounts }),
  },
  { title: 'CartSettings' },
);

const days = Type.Integer({
  minimum: 1,
  maximum: 365,
  description: 'Logs of personal data are kept so many days',
  examples: [365],
});

/** A change of how long logs are kept. */
export const LogsTtlPatch = Type.Object(
  { type: Type.Optional(Type.Literal('time_to_live')), days },
  { title: 'LogsTtlPatch' },
);

/** How long logs are kept, as answered. */
export const LogsTtl = Type.Object({ type: Type.Literal('time_to_live'), days }, { title: 'LogsTtl' });

export type SettingsPatch = Type.Static<typeof SettingsPatch>;
export type Settings = Type.Static<typeof Settings>;
export type CartSettingsPatch = Type.Static<typeof CartSettingsPatch>;
export type CartSettings = Type.Static<typeof CartSettings>;
export type LogsTtlPatch = Type.Static<typeof LogsTtlPatch>;
export type LogsTtl = Type.Static<typeof LogsTtl>;
