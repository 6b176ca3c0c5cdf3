import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { answers, document, pathId } from '../../platform/http/schemas.ts';
import type { Context } from '../access/context.ts';
import { NewSavedView, SavedView, SavedViewPatch } from './saved-views.schema.ts';
import type { SavedViewRow } from './saved-views.store.ts';
import { changeView, listViews, removeView, saveView } from './saved-views.ts';

const tags = ['Staff'];
const params = Type.Object({ viewId: pathId('view') });

const toView = (row: SavedViewRow, { actor }: Context): SavedView => ({
  id: row.id,
  type: 'saved_view',
  page: row.page,
  name: row.name,
  state: row.state,
  is_shared: row.is_shared,
  is_own: row.staff_id === actor.id,
  meta: { timestamps: { created_at: row.created_at, updated_at: row.updated_at } },
});

/** What staff keep of a list: its filters, columns and order, for themselves or for all staff of the store. */
export function savedViewRoutes(server: FastifyInstance): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/staff/views',
    {
      schema: {
        tags,
        summary: 'List the saved views of a store',
        description: 'The own ones, and those that others share; oldest first.',
        response: answers({ 200: document(Type.Array(SavedView)) }, 400),
      },
    },
    async request => {
      return { data: (await listViews(request.ctx)).map(row => toView(row, request.ctx)) };
    },
  );

  app.post(
    '/staff/views',
    {
      schema: {
        tags,
        summary: 'Save a view of a list',
        description: 'At most 200 for each member of staff.',
        body: document(NewSavedView),
        response: answers({ 201: document(SavedView) }, 409, 422),
      },
    },
    async (request, reply) => {
      const row = await saveView(request.ctx, request.body.data);
      return reply.code(201).send({ data: toView(row, request.ctx) });
    },
  );

  app.put(
    '/staff/views/:viewId',
    {
      schema: {
        tags,
        summary: 'Update a saved view of one’s own',
        description: 'Keys that are not sent keep their value.',
        params,
        body: document(SavedViewPatch),
        response: answers({ 200: document(SavedView) }, 404, 422),
      },
    },
    async request => {
      const row = await changeView(request.ctx, request.params.viewId.toLowerCase(), request.body.data);
      return { data: toView(row, request.ctx) };
    },
  );

  app.delete(
    '/staff/views/:viewId',
    {
      schema: {
        tags,
        summary: 'Delete a saved view',
        description: 'One’s own; an owner those that others share, too.',
        params,
        response: answers({ 204: Type.Null() }, 404),
      },
    },
    async (request, reply) => {
      await removeView(request.ctx, request.params.viewId.toLowerCase());
      return reply.code(204).send(null);
    },
  );
}
