import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { answers, PageQuery, page } from '../../platform/http/schemas.ts';
import { parseFilter } from '../../platform/query/filter-parameter.ts';
import { pageDocument } from '../../platform/query/list-query.ts';
import { parsePage } from '../../platform/query/page.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import { listAudit, readResourceFilter } from './audit.service.ts';
import { LogEntry, toLogEntry } from './audit.wire.ts';

/** Reading the audit log (reference: platform.md, "Personal data"). */
export function auditRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/v2/personal-data/logs',
    {
      schema: {
        tags: ['Personal data'],
        summary: 'List what was done to a resource',
        description:
          'Oldest first: changes of customers and addresses, sessions that others than the customer ended, and the linking of ' +
          'guest orders to customers. Kept for as long as `/v2/settings/logs-ttl` says.',
        querystring: Type.Object({
          filter: Type.Optional(
            Type.String({
              description: 'Exactly `eq(resource_type,…):eq(resource_id,…)`; the type is customer, address or order',
              examples: ['eq(resource_type,order):eq(resource_id,c2b8a0b4-3d0e-4f0a-9d0b-0c6f2b7f4e01)'],
            }),
          ),
          ...PageQuery.properties,
        }),
        response: answers({ 200: page(LogEntry) }, 400),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const asked = parsePage(query, request.ctx.store.page_length);
      const { rows, total } = await listAudit(request.ctx, readResourceFilter(parseFilter(query.filter ?? '')), asked);
      const at = { baseUrl: services.baseUrl(), path: '/v2/personal-data/logs', query, page: asked };
      return pageDocument(
        rows.map(row => toLogEntry(row, services.baseUrl())),
        at,
        { total },
      );
    },
  );
}
