import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConnectedDatabase, connectTestDatabase } from '../../../test/support/database.ts';
import { nodesOf, prepareStatement, rowsRead, sentBy } from '../../../test/support/plans.ts';
import { openDatabase } from '../../platform/db/database.ts';
import { parseFilter } from '../../platform/query/filter-parameter.ts';
import { allOrders, orderListing, orderListingWithItems, ownOrders } from './orders.list.ts';

/** What a page reads depends on the page, not on how many orders the store or the customer has. */

const store = '018f0000-0000-7000-8000-00000000000a';
const orders = 20_000;
const pageSize = 25;
/** A page with its items, its total and some rows more: far below the number of orders. */
const fewRows = 400;
const uuid = (n: number) => `018f0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
const shopper = { customerId: uuid(1), sessionId: uuid(1) };

let database: ConnectedDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await connectTestDatabase();
  ({ client } = database);
  // Half of them of one customer, the others of a thousand.
  await client.query(`
    insert into customers (store_id, id, name, name_key, email, email_key, created_at, updated_at)
    values ('${store}', '${shopper.customerId}', 'Ada', 'ada', 'a@b.example', 'a@b.example', now(), now());
    insert into sessions (store_id, customer_id, id, created_at, expires_at)
    values ('${store}', '${shopper.customerId}', '${shopper.sessionId}', now(), now() + interval '1 day');
    insert into orders (store_id, id, customer_id, cart_id, status, payment, shipping, customer_name, customer_name_key,
      customer_email, customer_email_key, shipping_address, billing_address, shipping_name, shipping_name_key,
      billing_name, billing_name_key, shipping_postcode, shipping_postcode_key, billing_postcode, billing_postcode_key,
      currency, currency_format, without_tax, tax, with_tax, item_ids, created_at, updated_at)
    select '${store}', id, case when n % 2 = 0 then '${shopper.customerId}'::uuid else md5((n % 1000)::text)::uuid end,
      'cart-' || n, (array['incomplete', 'processing', 'complete', 'cancelled'])[n % 4 + 1],
      (array['unpaid', 'paid', 'refunded'])[n % 3 + 1], (array['unfulfilled', 'fulfilled'])[n % 2 + 1],
      'Ada', 'ada', 'a@b.example', 'a@b.example', '{}', '{}', 'Ada', 'ada', 'Ada', 'ada', 'LS1', 'ls1', 'LS1', 'ls1',
      'USD', '{}', n % 7, 0, n % 7, array[id], at, at
    from (
      select n, ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id,
        '2021-01-01Z'::timestamptz + n * interval '1 minute' as at
      from generate_series(1, ${orders}) n) made;
    insert into order_items (store_id, order_id, id, cart_item_id, type, name, sku, manage_stock, quantity, unit_amount,
      includes_tax, taxes, unit_without_tax, unit_tax, unit_with_tax, value_without_tax, value_tax, value_with_tax)
    select store_id, id, id, id, 'custom_item', 'Card', '', false, 1, 1, true, '[]', 1, 0, 1, 1, 0, 1 from orders;
    insert into totals (store_id, resource, shard, count) values
      ('${store}', 'orders', 1, ${orders});
    insert into order_counts
    select store_id, customer_id, count(*) from orders group by store_id, customer_id;
    -- What autovacuum does in time.
    select gin_clean_pending_list(index::regclass)
    from unnest(array['orders_text_idx', 'orders_customer_id_text_idx']) index;
    analyze;`);
});
afterAll(() => database.drop());

/** What the listing reads, of whatever is asked for: as PostgreSQL does it after it has settled on a plan. */
async function readingOf(work: Parameters<typeof sentBy>[1]) {
  const { statement, parameters } = await sentBy(store, work);
  const prepared = await prepareStatement(client, statement);
  if (!statement.isReplanned) for (let n = 0; n < 6; n += 1) await prepared.execute(parameters);
  const plan = await prepared.measure(parameters);
  const scans = nodesOf(plan).filter(
    node => node['Node Type'] === 'Seq Scan' && String(node['Relation Name']).startsWith('order'),
  );
  const read = rowsRead(plan);
  return read <= fewRows && scans.length === 0 ? 'few' : { read, nodes: nodesOf(plan).map(node => node['Node Type']) };
}

const sorts = orderListing.sorts.flatMap(field => [
  { field, descending: false },
  { field, descending: true },
]);
const request = { filter: [], scope: allOrders, page: { limit: pageSize, offset: 0 } } as const;

test.each(sorts)(
  'the first page by $field (descending: $descending) reads few orders, and so does one after a place',
  async sort => {
    expect(await readingOf(db => orderListing.select(db, { ...request, sort }))).toBe('few');
    const own = openDatabase({
      connection: { connectionString: database.url },
      poolSize: 1,
      preparedStatements: false,
      onError: () => {},
    });
    const middle = { limit: pageSize, offset: orders / 2 };
    const found = await orderListing.select(own.forStore(store), { ...request, sort, page: middle });
    await own.close();
    const page = { ...middle, cursor: found?.cursor };
    expect(await readingOf(db => orderListing.select(db, { ...request, sort, page }))).toBe('few');
  },
);

test('a page of the history of a customer with half of all orders reads few, with the items', async () => {
  const sort = orderListing.defaultSort;
  const scope = ownOrders(shopper);
  expect(await readingOf(db => orderListingWithItems.select(db, { ...request, sort, scope }))).toBe('few');
});

test.each([
  `eq(customer_id,${uuid(7)})`,
  'like(customer_id,c4ca4238-a0b9*)',
  'like(customer_id,*a6f75849b)',
  'like(customer_id,*2382-0dcc*)',
])('the filter %s reads few orders in every order', async filter => {
  for (const sort of sorts) {
    const asked = { ...request, sort, filter: parseFilter(filter) };
    expect([sort, await readingOf(db => orderListing.select(db, asked))]).toEqual([sort, 'few']);
  }
});
