import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { answers, document, pathId } from '../../platform/http/schemas.ts';
import type { Services } from '../access/services.ts';
import { Attributes, Field } from './fields.schema.ts';
import { getFlowWithFields } from './fields.service.ts';
import { Flow, FlowPatch, NewFlow } from './flows.schema.ts';
import { changeFlow, createFlow, getFlow, listFlows, removeFlow } from './flows.service.ts';
import { toAttributes, toField, toFlow } from './flows.wire.ts';

const tags = ['Flows'];
const params = Type.Object({ flowId: pathId('flow') });
const slugParams = Type.Object({
  flowSlug: Type.String({ description: 'Slug of the flow, or its id', examples: ['stores'] }),
});

/** The endpoints of flows (reference: flows.md, "Flow"). */
export function flowRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();
  const idOf = (request: { params: { flowId: string } }) => request.params.flowId.toLowerCase();

  app.get(
    '/v2/flows',
    {
      schema: {
        tags,
        summary: 'List flows',
        description: 'All of them, oldest first.',
        response: answers({ 200: Type.Object({ data: Type.Array(Flow) }) }, 400),
      },
    },
    async request => {
      const rows = await listFlows(request.ctx.db);
      return { data: rows.map(row => toFlow(row, services.baseUrl())) };
    },
  );

  app.post(
    '/v2/flows',
    {
      schema: {
        tags,
        summary: 'Create a flow',
        description: 'A set of fields: for a resource that its slug names, or as a resource of its own.',
        body: document(NewFlow),
        response: answers({ 201: document(Flow) }, 409, 422),
      },
    },
    async (request, reply) => {
      const row = await createFlow(request.ctx, request.body.data);
      return reply.code(201).send({ data: toFlow(row, services.baseUrl()) });
    },
  );

  app.get(
    '/v2/flows/:flowId',
    {
      schema: {
        tags,
        summary: 'Get a flow',
        description: 'By its id or its slug.',
        params,
        response: answers({ 200: document(Flow) }, 404),
      },
    },
    async request => ({
      data: toFlow(await getFlow(request.ctx.db, request.params.flowId), services.baseUrl()),
    }),
  );

  app.put(
    '/v2/flows/:flowId',
    {
      schema: {
        tags,
        summary: 'Update a flow',
        description:
          'Keys that are not sent keep their value. The slug cannot be changed from or to that of a resource.',
        params,
        body: document(FlowPatch),
        response: answers({ 200: document(Flow) }, 404, 409, 422),
      },
    },
    async request => {
      const row = await changeFlow(request.ctx, idOf(request), request.body.data);
      return { data: toFlow(row, services.baseUrl()) };
    },
  );

  app.delete(
    '/v2/flows/:flowId',
    {
      schema: {
        tags,
        summary: 'Delete a flow',
        description: 'With its fields.',
        params,
        response: answers({ 204: Type.Null() }, 404),
      },
    },
    async (request, reply) => {
      await removeFlow(request.ctx, idOf(request));
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/v2/flows/:flowSlug/fields',
    {
      schema: {
        tags,
        summary: 'List the fields of a flow',
        description: 'All of them, by `order`; those without one last, oldest first.',
        params: slugParams,
        response: answers({ 200: Type.Object({ data: Type.Array(Field) }) }, 404),
      },
    },
    async request => {
      const { fields } = await getFlowWithFields(request.ctx.db, request.params.flowSlug);
      return { data: fields.map(row => toField(row, services.baseUrl())) };
    },
  );

  app.get(
    '/v2/flows/:flowSlug/attributes',
    {
      schema: {
        tags,
        summary: 'List the attributes of a flow',
        description: 'Its enabled fields in a short form; none when the flow is disabled.',
        params: slugParams,
        response: answers({ 200: Attributes }, 404),
      },
    },
    async request => {
      const { flow, fields } = await getFlowWithFields(request.ctx.db, request.params.flowSlug);
      return toAttributes(flow, fields);
    },
  );
}
