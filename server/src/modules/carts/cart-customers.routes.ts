import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { indexedToArray } from '../../platform/http/body.ts';
import { answers, document, keywordErrors } from '../../platform/http/schemas.ts';
import { associateCart, dissociateCart } from './carts.customers.ts';
import { CustomerLink } from './carts.schema.ts';
import { cartParams } from './carts.view.ts';

const tags = ['Carts'];
const Customers = document(Type.Array(CustomerLink, { minItems: 1 }), keywordErrors);

/** Some SDKs send an array as an object of its members (reference: README.md, "Content types and bodies" 5). */
async function readIndexed(request: FastifyRequest): Promise<void> {
  request.body = indexedToArray(request.body);
}

/** The endpoints of a cart's customer (reference: carts-and-checkout.md, "Customer association"). */
export function cartCustomerRoutes(server: FastifyInstance): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();
  const path = '/v2/carts/:cartId/relationships/customers';
  const idsOf = (data: readonly CustomerLink[]) => data.map(({ id }) => id);

  app.post(
    path,
    {
      preValidation: readIndexed,
      schema: {
        tags,
        summary: 'Associate a cart with a customer',
        description:
          'The cart then shows in the list of carts of that customer, on any device. 204 when it was so already. Makes the cart when there is none.',
        params: cartParams,
        body: Customers,
        response: answers({ 200: document(Type.Array(CustomerLink)), 204: Type.Null() }, 400, 404),
      },
    },
    async (request, reply) => {
      const ids = idsOf(request.body.data);
      const isNew = await associateCart(request.ctx, request.params.cartId, ids);
      if (!isNew) return reply.code(204).send(null);
      return reply.code(200).send({ data: request.body.data.map(({ id }) => ({ type: 'customer' as const, id })) });
    },
  );

  app.delete(
    path,
    {
      preValidation: readIndexed,
      schema: {
        tags,
        summary: 'End the association of a cart with a customer',
        params: cartParams,
        body: Customers,
        response: answers({ 204: Type.Null() }, 400),
      },
    },
    async (request, reply) => {
      await dissociateCart(request.ctx, request.params.cartId, idsOf(request.body.data));
      return reply.code(204).send(null);
    },
  );
}
