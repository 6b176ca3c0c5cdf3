import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allCustomers, customerListing } from '../src/modules/customers/customers.list.ts';
import { openDatabase } from '../src/platform/db/database.ts';
import { compiledStatements } from '../src/platform/db/statement.ts';
import { parseFilter } from '../src/platform/query/filter-parameter.ts';
import { type ConnectedDatabase, connectTestDatabase } from './support/database.ts';
import { filtersOf, loadModules } from './support/listings.ts';
import { genericPlan, isSmall, nodesOf, type PlanNode, prepareStatement, rowsRead, sentBy } from './support/plans.ts';

/** Listings stay cheap in a large store: what a request reads depends on what it finds, not on how many rows there are. */

const store = '018f0000-0000-7000-8000-00000000000a';
const customers = 20_000;
const pageSize = 25;
/** A page, its total and some rows that the filter drops: far below the size of the store. */
const fewRows = 400;

let database: ConnectedDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await connectTestDatabase();
  ({ client } = database);
  await client.query(`
    -- An index is cheaper to build than to keep up to date; the schema is put back below.
    create temporary table dropped as select indexdef from pg_indexes where indexname = 'customers_text_idx';
    drop index customers_text_idx;
    insert into customers
      (store_id, id, name, name_key, email, email_key, external_ref, tags, created_at, updated_at)
    select '${store}', ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
      'Person ' || md5(n::text), 'person ' || md5(n::text),
      'Mail.' || md5('mail' || n) || '@Example.com', 'mail.' || md5('mail' || n) || '@example.com',
      case when n % 1000 = 1 then null else 'crm-' || n end,
      case when n % 4000 = 1 then '{everybody,vip}' else '{everybody}' end::text[],
      '2021-01-01Z'::timestamptz + n * interval '1 minute',
      '2021-01-01Z'::timestamptz + (n * 7919 % ${customers}) * interval '1 minute'
    from generate_series(1, ${customers}) n;
    do $$ begin execute (select indexdef from dropped); end $$;
    insert into totals (store_id, resource, shard, count) values ('${store}', 'customers', 0, ${customers});
    insert into addresses (store_id, customer_id, id, created_at, updated_at)
    select store_id, id, id, created_at, created_at from customers limit 10000;
    update addresses set country = case when right(id::text, 3) = '001' then 'IS' else 'GB' end;
    update customers set password_hash = 'hash' where right(id::text, 3) = '001';
    insert into order_counts
    select store_id, id, case when right(id::text, 3) = '001' then 9 when ctid < '(200,0)' then 1 else 0 end from customers;
    insert into sessions (store_id, customer_id, id, created_at, expires_at)
    select store_id, id, id, created_at, created_at from customers limit 10000;
    analyze;`);
});
afterAll(() => database.drop());

/** For each attribute and operator: an operand that selects few rows, and one that selects as many as it can. */
const operands: Readonly<Record<string, readonly [narrow: string, wide: string]>> = {
  'email eq': ['mail.a5e2bd4ee6e8a3ff7f1f6e0a2b1c9d00@example.com', 'a@example.com'],
  'email in': ['a@example.com,b@example.com', 'a@example.com,b@example.com'],
  'email like': ['*.a5e2bd*', '*'],
  'name eq': ['Person c4ca4238a0b923820dcc509a6f75849b', 'a'],
  'name in': ['Person c4ca4238a0b923820dcc509a6f75849b,b', 'a,b'],
  'name like': ['Person c4ca42*', '*e*'],
  'id eq': ['018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001'],
  'id in': ['018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001'],
  'id gt': ['018f0000-0000-7000-8000-000000004df0', '018f0000-0000-7000-8000-000000000000'],
  'id ge': ['018f0000-0000-7000-8000-000000004df0', '018f0000-0000-7000-8000-000000000000'],
  'id lt': ['018f0000-0000-7000-8000-000000000030', '018f0000-0000-7000-9000-000000000000'],
  'id le': ['018f0000-0000-7000-8000-000000000030', '018f0000-0000-7000-9000-000000000000'],
  ...Object.fromEntries(
    ['created_at', 'updated_at'].flatMap(time => [
      [`${time} eq`, ['2021-01-05T10:00:00Z', '2021-01-05T10:00:00Z']],
      [`${time} gt`, ['2021-01-14T20:30:00Z', '2020-01-01']],
      [`${time} ge`, ['2021-01-14T20:30:00Z', '2020-01-01']],
      [`${time} lt`, ['2021-01-01T00:50:00Z', '2030-01-01']],
      [`${time} le`, ['2021-01-01T00:50:00Z', '2030-01-01']],
    ]),
  ),
  'external_ref eq': ['crm-17', 'crm-17'],
  'external_ref in': ['crm-17,crm-18', 'crm-17,crm-18'],
  'external_ref is_null': ['', ''],
  'tags eq': ['vip', 'everybody'],
  'tags in': ['vip,none', 'everybody,none'],
  'password eq': ['true', 'true'],
  'country eq': ['IS', 'GB'],
  'country in': ['IS,FR', 'GB,US'],
  'order_count eq': ['9', '1'],
  'order_count gt': ['5', '0'],
  'order_count ge': ['9', '1'],
};

/** What the listing sends to the database for a request. */
function sentFor(filter: string, sort: (typeof customerListing)['defaultSort']) {
  const page = { limit: pageSize, offset: 0 };
  return sentBy(store, db =>
    customerListing.select(db, { filter: parseFilter(filter), sort, page, scope: allCustomers }),
  );
}

function describePlan(plan: PlanNode): { isFew: boolean; sequential: string[] } | { read: number; scans: string[] } {
  const scans = nodesOf(plan).filter(node => node['Relation Name'] !== undefined);
  const sequential = scans.filter(node => node['Node Type'] === 'Seq Scan' && !isSmall(node['Relation Name']));
  const read = rowsRead(plan);
  if (read <= fewRows && sequential.length === 0) return { isFew: true, sequential: [] };
  return { read, scans: scans.map(node => `${node['Node Type']} ${node['Index Name'] ?? ''}`) };
}

const few = { isFew: true, sequential: [] };
const orders = customerListing.sorts.flatMap(field => [
  { field, descending: false },
  { field, descending: true },
]);

test.each(orders)('the first page in the order of $field (descending: $descending) reads few rows', async sort => {
  const { statement, parameters } = await sentFor('', sort);
  const prepared = await prepareStatement(client, statement);
  expect(describePlan(await prepared.measure(parameters))).toEqual(few);
});

test.each(orders)(
  'a page after a place in the order of $field (descending: $descending) reads few rows',
  async sort => {
    const own = openDatabase({
      connection: { connectionString: database.url },
      poolSize: 1,
      preparedStatements: false,
      onError: () => {},
    });
    const asked = { filter: [], sort, scope: allCustomers };
    const page = { limit: pageSize, offset: customers / 2 };
    const found = await customerListing.select(own.forStore(store), { ...asked, page });
    await own.close();
    const { statement, parameters } = await sentBy(store, db =>
      customerListing.select(db, { ...asked, page: { ...page, cursor: found?.cursor } }),
    );
    const prepared = await prepareStatement(client, statement);
    for (let execution = 0; execution < 6; execution += 1) await prepared.execute(parameters);
    expect(describePlan(await prepared.measure(parameters))).toEqual(few);
  },
);

test.each(orders)(
  'a page far from the first in the order of $field (descending: $descending) passes the rows before it in an index',
  async sort => {
    // What an index-only scan needs: pages known to be visible to everybody.
    await client.query('vacuum customers');
    const page = { limit: pageSize, offset: customers / 2 };
    const { statement, parameters } = await sentBy(store, db =>
      customerListing.select(db, { filter: [], sort, page, scope: allCustomers }),
    );
    const prepared = await prepareStatement(client, statement);
    for (let execution = 0; execution < 6; execution += 1) await prepared.execute(parameters);
    const scans = nodesOf(await prepared.measure(parameters)).filter(
      node => node['Relation Name'] === 'customers' && rowsRead({ ...node, Plans: [] }) > fewRows,
    );
    expect(scans.map(node => node['Node Type'])).toEqual(['Index Only Scan']);
  },
);

/**
 * What a search reads is shown where it stands (modules/search/search.plans.test.ts). Fewer orders than a number is what most
 * customers have.
 */
const filters = filtersOf(customerListing).filter(
  ({ attribute, operator }) => attribute !== 'search' && !(attribute === 'order_count' && operator.startsWith('l')),
);

describe.each(filters)('a filter $attribute $operator', ({ attribute, operator }) => {
  const [narrow, wide] = operands[`${attribute} ${operator}`] ?? ['', ''];
  const filterOf = (operand: string) =>
    operator === 'is_null' ? `is_null(${attribute})` : `${operator}(${attribute},${operand})`;

  // PostgreSQL takes no range of one table for one of another: in the order that a table beside it carries, it may pass that
  // table's index once (187 ms among a million).
  const isMerged = ({ field }: { field: string }) =>
    attribute === 'id' && /^[gl]/.test(operator) && field === 'order_count';

  test('that selects few rows reads few, in every order, also after others have selected all', async () => {
    for (const sort of orders.filter(each => !isMerged(each))) {
      const { statement, parameters } = await sentFor(filterOf(narrow), sort);
      const first = await prepareStatement(client, statement);
      expect({ sort, ...describePlan(await first.measure(parameters)) }).toEqual({ sort, ...few });
      // Such a statement has no name (database.ts): each execution is a first one.
      if (statement.isReplanned) continue;

      // After five executions PostgreSQL may settle on a plan for any values.
      const settled = await prepareStatement(client, statement);
      const others = await sentFor(filterOf(wide), sort);
      for (let execution = 0; execution < 6; execution += 1) await settled.execute(others.parameters);
      expect({ sort, ...describePlan(await settled.measure(parameters)) }).toEqual({ sort, ...few });
    }
  });
});

test('no other statement reads all customers, addresses or sessions, whatever its values', async () => {
  await loadModules();
  const fixed = [...compiledStatements.values()].filter(({ scope }) => scope === 'store');
  expect(fixed.length).toBeGreaterThan(20);
  const sequential: string[] = [];
  await client.query('begin');
  for (const statement of fixed) {
    const nodes = nodesOf(await genericPlan(client, statement));
    const scans = nodes.filter(node => node['Node Type'] === 'Seq Scan');
    if (scans.some(node => ['customers', 'addresses', 'sessions'].includes(node['Relation Name'] ?? ''))) {
      sequential.push(statement.text);
    }
  }
  await client.query('rollback');
  expect(sequential).toEqual([]);
});
