import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { indexedToArray } from '../../platform/http/body.ts';
import { answers, document, pathId } from '../../platform/http/schemas.ts';
import type { Context } from '../access/context.ts';
import { Target, TargetsInput } from './entries.schema.ts';
import { changeTargets } from './entries.service.ts';
import type { TargetsRequest } from './relationships.ts';
import type { FieldWriters } from './resource-entries.service.ts';

const tags = ['Entries'];
const url = '/v2/flows/:flowSlug/entries/:entryId/relationships/:relationshipSlug';
const params = Type.Object({
  flowSlug: Type.String({ description: 'Slug of the flow, or its id', examples: ['stores'] }),
  entryId: pathId('entry'),
  relationshipSlug: Type.String({ description: 'Slug of the field', examples: ['manager'] }),
});
type Params = Type.Static<typeof params>;
const Targets = Type.Object({ data: Type.Array(Target, { description: 'All that it has now' }) });

const pathOf = ({ flowSlug, entryId, relationshipSlug }: Params) => ({
  flow: flowSlug,
  entry: entryId,
  field: relationshipSlug,
});
/** Some SDKs send a list as an object. */
const preValidation = async (request: FastifyRequest) => {
  request.body = indexedToArray(request.body);
};
const listOf = (data: TargetsInput): Target[] => (data === null ? [] : [data].flat());

/** The endpoints of relationships of entries, also those of resources (reference: flows.md, "Entries"). */
export function relationshipRoutes(server: FastifyInstance, writers: FieldWriters): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();
  const change = async (
    { ctx, params }: { readonly ctx: Context; readonly params: Params },
    request: TargetsRequest,
  ) => [...(await changeTargets(ctx, writers, pathOf(params), request))];

  app.post(
    url,
    {
      preValidation,
      schema: {
        tags,
        summary: 'Add to a relationship of an entry',
        description: 'Adds targets to a one-to-many; sets that of a one-to-one.',
        params,
        body: document(TargetsInput),
        response: answers({ 201: Targets }, 404, 422),
      },
    },
    async (request, reply) => {
      const data = await change(request, { change: 'add', sent: listOf(request.body.data) });
      return reply.code(201).send({ data });
    },
  );

  app.put(
    url,
    {
      preValidation,
      schema: {
        tags,
        summary: 'Replace the targets of a relationship of an entry',
        params,
        body: document(TargetsInput),
        response: answers({ 200: Targets }, 404, 422),
      },
    },
    async request => {
      return { data: await change(request, { change: 'replace', sent: listOf(request.body.data) }) };
    },
  );

  app.delete(
    url,
    {
      preValidation,
      schema: {
        tags,
        summary: 'Remove targets of a relationship of an entry',
        description: 'Those of the body; all without one.',
        params,
        body: Type.Optional(Type.Union([document(TargetsInput), Type.Null()])),
        response: answers({ 204: Type.Null() }, 404, 422),
      },
    },
    async (request, reply) => {
      const sent = request.body?.data;
      await change(request, { change: 'remove', sent: sent === undefined ? sent : listOf(sent) });
      return reply.code(204).send(null);
    },
  );
}
