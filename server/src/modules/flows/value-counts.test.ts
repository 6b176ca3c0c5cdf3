import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, createField, createFlow } from '../../../test/support/builders.ts';
import { readAsLargeListings } from '../../../test/support/large-listings.ts';
import { startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';
import { applicationNames, clientOptions } from '../../platform/db/pool.ts';
import { purgeValues } from './purges.service.ts';
import { countValues } from './value-counts.service.ts';

readAsLargeListings();

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const count = (store: TestStore, fewChanges = 0, now = new Date()) =>
  countValues(app.database, app.database.forStore(store.id), now, { manyRows: 1, ranges: 4, fewChanges });

/** How many fields are counted in ranges, the rows in them, and the changes since. */
async function counted(store: TestStore) {
  const { rows } = await app.query(
    `select (select count(*)::int from value_counts where store_id = $1 and row_counts <> '{}') as fields,
       (select coalesce(sum(row_count), 0)::int from value_counts where store_id = $1) as rows,
       (select count(*)::int from value_changes where store_id = $1) as changes`,
    [store.id],
  );
  return rows[0];
}

async function aStore() {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: 'customers' });
  const points = await createField(store, flow.id, { slug: 'points', field_type: 'integer' });
  await createField(store, flow.id, { slug: 'tier' });
  const create = async (values: Record<string, unknown>) =>
    (await store.admin.post('/v2/customers', { data: aCustomer(values) })).body.data.id as string;
  const change = (id: string, data: object) => store.admin.put(`/v2/customers/${id}`, { data });
  const totalOf = async (filter: string): Promise<number> =>
    (await store.admin.get(`/v2/customers?page[limit]=1&filter=${filter}`)).body.meta.results.total;
  return { store, points, create, change, totalOf };
}

test('what has changed since the values were counted comes on top, and is forgotten when they are counted anew', async () => {
  const { store, create, change, totalOf } = await aStore();
  const ids = await Promise.all(
    Array.from({ length: 12 }, (_, index) => create({ points: index, tier: index < 9 ? 'silver' : 'gold' })),
  );
  await count(store);
  expect(await counted(store)).toEqual({ fields: 2, rows: 24, changes: 0 });
  expect(await totalOf('gt(points,0):lt(points,11)')).toBe(10);
  expect(await totalOf('in(tier,silver,gold,silver,none)')).toBe(12);

  // The same value again is no change.
  await change(ids[0] ?? '', { points: 0, tier: 'silver' });
  expect(await counted(store)).toMatchObject({ changes: 0 });
  await change(ids[0] ?? '', { points: 100, tier: null });
  await change(ids[1] ?? '', { points: 5 });
  await store.admin.delete(`/v2/customers/${ids[2]}`);
  await create({ points: -1, tier: 'none' });
  expect(await counted(store)).toMatchObject({ changes: 9 });
  const expectTotals = async () => {
    expect(await totalOf('gt(points,0):lt(points,11)')).toBe(9);
    expect(await totalOf('ge(points,-1)')).toBe(12);
    expect(await totalOf('eq(points,5)')).toBe(2);
    expect(await totalOf('eq(tier,silver)')).toBe(7);
    expect(await totalOf('in(tier,silver,none)')).toBe(8);
  };
  await expectTotals();
  await count(store, 9);
  expect(await counted(store)).toMatchObject({ changes: 9 });
  await count(store);
  expect(await counted(store)).toEqual({ fields: 2, rows: 23, changes: 0 });
  await expectTotals();
});

test('writes to the same customers at once, and counting beside them, leave exact totals', async () => {
  const { store, create, change, totalOf } = await aStore();
  const other = await app.addInstance();
  const ids = await Promise.all(Array.from({ length: 6 }, () => create({})));
  await count(store);
  for (let round = 0; round < 5; round += 1) {
    const writes = Array.from({ length: 40 }, (_, index) => {
      const id = ids[index % ids.length] ?? '';
      const value = (index + round) % 4;
      const data = index % 7 === 0 ? { points: null, tier: null } : { points: value, tier: `tier ${value}` };
      return index % 2 === 0 ? change(id, data) : other.as(store.admin).put(`/v2/customers/${id}`, { data });
    });
    const created = create({ points: round, tier: 'silver' });
    await Promise.all([count(store), ...writes, created, count(store)]);
    if (round % 2 === 0) await store.admin.delete(`/v2/customers/${await created}`);
    const { body } = await store.admin.get('/v2/customers?page[limit]=100');
    const shown: { points: number | null; tier: string | null }[] = body.data;
    for (const value of [0, 1, 2, 3]) {
      expect(await totalOf(`eq(points,${value})`)).toBe(shown.filter(({ points }) => points === value).length);
      expect(await totalOf(`ge(points,${value})`)).toBe(
        shown.filter(({ points }) => points !== null && points >= value).length,
      );
      expect(await totalOf(`eq(tier,tier ${value})`)).toBe(shown.filter(({ tier }) => tier === `tier ${value}`).length);
    }
  }
});

test.each([
  ['postgres://u:p@h/d', 'postgres://u:p@h/d', 'clientele', 'clientele 2'],
  ['postgres://u:p@h/d?application_name=the%20shop', 'postgres://u:p@h/d', 'the shop', 'the shop 2'],
  ['postgres://h/d?application_name=a&sslmode=require', 'postgres://h/d?sslmode=require', 'a', 'a 2'],
  ['postgres://h/d?sslmode=require&application_name=a', 'postgres://h/d?sslmode=require', 'a', 'a 2'],
])('%s: the versions have different names', (url, connectionString, older, own) => {
  expect(applicationNames({ connectionString: url })).toEqual({ own, older });
  expect(clientOptions({ connectionString: url })).toMatchObject({ connectionString, application_name: own });
});

test('values are counted anew after an hour, whatever has been told', async () => {
  const { store, create, totalOf } = await aStore();
  await create({ points: 1 });
  await count(store);
  // As a process of the version before that came and went within a minute.
  await app.query('delete from custom_index where store_id = $1 and number_value = 1', [store.id]);
  expect(await totalOf('ge(points,0)')).toBe(1);
  await count(store);
  expect(await totalOf('ge(points,0)')).toBe(1);
  await count(store, 0, new Date(Date.now() + 2 * 3_600_000));
  expect(await totalOf('ge(points,0)')).toBe(0);
});

test('while a process of the version before is connected, which tells of no changes, there are no counts', async () => {
  const { store, create } = await aStore();
  await create({ points: 1 });
  await count(store);
  expect(await counted(store)).toMatchObject({ fields: 1 });
  const { connection } = app.database;
  const older = new pg.Client({ ...clientOptions(connection), application_name: applicationNames(connection).older });
  await older.connect();
  await count(store);
  expect(await counted(store)).toMatchObject({ fields: 0 });
  await older.end();
  const countAgain = async () => {
    await count(store);
    return counted(store);
  };
  await expect.poll(countAgain).toMatchObject({ fields: 1 });
});

test('the counts of a field that is deleted, and the changes since, go with its values', async () => {
  const { store, points, create } = await aStore();
  await create({ points: 1, tier: 'gold' });
  await count(store);
  await create({ points: 2 });
  await store.admin.delete(`/v2/fields/${points.id}`);
  await purgeValues(app.database.forStore(store.id), new Date(Date.now() + 3_600_000), 100);
  expect(await counted(store)).toEqual({ fields: 1, rows: 1, changes: 0 });
});
