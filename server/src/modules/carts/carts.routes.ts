import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { answers, CursorPageQuery, document, keywordErrors, page } from '../../platform/http/schemas.ts';
import { parseInclude } from '../../platform/query/include.ts';
import { pageDocument, readListQuery } from '../../platform/query/list-query.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import { mayKnowCustomer } from './cart.ts';
import { Included } from './cart-items.schema.ts';
import type { LineSummary } from './cart-lines.ts';
import type { ShownCart } from './carts.fields.ts';
import { cartListing } from './carts.read.ts';
import { CartPatch, Cart as CartResource, NewCart } from './carts.schema.ts';
import { changeCart, createCart, getCart, getCartSummary, listCarts, removeCart } from './carts.service.ts';
import { cartParams, viewOf } from './carts.view.ts';
import { toCart, toIncluded } from './carts.wire.ts';

const tags = ['Carts'];
const withIncluded = { included: Type.Optional(Included) };
const include = Type.Optional(
  Type.String({ description: 'items, tax_items, or both', examples: ['items', 'items,tax_items'] }),
);

/** The endpoints of carts (reference: carts-and-checkout.md, "Endpoints"). */
export function cartRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  function show(request: FastifyRequest, cart: ShownCart<LineSummary>) {
    return toCart(cart, { ...viewOf(request, services), mayKnowCustomer: mayKnowCustomer(request.ctx, cart) });
  }

  app.post(
    '/v2/carts',
    {
      schema: {
        tags,
        summary: 'Create a cart',
        description:
          'Carts come into being with the first write under any reference; this makes one with a name. With a customer token it is associated with that customer.',
        body: document(NewCart, keywordErrors),
        response: answers({ 201: document(CartResource) }, 400, 409, 422),
      },
    },
    async (request, reply) => {
      const cart = await createCart(request.ctx, request.body.data);
      return reply.code(201).send({ data: show(request, cart) });
    },
  );

  app.get(
    '/v2/carts',
    {
      schema: {
        tags,
        summary: 'List carts',
        description: 'Last changed first. With a customer token: the carts associated with that customer.',
        querystring: Type.Object({ include, ...CursorPageQuery.properties }),
        response: answers({ 200: Type.Object({ ...page(CartResource).properties, ...withIncluded }) }, 400),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const asked = readListQuery(query, cartListing, request.ctx.store.page_length);
      const names = parseInclude(query);
      const { carts, extent } = await listCarts(request.ctx, asked, names.has('items'));
      const at = { baseUrl: services.baseUrl(), path: '/v2/carts', query, page: asked.page };
      return {
        ...pageDocument(
          carts.map(cart => show(request, cart)),
          at,
          extent,
        ),
        ...toIncluded(carts, names, viewOf(request, services)),
      };
    },
  );

  app.get(
    '/v2/carts/:cartId',
    {
      schema: {
        tags,
        summary: 'Get a cart',
        description: 'A reference under which nothing is stored answers an empty cart. Stores nothing.',
        params: cartParams,
        querystring: Type.Object({ include }),
        response: answers({ 200: Type.Object({ data: CartResource, ...withIncluded }) }, 400),
      },
    },
    async request => {
      const names = parseInclude(request.query as RawQuery);
      const { cartId } = request.params;
      const cart = await (names.has('items') ? getCart : getCartSummary)(request.ctx, cartId);
      return { data: show(request, cart), ...toIncluded([cart], names, viewOf(request, services)) };
    },
  );

  app.put(
    '/v2/carts/:cartId',
    {
      schema: {
        tags,
        summary: 'Update a cart',
        description: 'Keys that are not sent keep their value. Makes the cart when there is none.',
        params: cartParams,
        body: document(CartPatch, keywordErrors),
        response: answers({ 200: document(CartResource) }, 400, 422),
      },
    },
    async request => {
      const { cartId } = request.params;
      return { data: show(request, await changeCart(request.ctx, cartId, request.body.data)) };
    },
  );

  app.delete(
    '/v2/carts/:cartId',
    {
      schema: {
        tags,
        summary: 'Delete a cart',
        description: 'With its items and its association. Answers the same when there is none.',
        params: cartParams,
        response: answers({ 204: Type.Null() }),
      },
    },
    async (request, reply) => {
      await removeCart(request.ctx, request.params.cartId);
      return reply.code(204).send(null);
    },
  );
}
