import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const names = ['brands', 'categories', 'collections', 'files'];
const unknown = {
  status: 404,
  body: { errors: [{ status: 404, title: 'Not Found', detail: 'The requested resource could not be found' }] },
};

test.each(names)('GET /v2/%s is an empty page, whatever is asked of it', async name => {
  const query = 'filter=eq(slug,mugs)&sort=name&include=products&page[limit]=5&page[offset]=10';
  const at = (offset: number) =>
    `https://shop.example.test/v2/${name}?filter=eq(slug,mugs)&sort=name&include=products&page[limit]=5&page[offset]=${offset}`;
  const { status, body } = await app.storefront.get(`/v2/${name}?${query}`);
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      data: [],
      meta: { page: { limit: 5, offset: 10, current: 3, total: 1 }, results: { total: 0 } },
      links: { current: at(10), first: at(0), last: null, prev: at(5), next: null },
    },
  });
});

test.each(names)('everything else under /v2/%s is unknown', async name => {
  for (const path of [`/v2/${name}`, `/v2/${name}/`]) {
    expect(await app.admin.post(path, { data: { name: 'Mugs' } })).toMatchObject(unknown);
    expect(await app.admin.put(path, { data: { name: 'Mugs' } })).toMatchObject(unknown);
    expect(await app.admin.delete(path)).toMatchObject(unknown);
  }
  expect(await app.admin.get(`/v2/${name}/3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01`)).toMatchObject(unknown);
});

test.each(['/v2/categories/tree', '/v2/authentication-realms/3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01/oidc-profiles'])(
  'GET %s is an empty list',
  async path => {
    const { status, body } = await app.storefront.get(path);
    expect({ status, body }).toEqual({ status: 200, body: { data: [] } });
    expect(await app.admin.post(path, { data: {} })).toMatchObject(unknown);
  },
);
