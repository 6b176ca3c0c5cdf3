import Type from 'typebox';
import { email, fieldsBeside, mandatoryText, Timestamps, text, typeOf, Uuid } from '../../platform/http/schemas.ts';
import { Relationships } from '../flows/entries.schema.ts';

/** A password in a request: text to set it, anything else in this list changes nothing (reference: customers.md, "Password rules"). */
const passwordInput = Type.Optional(
  Type.Union([Type.String({ maxBytes: 1024, format: 'text' }), Type.Boolean(), Type.Null()], {
    description:
      'Write-only. Absent, null, "", true and false leave the password as it is. At most 1024 bytes, and at least as many characters as the store asks for.',
    examples: ['correct-horse-9'],
    writeOnly: true,
  }),
);

const name = mandatoryText({
  maxLength: 255,
  description: 'The full name; white space around it is removed',
  examples: ['Ada Okafor'],
});
const externalRef = Type.Optional(
  Type.Union([text({ examples: ['crm-88121'] }), Type.Null()], { description: 'Your own reference; null removes it' }),
);

/** The longest tag, and how many a customer may have. */
const maxTagLength = 64;
export const maxTags = 100;

/** A tag as it is sent. A comma would end it in a filter and in a file of customers. */
export const Tag = Type.String({
  format: 'text',
  maxLength: maxTagLength,
  trim: true,
  pattern: '^[^,\\p{Cc}]+$',
  rule: 'must have characters, and neither commas nor line breaks',
  examples: ['vip'],
});
const tags = Type.Optional(
  Type.Array(Tag, {
    maxItems: maxTags,
    description:
      'All tags of the customer, in lower case whatever is sent; [] removes them. Of back ends and staff alone: ignored when it ' +
      'comes from a shop or a shopper.',
    examples: [['vip', 'wholesale']],
  }),
);

/** A new customer. */
export const NewCustomer = Type.Object(
  { type: typeOf('customer'), name, email: email(), password: passwordInput, external_ref: externalRef, tags },
  { title: 'NewCustomer', ...fieldsBeside('customers') },
);

/** Changes to a customer: what is not sent stays. */
export const CustomerPatch = Type.Object(
  {
    type: typeOf('customer'),
    id: Type.Optional(Type.String({ description: 'If present, the id of the path' })),
    name: Type.Optional(name),
    email: Type.Optional(email()),
    password: passwordInput,
    external_ref: externalRef,
    tags,
  },
  { title: 'CustomerPatch', ...fieldsBeside('customers') },
);

/** A customer as answered. */
export const Customer = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('customer'),
    name: Type.String({ examples: ['Ada Okafor'] }),
    email: Type.String({ examples: ['ada@example.com'] }),
    password: Type.Boolean({ description: 'Whether a password is set' }),
    external_ref: Type.Optional(
      Type.String({ description: 'Your own reference; absent when there is none', examples: ['crm-88121'] }),
    ),
    tags: Type.Optional(
      Type.Array(Type.String(), {
        description: 'In lower case and in order, for back ends and staff alone; absent when there are none',
        examples: [['vip', 'wholesale']],
      }),
    ),
    relationships: Type.Optional(Relationships),
    meta: Timestamps,
  },
  { title: 'Customer', ...fieldsBeside('customers') },
);

/** A customer of a list. */
export const ListedCustomer = Type.Object(
  {
    ...Customer.properties,
    meta: Type.Object({
      ...Timestamps.properties,
      order_count: Type.Integer({ description: 'The number of their orders', examples: [3] }),
    }),
  },
  { title: 'ListedCustomer', ...fieldsBeside('customers') },
);

export type NewCustomer = Type.Static<typeof NewCustomer>;
export type CustomerPatch = Type.Static<typeof CustomerPatch>;
export type Customer = Type.Static<typeof Customer>;
export type ListedCustomer = Type.Static<typeof ListedCustomer>;
