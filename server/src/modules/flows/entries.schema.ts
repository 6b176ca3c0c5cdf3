import Type from 'typebox';
import { page, Timestamps, typeOf, Uuid } from '../../platform/http/schemas.ts';

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

/** An entry as answered. */
export const Entry = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('entry'),
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

export type NewEntry = Type.Static<typeof NewEntry>;
export type EntryPatch = Type.Static<typeof EntryPatch>;
export type Entry = Type.Static<typeof Entry>;
