import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { tellAllFaults } from '../../platform/http/all-faults.ts';
import { expectedTags, IfMatch, sendTag, taggedDocument } from '../../platform/http/entity-tags.ts';
import { answers, document, PageQuery, page, pathId } from '../../platform/http/schemas.ts';
import { pageDocument } from '../../platform/query/list-query.ts';
import { isPageRequested, parsePage } from '../../platform/query/page.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import { Address, AddressPatch, NewAddress } from './addresses.schema.ts';
import {
  addAddress,
  addressRules,
  changeAddress,
  getAddress,
  listAddresses,
  listAddressPage,
  removeAddress,
} from './addresses.service.ts';
import { toAddress } from './addresses.wire.ts';

const tags = ['Addresses'];
const params = Type.Object({ customerId: pathId('customer') });
const addressParams = Type.Object({ ...params.properties, addressId: pathId('address') });

const AddressList = Type.Object({
  data: Type.Array(Address),
  meta: Type.Object({
    page: Type.Optional(page(Address).properties.meta.properties.page),
    results: Type.Object({ total: Type.Integer() }),
  }),
  links: Type.Optional(page(Address).properties.links),
});

/** The endpoints of addresses (reference: addresses.md, "Endpoints"). */
export function addressRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();
  const ids = (request: { params: { customerId: string; addressId: string } }) =>
    [request.params.customerId.toLowerCase(), request.params.addressId.toLowerCase()] as const;

  app.get(
    '/v2/customers/:customerId/addresses',
    {
      schema: {
        tags,
        summary: 'List the addresses of a customer',
        description: 'All of them, oldest first; one page when a page parameter is sent.',
        params,
        querystring: PageQuery,
        response: answers({ 200: AddressList }, 400, 404),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const customerId = request.params.customerId.toLowerCase();
      const baseUrl = services.baseUrl();
      if (!isPageRequested(query)) {
        const rows = await listAddresses(request.ctx, customerId);
        return { data: rows.map(row => toAddress(row, baseUrl)), meta: { results: { total: rows.length } } };
      }
      const asked = parsePage(query, request.ctx.store.page_length);
      const { rows, total } = await listAddressPage(request.ctx, customerId, asked);
      const at = { baseUrl, path: `/v2/customers/${customerId}/addresses`, query, page: asked };
      return pageDocument(
        rows.map(row => toAddress(row, baseUrl)),
        at,
        { total },
      );
    },
  );

  app.post(
    '/v2/customers/:customerId/addresses',
    {
      schema: {
        tags,
        summary: 'Add an address',
        params,
        body: document(NewAddress),
        response: answers({ 201: taggedDocument(Address) }, 404, 422),
      },
      ...tellAllFaults((request, data) => addressRules(request.ctx, data)),
    },
    async (request, reply) => {
      const row = await addAddress(request.ctx, request.params.customerId.toLowerCase(), request.body.data);
      sendTag(reply, row);
      return reply.code(201).send({ data: toAddress(row, services.baseUrl()) });
    },
  );

  app.get(
    '/v2/customers/:customerId/addresses/:addressId',
    {
      schema: {
        tags,
        summary: 'Get an address',
        params: addressParams,
        response: answers({ 200: taggedDocument(Address) }, 404),
      },
    },
    async (request, reply) => {
      const row = await getAddress(request.ctx, ...ids(request));
      sendTag(reply, row);
      return { data: toAddress(row, services.baseUrl()) };
    },
  );

  app.put(
    '/v2/customers/:customerId/addresses/:addressId',
    {
      schema: {
        tags,
        summary: 'Update an address',
        description: 'Keys that are not sent keep their value.',
        params: addressParams,
        headers: IfMatch,
        body: document(AddressPatch),
        response: answers({ 200: taggedDocument(Address) }, 404, 412, 422),
      },
      ...tellAllFaults((request: FastifyRequest<{ Params: { addressId: string } }>, data) =>
        addressRules(request.ctx, data, request.params.addressId.toLowerCase()),
      ),
    },
    async (request, reply) => {
      const row = await changeAddress(request.ctx, ...ids(request), request.body.data, expectedTags(request));
      sendTag(reply, row);
      return { data: toAddress(row, services.baseUrl()) };
    },
  );

  app.delete(
    '/v2/customers/:customerId/addresses/:addressId',
    {
      schema: {
        tags,
        summary: 'Delete an address',
        params: addressParams,
        headers: IfMatch,
        response: answers({ 204: Type.Null() }, 404, 412),
      },
    },
    async (request, reply) => {
      await removeAddress(request.ctx, ...ids(request), expectedTags(request));
      return reply.code(204).send(null);
    },
  );
}
