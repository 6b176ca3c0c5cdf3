import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCustomer, createField, createFlow, password } from '../../../test/support/builders.ts';
import { startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';
import { runJob } from './job-worker.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

/** Exports customers, and answers the job and the lines of its file. */
async function exportCustomers(store: TestStore, filter?: string) {
  const data = { type: 'job', job_type: 'customer_export', ...(filter !== undefined && { filter }) };
  const created = await store.admin.post('/v2/jobs', { data });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  const { id } = created.body.data;
  await runJob(app.database.forStore(store.id), id);
  const job = (await store.admin.get(`/v2/jobs/${id}`)).body.data;
  if (job.status !== 'complete') return { job, rows: [] };
  const url = new URL(job.link.href);
  const file = await app.send({ method: 'GET', url: `${url.pathname}${url.search}` });
  expect([file.status, file.headers['content-disposition']]).toEqual([
    200,
    `attachment; filename="customers-${id}.csv"`,
  ]);
  const rows: Record<string, string>[] = parse(file.body, { bom: true, columns: true });
  return { job, rows };
}
const idsOf = ({ rows }: { rows: Record<string, string>[] }) => rows.map(row => row.id);

test('a file of customers has a line for each, with the fields of the store, no secret, and nothing that a spreadsheet computes', async () => {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: 'customers' });
  for (const [slug, field_type] of [
    ['tier', 'string'],
    ['points', 'integer'],
    ['wholesale', 'boolean'],
    ['created_at', 'string'],
  ]) {
    await createField(store, flow.id, { slug, field_type });
  }
  const name = '=HYPERLINK("http://evil.example","Ada")';
  const values = { tier: '@SUM(A1)', points: -5, wholesale: false, created_at: 'of the shop' };
  const ada = await createCustomer(store, { name, password, external_ref: '+1', tags: ['vip', '=1'], ...values });
  const eve = await createCustomer(store, { name: 'Eve, "E"' });
  const { rows } = await exportCustomers(store);
  const { created_at, updated_at } = ada.meta.timestamps;
  expect(rows).toEqual([
    {
      id: ada.id,
      name: `'${name}`,
      email: ada.email,
      password: 'true',
      external_ref: "'+1",
      tags: "'=1,vip",
      created_at,
      updated_at,
      tier: "'@SUM(A1)",
      points: '-5',
      wholesale: 'false',
      'customers.created_at': 'of the shop',
    },
    expect.objectContaining({ id: eve.id, name: 'Eve, "E"', password: 'false', external_ref: '', tags: '', tier: '' }),
  ]);
});

test('a file holds exactly what the filter finds, by fields and by a search too, and nothing of other stores', async () => {
  const [store, other] = [await app.addStore(), await app.addStore()];
  for (const each of [store, other]) {
    const flow = await createFlow(each, { slug: 'customers' });
    await createField(each, flow.id, { slug: 'tier' });
    await createCustomer(each, { name: 'Zoe Foreign', tier: 'gold' });
  }
  const gold = await createCustomer(store, { name: 'Ada Okafor', tier: 'gold' });
  const silver = await createCustomer(store, { name: 'Eve Okafor', tier: 'silver' });
  expect(idsOf(await exportCustomers(store, 'eq(tier,gold):like(name,Ada*)'))).toEqual([gold.id]);
  expect(idsOf(await exportCustomers(store, 'in(customers.tier,silver,none)'))).toEqual([silver.id]);
  expect(idsOf(await exportCustomers(store, 'like(search,okafor)'))).toEqual([gold.id, silver.id]);
  expect(idsOf(await exportCustomers(store)).length).toBe(3);
  expect((await exportCustomers(store, 'eq(tier,bronze)')).job).toMatchObject({
    status: 'failed',
    error: 'No results matched the supplied filter',
  });
});

test('thousands of customers are written some at a time, each once', async () => {
  const store = await app.addStore();
  await app.query(
    `insert into customers (store_id, id, name, name_key, email, email_key, created_at, updated_at)
     select $1, gen_random_uuid(), 'Ada', 'ada', n || '@example.com', n || '@example.com', now(), now()
     from generate_series(1, 2500) n`,
    [store.id],
  );
  const { job, rows } = await exportCustomers(store);
  expect([rows.length, new Set(rows.map(row => row.email)).size]).toEqual([2500, 2500]);
  const parts = await app.query('select part from job_file_parts where job_id = $1', [job.id]);
  expect(parts.rowCount).toBe(2);
});
