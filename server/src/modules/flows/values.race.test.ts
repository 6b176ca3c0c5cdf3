import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, anAddress, createField, createFlow } from '../../../test/support/builders.ts';
import { aCustomItem, aReference } from '../../../test/support/carts.ts';
import { aGuestCheckout, checkOut } from '../../../test/support/orders.ts';
import { type Answer, startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { migrations } from '../../migrations/migrations.ts';
import { migrateToLatest } from '../../platform/db/migrate.ts';

/** Who removes values waits for who writes them, and then sees what was written: nothing stays in the index (values.store.ts). */

let app: TestApp;
let holder: pg.Client;
beforeAll(async () => {
  app = await startTestApp();
  holder = new pg.Client({ connectionString: app.databaseUrl });
  await holder.connect();
});
afterAll(async () => {
  await holder.end();
  await app.close();
});

const waiting = async () =>
  (
    await app.query(
      `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  ).rows[0]?.count;

/** Sends both while the row is locked, the other after the one waits for it; then lets go of it. */
async function inTurn(table: string, id: string, one: () => Promise<Answer>, other: () => Promise<Answer>) {
  await holder.query('begin');
  await holder.query(`select from ${table} where id = $1 for update`, [id]);
  const first = one();
  await expect.poll(waiting).toBe(1);
  const second = other();
  await expect.poll(waiting).toBe(2);
  await holder.query('commit');
  const statuses = [(await first).status, (await second).status];
  expect(statuses.every(status => status < 300)).toBe(true);
}

async function aStoreWith(flowSlug: string) {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: flowSlug });
  await createField(store, flow.id, { slug: 'mark' });
  const totalOf = async (path: string) =>
    (await store.admin.get(`${path}?filter=eq(mark,here)`)).body.meta.results.total;
  const indexed = async () =>
    (await app.query('select count(*)::int as count from custom_index where store_id = $1', [store.id])).rows[0]?.count;
  const create = async (path: string, data: object): Promise<string> =>
    (await store.admin.post(path, { data })).body.data.id;
  return { store, totalOf, indexed, create };
}

test('a value that is set and unset at once', async () => {
  const { store, totalOf, create } = await aStoreWith('customers');
  const id = await create('/v2/customers', aCustomer());
  const set = (mark: string | null) => () => store.admin.put(`/v2/customers/${id}`, { data: { mark } });
  await inTurn('customers', id, set('here'), set(null));
  expect((await store.admin.get(`/v2/customers/${id}`)).body.data.mark).toBeNull();
  expect(await totalOf('/v2/customers')).toBe(0);
});

test('a value of an address that is deleted at once', async () => {
  const { store, indexed, create } = await aStoreWith('addresses');
  const customer = `/v2/customers/${await create('/v2/customers', aCustomer())}`;
  const id = await create(`${customer}/addresses`, anAddress());
  const path = `${customer}/addresses/${id}`;
  await inTurn(
    'addresses',
    id,
    () => store.admin.put(path, { data: { mark: 'here' } }),
    () => store.admin.delete(path),
  );
  expect(await indexed()).toBe(0);
});

test('a value of an address whose customer is deleted at once', async () => {
  const { store, indexed, create } = await aStoreWith('addresses');
  const customer = `/v2/customers/${await create('/v2/customers', aCustomer())}`;
  const id = await create(`${customer}/addresses`, anAddress());
  const set = () => store.admin.put(`${customer}/addresses/${id}`, { data: { mark: 'here' } });
  await inTurn('addresses', id, set, () => store.admin.delete(customer));
  expect(await indexed()).toBe(0);
});

test('a value of an order that is anonymized at once', async () => {
  const { store, totalOf, indexed } = await aStoreWith('orders');
  const cart = aReference();
  await store.storefront.post(`/v2/carts/${cart}/items`, { data: aCustomItem() });
  const { id } = await checkOut(store.storefront, cart, aGuestCheckout({}));
  await store.admin.put(`/v2/orders/${id}`, { data: { status: 'cancelled' } });
  const set = () => store.admin.put(`/v2/orders/${id}`, { data: { mark: 'here' } });
  const anonymize = () => store.admin.post('/v2/orders/anonymize', { data: { order_ids: [id] } });
  await inTurn('orders', id, set, anonymize);
  expect((await store.admin.get(`/v2/orders/${id}`)).body.data).toMatchObject({ anonymized: true, mark: null });
  expect(await totalOf('/v2/orders')).toBe(0);
  expect(await indexed()).toBe(0);
});

test('what had stayed before is removed by a migration, and nothing else', async () => {
  const { store, indexed, create } = await aStoreWith('customers');
  const things = await createFlow(store);
  const size = await createField(store, things.id, { slug: 'size', field_type: 'integer' });
  await create('/v2/customers', aCustomer({ mark: 'here' }));
  const empty = await create('/v2/customers', aCustomer({ mark: null }));
  await create(`/v2/flows/${things.slug}/entries`, { type: 'entry', size: 1 });
  await app.query(
    `insert into custom_index (store_id, field_id, entity_id, text_value, text_key)
     select store_id, id, $2::uuid, 'gone', 'gone' from fields where store_id = $1 and slug = 'mark'
     union all select store_id, id, id, 'gone', 'gone' from fields where store_id = $1 and slug = 'mark'`,
    [store.id, empty],
  );
  await app.query(`insert into custom_index (store_id, field_id, entity_id, number_value) values ($1, $2, $2, 1)`, [
    store.id,
    size.id,
  ]);
  expect(await indexed()).toBe(5);
  await app.query(`delete from schema_migrations where name >= '0040-stray-values'`);
  await migrateToLatest({ connectionString: app.databaseUrl }, migrations);
  expect(await indexed()).toBe(2);
});
