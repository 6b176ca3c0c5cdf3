import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, createCustomer } from '../../../test/support/builders.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { sql, storeStatement } from './statement.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

const selectPid = storeStatement<object>()(
  p => sql<{ pid: number }>`select pg_backend_pid() as pid where ${p.storeId}::uuid is not null`,
);

test('a transaction whose connection is lost between two statements fails, and the process and the pool go on', async () => {
  const db = app.database.forStore(app.id);
  const lost = db.inTransaction(async tx => {
    const backend = await tx.first(selectPid, {});
    await app.query('select pg_terminate_backend($1)', [backend?.pid]);
    // Until the loss is noticed: what the connection tells of itself comes between two statements.
    for (let waited = 0; waited < 100; waited += 1) await delay(1);
    return tx.first(selectPid, {});
  });
  await expect(lost).rejects.toThrow();
  expect((await app.admin.get('/v2/customers')).status).toBe(200);
});

test('a statement that PostgreSQL refuses costs no connection', async () => {
  const { email } = await createCustomer(app);
  const pids = async () => {
    const { rows } = await app.query(
      `select pid from pg_stat_activity
       where datname = current_database() and application_name like 'clientele%' order by backend_start`,
    );
    return rows.map(({ pid }) => pid);
  };
  const before = await pids();
  for (let count = 0; count < 5; count += 1) {
    expect((await app.admin.post('/v2/customers', { data: aCustomer({ email }) })).status).toBe(409);
  }
  expect(await pids()).toEqual(before);
});

test('connections that are lost while they are idle or at work are replaced', async () => {
  const statusOfRead = async () => (await app.admin.get('/v2/customers')).status;
  await app.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name like 'clientele%'`,
  );
  // At worst one request comes before the loss is known: 503.
  await expect.poll(statusOfRead).toBe(200);
  const db = app.database.forStore(app.id);
  const suicide = storeStatement<object>()(
    p => sql`select pg_terminate_backend(pg_backend_pid()) where ${p.storeId}::uuid is not null`,
  );
  await expect(db.all(suicide, {})).rejects.toThrow();
  expect(await statusOfRead()).toBe(200);
});

test('a nested transaction that fails undoes its own work alone', async () => {
  const insert = storeStatement<{ id: string }>()(
    p => sql`insert into totals (store_id, resource, shard, count) values (${p.storeId}, ${p.id}, 0, 1)`,
  );
  const count = storeStatement<object>()(
    p =>
      sql<{ resource: string }>`select resource from totals where store_id = ${p.storeId} and resource like 'nested %'`,
  );
  const db = app.database.forStore(app.id);
  await db.inTransaction(async tx => {
    await tx.all(insert, { id: 'nested outer' });
    const inner = tx.inTransaction(async nested => {
      await nested.all(insert, { id: 'nested inner' });
      throw new Error('undo');
    });
    await expect(inner).rejects.toThrow('undo');
  });
  expect(await db.all(count, {})).toEqual([{ resource: 'nested outer' }]);
});

test('a table that a newer version has given a column is read and written as before', async () => {
  const customer = await createCustomer(app);
  const read = () => app.admin.get(`/v2/customers/${customer.id}`);
  // On every connection of the pool.
  await Promise.all(Array.from({ length: 40 }, read));
  await app.query('alter table customers add column of_tomorrow text');
  const answers = await Promise.all(Array.from({ length: 40 }, read));
  expect(answers.map(({ body }) => body.data)).toEqual(answers.map(() => customer));
  const name = 'Written after';
  const { status, body } = await app.admin.put(`/v2/customers/${customer.id}`, { data: { type: 'customer', name } });
  // In a transaction, the first on a connection is refused, to be repeated.
  if (status === 503) expect(body.errors[0].status).toBe(503);
  else expect(body.data.name).toBe(name);
  await expect
    .poll(
      async () => (await app.admin.put(`/v2/customers/${customer.id}`, { data: { type: 'customer', name } })).status,
    )
    .toBe(200);
});
