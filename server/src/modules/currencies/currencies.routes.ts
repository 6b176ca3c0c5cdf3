import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { answers, document, keywordErrors, pathId } from '../../platform/http/schemas.ts';
import type { Services } from '../access/services.ts';
import { Currency, CurrencyPatch, NewCurrency } from './currencies.schema.ts';
import { changeCurrency, createCurrency, getCurrency, listCurrencies, removeCurrency } from './currencies.service.ts';
import { toCurrency } from './currencies.wire.ts';

const tags = ['Currencies'];
const params = Type.Object({ currencyId: pathId('currency') });

/** The endpoints of currencies (reference: catalog-minimum.md, "Currency"). */
export function currencyRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();
  const idOf = (request: { params: { currencyId: string } }) => request.params.currencyId.toLowerCase();

  app.get(
    '/v2/currencies',
    {
      schema: {
        tags,
        summary: 'List currencies',
        description: 'All of them, oldest first; there are at most ten.',
        response: answers({ 200: Type.Object({ data: Type.Array(Currency) }) }, 400),
      },
    },
    async request => {
      const rows = await listCurrencies(request.ctx.db);
      return { data: rows.map(row => toCurrency(row, services.baseUrl())) };
    },
  );

  app.post(
    '/v2/currencies',
    {
      schema: {
        tags,
        summary: 'Create a currency',
        description: 'As the default, it takes the place of the one before.',
        body: document(NewCurrency, keywordErrors),
        response: answers({ 201: document(Currency) }, 400, 422),
      },
    },
    async (request, reply) => {
      const row = await createCurrency(request.ctx, request.body.data);
      return reply.code(201).send({ data: toCurrency(row, services.baseUrl()) });
    },
  );

  app.get(
    '/v2/currencies/:currencyId',
    { schema: { tags, summary: 'Get a currency', params, response: answers({ 200: document(Currency) }, 404) } },
    async request => ({ data: toCurrency(await getCurrency(request.ctx.db, idOf(request)), services.baseUrl()) }),
  );

  app.put(
    '/v2/currencies/:currencyId',
    {
      schema: {
        tags,
        summary: 'Update a currency',
        description: 'Keys that are not sent keep their value.',
        params,
        body: document(CurrencyPatch, keywordErrors),
        response: answers({ 200: document(Currency) }, 400, 404),
      },
    },
    async request => {
      const row = await changeCurrency(request.ctx, idOf(request), request.body.data);
      return { data: toCurrency(row, services.baseUrl()) };
    },
  );

  app.delete(
    '/v2/currencies/:currencyId',
    {
      schema: {
        tags,
        summary: 'Delete a currency',
        description: 'Not the default one.',
        params,
        response: answers({ 204: Type.Null() }, 400, 404),
      },
    },
    async (request, reply) => {
      await removeCurrency(request.ctx, idOf(request));
      return reply.code(204).send(null);
    },
  );
}
