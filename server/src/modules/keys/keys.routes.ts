import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { noStore } from '../../platform/http/headers.ts';
import { answers, document, pathId } from '../../platform/http/schemas.ts';
import { isUuid } from '../../platform/text/uuid.ts';
import { accessErrors } from '../access/access.errors.ts';
import { type KeyRow, listKeysOf } from '../access/keys.service.ts';
import type { Services } from '../access/services.ts';
import { ApplicationKey, CreatedApplicationKey, NewApplicationKey } from './keys.schema.ts';
import { makeKey, revokeKey } from './keys.service.ts';

const tags = ['Keys'];
const params = Type.Object({ keyId: pathId('key') });

const toApplicationKey = (row: KeyRow): ApplicationKey => ({
  id: row.id,
  type: 'application_key',
  name: row.name,
  client_id: row.client_id,
  revoked_at: row.revoked_at,
  meta: { timestamps: { created_at: row.created_at } },
});

/** The keys of the store that a request of staff names: for owners (docs/decisions/0062-what-owners-manage-in-the-dashboard.md). */
export function keyRoutes(server: FastifyInstance, { database, clients }: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/staff/keys',
    {
      schema: {
        tags,
        summary: 'List the keys of the store',
        description: 'Those in force, then the revoked ones, each the newest first; at most 500.',
        response: answers({ 200: document(Type.Array(ApplicationKey)) }, 400),
      },
    },
    async request => ({ data: (await listKeysOf(database, request.ctx.store.id)).map(toApplicationKey) }),
  );

  app.post(
    '/staff/keys',
    {
      onRequest: noStore,
      schema: {
        tags,
        summary: 'Create a key of the store',
        description: 'Answers the secret, which is shown only now.',
        body: document(NewApplicationKey),
        response: answers({ 201: document(CreatedApplicationKey) }, 422),
      },
    },
    async (request, reply) => {
      const { ctx, body } = request;
      const { key, clientSecret } = await makeKey(database, ctx, { storeId: ctx.store.id, name: body.data.name });
      return reply.code(201).send({ data: { ...toApplicationKey(key), client_secret: clientSecret } });
    },
  );

  app.delete(
    '/staff/keys/:keyId',
    {
      schema: {
        tags,
        summary: 'Revoke a key of the store',
        description: 'The access tokens that it was given end with it, on every process at once.',
        params,
        response: answers({ 204: Type.Null() }, 400, 404),
      },
    },
    async (request, reply) => {
      const { ctx } = request;
      const id = request.params.keyId.toLowerCase();
      const ended = isUuid(id) ? await revokeKey(database, ctx, { storeId: ctx.store.id, id }) : undefined;
      if (ended === undefined) throw accessErrors.keyNotFound();
      // The other processes are told; this one must not wait to be.
      clients.forget();
      return reply.code(204).send(null);
    },
  );
}
