import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Services } from '../access/services.ts';
import type { View } from './carts.wire.ts';

/** The path parameter of every route on one cart. */
export const cartParams = Type.Object({
  cartId: Type.String({
    description: 'The reference of the cart, which the client chooses; any text',
    examples: ['7b52009b64fd0a2a49e6d8a939753077'],
  }),
});

/** How the carts of a request are shown. */
export function viewOf(request: FastifyRequest, services: Services): View {
  return { baseUrl: services.baseUrl(), method: request.ctx.store.calculation_method };
}
