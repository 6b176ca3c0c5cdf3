import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { tellAllFaults } from '../../platform/http/all-faults.ts';
import { errorsBeside } from '../../platform/http/error-document.ts';
import { listingQuery } from '../../platform/http/listing-query.ts';
import { answers, document, ErrorDocument, page, pathId } from '../../platform/http/schemas.ts';
import { parseInclude } from '../../platform/query/include.ts';
import { pageDocument } from '../../platform/query/list-query.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import { Customer } from '../customers/customers.schema.ts';
import { attributesRoute } from '../flows/attributes.ts';
import { fieldFilters } from '../flows/extended-resource.ts';
import { anonymizeOrders } from './orders.anonymize.ts';
import { changeOrder } from './orders.change.ts';
import { linkOrder } from './orders.customer.ts';
import { readIncluded } from './orders.include.ts';
import { orderListing } from './orders.list.ts';
import { AnonymizeRequest, Order, OrderCustomer, OrderItem, OrderPatch } from './orders.schema.ts';
import { getOrder, listOrders, orders, showOrder } from './orders.service.ts';
import { toOrder, toOrderItems } from './orders.wire.ts';

const tags = ['Orders'];
const params = Type.Object({ orderId: pathId('order') });
const include = Type.Optional(
  Type.String({
    description: 'Comma-separated: `items` for the items, `customers` for the customers of the orders',
    examples: ['items', 'items,customers'],
  }),
);
const included = Type.Optional(
  Type.Object({ items: Type.Optional(Type.Array(OrderItem)), customers: Type.Optional(Type.Array(Customer)) }),
);

const ListQuery = Type.Object({
  include,
  ...listingQuery(orderListing, {
    filters: ['eq(payment,paid):ge(created_at,2021-03-01)'],
    note: `Amounts are minor units. \`product_id\` and \`product_sku\` find orders of which any item matches.\n\n${fieldFilters('orders')}`,
  }).properties,
});

/** The endpoints of orders (reference: orders.md, "Endpoints"). Orders are made by checkout alone. */
export function orderRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/v2/orders',
    {
      schema: {
        tags,
        summary: 'List orders',
        description: 'Newest first. With a customer token: the order history of that customer.',
        querystring: ListQuery,
        response: answers({ 200: Type.Object({ ...page(Order).properties, included }) }, 400),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const { ctx } = request;
      const names = parseInclude(query);
      const { page, found } = await listOrders(ctx, query, names.has('items'));
      const at = { baseUrl: services.baseUrl(), path: '/v2/orders', query, page };
      return { ...pageDocument(found.rows.map(toOrder), at, found), ...(await readIncluded(ctx, found.rows, names)) };
    },
  );

  attributesRoute(server, { flowSlug: 'orders', body: OrderPatch, tags });

  app.get(
    '/v2/orders/:orderId',
    {
      schema: {
        tags,
        summary: 'Get an order',
        params,
        querystring: Type.Object({ include }),
        response: answers({ 200: Type.Object({ data: Order, included }) }, 404),
      },
    },
    async request => {
      const order = await getOrder(request.ctx, request.params.orderId.toLowerCase());
      const names = parseInclude(request.query as RawQuery);
      return { data: toOrder(order), ...(await readIncluded(request.ctx, [order], names)) };
    },
  );

  app.get(
    '/v2/orders/:orderId/items',
    {
      schema: {
        tags,
        summary: 'List the items of an order',
        params,
        response: answers({ 200: Type.Object({ data: Type.Array(OrderItem) }) }, 404),
      },
    },
    async request => ({ data: toOrderItems(await getOrder(request.ctx, request.params.orderId.toLowerCase())) }),
  );

  app.put(
    '/v2/orders/:orderId',
    {
      schema: {
        tags,
        summary: 'Update an order',
        description:
          'Cancels, fulfils, corrects the shipping address or the references of an order. Members that cannot be changed are ignored.',
        params,
        body: document(OrderPatch),
        response: answers({ 200: document(Order) }, 404, 422),
      },
      ...tellAllFaults((request: FastifyRequest<{ Params: { orderId: string } }>, data) =>
        orders.rules(request.ctx.db, data, request.params.orderId.toLowerCase()),
      ),
    },
    async request => ({
      data: toOrder(await changeOrder(request.ctx, request.params.orderId.toLowerCase(), request.body.data)),
    }),
  );

  app.post(
    '/v2/orders/anonymize',
    {
      schema: {
        tags,
        summary: 'Anonymize orders',
        description:
          'Replaces the personal data of orders that are fulfilled, cancelled or fully refunded, for ever. Orders that cannot be anonymized are listed as errors.',
        body: document(AnonymizeRequest),
        response: answers(
          { 200: Type.Object({ data: Type.Array(Order), errors: Type.Optional(ErrorDocument.properties.errors) }) },
          422,
        ),
      },
    },
    async request => {
      const { orders, errors } = await anonymizeOrders(request.ctx, request.body.data.order_ids);
      const shown = await Promise.all(orders.map(order => showOrder(request.ctx.db, order)));
      return { data: shown.map(toOrder), ...errorsBeside(errors) };
    },
  );

  app.post(
    '/v2/orders/:orderId/relationships/customer',
    {
      schema: {
        tags,
        summary: 'Give a guest order to a customer',
        description:
          'By hand, and written into the audit log: a guest order is never linked because an e-mail is equal.',
        params,
        body: document(OrderCustomer),
        response: answers({ 200: document(OrderCustomer) }, 404, 422),
      },
    },
    async request => {
      const customerId = request.body.data.id.toLowerCase();
      await linkOrder(request.ctx, request.params.orderId.toLowerCase(), customerId);
      return { data: { type: 'customer' as const, id: customerId } };
    },
  );
}
