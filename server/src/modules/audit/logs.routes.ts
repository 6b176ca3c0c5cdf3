import type { FastifyInstance } from 'fastify';
import { listingQuery } from '../../platform/http/listing-query.ts';
import { answers, page } from '../../platform/http/schemas.ts';
import { pageDocument, readListQuery } from '../../platform/query/list-query.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import { listLogs } from './audit.service.ts';
import { LogEntry, toLogEntry } from './audit.wire.ts';
import { logListing } from './logs.list.ts';

/** The audit log of a whole store: beyond the contract, for back ends, owners and privacy officers. */
export function logRoutes(server: FastifyInstance, services: Services): void {
  server.get(
    '/v2/logs',
    {
      schema: {
        tags: ['Personal data'],
        summary: 'List what was done in the store',
        description:
          'Newest first: changes of customers and addresses, sessions that others than the customer ended, the linking of guest ' +
          'orders to customers; and what is done with the keys, the settings and the staff of the store. Kept for as long as `/v2/settings/logs-ttl` says.',
        querystring: listingQuery(logListing, {
          filters: [
            'eq(event_type,customer.deleted):ge(time,2021-03-01)',
            'eq(resource_type,application_key)',
            'eq(initiator_id,3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01)',
          ],
          note:
            '`initiator_id` is who did it: the id of a member of staff, of the customer whose token came along, or of the key ' +
            'when there was neither. `customer_id` finds what was done to a customer, their addresses and sessions.',
        }),
        response: answers({ 200: page(LogEntry) }, 400),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const asked = readListQuery(query, logListing, request.ctx.store.page_length);
      const found = await listLogs(request.ctx, asked);
      const baseUrl = services.baseUrl();
      const at = { baseUrl, path: '/v2/logs', query, page: asked.page };
      return pageDocument(
        found.rows.map(row => toLogEntry(row, baseUrl)),
        at,
        found,
      );
    },
  );
}
