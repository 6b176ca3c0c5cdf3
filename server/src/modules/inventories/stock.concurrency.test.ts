import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProduct } from '../../../test/support/builders.ts';
import { type OtherInstance, startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import type { StoreDb } from '../../platform/db/database.ts';
import { allocateStock, deallocateStock, fulfilStock, type StockLine } from './stock.service.ts';

let app: TestApp;
let other: OtherInstance;
/** The store as each of two processes reaches it. */
let dbs: readonly [StoreDb, StoreDb];
beforeAll(async () => {
  app = await startTestApp();
  other = await app.addInstance();
  dbs = [app.database.forStore(app.id), other.database.forStore(app.id)];
});
afterAll(() => app.close());

interface Product {
  readonly id: string;
}

const now = new Date('2026-01-01T00:00:00.000Z');
const line = ({ id }: Product, quantity: number): StockLine => ({ product_id: id, quantity });
const allocate = (lines: readonly StockLine[], db: StoreDb = dbs[0]) =>
  db.inTransaction(tx => allocateStock(tx, lines, now));
const deallocate = (lines: readonly StockLine[]) => dbs[0].inTransaction(tx => deallocateStock(tx, lines, now));
const fulfil = (lines: readonly StockLine[]) => dbs[0].inTransaction(tx => fulfilStock(tx, lines, now));

const stockOf = async ({ id }: Product): Promise<[available: number, allocated: number]> => {
  const { available, allocated } = (await app.admin.get(`/v2/inventories/${id}`)).body.data;
  return [available, allocated];
};

/** What the transactions of a product add up to. */
async function ledgerOf({ id }: Product): Promise<[available: number, allocated: number]> {
  const sums: Record<string, number> = {};
  for (let offset = 0; ; offset += 100) {
    const { body } = await app.admin.get(`/v2/inventories/${id}/transactions?page[offset]=${offset}`);
    for (const { action, quantity } of body.data) sums[action] = (sums[action] ?? 0) + quantity;
    if (body.links.next === null) break;
  }
  const { create = 0, increment = 0, decrement = 0, allocate: set = 0, deallocate: freed = 0 } = sums;
  return [create + increment - decrement - set + freed, set - freed];
}

describe('an order’s stock', () => {
  test('is allocated for all lines, the same product added up, then freed or taken out', async () => {
    const [mug, bowl] = [await createProduct(app, { stock: 10 }), await createProduct(app, { stock: 10 })];
    const lines = [line(mug, 3), line(bowl, 1), line(mug, 4)];
    expect(await allocate(lines)).toBe(undefined);
    expect([await stockOf(mug), await stockOf(bowl)]).toEqual([
      [3, 7],
      [9, 1],
    ]);
    await deallocate([line(mug, 4)]);
    await fulfil([line(mug, 3), line(bowl, 1)]);
    expect([await stockOf(mug), await stockOf(bowl)]).toEqual([
      [7, 0],
      [9, 0],
    ]);
    expect([await ledgerOf(mug), await ledgerOf(bowl)]).toEqual([
      [7, 0],
      [9, 0],
    ]);
  });

  test('of which one line has too little is not allocated at all, and the first such product is told', async () => {
    const [mug, bowl, cup] = [
      await createProduct(app, { stock: 10 }),
      await createProduct(app, { stock: 1 }),
      await createProduct(app, { stock: 0 }),
    ];
    expect(await allocate([line(mug, 1), line(cup, 1), line(bowl, 2)])).toEqual({ product_id: cup.id });
    expect(await allocate([line(mug, 1), line(bowl, 1), line(bowl, 1)])).toEqual({ product_id: bowl.id });
    expect([await stockOf(mug), await stockOf(bowl), await ledgerOf(mug)]).toEqual([
      [10, 0],
      [1, 0],
      [10, 0],
    ]);
  });

  test('skips a deleted product, but not one whose stock was deleted', async () => {
    const [mug, gone, bare] = [await createProduct(app), await createProduct(app), await createProduct(app)];
    await app.admin.delete(`/v2/products/${gone.id}`);
    await app.admin.delete(`/v2/inventories/${bare.id}`);
    expect(await allocate([line(gone, 99), line(mug, 1)])).toBe(undefined);
    expect(await allocate([line(gone, 99), line(mug, 1), line(bare, 1)])).toEqual({ product_id: bare.id });
    await deallocate([line(gone, 99), line(mug, 1), line(bare, 1)]);
    await fulfil([line(gone, 99), line(mug, 1), line(bare, 1)]);
    expect(await stockOf(mug)).toEqual([9, 0]);
  });

  test('that staff have freed by hand meanwhile is not freed twice', async () => {
    const mug = await createProduct(app, { stock: 5 });
    await allocate([line(mug, 3)]);
    await app.admin.post(`/v2/inventories/${mug.id}/transactions`, { data: { action: 'deallocate', quantity: 2 } });
    await deallocate([line(mug, 3)]);
    expect([await stockOf(mug), await ledgerOf(mug)]).toEqual([
      [5, 0],
      [5, 0],
    ]);
  });
});

test('of 60 allocations at once of a product with 20, on two processes, exactly 20 succeed', async () => {
  const mug = await createProduct(app, { stock: 20 });
  const results = await Promise.all(Array.from({ length: 60 }, (_, index) => allocate([line(mug, 1)], dbs[index % 2])));
  expect(results.filter(result => result === undefined)).toHaveLength(20);
  expect([await stockOf(mug), await ledgerOf(mug)]).toEqual([
    [0, 20],
    [0, 20],
  ]);
});

test('allocations of the same products in different order at once never wait for each other for ever', async () => {
  const products = await Promise.all(Array.from({ length: 6 }, () => createProduct(app, { stock: 100 })));
  const results = await Promise.all(
    Array.from({ length: 60 }, (_, index) => {
      const turned = [...products.slice(index % 6), ...products.slice(0, index % 6)];
      const order = index % 2 ? turned : turned.toReversed();
      return allocate(
        order.map(product => line(product, 1)),
        dbs[index % 2],
      );
    }),
  );
  expect(results.filter(result => result !== undefined)).toEqual([]);
  expect(await Promise.all(products.map(stockOf))).toEqual(products.map(() => [40, 60]));
});

test('200 transactions at once of every kind never bring a stock below zero, and all that were accepted add up to it', async () => {
  const mug = await createProduct(app, { stock: 3 });
  const admins = [app.admin, other.as(app.admin)] as const;
  const actions = ['increment', 'decrement', 'allocate', 'deallocate', 'decrement', 'allocate'];
  for (let round = 0; round < 4; round += 1) {
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const data = { action: actions[index % 6], quantity: 1 + (index % 3) };
        const caller = admins[index % 2 ? 1 : 0];
        return (await caller.post(`/v2/inventories/${mug.id}/transactions`, { data })).status;
      }),
    );
    expect([...new Set(statuses)].sort()).toEqual([201, 422]);
    const stock = await stockOf(mug);
    expect(Math.min(...stock)).toBeGreaterThanOrEqual(0);
    expect(await ledgerOf(mug)).toEqual(stock);
  }
});

test('products that are deleted while orders allocate them leave a consistent total and no error', async () => {
  const store = await app.addStore();
  const db = app.database.forStore(store.id);
  for (let round = 0; round < 5; round += 1) {
    const products: Product[] = await Promise.all(
      Array.from({ length: 4 }, () => createProduct(store, { stock: 100 })),
    );
    const lines = products.map(product => line(product, 1));
    const [deleted, allocated] = await Promise.all([
      Promise.all(products.map(({ id }) => store.admin.delete(`/v2/products/${id}`))),
      Promise.all(Array.from({ length: 8 }, () => db.inTransaction(tx => allocateStock(tx, lines, now)))),
    ]);
    expect(deleted.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
    expect(allocated.filter(result => result !== undefined)).toEqual([]);
  }
  const totals = ['/v2/products', '/v2/inventories'].map(
    async path => (await store.admin.get(path)).body.meta.results.total,
  );
  expect(await Promise.all(totals)).toEqual([0, 0]);
});

test('of a stock that is created 10 times at once, and a product deleted meanwhile, the total stays right', async () => {
  const store = await app.addStore();
  const product = await createProduct(store);
  const url = `/v2/inventories/${product.id}`;
  await store.admin.delete(url);
  const created = await Promise.all(
    Array.from({ length: 10 }, async () => (await store.admin.post(url, { data: { quantity: 1 } })).status),
  );
  expect(created.sort()).toEqual([200, ...Array(9).fill(409)]);
  await store.admin.delete(url);
  const raced = await Promise.all([
    store.admin.post(url, { data: { quantity: 1 } }),
    store.admin.delete(`/v2/products/${product.id}`),
    store.admin.post(url, { data: { quantity: 1 } }),
  ]);
  expect(raced[1].status).toBe(204);
  expect((await store.admin.get('/v2/inventories')).body).toMatchObject({ data: [], meta: { results: { total: 0 } } });
});
