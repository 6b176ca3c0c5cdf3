import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { tellAllFaults } from '../../platform/http/all-faults.ts';
import { expectedTags, IfMatch, sendTag, taggedDocument } from '../../platform/http/entity-tags.ts';
import { listingQuery } from '../../platform/http/listing-query.ts';
import { answers, document, page, pathId } from '../../platform/http/schemas.ts';
import { pageDocument } from '../../platform/query/list-query.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import { attributesRoute } from '../flows/attributes.ts';
import { fieldFilters } from '../flows/extended-resource.ts';
import { maxRanked } from '../search/customer-search.list.ts';
import { customerListing } from './customers.list.ts';
import { Customer, CustomerPatch, ListedCustomer, NewCustomer } from './customers.schema.ts';
import {
  changeCustomer,
  createCustomer,
  customerRules,
  getCustomer,
  listCustomers,
  removeCustomer,
  removePassword,
} from './customers.service.ts';
import { toCustomer, toListedCustomer } from './customers.wire.ts';

const tags = ['Customers'];
const params = Type.Object({ customerId: pathId('customer') });

const ListQuery = listingQuery(customerListing, {
  filters: ['eq(email,ada@example.com)', 'like(name,Ada*):ge(created_at,2021-03-01)', 'eq(loyalty_tier,gold)'],
  note:
    '`password` is whether one is set, `country` that of any of their addresses, `order_count` the number of their orders. ' +
    fieldFilters('customers'),
});

const Search = Type.Optional(
  Type.String({
    maxLength: 256,
    description:
      'Words, in any order, each a part of the name, the e-mail, or a phone number, postcode, line, name or company of an ' +
      'address, or of the number of an order; whatever the case and the accents. A word of one or two letters must begin a ' +
      `word. Whole texts come first, then what begins with the words, then the newest. At most ${maxRanked} are listed, with ` +
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
        response: answers({ 201: taggedDocument(Customer) }, 409, 422, 429),
      },
      ...tellAllFaults((request, data) => customerRules(request.ctx, data)),
    },
    async (request, reply) => {
      if (request.ctx.role === 'storefront') await services.rateLimits.checkSignUp(request);
      const row = await createCustomer(request.ctx, request.body.data);
      sendTag(reply, row);
      return reply.code(201).send({ data: toCustomer(request.ctx, row) });
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
        response: answers({ 200: page(ListedCustomer) }, 400),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const { page, found } = await listCustomers(request.ctx, query);
      const at = { baseUrl: services.baseUrl(), path: '/v2/customers', query, page };
      return pageDocument(
        found.rows.map(row => toListedCustomer(request.ctx, row)),
        at,
        found,
      );
    },
  );

  attributesRoute(server, { flowSlug: 'customers', body: NewCustomer, tags });

  app.get(
    '/v2/customers/:customerId',
    { schema: { tags, summary: 'Get a customer', params, response: answers({ 200: taggedDocument(Customer) }, 404) } },
    async (request, reply) => {
      const row = await getCustomer(request.ctx, request.params.customerId.toLowerCase());
      sendTag(reply, row);
      return { data: toCustomer(request.ctx, row) };
    },
  );

  app.put(
    '/v2/customers/:customerId',
    {
      schema: {
        tags,
        summary: 'Update a customer',
        description: 'Keys that are not sent keep their value. A new password ends the other sessions of the customer.',
        params,
        headers: IfMatch,
        body: document(CustomerPatch),
        response: answers({ 200: taggedDocument(Customer) }, 404, 409, 412, 422),
      },
      ...tellAllFaults((request: FastifyRequest<{ Params: { customerId: string } }>, data) =>
        customerRules(request.ctx, data, request.params.customerId.toLowerCase()),
      ),
    },
    async (request, reply) => {
      const id = request.params.customerId.toLowerCase();
      const row = await changeCustomer(request.ctx, id, request.body.data, expectedTags(request));
      sendTag(reply, row);
      return { data: toCustomer(request.ctx, row) };
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
        headers: IfMatch,
        response: answers({ 204: Type.Null() }, 404, 412),
      },
    },
    async (request, reply) => {
      await removeCustomer(request.ctx, request.params.customerId.toLowerCase(), expectedTags(request));
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/v2/customers/:customerId/password',
    {
      schema: {
        tags,
        summary: 'Remove the password of a customer',
        description:
          'The customer cannot sign in with a password any more, and their sessions end. A PUT cannot do it: `""` and null ' +
          'leave the password as it is.',
        params,
        headers: IfMatch,
        response: answers({ 204: Type.Null() }, 404, 412),
      },
    },
    async (request, reply) => {
      await removePassword(request.ctx, request.params.customerId.toLowerCase(), expectedTags(request));
      return reply.code(204).send(null);
    },
  );
}
