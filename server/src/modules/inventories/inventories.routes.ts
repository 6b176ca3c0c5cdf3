import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { answers, CursorPageQuery, document, page, pathId } from '../../platform/http/schemas.ts';
import { pageDocument, readListQuery } from '../../platform/query/list-query.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import { stockListing, stockTransactionListing } from './inventories.list.ts';
import { NewStock, NewStockTransaction, Stock, StockIds, StockTransaction } from './inventories.schema.ts';
import {
  createStock,
  findStocks,
  getStock,
  getStockTransaction,
  listStocks,
  listStockTransactions,
  recordStockTransaction,
  removeStock,
} from './inventories.service.ts';
import { toStock, toStockTransaction } from './inventories.wire.ts';

const tags = ['Inventories'];
const params = Type.Object({ productId: pathId('product') });
const transactionParams = Type.Object({ ...params.properties, stockTransactionId: pathId('stock transaction') });

/** The endpoints of inventories (reference: catalog-minimum.md, "Inventory"). */
export function inventoryRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();
  const idOf = (request: { params: { productId: string } }) => request.params.productId.toLowerCase();

  app.get(
    '/v2/inventories',
    {
      schema: {
        tags,
        summary: 'List stocks',
        description: 'In the order in which their products were created.',
        querystring: CursorPageQuery,
        response: answers({ 200: page(Stock) }, 400),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const asked = readListQuery(query, stockListing, request.ctx.store.page_length);
      const found = await listStocks(request.ctx, asked);
      const at = { baseUrl: services.baseUrl(), path: '/v2/inventories', query, page: asked.page };
      return pageDocument(found.rows.map(toStock), at, found);
    },
  );

  app.post(
    '/v2/inventories/multiple',
    {
      schema: {
        tags,
        summary: 'Get several stocks',
        description: 'Of the products named; those without a stock are left out.',
        body: document(StockIds),
        response: answers({ 200: Type.Object({ data: Type.Array(Stock) }) }, 400, 422),
      },
    },
    async request => {
      const rows = await findStocks(
        request.ctx,
        request.body.data.map(({ id }) => id),
      );
      return { data: rows.map(toStock) };
    },
  );

  app.get(
    '/v2/inventories/:productId',
    {
      schema: { tags, summary: 'Get the stock of a product', params, response: answers({ 200: document(Stock) }, 404) },
    },
    async request => ({ data: toStock(await getStock(request.ctx, idOf(request))) }),
  );

  app.post(
    '/v2/inventories/:productId',
    {
      schema: {
        tags,
        summary: 'Create the stock of a product',
        description: 'A product has a stock from its creation; this is for one whose stock was deleted.',
        params,
        body: document(NewStock),
        response: answers({ 200: document(Stock) }, 404, 409, 422),
      },
    },
    async request => ({ data: toStock(await createStock(request.ctx, idOf(request), request.body.data.quantity)) }),
  );

  app.delete(
    '/v2/inventories/:productId',
    {
      schema: {
        tags,
        summary: 'Delete the stock of a product',
        description: 'With its transactions. A product that manages its stock cannot be bought then.',
        params,
        response: answers({ 204: Type.Null() }, 404),
      },
    },
    async (request, reply) => {
      await removeStock(request.ctx, idOf(request));
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/v2/inventories/:productId/transactions',
    {
      schema: {
        tags,
        summary: 'List the transactions of a stock',
        description: 'Oldest first; with `sort=-created_at` newest first.',
        params,
        querystring: CursorPageQuery,
        response: answers({ 200: page(StockTransaction) }, 400, 404),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const productId = idOf(request);
      const asked = readListQuery(query, stockTransactionListing, request.ctx.store.page_length);
      const found = await listStockTransactions(request.ctx, productId, asked);
      const path = `/v2/inventories/${productId}/transactions`;
      const at = { baseUrl: services.baseUrl(), path, query, page: asked.page };
      return pageDocument(found.rows.map(toStockTransaction), at, found);
    },
  );

  app.post(
    '/v2/inventories/:productId/transactions',
    {
      schema: {
        tags,
        summary: 'Change the stock of a product',
        params,
        body: document(NewStockTransaction),
        response: answers({ 201: document(StockTransaction) }, 404, 422),
      },
    },
    async (request, reply) => {
      const row = await recordStockTransaction(request.ctx, idOf(request), request.body.data);
      return reply.code(201).send({ data: toStockTransaction(row) });
    },
  );

  app.get(
    '/v2/inventories/:productId/transactions/:stockTransactionId',
    {
      schema: {
        tags,
        summary: 'Get a transaction of a stock',
        params: transactionParams,
        response: answers({ 200: document(StockTransaction) }, 404),
      },
    },
    async request => {
      const id = request.params.stockTransactionId.toLowerCase();
      return { data: toStockTransaction(await getStockTransaction(request.ctx, idOf(request), id)) };
    },
  );
}
