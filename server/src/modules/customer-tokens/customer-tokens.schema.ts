import Type from 'typebox';
import { Timestamp, typeOf, Uuid } from '../../platform/http/schemas.ts';

/** A sign-in with e-mail and password (reference: customers.md, "Customer tokens"). */
export const NewCustomerToken = Type.Object(
  {
    type: typeOf('token'),
    authentication_mechanism: Type.Optional(Type.Literal('password')),
    email: Type.String({ format: 'text', minLength: 1, maxLength: 2048, examples: ['ada@example.com'] }),
    password: Type.String({
      format: 'text',
      minLength: 1,
      maxBytes: 1024,
      examples: ['correct-horse-9'],
      writeOnly: true,
    }),
  },
  { title: 'NewCustomerToken' },
);

export const CustomerToken = Type.Object(
  {
    type: Type.Literal('token'),
    id: Uuid,
    customer_id: Uuid,
    token: Type.String({ description: 'A JWT, opaque to clients: send it as X-Moltin-Customer-Token' }),
    expires: Type.Integer({ description: 'When the token expires, in epoch seconds', examples: [1893542400] }),
  },
  { title: 'CustomerToken' },
);

/** A live customer token, without the token itself. */
export const Session = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('session'),
    is_current: Type.Boolean({ description: 'Whether the request was made with this very token' }),
    user_agent: Type.String({ description: 'The User-Agent of the sign-in' }),
    expires_at: Timestamp,
    meta: Type.Object({ timestamps: Type.Object({ created_at: Timestamp }) }),
  },
  { title: 'Session' },
);

export type NewCustomerToken = Type.Static<typeof NewCustomerToken>;
export type CustomerToken = Type.Static<typeof CustomerToken>;
export type Session = Type.Static<typeof Session>;
