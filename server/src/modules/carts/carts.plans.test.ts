import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConnectedDatabase, connectTestDatabase } from '../../../test/support/database.ts';
import { type AnyStatement, nodesOf, type PlanNode, prepareStatement, rowsRead } from '../../../test/support/plans.ts';
import { StoreDb } from '../../platform/db/database.ts';
import { cartListing, cartSummaryListing, selectCart, selectCartSummary, visibleCarts } from './carts.read.ts';
import { deleteExpired, lockCartRow, touchCart } from './carts.store.ts';

/** What a request reads depends on the cart or the page, not on how many carts the store has. */

const store = '018f0000-0000-7000-8000-00000000000a';
const carts = 20_000;
const uuid = (n: number) => `018f0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
const now = new Date('2021-02-01T00:00:00Z');
const expires = new Date('2021-02-08T00:00:00Z');
const page = { limit: 25, offset: 0 };
const sort = { field: 'updated_at', descending: true } as const;

let database: ConnectedDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await connectTestDatabase();
  ({ client } = database);
  // Two lines in each cart, ten carts of each customer, 50 carts that have expired.
  await client.query(`
    create temporary table ids as select n, ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id,
      '2021-01-25Z'::timestamptz + n * interval '1 second' as at from generate_series(1, ${carts}) n;
    insert into customers (store_id, id, name, name_key, email, email_key, created_at, updated_at)
      select '${store}', id, 'Ada', 'ada', n || '@example.com', n || '@example.com', at, at from ids where n % 10 = 0;
    insert into carts (store_id, id, currency, created_at, updated_at, expires_at)
      select '${store}', 'cart-' || n, 'USD', at, at,
        case when n <= 50 then '2021-01-31Z'::timestamptz else '${expires.toISOString()}' end from ids;
    insert into cart_items (store_id, cart_id, id, position, type, name, description, sku, slug, manage_stock, quantity,
      unit_amount, includes_tax, created_at, updated_at)
      select '${store}', 'cart-' || n, gen_random_uuid(), line, 'custom_item', 'Card', '', '', '', false, 1, 500, true, at, at
      from ids cross join generate_series(1, 2) line;
    insert into cart_customers (store_id, cart_id, customer_id)
      select '${store}', 'cart-' || n, ('018f0000-0000-7000-8000-' || lpad(to_hex(n / 10 * 10), 12, '0'))::uuid
      from ids where n >= 10;
    insert into totals (store_id, resource, shard, count) values ('${store}', 'carts', 1, ${carts});
    analyze;`);
});
afterAll(() => database.drop());

interface Sent {
  readonly statement: AnyStatement;
  readonly parameters: object;
}

/** What a listing sends to the database. */
async function sentBy(list: (db: StoreDb) => Promise<unknown>): Promise<Sent> {
  const sent: Sent[] = [];
  const db = new StoreDb(
    store,
    async (statement, parameters) => {
      sent.push({ statement: statement as AnyStatement, parameters: parameters as object });
      return [];
    },
    () => {
      throw new Error('a listing needs no transaction');
    },
  );
  await list(db);
  const [only] = sent;
  if (only === undefined) throw new Error('nothing was sent');
  return only;
}

const one = (statement: unknown, id = 'cart-15000'): Sent => ({
  statement: statement as AnyStatement,
  parameters: { storeId: store, id, now, expires, customerId: null, sessionId: null },
});
const shopper = { customerId: uuid(15_000), sessionId: uuid(1) };

/** The plan that PostgreSQL settles on for any values. */
async function measure({ statement, parameters }: Sent): Promise<PlanNode> {
  await client.query('begin; set local plan_cache_mode = force_generic_plan');
  try {
    return await (await prepareStatement(client, statement)).measure(parameters);
  } finally {
    await client.query('rollback');
  }
}

test.each<[string, number, () => Sent | Promise<Sent>]>([
  ['a cart', 20, () => one(selectCart)],
  ['a cart with what its price is made of', 20, () => one(selectCartSummary)],
  ['a cart that is not stored', 20, () => one(selectCart, 'none')],
  ['a cart to lock', 5, () => one(lockCartRow)],
  ['a cart to change', 5, () => one(touchCart)],
  [
    'a page of all carts',
    400,
    () => sentBy(db => cartSummaryListing.select(db, { filter: [], sort, page, scope: visibleCarts(undefined, now) })),
  ],
  [
    'a page of all carts with items',
    400,
    () => sentBy(db => cartListing.select(db, { filter: [], sort, page, scope: visibleCarts(undefined, now) })),
  ],
  [
    'the carts of a customer',
    120,
    () => sentBy(db => cartListing.select(db, { filter: [], sort, page, scope: visibleCarts(shopper, now) })),
  ],
  [
    'expired carts to delete',
    120,
    () => ({
      statement: deleteExpired as unknown as AnyStatement,
      parameters: { storeId: store, now, limit: 20, shard: 1 },
    }),
  ],
])('of 20,000 carts, %s reads at most %i rows, whatever is asked for', async (_name, most, send) => {
  const plan = await measure(await send());
  const scans = nodesOf(plan)
    .filter(
      node =>
        node['Node Type'] === 'Seq Scan' &&
        !/^(totals|currencies|sessions|field_versions)$/.test(node['Relation Name'] ?? ''),
    )
    .map(node => node['Relation Name']);
  const read = rowsRead(plan);
  expect({ scans, isFew: read <= most, read }).toEqual({ scans: [], isFew: true, read });
});
