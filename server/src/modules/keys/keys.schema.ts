import Type from 'typebox';
import { mandatoryText, Timestamp, typeOf, Uuid } from '../../platform/http/schemas.ts';

/** A key by which an application gets access tokens for a store. */
export const ApplicationKey = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('application_key'),
    name: Type.String({ examples: ['Storefront'] }),
    client_id: Type.String({ examples: ['61492cc6fc46b48a15d9cbfcc790dabefb6f36c6'] }),
    revoked_at: Type.Union([Timestamp, Type.Null()], { description: 'null while the key is in force' }),
    meta: Type.Object({ timestamps: Type.Object({ created_at: Timestamp }) }),
  },
  { title: 'ApplicationKey' },
);

export const NewApplicationKey = Type.Object(
  { type: typeOf('application_key'), name: mandatoryText({ maxLength: 255, examples: ['Storefront'] }) },
  { title: 'NewApplicationKey' },
);

/** A new key with its secret, which is shown only now. */
export const CreatedApplicationKey = Type.Object(
  { ...ApplicationKey.properties, client_secret: Type.String() },
  { title: 'CreatedApplicationKey' },
);

export type ApplicationKey = Type.Static<typeof ApplicationKey>;
export type CreatedApplicationKey = Type.Static<typeof CreatedApplicationKey>;
