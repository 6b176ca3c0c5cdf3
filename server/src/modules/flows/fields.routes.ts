import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { answers, document, pathId } from '../../platform/http/schemas.ts';
import type { Services } from '../access/services.ts';
import { Field, FieldPatch, NewField } from './fields.schema.ts';
import { changeField, createField, getField, listFields, removeField } from './fields.service.ts';
import { toField } from './flows.wire.ts';

const tags = ['Fields'];
const params = Type.Object({ fieldId: pathId('field') });

/** The endpoints of fields (reference: flows.md, "Field"). */
export function fieldRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();
  const idOf = (request: { params: { fieldId: string } }) => request.params.fieldId.toLowerCase();

  app.get(
    '/v2/fields',
    {
      schema: {
        tags,
        summary: 'List fields',
        description: 'All fields of all flows, oldest first.',
        response: answers({ 200: Type.Object({ data: Type.Array(Field) }) }, 400),
      },
    },
    async request => {
      const rows = await listFields(request.ctx.db);
      return { data: rows.map(row => toField(row, services.baseUrl())) };
    },
  );

  app.post(
    '/v2/fields',
    {
      schema: {
        tags,
        summary: 'Create a field',
        description: 'In the flow that `relationships.flow` names, which has at most 100.',
        body: document(NewField),
        response: answers({ 201: document(Field) }, 409, 422),
      },
    },
    async (request, reply) => {
      const row = await createField(request.ctx, request.body.data);
      return reply.code(201).send({ data: toField(row, services.baseUrl()) });
    },
  );

  app.get(
    '/v2/fields/:fieldId',
    { schema: { tags, summary: 'Get a field', params, response: answers({ 200: document(Field) }, 404) } },
    async request => ({ data: toField(await getField(request.ctx.db, idOf(request)), services.baseUrl()) }),
  );

  app.put(
    '/v2/fields/:fieldId',
    {
      schema: {
        tags,
        summary: 'Update a field',
        description: 'Keys that are not sent keep their value. Type and flow cannot be changed.',
        params,
        body: document(FieldPatch),
        response: answers({ 200: document(Field) }, 404, 409, 422),
      },
    },
    async request => {
      const row = await changeField(request.ctx, idOf(request), request.body.data);
      return { data: toField(row, services.baseUrl()) };
    },
  );

  app.delete(
    '/v2/fields/:fieldId',
    { schema: { tags, summary: 'Delete a field', params, response: answers({ 204: Type.Null() }, 404) } },
    async (request, reply) => {
      await removeField(request.ctx, idOf(request));
      return reply.code(204).send(null);
    },
  );
}
