import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConnectedDatabase, connectTestDatabase } from '../../../test/support/database.ts';
import { nodesOf, type PlanNode, prepareStatement, rowsRead, sentBy } from '../../../test/support/plans.ts';
import { allCustomers, customerListing } from '../customers/customers.list.ts';
import { searchRanking } from './customer-search.list.ts';
import { parseSearch, searchClause } from './search-query.ts';

/** A search never reads all customers: neither for a rare word, nor for one that many have (design.md §3). */

const store = '018f0000-0000-7000-8000-00000000000a';
const customers = 40_000;
/** The matches that are ranked, and some times as many rows that are looked at for them. */
const bounded = 5000;
const few = 400;

let database: ConnectedDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await connectTestDatabase({ options: '-c random_page_cost=1.1' });
  ({ client } = database);
  await client.query(`
    create temporary view made as
    select n, ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id,
      'person ' || md5(n::text) || case n % 2 when 0 then ' even' else '' end as name,
      'mail.' || md5('mail' || n) || '@example.com' as email,
      '2021-01-01Z'::timestamptz + n * interval '1 minute' as at
    from generate_series(1, ${customers}) n;
    create temporary table dropped as select indexdef from pg_indexes
    where indexname in ('customers_text_idx', 'customer_search_text_idx', 'orders_text_idx');
    drop index customers_text_idx, customer_search_text_idx, orders_text_idx;
    insert into customers (store_id, id, name, name_key, email, email_key, created_at, updated_at)
    select '${store}', id, name, name, email, email, at, at from made;
    insert into customer_search (store_id, customer_id, search_text)
    select '${store}', id, '!" ' || name || E'"\\n#" ' || translate(email, '@.', '  ') || E'"\\n' from made;
    insert into orders (store_id, id, customer_id, cart_id, status, payment, shipping, customer_name, customer_name_key,
      customer_email, customer_email_key, shipping_address, billing_address, shipping_name, shipping_name_key, billing_name,
      billing_name_key, shipping_postcode, shipping_postcode_key, billing_postcode, billing_postcode_key, order_number,
      order_number_key, currency, currency_format, without_tax, tax, with_tax, item_ids, created_at, updated_at)
    select '${store}', id, id, id::text, 'incomplete', 'unpaid', 'unfulfilled', '', '', '', '', '{}', '{}', '', '', '', '',
      '', '', '', '', 'order-' || n, 'order-' || n, 'USD', '{}', 1, 0, 1, '{}', at, at
    from made where n % 4 = 0;
    do $$ declare build text; begin
      for build in select indexdef from dropped loop execute build; end loop;
    end $$;
    analyze;`);
});
afterAll(() => database.drop());

async function planOf(search: string, isSorted: boolean): Promise<PlanNode> {
  const terms = parseSearch(search);
  const asked = { sort: customerListing.defaultSort, page: { limit: 25, offset: 0 }, scope: allCustomers };
  const { statement, parameters } = await sentBy(store, db =>
    isSorted
      ? customerListing.select(db, { ...asked, filter: [searchClause(search)] })
      : customerListing.select(db, {
          ...asked,
          filter: [],
          more: { filterable: {}, ranking: searchRanking(terms) },
        }),
  );
  expect(statement.isReplanned).toBe(true);
  return (await prepareStatement(client, statement)).measure(parameters);
}

/** The tables that grow with the store. */
const large = ['customers', 'customer_search', 'orders', 'addresses'];

function wholeScans(plan: PlanNode): string[] {
  return nodesOf(plan)
    .filter(
      node =>
        node['Node Type'] === 'Seq Scan' &&
        large.includes(node['Relation Name'] ?? '') &&
        (node['Actual Loops'] ?? 1) > 0,
    )
    .map(node => node['Relation Name'] ?? '');
}

describe.each([
  ['a rare part of a word', 'c4ca4238'],
  ['a rare word', 'c4ca4238a0b923820dcc509a6f75849b'],
  ['a rare word and one that all have', 'person c4ca4238'],
  ['a number of an order', '-20000'],
  ['a number of an order and a word that all have', 'order-20000 person'],
  ['what nobody has', 'zzzyyyxxx'],
  ['a short word that nobody begins with', 'zz'],
  ['a letter of another script', '廖'],
  ['a rare word and a letter of another script', 'c4ca4238 廖'],
])('a search for %s reads few rows', (_name, search) => {
  test.each([
    ['ranked', false],
    ['sorted', true],
  ] as const)('%s', async (_order, isSorted) => {
    const plan = await planOf(search, isSorted);
    expect({ scans: wholeScans(plan), isFew: rowsRead(plan) <= few, read: rowsRead(plan) }).toEqual({
      scans: [],
      isFew: true,
      read: expect.any(Number),
    });
  });
});

test.each([
  ['a word that all have', 'person'],
  ['a word that half have', 'even'],
  ['a letter', 'p'],
  ['two words that many have', 'even person'],
  ['a part of the number of every order', 'order'],
])('a search for %s reads no more than it ranks and looks at few more', async (_name, search) => {
  const plan = await planOf(search, false);
  expect({ scans: wholeScans(plan), isBounded: rowsRead(plan) <= bounded, read: rowsRead(plan) }).toEqual({
    scans: [],
    isBounded: true,
    read: expect.any(Number),
  });
});
