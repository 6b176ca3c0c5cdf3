import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { tellAllFaults } from '../../platform/http/all-faults.ts';
import { headerValue } from '../../platform/http/headers.ts';
import { listingQuery } from '../../platform/http/listing-query.ts';
import { answers, document, page, pathId } from '../../platform/http/schemas.ts';
import { pageDocument } from '../../platform/query/list-query.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import { findDisplayCurrency } from '../currencies/currencies.service.ts';
import { attributesRoute } from '../flows/attributes.ts';
import { fieldFilters } from '../flows/extended-resource.ts';
import { productListing } from './products.list.ts';
import { NewProduct, Product, ProductPatch } from './products.schema.ts';
import {
  changeProduct,
  createProduct,
  getProduct,
  listProducts,
  productRules,
  removeProduct,
} from './products.service.ts';
import { type Display, toProduct } from './products.wire.ts';

const tags = ['Products'];
const params = Type.Object({ productId: pathId('product') });

/** Of reads and writes alike. */
const headers = Type.Object({
  'x-moltin-currency': Type.Optional(
    Type.String({
      description: 'Code of the currency of `meta.display_price`; any other text means the default one',
      examples: ['USD'],
    }),
  ),
  'x-moltin-language': Type.Optional(
    Type.String({
      description:
        'Language of name and description, in answers and in an update. Must be one of the additional languages in the settings; any other is ignored',
      examples: ['fr'],
    }),
  ),
});

const ListQuery = Type.Object({
  ...listingQuery(productListing, {
    filters: ['eq(sku,MUG-01)', 'like(name,*mug*):eq(manage_stock,true)'],
    note: `\`brand.id\`, \`category.id\` and \`collection.id\` match nothing.\n\n${fieldFilters('products')}`,
  }).properties,
  include: Type.Optional(Type.String({ description: 'Accepted; adds nothing' })),
});

/** The language that the store has, of those a request may name; undefined for the store's own. */
function languageOf(request: FastifyRequest): string | undefined {
  const language = headerValue(request, 'x-moltin-language')?.toLowerCase();
  return request.ctx.store.additional_languages.find(own => own === language);
}

async function displayOf(request: FastifyRequest): Promise<Display> {
  const currency = await findDisplayCurrency(request.ctx.db, headerValue(request, 'x-moltin-currency'));
  return { currency, language: languageOf(request) };
}

/** The endpoints of products (reference: catalog-minimum.md, "Product"). */
export function productRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();
  const idOf = (request: { params: { productId: string } }) => request.params.productId.toLowerCase();

  app.get(
    '/v2/products',
    {
      schema: {
        tags,
        summary: 'List products',
        description: 'Newest first. With a public access token: the live ones.',
        headers,
        querystring: ListQuery,
        response: answers({ 200: page(Product) }, 400),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const [{ page, found }, display] = await Promise.all([listProducts(request.ctx, query), displayOf(request)]);
      const at = { baseUrl: services.baseUrl(), path: '/v2/products', query, page };
      return pageDocument(
        found.rows.map(row => toProduct(row, display)),
        at,
        found,
      );
    },
  );

  app.post(
    '/v2/products',
    {
      schema: {
        tags,
        summary: 'Create a product',
        description: 'With its stock.',
        headers,
        body: document(NewProduct),
        response: answers({ 201: document(Product) }, 409, 422),
      },
      ...tellAllFaults((request, data) => productRules(request.ctx, data)),
    },
    async (request, reply) => {
      const row = await createProduct(request.ctx, request.body.data);
      return reply.code(201).send({ data: toProduct(row, await displayOf(request)) });
    },
  );

  attributesRoute(server, { flowSlug: 'products', body: NewProduct, tags });

  app.get(
    '/v2/products/:productId',
    {
      schema: { tags, summary: 'Get a product', params, headers, response: answers({ 200: document(Product) }, 404) },
    },
    async request => {
      const [row, display] = await Promise.all([getProduct(request.ctx, idOf(request)), displayOf(request)]);
      return { data: toProduct(row, display) };
    },
  );

  app.put(
    '/v2/products/:productId',
    {
      schema: {
        tags,
        summary: 'Update a product',
        description: 'Keys that are not sent keep their value.',
        params,
        headers,
        body: document(ProductPatch),
        response: answers({ 200: document(Product) }, 404, 409, 422),
      },
      ...tellAllFaults((request: FastifyRequest<{ Params: { productId: string } }>, data) =>
        productRules(request.ctx, data, idOf(request)),
      ),
    },
    async request => {
      const row = await changeProduct(request.ctx, idOf(request), request.body.data, languageOf(request));
      return { data: toProduct(row, await displayOf(request)) };
    },
  );

  app.delete(
    '/v2/products/:productId',
    {
      schema: {
        tags,
        summary: 'Delete a product',
        description: 'With its stock. Carts and orders keep what they know of it.',
        params,
        response: answers({ 204: Type.Null() }, 404),
      },
    },
    async (request, reply) => {
      await removeProduct(request.ctx, idOf(request));
      return reply.code(204).send(null);
    },
  );
}
