import Type from 'typebox';
import { page, Timestamps, text, typeOf } from '../../platform/http/schemas.ts';

const values = {
  additionalProperties: true,
  description: 'With a member for each enabled field of the flow, under its slug; other members are ignored',
};

/** A new entry. */
export const NewEntry = Type.Object({ type: typeOf('entry') }, { title: 'NewEntry', ...values });

/** Changes to an entry: what is not sent stays. */
export const EntryPatch = Type.Object(
  { type: typeOf('entry'), id: Type.Optional(Type.String({ description: 'If present, the id of the path' })) },
  { title: 'EntryPatch', ...values },
);

/** What a relationship points to. */
export const Target = Type.Object(
  {
    type: text({ minLength: 1, description: 'The resource in the singular, or `entry`', examples: ['customer'] }),
    id: text({ minLength: 1, examples: ['3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01'] }),
  },
  { title: 'Target' },
);

/** Targets of a relationship, in a request: one or a list. */
export const TargetsInput = Type.Union([Target, Type.Array(Target, { maxItems: 1000 }), Type.Null()], {
  description: 'One or a list; null or an empty list for none',
});

/** Relationship fields, as answered. */
export const Relationships = Type.Record(
  Type.String(),
  Type.Object({ data: Type.Union([Target, Type.Array(Target), Type.Null()]) }),
  { description: 'The targets of relationship fields, under their slugs; null for none' },
);

/** An entry as answered. */
export const Entry = Type.Object(
  {
    id: Type.String({ description: 'Of a resource, its own', examples: ['3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01'] }),
    type: Type.Literal('entry'),
    relationships: Type.Optional(Relationships),
    links: Type.Object({ self: Type.String() }),
    meta: Timestamps,
  },
  { title: 'Entry', additionalProperties: true, description: 'With the values of the fields, under their slugs' },
);

const EntriesOfPage = page(Entry);

/** A page of entries; its `links` spell the page before in two ways (reference: flows.md, "Entries"). */
export const EntryPage = Type.Object({
  ...EntriesOfPage.properties,
  links: Type.Object({
    ...EntriesOfPage.properties.links.properties,
    previous: Type.Union([Type.String(), Type.Null()], { description: 'Like prev' }),
  }),
});

export type Relationships = Readonly<Type.Static<typeof Relationships>>;
export type Target = Type.Static<typeof Target>;
export type TargetsInput = Type.Static<typeof TargetsInput>;
export type NewEntry = Type.Static<typeof NewEntry>;
export type EntryPatch = Type.Static<typeof EntryPatch>;
export type Entry = Type.Static<typeof Entry>;
