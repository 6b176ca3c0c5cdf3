import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { aProduct } from './support/builders.ts';
import { aReference } from './support/carts.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { aGuestCheckout } from './support/orders.ts';
import { cleanUp, newFolder, type ServerProcess, signInClient, startServer } from './support/processes.ts';
import type { Caller } from './support/test-app.ts';

// Starting and killing whole servers takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const key = { clientId: 'my-shop', clientSecret: 'a-secret-of-my-own' };

let database: TestDatabase;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase('empty');
  env = {
    DATABASE_URL: database.url,
    CLIENTELE_DATA_DIR: await newFolder(),
    CLIENTELE_CLIENT_ID: key.clientId,
    CLIENTELE_CLIENT_SECRET: key.clientSecret,
  };
});
afterAll(async () => {
  await cleanUp();
  await database.drop();
});

const stock = 100_000;

/** What the server has answered with 201. */
interface Acknowledged {
  readonly orders: string[];
  /** By order, the transaction. */
  readonly payments: Map<string, string>;
}

async function made(answer: Promise<{ status: number; body: { data: { id: string } } }>): Promise<string> {
  const { status, body } = await answer;
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body.data.id;
}

/** Checks out and pays until the server goes away. */
async function sellUntil(admin: Caller, productId: string, acknowledged: Acknowledged): Promise<void> {
  const sell = async () => {
    const cart = `/v2/carts/${aReference()}`;
    await admin.post(`${cart}/items`, { data: { type: 'cart_item', id: productId, quantity: 2 } });
    for (;;) {
      const order = await made(admin.post(`${cart}/checkout`, { data: aGuestCheckout() }));
      acknowledged.orders.push(order);
      const payment = { data: { gateway: 'manual', method: 'purchase' } };
      acknowledged.payments.set(order, await made(admin.post(`/v2/orders/${order}/payments`, payment)));
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: 6 }, sell));
  // A connection that broke is what was asked for, an answer that refuses is not.
  for (const result of ended)
    expect(String((result as PromiseRejectedResult).reason)).toMatch(/^TypeError: (fetch failed|terminated)/);
}

interface Order {
  readonly id: string;
  readonly payment: string;
  readonly meta: { readonly display_price: Record<'with_tax' | 'paid', { readonly amount: number }> };
  readonly relationships: { readonly items: { readonly data: readonly { readonly id: string }[] } };
}

async function listOrders(admin: Caller): Promise<{ orders: Order[]; items: Set<string>; total: number }> {
  const orders: Order[] = [];
  const items = new Set<string>();
  for (;;) {
    const { body } = await admin.get(`/v2/orders?include=items&page[limit]=100&page[offset]=${orders.length}`);
    orders.push(...body.data);
    for (const { id } of body.included?.items ?? []) items.add(id);
    if (body.data.length < 100) return { orders, items, total: body.meta.results.total };
  }
}

/** Sells more until so many payments more are acknowledged, and kills the server then. */
async function sellAndKill(server: ServerProcess, productId: string, acknowledged: Acknowledged, payments: number) {
  const { admin } = await signInClient(server.url, key);
  const enough = acknowledged.payments.size + payments;
  const sold = sellUntil(admin, productId, acknowledged);
  await vi.waitUntil(() => acknowledged.payments.size >= enough, { timeout: 60_000, interval: 1 });
  server.signal('SIGKILL');
  await server.ended;
  await sold;
}

test('after each kill -9 amid checkouts and payments every acknowledged one is there, none by half, and the stock agrees', async () => {
  const first = await startServer(env);
  const { admin } = await signInClient(first.url, key);
  await admin.put('/v2/gateways/manual', { data: { enabled: true } });
  const productId = await made(admin.post('/v2/products', { data: aProduct({ stock }) }));
  const acknowledged: Acknowledged = { orders: [], payments: new Map() };
  await sellAndKill(first, productId, acknowledged, 25);
  for (const payments of [2, 11]) await sellAndKill(await startServer(env), productId, acknowledged, payments);

  const next = await startServer(env);
  const client = await signInClient(next.url, key);
  const { orders, items, total } = await listOrders(client.admin);
  const found = new Map(orders.map(order => [order.id, order]));
  expect(total).toBe(orders.length);
  expect(acknowledged.orders.filter(id => !found.has(id))).toEqual([]);
  let paid = 0;
  for (const order of orders) {
    const [item] = order.relationships.items.data;
    expect([order.relationships.items.data.length, items.has(item?.id ?? '')]).toEqual([1, true]);
    const { body } = await client.admin.get(`/v2/orders/${order.id}/transactions`);
    const isPaid = order.payment === 'paid';
    if (isPaid) paid += 1;
    const { with_tax, paid: amount } = order.meta.display_price;
    expect([body.data.length, amount.amount]).toEqual(isPaid ? [1, with_tax.amount] : [0, 0]);
    const transaction = acknowledged.payments.get(order.id);
    if (transaction !== undefined) expect(body.data[0]?.id).toBe(transaction);
  }
  expect((await client.admin.get(`/v2/inventories/${productId}`)).body.data).toMatchObject({
    total: stock,
    available: stock - 2 * paid,
    allocated: 2 * paid,
  });
  expect(await next.stop()).toMatchObject({ code: 0, signal: null });
});
