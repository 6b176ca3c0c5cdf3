import Type from 'typebox';
import { mandatoryText, Timestamps, typeOf, Uuid } from '../../platform/http/schemas.ts';

const content = mandatoryText({ maxLength: 10_000, examples: ['Prefers to be called after 6 pm.'] });

/** A new note. */
export const NewNote = Type.Object({ type: typeOf('note'), content }, { title: 'NewNote' });

/** Another text for a note. */
export const NotePatch = Type.Object(
  { type: typeOf('note'), id: Type.Optional(Type.String({ description: 'If present, the id of the path' })), content },
  { title: 'NotePatch' },
);

/** A note as answered. */
export const Note = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('note'),
    content: Type.String({ examples: ['Prefers to be called after 6 pm.'] }),
    author: Type.String({
      description: 'The name of the key, or of the member of staff, that it was written with',
      examples: ['First key'],
    }),
    relationships: Type.Object({
      customer: Type.Object({ data: Type.Object({ type: Type.Literal('customer'), id: Uuid }) }),
    }),
    meta: Timestamps,
  },
  { title: 'Note' },
);

export type NewNote = Type.Static<typeof NewNote>;
export type NotePatch = Type.Static<typeof NotePatch>;
export type Note = Type.Static<typeof Note>;
