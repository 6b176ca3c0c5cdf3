import type { FastifyInstance } from 'fastify';
import { listingQuery } from '../../platform/http/listing-query.ts';
import { answers, page } from '../../platform/http/schemas.ts';
import { pageDocument, readListQuery } from '../../platform/query/list-query.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import { customerTagListing } from './customer-tags.list.ts';
import { CustomerTag } from './customer-tags.schema.ts';
import { listCustomerTags } from './customer-tags.service.ts';

/** The tags of customers: beyond the contract, for back ends and staff. */
export function customerTagRoutes(server: FastifyInstance, services: Services): void {
  server.get(
    '/v2/customers/tags',
    {
      schema: {
        tags: ['Customers'],
        summary: 'List the tags of customers',
        description: 'Each tag that a customer has, with how many have it, in the order of their names.',
        querystring: listingQuery(customerTagListing, { filters: ['eq(name,vip)', 'like(name,wh*)'] }),
        response: answers({ 200: page(CustomerTag) }, 400),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const asked = readListQuery(query, customerTagListing, request.ctx.store.page_length);
      const found = await listCustomerTags(request.ctx, asked);
      const at = { baseUrl: services.baseUrl(), path: '/v2/customers/tags', query, page: asked.page };
      const data = found.rows.map(({ id, customers }) => ({ type: 'customer_tag', name: id, customers }));
      return pageDocument(data, at, found);
    },
  );
}
