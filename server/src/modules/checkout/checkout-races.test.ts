import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { aCartItem, addItem, aReference, createMug } from '../../../test/support/carts.ts';
import {
  aGuestCheckout,
  checkOut,
  createOrder,
  enableGateway,
  fillCart,
  readOrder,
} from '../../../test/support/orders.ts';
import { type Answer, type OtherInstance, startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
let second: OtherInstance;
beforeAll(async () => {
  app = await startTestApp();
  second = await app.addInstance();
  await enableGateway(app);
});
afterAll(() => app?.close());

/** The public caller of one process or the other. */
const callerOf = (n: number) => (n % 2 === 0 ? app.storefront : second.as(app.storefront));
const times = <T>(count: number, work: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)));
const statusesOf = (answers: readonly Answer[]) => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

async function countOrders(reference: string): Promise<number> {
  const { rows } = await app.query('select count(*)::int as count from orders where cart_id = $1', [reference]);
  return rows[0].count;
}

test.each([1, 2, 3])(
  '200 checkouts of one cart at once, over two processes, make one order that all of them answer (round %i)',
  async () => {
    const reference = await fillCart(app);
    const data = aGuestCheckout();
    const answers = await times(200, n => callerOf(n).post(`/v2/carts/${reference}/checkout`, { data }));
    // A slow database may leave some waiting too long: they are told to come again, and have done nothing.
    const done = answers.filter(({ status }) => status === 201);
    const busy = answers.filter(({ status, headers }) => status === 503 && headers['retry-after'] !== undefined);
    expect(done.length).toBeGreaterThan(20);
    expect(done.length + busy.length).toBe(200);
    expect(new Set(done.map(({ body }) => body.data.id)).size).toBe(1);
    expect(await countOrders(reference)).toBe(1);
    const later = await checkOut(app.storefront, reference, data);
    expect(later.id).not.toBe(done[0]?.body.data.id);
    expect(await countOrders(reference)).toBe(2);
  },
);

test('a checkout for which a connection was opened before the first was answered answers its order, a later one does not', async () => {
  await app.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.app.server.address() as AddressInfo;
  const open = async () => {
    const accepted = once(app.app.server, 'connection');
    const socket = connect(port, '127.0.0.1');
    await accepted;
    return socket;
  };
  const reference = await fillCart(app);
  const path = `/v2/carts/${reference}/checkout`;
  const checkOutOn = async (socket: Socket) => {
    const asked = request({ createConnection: () => socket, method: 'POST', path, headers: app.storefront.headers });
    asked.end(JSON.stringify({ data: aGuestCheckout() }));
    const [answer] = await once(asked, 'response');
    expect(answer.statusCode).toBe(201);
    return JSON.parse(await text(answer)).data.id;
  };
  // However slow the machine is.
  vi.useFakeTimers({ toFake: ['performance'] });
  const [first, opened] = [await open(), await open()];
  const id = await checkOutOn(first);
  vi.advanceTimersByTime(10);
  expect(await checkOutOn(opened)).toBe(id);
  vi.advanceTimersByTime(1);
  expect(await checkOutOn(await open())).not.toBe(id);
  vi.useRealTimers();
  expect(await countOrders(reference)).toBe(2);
});

test('a checkout of a cart that has changed since the one that it overlaps makes an order of the cart as it is', async () => {
  const { product, reference } = { product: await createMug(app), reference: aReference() };
  await addItem(app.storefront, reference, aCartItem(product));
  vi.useFakeTimers({ toFake: ['performance'] });
  const first = await checkOut(app.storefront, reference, aGuestCheckout());
  await addItem(app.storefront, reference, aCartItem(product, 4));
  // No time has passed for the process: the second has arrived before the first was answered.
  const second = await checkOut(app.storefront, reference, aGuestCheckout());
  const third = await checkOut(app.storefront, reference, aGuestCheckout());
  vi.useRealTimers();
  const amount = (order: typeof first) => order.meta.display_price.with_tax.amount;
  expect([amount(first), amount(second)]).toEqual([1500, 7500]);
  expect(third.id).toBe(second.id);
});

test('checkouts at once for different buyers make an order for each, and none sees the order of another', async () => {
  const reference = await fillCart(app);
  const answers = await times(20, n => {
    const customer = { name: `Buyer ${n}`, email: `buyer-${n}@example.com` };
    return callerOf(n).post(`/v2/carts/${reference}/checkout`, { data: aGuestCheckout({ customer }) });
  });
  expect(answers.map(({ body }) => body.data.customer.name)).toEqual(answers.map((_, n) => `Buyer ${n}`));
  expect(await countOrders(reference)).toBe(20);
});

test('a checkout and changes of its cart at once: the order is one state of the cart, with its totals', async () => {
  const product = await createMug(app);
  const reference = await fillCart(app, { product, quantity: 1 });
  const orders = await times(60, async n => {
    const caller = callerOf(n);
    if (n % 3 !== 0) {
      await caller.post(`/v2/carts/${reference}/items`, { data: { type: 'cart_item', id: product.id, quantity: 1 } });
      return undefined;
    }
    const customer = { name: `Buyer ${n}`, email: 'a@b.example' };
    return (await caller.post(`/v2/carts/${reference}/checkout`, { data: aGuestCheckout({ customer }) })).body;
  });
  for (const order of orders) {
    if (order === undefined) continue;
    const [item] = order.included.items;
    expect(order.included.items.length).toBe(1);
    expect(order.data.meta.display_price.with_tax.amount).toBe(item.quantity * 1500);
    expect(order.data.relationships.items.data).toEqual([{ type: 'item', id: item.id }]);
  }
});

/** Pays; comes again when the server is busy, as it says. */
async function pay(n: number, orderId: string, data: Record<string, unknown> = {}, key?: string): Promise<Answer> {
  for (;;) {
    const answer = await callerOf(n).post(
      `/v2/orders/${orderId}/payments`,
      { data: { gateway: 'manual', method: 'purchase', ...data } },
      key === undefined ? {} : { 'idempotency-key': key },
    );
    if (answer.status !== 503) return answer;
  }
}

const stockOf = async (product: { id: string }) =>
  (await app.query('select available, allocated from stocks where id = $1', [product.id])).rows[0];

test.each([1, 2, 3, 4, 5])(
  'two payments that race for the last unit: one is paid, one refused (round %i)',
  async () => {
    const product = await createMug(app, { manage_stock: true, stock: 1 });
    const orders = [await createOrder(app, { product, quantity: 1 }), await createOrder(app, { product, quantity: 1 })];
    const answers = await Promise.all(orders.map((order, n) => pay(n, order.id)));
    expect(statusesOf(answers)).toEqual({ 201: 1, 400: 1 });
    expect(await stockOf(product)).toEqual({ available: 0, allocated: 1 });
    const states = await Promise.all(orders.map(async order => (await readOrder(app, order.id)).payment));
    expect(states.sort()).toEqual(['paid', 'unpaid']);
  },
);

test('100 orders of two products, in either order, race for 30: 30 are paid, none waits for ever, none goes below zero', async () => {
  const products = await Promise.all([1, 2].map(() => createMug(app, { manage_stock: true, stock: 30 })));
  const orders = await times(100, async n => {
    const reference = aReference();
    for (const product of n % 2 === 0 ? products : products.toReversed()) {
      const data = { type: 'cart_item', id: product.id, quantity: 1 };
      await app.storefront.post(`/v2/carts/${reference}/items`, { data });
    }
    return checkOut(app.storefront, reference, aGuestCheckout());
  });
  const answers = await times(100, n => pay(n, orders[n]?.id));
  expect(statusesOf(answers)).toEqual({ 201: 30, 400: 70 });
  for (const product of products) expect(await stockOf(product)).toEqual({ available: 0, allocated: 30 });
});

test('200 payments of one order at once: it is paid once', async () => {
  const product = await createMug(app, { manage_stock: true, stock: 10 });
  const order = await createOrder(app, { product, quantity: 2 });
  expect(statusesOf(await times(200, n => pay(n, order.id)))).toEqual({ 201: 1, 422: 199 });
  expect(await stockOf(product)).toEqual({ available: 8, allocated: 2 });
  expect((await app.admin.get(`/v2/orders/${order.id}/transactions`)).body.data.length).toBe(1);
});

test('a double click with an Idempotency-Key makes one payment, whatever its amount', async () => {
  const order = await createOrder(app);
  const key = randomUUID();
  const answers = await times(20, n => pay(n, order.id, { amount: 100 }, key));
  const done = answers.filter(({ status }) => status === 201);
  expect(statusesOf(answers)).toEqual({ 201: done.length, ...(done.length < 20 && { 409: 20 - done.length }) });
  expect((await pay(0, order.id, { amount: 100 }, key)).body).toEqual(done[0]?.body);
  expect((await readOrder(app, order.id)).meta.display_price.paid.amount).toBe(100);
});

test('captures, refunds and cancellations at once never move more money than there is', async () => {
  const order = await createOrder(app);
  const { body } = await pay(0, order.id, { method: 'authorize' });
  const path = `/v2/orders/${order.id}/transactions/${body.data.id}`;
  const answers = await times(40, n => app.admin.post(`${path}/${n % 2 === 0 ? 'capture' : 'cancel'}`));
  expect(statusesOf(answers)).toEqual({ 200: 1, 422: 39 });
  const paid = await createOrder(app);
  const transaction = (await pay(0, paid.id)).body.data;
  const refunds = await times(40, () =>
    app.admin.post(`/v2/orders/${paid.id}/transactions/${transaction.id}/refund`, { data: { amount: 1000 } }),
  );
  expect(statusesOf(refunds)).toEqual({ 200: 3, 422: 37 });
  expect((await readOrder(app, paid.id)).meta.display_price.paid.amount).toBe(0);
});
