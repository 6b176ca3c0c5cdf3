import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signUp } from '../../../test/support/builders.ts';
import { aCustomItem, addItem, aReference, countStored, createCart, expire } from '../../../test/support/carts.ts';
import { startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';
import { changeStore } from '../stores/stores.service.ts';
import { deleteExpiredCarts } from './carts.service.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const days = 24 * 3600 * 1000;
const totalOf = async (store: TestStore) => (await store.admin.get('/v2/carts')).body.meta.results.total;

/** The days between the last change of a cart and its end. */
async function lifetime(path: string): Promise<number> {
  const { updated_at, expires_at } = (await app.storefront.get(path)).body.data.meta.timestamps;
  return (Date.parse(expires_at) - Date.parse(updated_at)) / days;
}

test('every change of a cart moves updated_at and its end, and no read does', async () => {
  const { customer, shopper } = await signUp(app);
  const { reference, path, item } = await createCart(app.storefront);
  const link = { data: [{ type: 'customer', id: customer.id }] };
  const times = async () => (await app.storefront.get(path)).body.data.meta.timestamps;
  const changes: (() => Promise<unknown>)[] = [
    () => addItem(app.storefront, reference, aCustomItem()),
    () => app.storefront.put(`${path}/items/${item.id}`, { data: { quantity: 5 } }),
    () => app.storefront.put(`${path}/items`, { data: [{ id: item.id, quantity: 6 }] }),
    () => app.admin.post(`${path}/items/${item.id}/taxes`, { data: { name: 'VAT', rate: 0.2 } }),
    () => app.admin.delete(`${path}/taxes`),
    () => app.storefront.put(path, { data: { name: 'Birthday' } }),
    () => shopper.post(`${path}/relationships/customers`, link),
    () => shopper.delete(`${path}/relationships/customers`, link),
    () => app.storefront.delete(`${path}/items/${item.id}`),
    () => app.storefront.delete(`${path}/items`),
  ];
  for (const change of changes) {
    // A moment ago, as if time had passed.
    await app.query(
      `update carts set updated_at = updated_at - interval '1 h', expires_at = expires_at - interval '1 h' where id = $1`,
      [reference],
    );
    const before = await times();
    await app.storefront.get(`${path}/items`);
    await app.admin.get('/v2/carts');
    expect(await times()).toEqual(before);
    await change();
    const after = await times();
    expect([change.toString(), after.created_at, after.updated_at > before.updated_at]).toEqual([
      change.toString(),
      before.created_at,
      true,
    ]);
    expect(await lifetime(path)).toBe(7);
  }
});

test('the setting of the store decides for how long, from the next change on', async () => {
  const { reference, path } = await createCart(app.storefront);
  await changeStore(app.database, app.id, { cart_expiry_days: 30 });
  expect(await lifetime(path)).toBe(7);
  // The setting reaches every process by a notification.
  await expect.poll(async () => (await addItem(app.storefront, reference, aCustomItem())) && lifetime(path)).toBe(30);
  await changeStore(app.database, app.id, { cart_expiry_days: 7 });
  await expect.poll(async () => (await addItem(app.storefront, reference, aCustomItem())) && lifetime(path)).toBe(7);
});

describe('an expired cart is as if absent', () => {
  test('to every read and every write, from the very moment', async () => {
    const { reference, path, item } = await createCart(app.storefront);
    const taxed = await app.admin.post(`${path}/items/${item.id}/taxes`, { data: { name: 'VAT', rate: 0.2 } });
    expect(taxed.status).toBe(201);
    await expire(app, reference);
    const fresh = await app.storefront.get(`/v2/carts/${aReference()}`);
    const { meta, relationships, name } = (await app.storefront.get(`${path}?include=items`)).body.data;
    expect({ meta, relationships, name }).toEqual({
      meta: fresh.body.data.meta,
      relationships: fresh.body.data.relationships,
      name: 'Cart',
    });
    expect((await app.storefront.get(`${path}/items`)).body.data).toEqual([]);
    const { data } = (await app.admin.get('/v2/carts')).body;
    expect(data.map((cart: { id: string }) => cart.id)).not.toContain(reference);
    const itemPath = `${path}/items/${item.id}`;
    const statuses = [
      await app.storefront.put(itemPath, { data: { quantity: 2 } }),
      await app.storefront.delete(itemPath),
      await app.storefront.put(`${path}/items`, { data: [{ id: item.id, quantity: 2 }] }),
      await app.admin.post(`${itemPath}/taxes`, { data: { name: 'VAT', rate: 0.2 } }),
      await app.admin.put(`${itemPath}/taxes/${taxed.body.data.id}`, { data: { rate: 0.1 } }),
      await app.admin.delete(`${itemPath}/taxes/${taxed.body.data.id}`),
    ].map(({ status }) => status);
    expect(statuses).toEqual([404, 404, 404, 404, 404, 404]);
  });

  test('so a new one takes its place, without its lines, texts, currency and customer', async () => {
    const { customer, shopper } = await signUp(app);
    const { reference, path } = await createCart(app.storefront);
    await app.storefront.put(path, { data: { name: 'Old', description: 'Old' } });
    await shopper.post(`${path}/relationships/customers`, { data: [{ type: 'customer', id: customer.id }] });
    await expire(app, reference);
    const { data } = await addItem(app.storefront, reference, aCustomItem({ name: 'New' }));
    expect(data.map(({ name }: { name: string }) => name)).toEqual(['New']);
    const cart = (await app.admin.get(path)).body.data;
    expect(cart).toMatchObject({ name: 'Cart', description: '', relationships: { customers: {} } });
    expect(cart.meta.timestamps.created_at).toBe(cart.meta.timestamps.updated_at);
  });

  test('so its id can be taken by POST, and another customer may have it', async () => {
    const [ada, grace] = [await signUp(app), await signUp(app)];
    const id = aReference();
    await ada.shopper.post('/v2/carts', { data: { id, name: 'Of Ada' } });
    expect((await grace.shopper.get(`/v2/carts/${id}`)).status).toBe(403);
    await expire(app, id);
    expect((await grace.shopper.get(`/v2/carts/${id}`)).status).toBe(200);
    expect((await grace.shopper.post('/v2/carts', { data: { id, name: 'Of Grace' } })).status).toBe(201);
    expect((await ada.shopper.get(`/v2/carts/${id}`)).status).toBe(403);
  });
});

describe('deleteExpiredCarts', () => {
  const makeExpired = async (store: TestStore, count: number) => {
    const carts = await Promise.all(Array.from({ length: count }, () => createCart(store.storefront)));
    await app.query(`update carts set expires_at = now() - interval '1 s' where store_id = $1`, [store.id]);
    return carts.map(({ reference }) => reference);
  };
  const remove = (store: TestStore, limit: number) =>
    deleteExpiredCarts(app.database.forStore(store.id), new Date(), limit);

  test('deletes expired carts of one store with their lines, at most so many at once, and no others', async () => {
    const [store, other] = [await app.addStore(), await app.addStore()];
    await makeExpired(store, 5);
    const [untouched = ''] = await makeExpired(other, 1);
    const { reference } = await createCart(store.storefront);
    expect(await totalOf(store)).toBe(1);
    expect([await remove(store, 3), await remove(store, 3), await remove(store, 3)]).toEqual([3, 2, 0]);
    expect([await countStored(app, reference), await countStored(app, untouched)]).toEqual([1, 1]);
    const left = await app.query('select cart_id from cart_items where store_id = $1', [store.id]);
    expect(left.rows).toEqual([{ cart_id: reference }]);
    expect(await totalOf(store)).toBe(1);
  });

  test('passes over a cart that somebody is changing', async () => {
    const store = await app.addStore();
    const [busy = '', free = ''] = await makeExpired(store, 2);
    await app.query('begin');
    await app.query('select id from carts where id = $1 for update', [busy]);
    expect(await remove(store, 10)).toBe(1);
    await app.query('rollback');
    expect([await countStored(app, busy), await countStored(app, free)]).toEqual([1, 0]);
  });

  test('by several at once deletes each cart once and keeps the total exact, also while carts come and go', async () => {
    const store = await app.addStore();
    const expired = await makeExpired(store, 40);
    const kept = await Promise.all(Array.from({ length: 5 }, () => createCart(store.storefront)));
    const [counts] = await Promise.all([
      Promise.all(Array.from({ length: 8 }, () => remove(store, 7))),
      // Some references come back at the same moment.
      ...expired.slice(0, 10).map(reference => addItem(store.storefront, reference, aCustomItem())),
      ...kept.slice(0, 3).map(({ path }) => store.storefront.delete(path)),
    ]);
    await remove(store, 100);
    expect(counts.every(count => count <= 7)).toBe(true);
    const stored = await app.query('select count(*)::int as count from carts where store_id = $1', [store.id]);
    expect([stored.rows[0].count, await totalOf(store)]).toEqual([12, 12]);
  });
});
