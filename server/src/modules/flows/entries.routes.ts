import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { listingQuery } from '../../platform/http/listing-query.ts';
import { answers, document, pathId } from '../../platform/http/schemas.ts';
import { pageDocument } from '../../platform/query/list-query.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import { entryListing } from './entries.list.ts';
import { Entry, EntryPage, EntryPatch, NewEntry } from './entries.schema.ts';
import { changeEntry, createEntry, getEntry, listEntries, removeEntry } from './entries.service.ts';
import { fieldFilters } from './extended-resource.ts';
import { toEntry } from './flows.wire.ts';
import type { FieldWriters } from './resource-entries.service.ts';

const tags = ['Entries'];
const flowParams = { flowSlug: Type.String({ description: 'Slug of the flow, or its id', examples: ['stores'] }) };
const params = Type.Object({ ...flowParams, entryId: pathId('entry') });

/** The endpoints of entries (reference: flows.md, "Entries"). */
export function entryRoutes(server: FastifyInstance, services: Services, writers: FieldWriters): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/v2/flows/:flowSlug/entries',
    {
      schema: {
        tags,
        summary: 'List the entries of a flow',
        description:
          'Oldest first. Those of the flow of a resource are its rows, with their fields; of resources with personal data for ' +
          'client_credentials only. Those of carts and of items cannot be filtered, nor sorted but by `id`.',
        params: Type.Object(flowParams),
        querystring: listingQuery(entryListing, {
          filters: ['eq(city,Leeds)', 'ge(stores.floors,2):is_null(manager)'],
          note: fieldFilters('flow'),
        }),
        response: answers({ 200: EntryPage }, 400, 404),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const { flow, fields, page, found } = await listEntries(request.ctx, request.params.flowSlug, query);
      const baseUrl = services.baseUrl();
      const at = { baseUrl, path: `/v2/flows/${request.params.flowSlug}/entries`, query, page };
      const { links, ...body } = pageDocument(
        found.rows.map(row => toEntry({ flow, fields, row }, baseUrl)),
        at,
        found,
      );
      return { ...body, links: { ...links, previous: links.prev } };
    },
  );

  app.post(
    '/v2/flows/:flowSlug/entries',
    {
      schema: {
        tags,
        summary: 'Create an entry',
        description: 'Of a flow that is a resource of its own.',
        params: Type.Object(flowParams),
        body: document(NewEntry),
        response: answers({ 201: document(Entry) }, 404, 422),
      },
    },
    async (request, reply) => {
      const created = await createEntry(request.ctx, request.params.flowSlug, request.body.data);
      return reply.code(201).send({ data: toEntry(created, services.baseUrl()) });
    },
  );

  app.get(
    '/v2/flows/:flowSlug/entries/:entryId',
    { schema: { tags, summary: 'Get an entry', params, response: answers({ 200: document(Entry) }, 404) } },
    async request => {
      const found = await getEntry(request.ctx, request.params.flowSlug, request.params.entryId);
      return { data: toEntry(found, services.baseUrl()) };
    },
  );

  app.put(
    '/v2/flows/:flowSlug/entries/:entryId',
    {
      schema: {
        tags,
        summary: 'Update an entry',
        description:
          'Keys that are not sent keep their value; null clears one. Of the flow of a resource: changes its fields, and nothing else.',
        params,
        body: document(EntryPatch),
        response: answers({ 200: document(Entry) }, 404, 422),
      },
    },
    async request => {
      const { flowSlug, entryId } = request.params;
      const changed = await changeEntry(request.ctx, writers, flowSlug, entryId, request.body.data);
      return { data: toEntry(changed, services.baseUrl()) };
    },
  );

  app.delete(
    '/v2/flows/:flowSlug/entries/:entryId',
    {
      schema: {
        tags,
        summary: 'Delete an entry',
        description: 'Of the flow of a resource: gives its fields back the values that they have in a new one.',
        params,
        response: answers({ 204: Type.Null() }, 404),
      },
    },
    async (request, reply) => {
      await removeEntry(request.ctx, writers, request.params.flowSlug, request.params.entryId);
      return reply.code(204).send(null);
    },
  );
}
