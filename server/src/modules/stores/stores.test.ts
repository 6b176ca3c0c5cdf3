import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, createCustomer } from '../../../test/support/builders.ts';
import { type OtherInstance, startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { changeStore, createStore, findStore, listStores } from './stores.service.ts';

let app: TestApp;
let other: OtherInstance;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.addInstance();
});
afterAll(() => app.close());

test('a changed setting is in force on every process at once, for that store alone', async () => {
  const [store, bystander] = [await app.addStore(), await app.addStore()];
  const signUp = () => other.as(store.storefront).post('/v2/customers', { data: aCustomer() });
  const limitOf = async (process: typeof other.as) =>
    (await process(store.admin).get('/v2/customers')).body.meta.page.limit;
  expect([(await signUp()).status, await limitOf(other.as), await limitOf(caller => caller)]).toEqual([201, 100, 100]);

  const started = performance.now();
  await changeStore(app.database, store.id, { is_sign_up_open: false, page_length: 7 });
  await expect.poll(async () => (await signUp()).status).toBe(403);
  for (const process of [other.as, (caller: typeof store.admin) => caller]) {
    await expect.poll(() => limitOf(process)).toBe(7);
  }
  // Announced, and not only noticed when the memory of it has grown old after 5 s.
  expect(performance.now() - started).toBeLessThan(4000);
  expect((await bystander.storefront.post('/v2/customers', { data: aCustomer() })).status).toBe(201);
});

test('a setting that was changed while nobody listened is noticed all the same', async () => {
  const store = await app.addStore();
  await createCustomer(store);
  await app.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()`,
  );
  await changeStore(app.database, store.id, { page_length: 9 });
  for (const admin of [store.admin, other.as(store.admin)]) {
    await expect.poll(async () => (await admin.get('/v2/customers')).body.meta.page.limit).toBe(9);
  }
});

test('changes leave the other settings as they are, and an unknown store changes nothing', async () => {
  const created = await createStore(app.database, 'Mine');
  const changed = await changeStore(app.database, created.id, { name: 'Ours', password_min_length: 12 });
  expect(changed).toEqual({ ...created, name: 'Ours', password_min_length: 12 });
  expect(await findStore(app.database, created.id)).toEqual(changed);
  const before = await listStores(app.database);
  expect(await changeStore(app.database, '3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01', { name: 'x' })).toBeUndefined();
  expect(await listStores(app.database)).toEqual(before);
});
