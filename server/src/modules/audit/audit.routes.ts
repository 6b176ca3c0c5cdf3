import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { answers, PageQuery, page, Timestamp, Uuid } from '../../platform/http/schemas.ts';
import { parseFilter } from '../../platform/query/filter.ts';
import { pageDocument } from '../../platform/query/list-query.ts';
import { parsePage } from '../../platform/query/page.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import { type AuditRow, auditedPaths, listAudit, readResourceFilter } from './audit.service.ts';

/** An entry of the audit log (reference: platform.md, "Personal data"). */
const LogEntry = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('personal_data_log_entry'),
    time: Timestamp,
    event_type: Type.String({ examples: ['order.customer_linked'] }),
    resource_type: Type.String({ examples: ['order'] }),
    resource_id: Uuid,
    delta: Type.Record(Type.String(), Type.Unknown(), { description: 'What changed: before and after' }),
    initiator: Type.Record(Type.String(), Type.Unknown(), { description: 'Whose credentials it was done with' }),
    relationships: Type.Object({ resource_path: Type.Object({ url: Type.String() }) }),
  },
  { title: 'PersonalDataLogEntry' },
);

const toLogEntry = (row: AuditRow, baseUrl: string): Type.Static<typeof LogEntry> => ({
  id: row.id,
  type: 'personal_data_log_entry',
  time: row.logged_at,
  event_type: row.event_type,
  resource_type: row.resource_type,
  resource_id: row.resource_id,
  delta: row.delta,
  initiator: row.initiator,
  relationships: {
    resource_path: {
      url: `${baseUrl}${auditedPaths[row.resource_type as keyof typeof auditedPaths]}/${row.resource_id}`,
    },
  },
});

/** Reading the audit log (reference: platform.md, "Personal data"). */
export function auditRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/v2/personal-data/logs',
    {
      schema: {
        tags: ['Personal data'],
        summary: 'List what was done to a resource',
        description: 'The acts that staff are accountable for: the linking of guest orders to customers. Oldest first.',
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
