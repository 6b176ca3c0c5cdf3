import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { errorsBeside } from '../../platform/http/error-document.ts';
import { answers, document, ErrorDocument, pathId } from '../../platform/http/schemas.ts';
import { readManyEntries } from './cart-entries.ts';
import { NewTaxItem, NewTaxItemOfLine, TaxItem, TaxItemOfLine, TaxItemPatch } from './cart-taxes.schema.ts';
import { addTax, addTaxes, changeTax, removeTax, removeTaxes } from './carts.taxes.ts';
import { cartParams } from './carts.view.ts';
import { toTaxItem, toTaxItemOfLine } from './carts.wire.ts';

const tags = ['Cart taxes'];
const itemParams = Type.Object({ ...cartParams.properties, itemId: pathId('item') });
const params = Type.Object({ ...itemParams.properties, taxId: pathId('tax item') });

/** The endpoints of tax items (reference: carts-and-checkout.md, "Tax items"). */
export function cartTaxRoutes(server: FastifyInstance): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.post(
    '/v2/carts/:cartId/items/:itemId/taxes',
    {
      schema: {
        tags,
        summary: 'Add a tax to an item',
        description: 'At most 5 on one item. Rates add up; they do not compound.',
        params: itemParams,
        body: document(NewTaxItem),
        response: answers({ 201: document(TaxItem) }, 400, 404, 422),
      },
    },
    async (request, reply) => {
      const { cartId, itemId } = request.params;
      const tax = await addTax(request.ctx, cartId, itemId, request.body.data);
      return reply.code(201).send({ data: toTaxItem(tax) });
    },
  );

  app.put(
    '/v2/carts/:cartId/items/:itemId/taxes/:taxId',
    {
      schema: {
        tags,
        summary: 'Update a tax of an item',
        description: 'Keys that are not sent keep their value.',
        params,
        body: document(TaxItemPatch),
        response: answers({ 200: document(TaxItem) }, 400, 404, 422),
      },
    },
    async request => {
      const { cartId, itemId: lineId, taxId } = request.params;
      const one = { lineId, taxId: taxId.toLowerCase() };
      return { data: toTaxItem(await changeTax(request.ctx, cartId, one, request.body.data)) };
    },
  );

  app.delete(
    '/v2/carts/:cartId/items/:itemId/taxes/:taxId',
    { schema: { tags, summary: 'Remove a tax of an item', params, response: answers({ 204: Type.Null() }, 404) } },
    async (request, reply) => {
      const { cartId, itemId: lineId, taxId } = request.params;
      await removeTax(request.ctx, cartId, { lineId, taxId: taxId.toLowerCase() });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v2/carts/:cartId/taxes',
    {
      // Told tax by tax what is wrong with them, by the service.
      validatorCompiler: () => () => true,
      schema: {
        tags,
        summary: 'Add taxes to several items',
        description: 'Each names its item.',
        params: cartParams,
        body: Type.Object({
          data: Type.Array(NewTaxItemOfLine),
          options: Type.Optional(
            Type.Object({
              add_all_or_nothing: Type.Optional(
                Type.Boolean({
                  default: false,
                  description: 'Whether one refused tax refuses all; else the others are added, and errors tells of it',
                }),
              ),
            }),
          ),
        }),
        response: answers(
          {
            201: Type.Object({
              data: Type.Array(TaxItemOfLine),
              errors: Type.Optional(ErrorDocument.properties.errors),
            }),
          },
          400,
          404,
          422,
        ),
      },
    },
    async (request, reply) => {
      const entries = readManyEntries(request.body, { name: 'add_all_or_nothing', fallback: false });
      const { added, errors } = await addTaxes(request.ctx, request.params.cartId, entries);
      const data = added.map(({ tax, line }) => toTaxItemOfLine(tax, line));
      return reply.code(201).send({ data, ...errorsBeside(errors) });
    },
  );

  app.delete(
    '/v2/carts/:cartId/taxes',
    {
      schema: {
        tags,
        summary: 'Remove the taxes of every item',
        params: cartParams,
        response: answers({ 204: Type.Null() }),
      },
    },
    async (request, reply) => {
      await removeTaxes(request.ctx, request.params.cartId);
      return reply.code(204).send(null);
    },
  );
}
