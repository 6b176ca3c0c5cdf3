import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type, { type TSchema } from 'typebox';
import { errorsBeside } from '../../platform/http/error-document.ts';
import { headerValue } from '../../platform/http/headers.ts';
import { answers, pathId } from '../../platform/http/schemas.ts';
import { parseInclude } from '../../platform/query/include.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import type { Cart } from './cart.ts';
import { readEntries, readManyEntries, readOneEntry } from './cart-entries.ts';
import {
  CartItemPatch,
  CartItemPatchOfMany,
  CartItems,
  CartToMerge,
  NewCartItem,
  NewCustomItem,
  NewPromotionItem,
  OrderToRepeat,
} from './cart-items.schema.ts';
import type { FindReorderLines } from './cart-wanted.ts';
import type { ShownLine } from './carts.fields.ts';
import { addItems, type ChangedCart, removeItem, removeItems, updateItem, updateItems } from './carts.items.ts';
import { getCart } from './carts.service.ts';
import { cartParams, viewOf } from './carts.view.ts';
import { toIncluded, toItemsDocument } from './carts.wire.ts';

const tags = ['Cart items'];
const params = Type.Object({ ...cartParams.properties, itemId: pathId('item') });

const NewItem = Type.Union([NewCartItem, NewCustomItem, NewPromotionItem, CartToMerge, OrderToRepeat]);

const bulkOptions = (name: string, fallback: boolean, description: string) =>
  Type.Optional(
    Type.Object({ [name]: Type.Optional(Type.Boolean({ default: fallback, description })) } as Record<string, TSchema>),
  );

/** These bodies are told entry by entry what is wrong with them, by the service. */
const validatedByEntry = { validatorCompiler: () => () => true };

/** The endpoints of cart items (reference: carts-and-checkout.md, "Items"). */
export function cartItemRoutes(server: FastifyInstance, services: Services, findReorderLines: FindReorderLines): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  const show = (request: FastifyRequest, cart: Cart<ShownLine>) => toItemsDocument(cart, viewOf(request, services));
  const showChanged = (request: FastifyRequest, { cart, errors }: ChangedCart) => ({
    ...show(request, cart),
    ...errorsBeside(errors),
  });

  app.get(
    '/v2/carts/:cartId/items',
    {
      schema: {
        tags,
        summary: 'List the items of a cart',
        description: 'In the order in which they were added. Stores nothing.',
        params: cartParams,
        querystring: Type.Object({
          include: Type.Optional(Type.String({ description: 'tax_items', examples: ['tax_items'] })),
        }),
        response: answers({ 200: CartItems }, 400),
      },
    },
    async request => {
      const names = new Set([...parseInclude(request.query as RawQuery)].filter(name => name === 'tax_items'));
      const cart = await getCart(request.ctx, request.params.cartId);
      return { ...show(request, cart), ...toIncluded([cart], names, viewOf(request, services)) };
    },
  );

  app.post(
    '/v2/carts/:cartId/items',
    {
      ...validatedByEntry,
      schema: {
        tags,
        summary: 'Add to a cart',
        description:
          'One item or an array of them, applied in order. What a line has already adds up. The first item fixes the currency: X-Moltin-Currency, else the default one.',
        params: cartParams,
        body: Type.Object({
          data: Type.Union([NewItem, Type.Array(NewItem)]),
          options: bulkOptions(
            'add_all_or_nothing',
            false,
            'Whether one refused item refuses all; else the others are added, and errors tells of it',
          ),
        }),
        response: answers({ 201: CartItems }, 400, 404, 422),
      },
    },
    async (request, reply) => {
      const entries = readEntries(request.body, { name: 'add_all_or_nothing', fallback: false });
      const changed = await addItems(request.ctx, request.params.cartId, {
        ...entries,
        currency: headerValue(request, 'x-moltin-currency'),
        findReorderLines,
      });
      return reply.code(201).send(showChanged(request, changed));
    },
  );

  app.put(
    '/v2/carts/:cartId/items',
    {
      ...validatedByEntry,
      schema: {
        tags,
        summary: 'Update several items',
        description: 'Quantity 0 removes a line.',
        params: cartParams,
        body: Type.Object({
          data: Type.Array(CartItemPatchOfMany),
          options: bulkOptions(
            'update_all_or_nothing',
            true,
            'Whether one refused item refuses all; else the others are changed, and errors tells of it',
          ),
        }),
        response: answers({ 200: CartItems }, 400, 404, 422),
      },
    },
    async request => {
      const entries = readManyEntries(request.body, { name: 'update_all_or_nothing', fallback: true });
      return showChanged(request, await updateItems(request.ctx, request.params.cartId, entries));
    },
  );

  app.delete(
    '/v2/carts/:cartId/items',
    {
      schema: {
        tags,
        summary: 'Remove every item',
        description: 'The cart stays, and gives its currency free.',
        params: cartParams,
        response: answers({ 204: Type.Null() }),
      },
    },
    async (request, reply) => {
      await removeItems(request.ctx, request.params.cartId);
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/v2/carts/:cartId/items/:itemId',
    {
      ...validatedByEntry,
      schema: {
        tags,
        summary: 'Update an item',
        description: 'Quantity 0 removes it. A product takes its price of today.',
        params,
        body: Type.Object({ data: CartItemPatch }),
        response: answers({ 200: CartItems }, 400, 404, 422),
      },
    },
    async request => {
      const { cartId, itemId } = request.params;
      const entry = readOneEntry(request.body);
      return show(request, await updateItem(request.ctx, cartId, itemId.toLowerCase(), entry));
    },
  );

  app.delete(
    '/v2/carts/:cartId/items/:itemId',
    {
      schema: {
        tags,
        summary: 'Remove an item',
        description: 'Answers the items that remain.',
        params,
        response: answers({ 200: CartItems }, 404),
      },
    },
    async request => show(request, await removeItem(request.ctx, request.params.cartId, request.params.itemId)),
  );
}
