import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCurrency, signUp } from '../../../test/support/builders.ts';
import {
  aCartItem,
  aCustomItem,
  addItem,
  aReference,
  createCart,
  createMug,
  expire,
} from '../../../test/support/carts.ts';
import { type Caller, type OtherInstance, startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
let other: OtherInstance;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.addInstance();
});
afterAll(() => app.close());

/** One of two processes in turn. */
const caller = (index: number, of: Caller = app.storefront): Caller => (index % 2 ? of : other.as(of));
const times = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));
const count = (values: readonly (number | string)[]) =>
  Object.fromEntries([...Map.groupBy(values, value => value)].map(([value, all]) => [value, all.length]));
const itemsOf = async (reference: string) => (await app.storefront.get(`/v2/carts/${reference}/items`)).body;
const post = async (index: number, reference: string, item: object, of?: Caller) =>
  (await caller(index, of).post(`/v2/carts/${reference}/items`, { data: item })).status;

describe('adding to one cart at once, from two processes', () => {
  test('with an Idempotency-Key or without: all are added, and no connection is held in a queue', async () => {
    const mug = await createMug(app);
    const reference = aReference();
    const answers = times(60, async index => {
      const headers = index % 6 === 0 ? {} : { 'idempotency-key': `${reference}-${index}` };
      const body = { data: aCartItem(mug, 1) };
      return (await app.storefront.post(`/v2/carts/${reference}/items`, body, headers)).status;
    });
    expect((await app.storefront.get('/v2/products')).status).toBe(200);
    expect(count(await answers)).toEqual({ 201: 60 });
    expect((await itemsOf(reference)).data).toMatchObject([{ quantity: 60 }]);
  });

  test('loses none of 240 additions of 3 products and 2 custom items, from the very first', async () => {
    const mugs = [
      await createMug(app, { name: 'A' }),
      await createMug(app, { name: 'B' }),
      await createMug(app, { name: 'C' }),
    ];
    const reference = aReference();
    const statuses = await times(240, index => {
      const mug = mugs[index % 5];
      return post(index, reference, mug === undefined ? aCustomItem({ sku: `S${index % 5}` }) : aCartItem(mug, 2));
    });
    expect(count(statuses)).toEqual({ 201: 240 });
    const { data, meta } = await itemsOf(reference);
    const quantities = data.map(({ sku, quantity }: { sku: string; quantity: number }) => [sku, quantity]);
    expect(Object.fromEntries(quantities)).toEqual({
      ...Object.fromEntries(mugs.map(({ sku }) => [sku, 96])),
      S3: 48,
      S4: 48,
    });
    expect(meta.display_price.with_tax.amount).toBe(3 * 96 * 1500 + 2 * 48 * 500);
  });

  test('stops 150 different items at 100 lines', async () => {
    const reference = aReference();
    const statuses = await times(150, index => post(index, reference, aCustomItem({ sku: `S${index}` })));
    expect(count(statuses)).toEqual({ 201: 100, 400: 50 });
    const { data } = await itemsOf(reference);
    expect(new Set(data.map(({ sku }: { sku: string }) => sku)).size).toBe(100);
    const positions = await app.query('select position from cart_items where cart_id = $1 order by 1', [reference]);
    expect(positions.rows.map(({ position }) => position)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
  });

  test('never puts more into it than is in stock', async () => {
    const mug = await createMug(app, { manage_stock: true, stock: 25 });
    const reference = aReference();
    const statuses = await times(40, index => post(index, reference, aCartItem(mug)));
    expect(count(statuses)).toEqual({ 201: 25, 400: 15 });
    expect((await itemsOf(reference)).data[0].quantity).toBe(25);
  });

  test('gives it one currency', async () => {
    await createCurrency(app, { code: 'EUR', format: '{price} €' });
    for (let round = 0; round < 10; round += 1) {
      const reference = aReference();
      const statuses = await times(8, async index => {
        const headers = { 'x-moltin-currency': index % 2 ? 'EUR' : 'USD' };
        const item = { data: aCustomItem({ sku: '' }) };
        return (await caller(index >> 1).post(`/v2/carts/${reference}/items`, item, headers)).status;
      });
      expect(count(statuses)).toEqual({ 201: 4, 400: 4 });
      const { data } = await itemsOf(reference);
      const codes = new Set(data.map(({ value }: { value: { currency: string } }) => value.currency));
      expect([data.length, codes.size]).toEqual([4, 1]);
    }
  });

  test('and taxing a line stops at 5 taxes', async () => {
    const { path, item } = await createCart(app.storefront);
    const statuses = await times(20, async index => {
      const tax = { data: { name: `Tax ${index}`, rate: 0.01 } };
      return (await caller(index, app.admin).post(`${path}/items/${item.id}/taxes`, tax)).status;
    });
    expect(count(statuses)).toEqual({ 201: 5, 422: 15 });
  });
});

test('adding, changing, removing and renaming at once leaves what the answers say', async () => {
  const { reference, path } = await createCart(app.storefront, aCustomItem({ sku: 'KEPT' }));
  const { data } = await addItem(
    app.storefront,
    reference,
    Array.from({ length: 20 }, (_, index) => aCustomItem({ sku: `S${index}` })),
  );
  const lines: { id: string; sku: string }[] = data.slice(1);
  const [added, removed, updated] = await Promise.all([
    times(40, index => post(index, reference, aCustomItem({ sku: 'KEPT' }))),
    // Each twice: one of the two finds nothing.
    times(20, async index => (await caller(index).delete(`${path}/items/${lines[index >> 1]?.id}`)).status),
    times(10, async index => {
      const itemPath = `${path}/items/${lines[10 + index]?.id}`;
      return (await caller(index).put(itemPath, { data: { quantity: index + 2 } })).status;
    }),
    times(10, index => caller(index).put(path, { data: { name: `Name ${index}` } })),
  ]);
  expect([count(added), count(removed), count(updated)]).toEqual([{ 201: 40 }, { 200: 10, 404: 10 }, { 200: 10 }]);
  const left = await itemsOf(reference);
  expect(left.data.map(({ sku, quantity }: { sku: string; quantity: number }) => [sku, quantity])).toEqual([
    ['KEPT', 41],
    ...Array.from({ length: 10 }, (_, index) => [`S${index + 10}`, index + 2]),
  ]);
});

test('deleting and adding at once answers no error, and leaves a cart that is whole or none', async () => {
  for (let round = 0; round < 15; round += 1) {
    const { reference, path } = await createCart(app.storefront);
    const statuses = await times(16, async index =>
      index % 4 === 0
        ? (await caller(index >> 2).delete(path)).status
        : post(index, reference, aCustomItem({ sku: `S${index}` })),
    );
    expect(count(statuses)).toEqual({ 201: 12, 204: 4 });
    const { rows } = await app.query(
      `select (select currency from carts where id = $1) as currency,
         (select count(*)::int from cart_items where cart_id = $1) as lines`,
      [reference],
    );
    expect(rows[0].lines > 0 ? 'USD' : null).toBe(rows[0].currency);
  }
});

test('adding at once to a cart that has just expired makes one new cart with all of it', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { reference } = await createCart(app.storefront, aCustomItem({ sku: 'OLD' }));
    await expire(app, reference);
    expect(count(await times(12, index => post(index, reference, aCustomItem())))).toEqual({ 201: 12 });
    const { data } = await itemsOf(reference);
    expect(data.map(({ sku, quantity }: { sku: string; quantity: number }) => [sku, quantity])).toEqual([
      ['WRAP-RED', 12],
    ]);
  }
});

test('merging two carts into each other at once does not block', async () => {
  const [a, b] = [await createCart(app.storefront), await createCart(app.storefront)];
  const statuses = await times(20, index => {
    const [into, from] = index % 2 ? [a, b] : [b, a];
    return post(index >> 1, into.reference, { type: 'cart_items', cart_id: from.reference });
  });
  expect(count(statuses)).toEqual({ 201: 20 });
});

test('associating a cart while its customer is deleted leaves no association behind', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { customer } = await signUp(app);
    const carts = await times(4, () => createCart(app.storefront));
    const link = { data: [{ type: 'customer', id: customer.id }] };
    const [, ...answers] = await Promise.all([
      app.admin.delete(`/v2/customers/${customer.id}`),
      ...carts.map(({ path }, index) => caller(index, app.admin).post(`${path}/relationships/customers`, link)),
    ]);
    for (const { status } of answers) expect([200, 404]).toContain(status);
    const left = await app.query('select from cart_customers where customer_id = $1', [customer.id]);
    expect(left.rowCount).toBe(0);
  }
});

test('the total of the list is exact after creates, refused creates and deletes at once', async () => {
  const store = await app.addStore();
  const doomed = await times(15, () => createCart(store.storefront));
  const id = aReference();
  const statuses = await Promise.all([
    ...Array.from({ length: 20 }, (_, index) => post(index, aReference(), aCustomItem(), store.storefront)),
    ...Array.from({ length: 10 }, async (_, index) => {
      const answer = await caller(index, store.storefront).post('/v2/carts', { data: { id, name: 'Birthday' } });
      return answer.status;
    }),
    ...[...doomed, ...doomed].map(
      async ({ path }, index) => (await caller(index, store.storefront).delete(path)).status,
    ),
  ]);
  expect(count(statuses)).toEqual({ 201: 21, 204: 30, 409: 9 });
  expect((await store.admin.get('/v2/carts?page[limit]=1')).body.meta.results.total).toBe(21);
});
