import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { signUp } from '../../../test/support/builders.ts';
import { type Caller, startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await app.query(
    `insert into customers (store_id, id, name, name_key, email, email_key, external_ref, created_at, updated_at)
     select $1, md5(n::text)::uuid, 'Name ' || n, 'name ' || n, n || '@example.test', n || '@example.test',
       case when n % 10 = 0 then 'crm-' || n end, now() - n * interval '1 minute', now() - n * interval '1 minute'
     from generate_series(1, 30000) n`,
    [app.id],
  );
  // As autovacuum does in time: statistics, and the pending entries of the text index.
  await app.query('vacuum analyze customers');
  // From now on the key and the store are in memory.
  await app.admin.get('/v2/customers');
});
afterAll(() => app.close());
afterEach(() => {
  vi.restoreAllMocks();
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: Plan[];
}
const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** The statements that a request runs. */
async function statementsOf(caller: Caller, url: string): Promise<{ text: string; values: unknown[] }[]> {
  const query = vi.spyOn(pg.Pool.prototype, 'query');
  const { status, body } = await caller.get(url);
  expect(status, JSON.stringify(body)).toBe(200);
  const calls = query.mock.calls.map(([config]) => config as unknown as { text: string; values: unknown[] });
  query.mockRestore();
  return calls;
}

test.each([
  '',
  '?sort=created_at',
  '?sort=name&page[limit]=10&page[offset]=50',
  '?sort=-email',
  '?sort=-updated_at',
  '?sort=id',
  '?filter=eq(email,777@example.test)',
  '?filter=in(email,777@example.test,778@example.test)',
  '?filter=like(email,*777@exam*)',
  '?filter=eq(name,Name 777)',
  '?filter=like(name,*ame 777*)',
  '?filter=eq(external_ref,crm-770)',
  `?filter=eq(created_at,${new Date().toISOString().slice(0, 10)})`,
])('GET /v2/customers%s runs one statement, which reads no whole table', async query => {
  const statements = await statementsOf(app.admin, `/v2/customers${query}`);
  expect(statements.length).toBe(1);
  for (const { text, values } of statements) {
    const { rows } = await app.query(`explain (format json) ${text}`, values);
    const scanned = nodesOf(rows[0]['QUERY PLAN'][0].Plan)
      .filter(node => node['Node Type'] === 'Seq Scan')
      .map(node => node['Relation Name'] ?? '');
    expect(scanned.filter(table => table !== 'totals')).toEqual([]);
  }
});

test('with a customer token every read of own data runs one statement, the check of the session included', async () => {
  const { customer, shopper } = await signUp(app);
  const path = `/v2/customers/${customer.id}`;
  for (const url of [
    '/v2/customers',
    path,
    `${path}/addresses`,
    `${path}/addresses?page[limit]=5`,
    `${path}/sessions`,
  ]) {
    expect(await statementsOf(shopper, url)).toHaveLength(1);
  }
});
