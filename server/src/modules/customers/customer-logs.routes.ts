import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { answers, PageQuery, page, pathId } from '../../platform/http/schemas.ts';
import { pageDocument } from '../../platform/query/list-query.ts';
import { parsePage } from '../../platform/query/page.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import { LogEntry, toLogEntry } from '../audit/audit.wire.ts';
import { listCustomerLogs } from './customers.service.ts';

/** What was done to a customer: beyond the contract, for back ends, owners and privacy officers. */
export function customerLogRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/v2/customers/:customerId/logs',
    {
      schema: {
        tags: ['Personal data'],
        summary: 'List what was done to a customer',
        description:
          'And to their addresses and sessions: who, when, from where, and which members were changed. Newest first. Of a ' +
          'deleted customer without the values.',
        params: Type.Object({ customerId: pathId('customer') }),
        querystring: PageQuery,
        response: answers({ 200: page(LogEntry) }, 400, 404),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const customerId = request.params.customerId.toLowerCase();
      const asked = parsePage(query, request.ctx.store.page_length);
      const found = await listCustomerLogs(request.ctx, customerId, asked);
      const baseUrl = services.baseUrl();
      const at = { baseUrl, path: `/v2/customers/${customerId}/logs`, query, page: asked };
      return pageDocument(
        found.rows.map(row => toLogEntry(row, baseUrl)),
        at,
        found,
      );
    },
  );
}
