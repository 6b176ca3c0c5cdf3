import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createField, createFlow } from '../../../test/support/builders.ts';
import { aCustomItem, addItem, aReference } from '../../../test/support/carts.ts';
import { aCheckoutAddress, aGuestCheckout, checkOut } from '../../../test/support/orders.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { backgroundWork, startBackground } from '../../background.ts';
import { clientOptions } from '../../platform/db/pool.ts';
import { dayMs } from '../../platform/durations.ts';
import { removeOldFiles } from './job-files.ts';
import { runJob } from './job-worker.ts';
import { forgetOldJobs } from './jobs.service.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

async function orderOf(name: string, line_1 = '12 Mill Lane', store = app) {
  const reference = aReference();
  await addItem(store.storefront, reference, aCustomItem({ name: 'Mug, "big"', quantity: 2 }));
  await addItem(store.storefront, reference, aCustomItem({ name: 'Wrapping', sku: 'W' }));
  const billing_address = aCheckoutAddress({ line_1 });
  return checkOut(
    store.storefront,
    reference,
    aGuestCheckout({ customer: { name, email: 'a@b.example' }, billing_address }),
  );
}

async function createJob(filter?: string) {
  const { status, body } = await app.admin.post('/v2/jobs', {
    data: { type: 'job', job_type: 'order_export', filter },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.data;
}

const run = (job: { id: string }) => runJob(app.database.forStore(app.id), job.id);
const read = async (job: { id: string }) => (await app.admin.get(`/v2/jobs/${job.id}`)).body.data;

async function download(href: string) {
  const url = new URL(href);
  return app.send({ method: 'GET', url: `${url.pathname}${url.search}` });
}

test('orders as long as they may be are exported in parts of a few megabytes', async () => {
  const long = 'x'.repeat(2048);
  const billing_address = aCheckoutAddress({
    line_1: long,
    line_2: long,
    city: long,
    company_name: long,
    region: long,
  });
  const reference = aReference();
  const lines = Array.from({ length: 100 }, (_, index) => aCustomItem({ name: `Mug ${index}`, sku: `MUG-${index}` }));
  expect((await app.storefront.post(`/v2/carts/${reference}/items`, { data: lines })).status).toBe(201);
  const ids: string[] = [];
  for (let count = 0; count < 2; count += 1) {
    const checkout = aGuestCheckout({ billing_address, shipping_address: { ...billing_address, instructions: long } });
    ids.push((await checkOut(app.storefront, reference, checkout)).id);
  }
  const job = await createJob(`in(id,${ids.join()})`);
  await run(job);
  const done = await read(job);
  expect(done.status).toBe('complete');
  const { rows } = await app.query(
    'select count(*)::int as parts, max(octet_length(content)) as largest from job_file_parts where job_id = $1',
    [job.id],
  );
  expect(rows[0].parts).toBe(2);
  expect(rows[0].largest).toBeLessThan(5_000_000);
  const exported: Record<string, string>[] = parse((await download(done.link.href)).body, { bom: true, columns: true });
  expect(exported.length).toBe(200);
  expect(new Set(exported.map(({ order_id }) => order_id))).toEqual(new Set(ids));
});

test('an export holds a line for each item of each order, behind a signed link, and nothing that a spreadsheet computes', async () => {
  const name = `=HYPERLINK("http://evil.example","Ada")`;
  const order = await orderOf(name, '+1 Oak Road');
  const job = await createJob(`eq(id,${order.id})`);
  expect(job).toEqual({
    id: expect.any(String),
    type: 'job',
    job_type: 'order_export',
    filter: `eq(id,${order.id})`,
    status: 'pending',
    link: { href: '' },
    links: { self: `${app.baseUrl}/v2/jobs/${job.id}` },
    timestamps: { created_at: expect.any(String), updated_at: expect.any(String) },
  });
  expect(app.woken.at(-1)).toEqual({ storeId: app.id, jobId: job.id });
  expect((await app.admin.get(`/v2/jobs/${job.id}/file`)).status).toBe(404);
  await run(job);
  const done = await read(job);
  expect([done.status, done.error]).toEqual(['complete', undefined]);
  expect((await app.admin.get(`/v2/jobs/${job.id}/file`)).body).toEqual({ data: done.link });

  const file = await download(done.link.href);
  expect([file.status, file.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
  const rows: Record<string, string>[] = parse(file.body, { bom: true, columns: true });
  expect(rows.map(row => [row.order_id, row.item_name, row.item_quantity, row.item_value_with_tax])).toEqual([
    [order.id, 'Mug, "big"', '2', '1000'],
    [order.id, 'Wrapping', '1', '500'],
  ]);
  expect(rows[0]).toMatchObject({
    status: 'incomplete',
    customer_name: `'${name}`,
    billing_line_1: "'+1 Oak Road",
    currency: 'USD',
    total_with_tax: '1500',
    created_at: order.meta.timestamps.created_at,
  });
});

test('an export of nothing fails, and says so', async () => {
  const job = await createJob('eq(status,cancelled)');
  await run(job);
  expect(await read(job)).toMatchObject({ status: 'failed', error: 'No results matched the supplied filter' });
});

test('the orders of other stores are in no export', async () => {
  const other = await app.addStore();
  const reference = aReference();
  await addItem(other.storefront, reference, aCustomItem());
  const foreign = await checkOut(other.storefront, reference, aGuestCheckout());
  await orderOf('Ada');
  const job = await createJob();
  await run(job);
  const { body } = await download((await read(job)).link.href);
  expect(body).not.toContain(foreign.id);
  expect((await other.admin.get(`/v2/jobs/${job.id}`)).status).toBe(404);
  expect((await other.admin.get('/v2/jobs')).body).toEqual({ data: [] });
});

test('a link that was changed, has expired or is of another store opens nothing', async () => {
  await orderOf('Ada');
  const job = await createJob();
  await run(job);
  const { href } = (await read(job)).link;
  const other = await app.addStore();
  for (const changed of [
    href.replace(/signature=.{4}/, 'signature=AAAA'),
    href.replace(/expires=\d+/, 'expires=99999999999'),
    href.replace(app.id, other.id),
    href.replace(/\?.*/, ''),
  ]) {
    expect((await download(changed)).status).toBe(403);
  }
  await removeOldFiles(app.database.forStore(app.id), new Date(Date.now() + 8 * dayMs), 500);
  expect((await download(href)).status).toBe(404);
});

test.each([
  [{ job_type: 'order_export', filter: 'eq(nothing,1)' }, 400],
  [{ job_type: 'order_export', filter: 'eq(' }, 400],
  [{ job_type: 'customer_export', filter: 'eq(status,paid)' }, 400],
  [{ job_type: 'product_export' }, 422],
  [{}, 422],
])('a job of %j is refused with %i and not stored', async (data, status) => {
  const before = (await app.admin.get('/v2/jobs')).body.data.length;
  expect((await app.admin.post('/v2/jobs', { data })).status).toBe(status);
  expect((await app.admin.get('/v2/jobs')).body.data.length).toBe(before);
});

test('a job is done once by several workers, and again when its worker was killed', async () => {
  const order = await orderOf('Ada');
  const job = await createJob(`eq(id,${order.id})`);
  await Promise.all(Array.from({ length: 5 }, () => run(job)));
  const count = async () => (await app.query('select part from job_file_parts where job_id = $1', [job.id])).rowCount;
  expect(await count()).toBe(1);

  // As a worker leaves it that was killed after its first part.
  await app.query("update jobs set status = 'processing' where id = $1", [job.id]);
  await run(job);
  expect((await read(job)).status).toBe('processing');
  await app.query("update jobs set updated_at = now() - interval '2 minutes' where id = $1", [job.id]);
  await backgroundWork(app.database).atTimes['open-jobs']?.work();
  expect((await read(job)).status).toBe('complete');
  expect(await count()).toBe(1);
});

test('a worker that went on after another had taken up its job and done it changes nothing', async () => {
  const order = await orderOf('Ada');
  const job = await createJob(`eq(id,${order.id})`);
  const blocker = new pg.Client(clientOptions(app.database.connection));
  await blocker.connect();
  try {
    await blocker.query('begin; lock table orders in access exclusive mode');
    const late = run(job);
    await expect.poll(async () => (await read(job)).status).toBe('processing');
    await app.query("update jobs set status = 'complete', updated_at = now() where id = $1", [job.id]);
    await app.query('insert into job_file_parts select store_id, id, 0, $2 from jobs where id = $1', [
      job.id,
      Buffer.from('of the other'),
    ]);
    await blocker.query('commit');
    await late;
  } finally {
    await blocker.end();
  }
  expect((await read(job)).status).toBe('complete');
  const { rows } = await app.query('select content from job_file_parts where job_id = $1', [job.id]);
  expect(rows.map(({ content }) => String(content))).toEqual(['of the other']);
});

test('what an earlier worker wrote is thrown away, however much it was', async () => {
  const order = await orderOf('Ada');
  const job = await createJob(`eq(id,${order.id})`);
  await app.query(
    `insert into job_file_parts select store_id, id, part, 'of the other' from jobs, generate_series(0, 120) part
     where id = $1`,
    [job.id],
  );
  await run(job);
  const { rows } = await app.query('select content from job_file_parts where job_id = $1', [job.id]);
  expect(rows.length).toBe(1);
  expect(String(rows[0].content)).toContain(order.id);
});

test('files go after a week and jobs after a month, some at a time; jobs that are not done stay', async () => {
  const { id, admin, storefront } = await app.addStore();
  const store = { ...app, id, admin, storefront };
  const db = app.database.forStore(id);
  await orderOf('Ada', undefined, store);
  const make = async () => (await admin.post('/v2/jobs', { data: { job_type: 'order_export' } })).body.data;
  const jobs = [await make(), await make(), await make(), await make()];
  for (const job of jobs.slice(0, 3)) await runJob(db, job.id);
  const inDays = (days: number) => new Date(Date.now() + days * dayMs);
  expect(await removeOldFiles(db, inDays(6), 2)).toBe(0);
  expect([await removeOldFiles(db, inDays(8), 2), await removeOldFiles(db, inDays(8), 2)]).toEqual([2, 1]);
  expect(await forgetOldJobs(db, inDays(29), 2)).toBe(0);
  expect([await forgetOldJobs(db, inDays(31), 2), await forgetOldJobs(db, inDays(31), 2)]).toEqual([2, 1]);
  expect((await admin.get('/v2/jobs')).body.data).toEqual([jobs[3]]);
});

test('jobs are listed newest first, all of them or a page', async () => {
  const { admin } = await app.addStore();
  const jobs = [];
  for (let n = 0; n < 3; n += 1) {
    jobs.unshift((await admin.post('/v2/jobs', { data: { job_type: 'order_export' } })).body.data);
  }
  expect((await admin.get('/v2/jobs')).body).toEqual({ data: jobs });
  const { body } = await admin.get('/v2/jobs?page[limit]=2&page[offset]=1');
  expect([body.data, body.meta.results.total]).toEqual([jobs.slice(1), 3]);
  expect((await admin.get('/v2/jobs?page[limit]=0')).status).toBe(400);
});

test('expired carts are removed in every store, and others stay', async () => {
  const [gone, kept] = [aReference(), aReference()];
  for (const reference of [gone, kept]) await addItem(app.storefront, reference, aCustomItem());
  await app.query("update carts set expires_at = now() - interval '1 second' where id = $1", [gone]);
  await backgroundWork(app.database).atTimes['expired-carts']?.work();
  const { rows } = await app.query('select id from carts where id = any($1)', [[gone, kept]]);
  expect(rows).toEqual([{ id: kept }]);
});

test('every timed work runs on a store with nothing to do', async () => {
  for (const { work } of Object.values(backgroundWork(app.database).atTimes)) await work();
});

test('a job that is written down is done by the background work within seconds', async () => {
  const order = await orderOf('Ada');
  const logs: string[] = [];
  const background = startBackground(
    app.database,
    pino({ level: 'error' }, { write: (line: string) => logs.push(line) }),
  );
  try {
    const job = await createJob(`eq(id,${order.id})`);
    background.wake({ storeId: app.id, jobId: job.id });
    await expect.poll(async () => (await read(job)).status, { timeout: 25_000, interval: 100 }).toBe('complete');
    expect(logs).toEqual([]);
  } finally {
    await background.stop();
  }
});

test('orders are exported with their fields and those of their items, and are found by them', async () => {
  const store = await app.addStore();
  const fields = { orders: ['gift', 'currency'], order_items: ['engraving'], cart_items: ['engraving'] };
  for (const [flow, slugs] of Object.entries(fields)) {
    const { id } = await createFlow(store, { slug: flow });
    for (const slug of slugs) await createField(store, id, { slug, default: slug === 'gift' ? 'none' : null });
  }
  const order = async (gift: Record<string, unknown>) => {
    const reference = aReference();
    await addItem(store.storefront, reference, aCustomItem({ engraving: '=Ada' }));
    return checkOut(store.storefront, reference, aGuestCheckout(gift));
  };
  const [wrapped] = [await order({ gift: 'yes', currency: 'shells' }), await order({})];
  const data = { type: 'job', job_type: 'order_export', filter: 'eq(orders.gift,yes)' };
  const { body, status } = await store.admin.post('/v2/jobs', { data });
  expect(status).toBe(201);
  await runJob(app.database.forStore(store.id), body.data.id);
  const done = (await store.admin.get(`/v2/jobs/${body.data.id}`)).body.data;
  const exported = parse<Record<string, string>>((await download(done.link.href)).body, { bom: true, columns: true });
  expect(exported).toMatchObject([
    { order_id: wrapped?.id, gift: 'yes', 'orders.currency': 'shells', 'order_items.engraving': "'=Ada" },
  ]);
});
