import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { isFieldSlugFree } from './slugs.ts';

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

interface Api {
  readonly paths: Record<string, Record<string, { requestBody?: Content; responses: Record<string, Content> }>>;
  readonly components: { schemas: Record<string, Schema> };
}
interface Content {
  readonly content?: Record<string, { schema: Schema }>;
}

let app: TestApp;
let api: Api;
beforeAll(async () => {
  app = await startTestApp();
  api = (await app.send({ method: 'GET', url: '/openapi.json' })).body;
});
afterAll(() => app.close());

const resolve = (schema: Schema): Schema => api.components.schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema;

/** The keys of what `data` holds, in any of its shapes. */
function keysOf(schema: Schema | undefined): string[] {
  if (schema === undefined) return [];
  const { properties = {}, items, anyOf = [] } = resolve(schema);
  return [...Object.keys(properties), ...keysOf(items), ...anyOf.flatMap(keysOf)];
}

function keysOfRoute(path: string): string[] {
  const operations = Object.values(api.paths[path] ?? {});
  const documents = operations.flatMap(({ requestBody, responses }) => [
    requestBody,
    ...Object.entries(responses).flatMap(([status, answer]) => (status < '300' ? [answer] : [])),
  ]);
  const keys = documents.flatMap(each => {
    const schema = each?.content?.['application/json']?.schema;
    return schema === undefined ? [] : keysOf(resolve(schema).properties?.data);
  });
  expect(keys, path).not.toEqual([]);
  return keys;
}

// Where a resource gets a key, so must the table in core-flows.ts.
test.each([
  ['customers', ['/v2/customers', '/v2/customers/{customerId}']],
  ['addresses', ['/v2/customers/{customerId}/addresses', '/v2/customers/{customerId}/addresses/{addressId}']],
  ['orders', ['/v2/orders', '/v2/orders/{orderId}', '/v2/carts/{cartId}/checkout']],
  ['order_items', ['/v2/orders/{orderId}/items']],
  ['carts', ['/v2/carts', '/v2/carts/{cartId}']],
  ['cart_items', ['/v2/carts/{cartId}/items', '/v2/carts/{cartId}/items/{itemId}']],
  ['products', ['/v2/products', '/v2/products/{productId}']],
])('no field of %s may have the slug of a key that the resource has of its own', (slug, paths) => {
  const free = paths.flatMap(keysOfRoute).filter(key => isFieldSlugFree(key, slug));
  expect(free).toEqual([]);
});
