import Type from 'typebox';
import { fieldsBeside, Timestamps, text, typeOf, Uuid } from '../../platform/http/schemas.ts';

interface FieldOptions {
  readonly example: string;
  readonly description?: string;
  readonly maxLength?: number;
  /** A number is accepted and turned into a string. */
  readonly textual?: boolean;
}

/** The fields of an address that are texts (reference: addresses.md, "Object"). */
const fields = {
  name: { example: 'Home', description: 'Label of the saved address' },
  first_name: { example: 'Ada', maxLength: 255 },
  last_name: { example: 'Okafor', maxLength: 255 },
  company_name: { example: '' },
  phone_number: { example: '+44 20 7946 0000', textual: true },
  line_1: { example: '12 Mill Lane' },
  line_2: { example: 'Flat 3' },
  city: { example: 'Leeds' },
  county: { example: 'West Yorkshire', description: 'Mandatory, unless region is sent' },
  region: { example: '' },
  postcode: { example: 'LS1 4AB', textual: true },
  country: { example: 'GB', description: 'A two-letter code by custom; any text is accepted' },
  instructions: { example: 'Ring twice', description: 'Delivery notes' },
} as const satisfies Record<string, FieldOptions>;

export type AddressField = keyof typeof fields;

/** The names of an address's text fields. */
export const addressFields = Object.keys(fields) as AddressField[];

const mapFields = <T>(make: (options: FieldOptions) => T) =>
  Object.fromEntries(Object.entries(fields).map(([field, options]) => [field, make(options)])) as Record<
    AddressField,
    T
  >;

const input = mapFields(({ example, textual, ...options }) => {
  const string = text({ ...options, examples: [example] });
  const schema = textual
    ? { ...string, type: ['string', 'number', 'null'], textual }
    : { ...string, type: ['string', 'null'] };
  return Type.Optional(Type.Unsafe<string | null>(schema));
});

/** A new address. Which fields are mandatory is a setting of the store, so the service checks it. */
export const NewAddress = Type.Object(
  { type: typeOf('address'), ...input },
  {
    title: 'NewAddress',
    ...fieldsBeside(
      'addresses',
      '. Mandatory by default: first_name, last_name, line_1, county (or region), postcode, country',
    ),
  },
);

/** Changes to an address: what is not sent stays. */
export const AddressPatch = Type.Object(
  {
    type: typeOf('address'),
    id: Type.Optional(Type.String({ description: 'If present, the id of the path' })),
    ...input,
  },
  { title: 'AddressPatch', ...fieldsBeside('addresses', '. Null clears a field that is not mandatory') },
);

/** An address as answered. */
export const Address = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('address'),
    ...mapFields(({ example, description }) =>
      Type.String({ examples: [example], ...(description && { description }) }),
    ),
    links: Type.Object({ self: Type.String({ description: 'Absolute URL of the address' }) }),
    relationships: Type.Object({
      customer: Type.Object({ data: Type.Object({ type: Type.Literal('customer'), id: Uuid }) }),
    }),
    meta: Timestamps,
  },
  { title: 'Address', ...fieldsBeside('addresses') },
);

export type NewAddress = Type.Static<typeof NewAddress>;
export type AddressPatch = Type.Static<typeof AddressPatch>;
export type Address = Type.Static<typeof Address>;
