import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { indexedToArray } from '../../platform/http/body.ts';
import { answers, document, pathId } from '../../platform/http/schemas.ts';
import { Target, TargetsInput } from './entries.schema.ts';
import { changeTargets } from './entries.service.ts';

const tags = ['Entries'];
const url = '/v2/flows/:flowSlug/entries/:entryId/relationships/:relationshipSlug';
const params = Type.Object({
  flowSlug: Type.String({ description: 'Slug of the flow, or its id', examples: ['stores'] }),
  entryId: pathId('entry'),
  relationshipSlug: Type.String({ description: 'Slug of the field', examples: ['manager'] }),
});
const Targets = Type.Object({ data: Type.Array(Target, { description: 'All that it has now' }) });

const pathOf = ({ flowSlug, entryId, relationshipSlug }: Type.Static<typeof params>) => ({
  flow: flowSlug,
  entry: entryId.toLowerCase(),
  field: relationshipSlug,
});
/** Some SDKs send a list as an object. */
const preValidation = async (request: FastifyRequest) => {
  request.body = indexedToArray(request.body);
};
const listOf = (data: TargetsInput): Target[] => (data === null ? [] : [data].flat());

/** The endpoints of relationships of entries (reference: flows.md, "Entries"). */
export function relationshipRoutes(server: FastifyInstance): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

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
      const data = await changeTargets(request.ctx, pathOf(request.params), 'add', listOf(request.body.data));
      return reply.code(201).send({ data: [...data] });
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
      const data = await changeTargets(request.ctx, pathOf(request.params), 'replace', listOf(request.body.data));
      return { data: [...data] };
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
      await changeTargets(request.ctx, pathOf(request.params), 'remove', sent === undefined ? sent : listOf(sent));
      return reply.code(204).send(null);
    },
  );
}
