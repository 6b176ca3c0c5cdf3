import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { expectedTags, IfMatch, sendTag, taggedDocument } from '../../platform/http/entity-tags.ts';
import { answers, document, PageQuery, page, pathId } from '../../platform/http/schemas.ts';
import { pageDocument } from '../../platform/query/list-query.ts';
import { parsePage } from '../../platform/query/page.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import { NewNote, Note, NotePatch } from './notes.schema.ts';
import { addNote, changeNote, getNote, listNotes, type NoteRow, removeNote } from './notes.service.ts';

const tags = ['Notes'];
const params = Type.Object({ customerId: pathId('customer') });
const noteParams = Type.Object({ ...params.properties, noteId: pathId('note') });

const toNote = (row: NoteRow): Note => ({
  id: row.id,
  type: 'note',
  content: row.content,
  author: row.author,
  relationships: { customer: { data: { type: 'customer', id: row.customer_id } } },
  meta: { timestamps: { created_at: row.created_at, updated_at: row.updated_at } },
});

/** Notes of staff about customers: beyond the contract, for staff and back ends alone. */
export function noteRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();
  const ids = (request: { params: { customerId: string; noteId: string } }) =>
    [request.params.customerId.toLowerCase(), request.params.noteId.toLowerCase()] as const;

  app.get(
    '/v2/customers/:customerId/notes',
    {
      schema: {
        tags,
        summary: 'List the notes about a customer',
        description: 'Newest first.',
        params,
        querystring: PageQuery,
        response: answers({ 200: page(Note) }, 400, 404),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const customerId = request.params.customerId.toLowerCase();
      const asked = parsePage(query, request.ctx.store.page_length);
      const found = await listNotes(request.ctx, customerId, asked);
      const at = { baseUrl: services.baseUrl(), path: `/v2/customers/${customerId}/notes`, query, page: asked };
      return pageDocument(found.rows.map(toNote), at, found);
    },
  );

  app.post(
    '/v2/customers/:customerId/notes',
    {
      schema: {
        tags,
        summary: 'Write a note about a customer',
        params,
        body: document(NewNote),
        response: answers({ 201: taggedDocument(Note) }, 404, 422),
      },
    },
    async (request, reply) => {
      const row = await addNote(request.ctx, request.params.customerId.toLowerCase(), request.body.data);
      sendTag(reply, row);
      return reply.code(201).send({ data: toNote(row) });
    },
  );

  app.get(
    '/v2/customers/:customerId/notes/:noteId',
    {
      schema: {
        tags,
        summary: 'Get a note',
        params: noteParams,
        response: answers({ 200: taggedDocument(Note) }, 404),
      },
    },
    async (request, reply) => {
      const row = await getNote(request.ctx, ...ids(request));
      sendTag(reply, row);
      return { data: toNote(row) };
    },
  );

  app.put(
    '/v2/customers/:customerId/notes/:noteId',
    {
      schema: {
        tags,
        summary: 'Rewrite a note',
        params: noteParams,
        headers: IfMatch,
        body: document(NotePatch),
        response: answers({ 200: taggedDocument(Note) }, 404, 412, 422),
      },
    },
    async (request, reply) => {
      const row = await changeNote(request.ctx, ...ids(request), request.body.data, expectedTags(request));
      sendTag(reply, row);
      return { data: toNote(row) };
    },
  );

  app.delete(
    '/v2/customers/:customerId/notes/:noteId',
    {
      schema: {
        tags,
        summary: 'Delete a note',
        params: noteParams,
        headers: IfMatch,
        response: answers({ 204: Type.Null() }, 404, 412),
      },
    },
    async (request, reply) => {
      await removeNote(request.ctx, ...ids(request), expectedTags(request));
      return reply.code(204).send(null);
    },
  );
}
