import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProduct } from '../../../test/support/builders.ts';
import { nextLink, refusal, time, unknownId, uuid } from '../../../test/support/expectations.ts';
import { type Caller, startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const notFound = refusal(404, 'Not Found', 'The requested stock could not be found');
const insufficient = refusal(
  422,
  'Cannot complete request',
  'Your request could not be completed due to insufficient stock levels',
);

const pathOf = ({ id }: { id: string }) => `/v2/inventories/${id}`;
const stockOf = async (product: { id: string }) => (await app.admin.get(pathOf(product))).body.data;
const aStock = (product: { id: string }, available: number, allocated = 0) => ({
  id: product.id,
  type: 'stock',
  total: available + allocated,
  available,
  allocated,
});
const move = (product: { id: string }, action: string, quantity: unknown) =>
  app.admin.post(`${pathOf(product)}/transactions`, { data: { type: 'stock-transaction', action, quantity } });
const ledgerOf = async (product: { id: string }) =>
  (await app.admin.get(`${pathOf(product)}/transactions`)).body.data.map(
    ({ action, quantity }: { action: string; quantity: number }) => [action, quantity],
  );

describe('a stock', () => {
  test('comes with its product, readable by any access token, with a create transaction unless it is empty', async () => {
    const [full, empty] = [await createProduct(app, { stock: 7 }), await createProduct(app, { stock: 0 })];
    for (const caller of [app.admin, app.storefront]) {
      expect(await caller.get(pathOf(full))).toMatchObject({ status: 200, body: { data: aStock(full, 7) } });
    }
    expect(await stockOf(empty)).toEqual(aStock(empty, 0));
    expect([await ledgerOf(full), await ledgerOf(empty)]).toEqual([[['create', 7]], []]);
  });

  test('is moved by the four actions, each answered with 201 and recorded', async () => {
    const product = await createProduct(app, { stock: 5 });
    const moved = await move(product, 'increment', 10);
    expect({ status: moved.status, body: moved.body }).toEqual({
      status: 201,
      body: {
        data: {
          id: expect.stringMatching(uuid),
          type: 'stock-transaction',
          action: 'increment',
          product_id: product.id,
          quantity: 10,
          timestamps: { created_at: expect.stringMatching(time) },
        },
      },
    });
    const url = `${pathOf(product)}/transactions/${moved.body.data.id}`;
    expect(await app.storefront.get(url)).toMatchObject({ status: 200, body: moved.body });
    const after = [];
    for (const [action, quantity] of [
      ['decrement', 3],
      ['allocate', 4],
      ['deallocate', 1],
    ] as const) {
      expect((await move(product, action, quantity)).status).toBe(201);
      after.push(await stockOf(product));
    }
    expect(after).toEqual([aStock(product, 12), aStock(product, 8, 4), aStock(product, 9, 3)]);
    expect(await ledgerOf(product)).toEqual([
      ['create', 5],
      ['increment', 10],
      ['decrement', 3],
      ['allocate', 4],
      ['deallocate', 1],
    ]);
    const { body } = await app.admin.get(`/v2/products/${product.id}`);
    expect(body.data.meta.stock).toEqual({ level: 9, availability: 'in-stock' });
  });

  test.each(['decrement', 'allocate', 'deallocate'])(
    '%s of more than there is answers 422 and changes nothing',
    async action => {
      const product = await createProduct(app, { stock: 5 });
      await move(product, 'allocate', 2);
      expect(await move(product, action, 4)).toMatchObject(insufficient);
      expect(await stockOf(product)).toEqual(aStock(product, 3, 2));
      expect(await ledgerOf(product)).toHaveLength(2);
    },
  );

  test.each([
    ['restock', 1, 'action', 'The selected data.action is invalid.'],
    ['create', 1, 'action', 'The selected data.action is invalid.'],
    [undefined, 1, 'action', 'The data.action field is required.'],
    ['increment', 0, 'quantity', 'The data.quantity must be at least 1.'],
    ['increment', -1, 'quantity', 'The data.quantity must be at least 1.'],
    ['increment', 1.5, 'quantity', 'The data.quantity must be an integer.'],
    ['increment', '1', 'quantity', 'The data.quantity must be an integer.'],
    ['increment', 1e9 + 1, 'quantity', 'The data.quantity may not be greater than 1000000000.'],
    ['increment', undefined, 'quantity', 'The data.quantity field is required.'],
  ])('the transaction %j %j is 422 and changes nothing', async (action, quantity, field, detail) => {
    const product = await createProduct(app, { stock: 5 });
    const { status, body } = await move(product, action as string, quantity);
    expect({ status, body }).toEqual(refusal(422, 'Failed Validation', detail, `data.${field}`));
    expect(await stockOf(product)).toEqual(aStock(product, 5));
  });

  test('is deleted with its transactions, and created again', async () => {
    const product = await createProduct(app, { stock: 5 });
    const create = (quantity: unknown) => app.admin.post(pathOf(product), { data: { quantity } });
    expect(await create(1)).toMatchObject(refusal(409, 'Conflict', 'The product has a stock already'));
    expect(await app.admin.delete(pathOf(product))).toMatchObject({ status: 204, body: '' });
    expect(await app.admin.get(pathOf(product))).toMatchObject(notFound);
    expect(await app.admin.get(`${pathOf(product)}/transactions`)).toMatchObject(notFound);
    expect(await app.admin.delete(pathOf(product))).toMatchObject(notFound);
    expect(await move(product, 'increment', 1)).toMatchObject(notFound);
    expect((await app.admin.get(`/v2/products/${product.id}`)).body.data.meta.stock).toEqual({
      level: 0,
      availability: 'out-stock',
    });
    expect(await create(-1)).toMatchObject({ status: 422 });
    expect(await create(3)).toMatchObject({ status: 200, body: { data: aStock(product, 3) } });
    expect(await ledgerOf(product)).toEqual([['create', 3]]);
  });

  test('of a draft is hidden from public tokens, in every list and by its id', async () => {
    const store = await app.addStore();
    const [live, draft] = [await createProduct(store, { stock: 1 }), await createProduct(store, { status: 'draft' })];
    const [transaction] = (await store.admin.get(`${pathOf(draft)}/transactions`)).body.data;
    const listOf = async (caller: Caller) => {
      const { body } = await caller.get('/v2/inventories');
      return [body.data.map(({ id }: { id: string }) => id), body.meta.results.total];
    };
    const several = (caller: Caller) =>
      caller.post('/v2/inventories/multiple', { data: [{ id: live.id }, { id: draft.id }] });
    expect([await listOf(store.admin), (await several(store.admin)).body.data.length]).toEqual([
      [[live.id, draft.id], 2],
      2,
    ]);
    expect(await listOf(store.storefront)).toEqual([[live.id], 1]);
    expect((await several(store.storefront)).body).toEqual({ data: [aStock(live, 1)] });
    for (const path of ['', '/transactions', `/transactions/${transaction.id}`]) {
      expect((await store.admin.get(`${pathOf(draft)}${path}`)).status).toBe(200);
      expect((await store.storefront.get(`${pathOf(draft)}${path}`)).status).toBe(404);
    }
    await store.admin.put(`/v2/products/${draft.id}`, { data: { status: 'live' } });
    expect(await listOf(store.storefront)).toEqual([[live.id, draft.id], 2]);
  });

  test.each([unknownId, 'mug'])('of the product %s is 404 in every way', async id => {
    const product = { id };
    expect(await app.admin.get(pathOf(product))).toMatchObject(notFound);
    expect(await app.admin.delete(pathOf(product))).toMatchObject(notFound);
    expect(await move(product, 'increment', 1)).toMatchObject(notFound);
    expect(await app.admin.get(`${pathOf(product)}/transactions`)).toMatchObject(notFound);
    expect(await app.admin.get(`${pathOf(product)}/transactions/${unknownId}`)).toMatchObject({ status: 404 });
    expect(await app.admin.post(pathOf(product), { data: { quantity: 1 } })).toMatchObject(
      refusal(404, 'Product not found', 'The requested product could not be found'),
    );
  });

  test('a transaction of another product is 404', async () => {
    const [one, other] = [await createProduct(app), await createProduct(app)];
    const { body } = await app.admin.get(`${pathOf(one)}/transactions`);
    expect(await app.admin.get(`${pathOf(other)}/transactions/${body.data[0].id}`)).toMatchObject(
      refusal(404, 'Not Found', 'The requested stock transaction could not be found'),
    );
  });
});

describe('listings', () => {
  test('stocks come in pages, in the order of their products, with an exact total', async () => {
    const store = await app.addStore();
    const products = [];
    for (let stock = 0; stock < 5; stock += 1) products.push(await createProduct(store, { stock }));
    await store.admin.delete(pathOf(products[1]));
    await store.admin.delete(`/v2/products/${products[3].id}`);
    const { body } = await store.admin.get('/v2/inventories?page[limit]=2');
    const at = (offset: number) => `https://shop.example.test/v2/inventories?page[limit]=2&page[offset]=${offset}`;
    expect(body).toEqual({
      data: [aStock(products[0], 0), aStock(products[2], 2)],
      meta: { page: { limit: 2, offset: 0, current: 1, total: 2 }, results: { total: 3 } },
      links: { current: at(0), first: at(0), last: at(2), prev: null, next: nextLink(at(2)) },
    });
    const filtered = await store.admin.get('/v2/inventories?filter=eq(total,1)');
    expect(filtered).toMatchObject(refusal(400, 'Bad Request', 'Could not parse the supplied filter'));
  });

  test('transactions come in pages, oldest first unless asked otherwise', async () => {
    const product = await createProduct(app, { stock: 1 });
    for (const quantity of [2, 3, 4]) await move(product, 'increment', quantity);
    const quantities = async (query: string) => {
      const { body } = await app.admin.get(`${pathOf(product)}/transactions?${query}`);
      expect(body.meta.results.total).toBe(4);
      return body.data.map((each: { quantity: number }) => each.quantity);
    };
    expect(await quantities('')).toEqual([1, 2, 3, 4]);
    expect(await quantities('page[limit]=2&page[offset]=1')).toEqual([2, 3]);
    expect(await quantities('sort=-created_at&page[limit]=2')).toEqual([4, 3]);
  });

  test('several stocks are read at once, those that do not exist left out', async () => {
    const [one, other] = [await createProduct(app, { stock: 1 }), await createProduct(app, { stock: 2 })];
    const data = [{ id: other.id.toUpperCase() }, { id: unknownId }, { id: 'mug' }, { id: one.id }, { id: one.id }];
    const { status, body } = await app.storefront.post('/v2/inventories/multiple', { data });
    expect({ status, body }).toEqual({ status: 200, body: { data: [aStock(one, 1), aStock(other, 2)] } });
    expect(await app.admin.post('/v2/inventories/multiple', { data: [{}] })).toMatchObject(
      refusal(422, 'Failed Validation', 'The data.0.id field is required.', 'data.0.id'),
    );
  });
});
