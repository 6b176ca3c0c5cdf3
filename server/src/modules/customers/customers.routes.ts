import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { listingQuery } from '../../platform/http/listing-query.ts';
import { answers, document, page, pathId } from '../../platform/http/schemas.ts';
import { pageDocument } from '../../platform/query/list-query.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import { attributesRoute } from '../flows/attributes.ts';
import { fieldFilters } from '../flows/extended-resource.ts';
import { customerListing } from './customers.list.ts';
import { Customer, CustomerPatch, NewCustomer } from './customers.schema.ts';
import { changeCustomer, createCustomer, getCustomer, listCustomers, removeCustomer } from './customers.service.ts';
import { toCustomer } from './customers.wire.ts';

const tags = ['Customers'];
const params = Type.Object({ customerId: pathId('customer') });

const ListQuery = listingQuery(customerListing, {
  filters: ['eq(email,ada@example.com)', 'like(name,Ada*):ge(created_at,2021-03-01)', 'eq(loyalty_tier,gold)'],
  note: fieldFilters('customers'),
});

const Search = Type.Optional(
  Type.String({
    maxLength: 256,
    description:
      'Words, in any order, each a part of the name, the e-mail, or a phone number, postcode, line, name or company of an ' +
      'address, or of the number of an order; whatever the case and the accents. A word of one or two letters must begin a ' +
      'word. Whole texts come first, then what begins with the words, then the newest. At most 500 are listed, with ' +
      '`meta.results.more` when there are others; with a `sort`, all.',
    examples: ['okafor leeds'],
  }),
);

/** The endpoints of customers (reference: customers.md, "Endpoints"). */
export function customerRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.post(
    '/v2/customers',
    {
      schema: {
        tags,
        summary: 'Create a customer',
        description:
          'With or without a password. A public access token may sign shoppers up, unless the store has switched that off.',
        body: document(NewCustomer),
        response: answers({ 201: document(Customer) }, 409, 422, 429),
      },
    },
    async (request, reply) => {
      if (request.ctx.role === 'storefront') await services.rateLimits.checkSignUp(request);
      const row = await createCustomer(request.ctx, request.body.data);
      return reply.code(201).send({ data: toCustomer(row) });
    },
  );

  app.get(
    '/v2/customers',
    {
      schema: {
        tags,
        summary: 'List customers',
        description:
          'Newest first; with `search`, the best matches first. With a customer token: a list of that customer alone.',
        querystring: Type.Object({ search: Search, ...ListQuery.properties }),
        response: answers({ 200: page(Customer) }, 400),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const { page, found } = await listCustomers(request.ctx, query);
      const at = { baseUrl: services.baseUrl(), path: '/v2/customers', query, page };
      return pageDocument(found.rows.map(toCustomer), at, found);
    },
  );

  attributesRoute(server, { flowSlug: 'customers', body: NewCustomer, tags });

  app.get(
    '/v2/customers/:customerId',
    { schema: { tags, summary: 'Get a customer', params, response: answers({ 200: document(Customer) }, 404) } },
    async request => ({ data: toCustomer(await getCustomer(request.ctx, request.params.customerId.toLowerCase())) }),
  );

  app.put(
    '/v2/customers/:customerId',
    {
      schema: {
        tags,
        summary: 'Update a customer',
        description: 'Keys that are not sent keep their value. A new password ends the other sessions of the customer.',
        params,
        body: document(CustomerPatch),
        response: answers({ 200: document(Customer) }, 404, 409, 422),
      },
    },
    async request => {
      const id = request.params.customerId.toLowerCase();
      return { data: toCustomer(await changeCustomer(request.ctx, id, request.body.data)) };
    },
  );

  app.delete(
    '/v2/customers/:customerId',
    {
      schema: {
        tags,
        summary: 'Delete a customer',
        description: 'Removes the customer with their addresses and sessions.',
        params,
        response: answers({ 204: Type.Null() }, 404),
      },
    },
    async (request, reply) => {
      await removeCustomer(request.ctx, request.params.customerId.toLowerCase());
      return reply.code(204).send(null);
    },
  );
}
