import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { headerValue } from '../../platform/http/headers.ts';
import { answers } from '../../platform/http/schemas.ts';
import { Order, OrderItem } from '../orders/orders.schema.ts';
import { toOrder, toOrderItems } from '../orders/orders.wire.ts';
import { CheckoutRequest } from './checkout.schema.ts';
import { checkOut } from './checkout.service.ts';
import { leaveUnanswered } from './checkout.unanswered.ts';

/** `POST /v2/carts/:cartId/checkout` (reference: carts-and-checkout.md, "Checkout"). */
export function checkoutRoutes(server: FastifyInstance): void {
  server.withTypeProvider<TypeBoxTypeProvider>().post(
    '/v2/carts/:cartId/checkout',
    {
      schema: {
        tags: ['Checkout'],
        summary: 'Check a cart out',
        description:
          'Makes an order of a cart, for a returning customer by id, for the customer of the token, or for a guest, whose order is never linked to a customer. The cart stays. Stock is taken by the payment.',
        params: Type.Object({ cartId: Type.String({ description: 'The reference of the cart' }) }),
        body: CheckoutRequest,
        response: answers(
          { 201: Type.Object({ data: Order, included: Type.Object({ items: Type.Array(OrderItem) }) }) },
          400,
          404,
        ),
      },
      onSend: async request => leaveUnanswered(request.ctx),
    },
    async (request, reply) => {
      const { cartId } = request.params;
      const order = await checkOut(request.ctx, cartId, request.body.data, headerValue(request, 'x-moltin-currency'));
      return reply.code(201).send({ data: toOrder(order), included: { items: toOrderItems(order) } });
    },
  );
}
