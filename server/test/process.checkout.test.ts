import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { aProduct } from './support/builders.ts';
import { aReference } from './support/carts.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { aGuestCheckout } from './support/orders.ts';
import { cleanUp, newFolder, type ServerProcess, signInClient, startServer } from './support/processes.ts';
import type { Answer, Caller } from './support/test-app.ts';

// Starting whole servers takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const key = { clientId: 'my-shop', clientSecret: 'a-secret-of-my-own' };

let database: TestDatabase;
let observer: pg.Client;
let servers: ServerProcess[];
let admin: Caller;
let first: Caller;
let other: Caller;
let productId: string;
beforeAll(async () => {
  database = await createTestDatabase('empty');
  const env = {
    DATABASE_URL: database.url,
    CLIENTELE_DATA_DIR: await newFolder(),
    CLIENTELE_CLIENT_ID: key.clientId,
    CLIENTELE_CLIENT_SECRET: key.clientSecret,
  };
  servers = [await startServer(env)];
  servers.push(await startServer(env));
  const [one, two] = servers.map(server => server.url) as [string, string];
  const client = await signInClient(one, key);
  ({ admin, storefront: first } = client);
  other = client.at(two).storefront;
  productId = (await admin.post('/v2/products', { data: aProduct() })).body.data.id;
  observer = new pg.Client({ connectionString: database.url });
  await observer.connect();
  // Lets a test keep the transaction of a checkout in its commit, which lasts a moment otherwise.
  await observer.query(`
    create function wait_for_observer() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(4711); return null; end $$;
    create constraint trigger wait_for_observer after insert on orders deferrable initially deferred
      for each row execute function wait_for_observer()`);
});
afterAll(async () => {
  await observer?.end();
  await cleanUp();
  await database.drop();
});

async function fillCart(): Promise<string> {
  const reference = aReference();
  const item = { type: 'cart_item', id: productId, quantity: 1 };
  expect((await first.post(`/v2/carts/${reference}/items`, { data: item })).status).toBe(201);
  return reference;
}

const holdCommits = () => observer.query('select pg_advisory_lock(4711)');
const releaseCommits = () => observer.query('select pg_advisory_unlock(4711)');

/** Until so many transactions at least wait for a lock. */
const untilWaiting = (count: number) =>
  vi.waitUntil(
    async () => {
      const { rows } = await observer.query(
        `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows[0].count >= count;
    },
    { timeout: 20_000, interval: 5 },
  );

const countOrders = async (reference: string): Promise<number> =>
  (await observer.query('select count(*)::int as count from orders where cart_id = $1', [reference])).rows[0].count;

const keyed = (n: number, reference: string) => ({ 'idempotency-key': `${reference}-${n}` });

test.each([
  ['without', () => ({})],
  ['each with an Idempotency-Key of its own,', keyed],
])(
  'checkouts that arrive while the first of their cart commits, at its process and at another, %s answer its order',
  async (_, headersOf: (n: number, reference: string) => Record<string, string>) => {
    for (let round = 0; round < 10; round += 1) {
      const reference = await fillCart();
      const path = `/v2/carts/${reference}/checkout`;
      const data = aGuestCheckout();
      const send = (caller: Caller, n: number) => caller.post(path, { data }, headersOf(n, reference));
      await holdCommits();
      const answers: Promise<Answer>[] = [send(first, 0)];
      await untilWaiting(1);
      answers.push(send(first, 1), send(first, 2), send(other, 3), send(other, 4));
      await untilWaiting(2);
      // Answered after the others have arrived there.
      await Promise.all(servers.map(({ url }) => fetch(`${url}/health/ready`)));
      await releaseCommits();
      const ids = (await Promise.all(answers)).map(({ status, body }) => [status, body.data?.id]);
      expect(ids).toEqual(ids.map(() => [201, ids[0]?.[1]]));
      expect(await countOrders(reference)).toBe(1);

      const later = await send(other, 5);
      expect([later.status, later.body.data.id === ids[0]?.[1]]).toEqual([201, false]);
      expect(await countOrders(reference)).toBe(2);
    }
  },
);

test('a checkout that asks for something else while another commits makes an order of its own', async () => {
  const reference = await fillCart();
  await holdCommits();
  const buyer = (name: string) => aGuestCheckout({ customer: { name, email: 'buyer@example.com' } });
  const answers = [first.post(`/v2/carts/${reference}/checkout`, { data: buyer('Ada') })];
  await untilWaiting(1);
  answers.push(other.post(`/v2/carts/${reference}/checkout`, { data: buyer('Grace') }));
  await untilWaiting(2);
  await releaseCommits();
  const names = (await Promise.all(answers)).map(({ body }) => body.data.customer.name);
  expect(names).toEqual(['Ada', 'Grace']);
  expect(await countOrders(reference)).toBe(2);
});

test('while 200 checkouts of one cart wait for the first, everybody else is served', async () => {
  const reference = await fillCart();
  const path = `/v2/carts/${reference}/checkout`;
  await holdCommits();
  const answers = Array.from({ length: 200 }, () => first.post(path, { data: aGuestCheckout() }));
  await untilWaiting(1);
  const others = await Promise.all(Array.from({ length: 20 }, () => first.get(`/v2/carts/${aReference()}`)));
  expect(others.map(({ status }) => status)).toEqual(others.map(() => 200));
  await releaseCommits();
  const ids = new Set((await Promise.all(answers)).map(({ status, body }) => `${status} ${body.data?.id}`));
  expect([...ids]).toEqual([expect.stringMatching(/^201 /)]);
  expect(await countOrders(reference)).toBe(1);
});
