import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAddress, createCustomer } from '../../../test/support/builders.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
let path: string;
let addresses: { id: string }[];
beforeAll(async () => {
  app = await startTestApp();
  const { id } = await createCustomer(app);
  path = `/v2/customers/${id}/addresses`;
  addresses = [];
  for (const name of ['one', 'two', 'three', 'four', 'five'])
    addresses.push(await createAddress(app.admin, id, { name }));
  await createAddress(app.admin, (await createCustomer(app)).id);
});
afterAll(() => app.close());

const url = (query: string) => `https://shop.example.test${path}?${query}`;

test('without page parameters all addresses come, oldest first, with their number and no links', async () => {
  for (const query of ['', '/', '?sort=-created_at', '?limit=1', '?include=x']) {
    const { status, body } = await app.admin.get(`${path}${query}`);
    expect({ status, body }).toEqual({ status: 200, body: { data: addresses, meta: { results: { total: 5 } } } });
  }
});

test('a customer without addresses has an empty list', async () => {
  const { id } = await createCustomer(app);
  const { body } = await app.admin.get(`/v2/customers/${id}/addresses`);
  expect(body).toEqual({ data: [], meta: { results: { total: 0 } } });
  const page = await app.admin.get(`/v2/customers/${id}/addresses?page[limit]=5`);
  expect(page.body).toMatchObject({
    data: [],
    meta: { page: { limit: 5, offset: 0, current: 1, total: 1 }, results: { total: 0 } },
  });
});

test('with page parameters a page comes, with meta and links', async () => {
  const { body } = await app.admin.get(`${path}?page[limit]=2&page[offset]=2`);
  expect(body).toEqual({
    data: addresses.slice(2, 4),
    meta: { page: { limit: 2, offset: 2, current: 2, total: 3 }, results: { total: 5 } },
    links: {
      current: url('page[limit]=2&page[offset]=2'),
      first: url('page[limit]=2&page[offset]=0'),
      last: url('page[limit]=2&page[offset]=4'),
      prev: url('page[limit]=2&page[offset]=0'),
      next: url('page[limit]=2&page[offset]=4'),
    },
  });
  expect((await app.admin.get(`${path}?page%5Boffset%5D=4`)).body).toMatchObject({
    data: addresses.slice(4),
    meta: { page: { limit: 100, offset: 4 }, results: { total: 5 } },
  });
  const beyond = await app.admin.get(`${path}?page[offset]=20000&page[limit]=2`);
  expect(beyond.body).toMatchObject({ data: [], meta: { results: { total: 5 } }, links: { next: null } });
});

test.each(['page[limit]=0', 'page[limit]=x', 'page[offset]=-1', 'page[limit]=1&page[limit]=2'])(
  '%s answers 400',
  async query => {
    expect((await app.admin.get(`${path}?${query}`)).status).toBe(400);
  },
);

test('any filter answers 400, an empty one is none', async () => {
  expect(await app.admin.get(`${path}?filter=eq(name,one)`)).toMatchObject({
    status: 400,
    body: { errors: [{ status: 400, title: 'Bad Request', detail: 'Could not parse the supplied filter' }] },
  });
  expect((await app.admin.get(`${path}?filter=eq(name,one)&page[limit]=2`)).status).toBe(400);
  expect((await app.admin.get(`${path}?filter=`)).body.data.length).toBe(5);
});

test('a thousand addresses come in one list', async () => {
  const { id } = await createCustomer(app);
  await app.query(
    `insert into addresses (store_id, customer_id, id, line_1, created_at, updated_at)
     select $1, $2, ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Line ' || n, now(), now()
     from generate_series(1, 1000) n`,
    [app.id, id],
  );
  await createAddress(app.admin, id, { line_1: 'Line 1001' });
  const { body } = await app.admin.get(`/v2/customers/${id}/addresses`);
  expect(body.meta).toEqual({ results: { total: 1001 } });
  expect(body.data.map(({ line_1 }: { line_1: string }) => line_1)).toEqual(
    Array.from({ length: 1001 }, (_, index) => `Line ${index + 1}`),
  );
});
