import { afterAll, beforeAll, expect, test } from 'vitest';
import { backgroundWork } from '../src/background.ts';
import { createAddress, createCustomer, createField, createFlow, signUp } from './support/builders.ts';
import { aCartItem, aCustomItem, addItem, aReference, createCart, createMug, expire } from './support/carts.ts';
import { refusal } from './support/expectations.ts';
import { aGuestCheckout } from './support/orders.ts';
import { startTestApp, type TestApp } from './support/test-app.ts';

// The fields of the items of carts, and of the orders that are made of them (reference: carts-and-checkout.md, "Items").

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

type Fields = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

async function addFields(store: Parameters<typeof createFlow>[0], slug: string, fields: Fields) {
  const flow = await createFlow(store, { slug });
  const ids: string[] = [];
  for (const [field, changes] of Object.entries(fields))
    ids.push((await createField(store, flow.id, { slug: field, ...changes })).id);
  return { flow, ids };
}

async function aStoreWith(fields: Fields) {
  const store = await app.addStore();
  return { store, ...(await addFields(store, 'cart_items', fields)) };
}

const invalid = (slug: string, rest: string, at = 'data') =>
  refusal(422, 'Failed Validation', `The ${at}.${slug} ${rest}`, `${at}.${slug}`);

test('are written with the item, shown wherever it appears, changed in parts, and checked', async () => {
  const { store } = await aStoreWith({
    tier: { default: 'silver' },
    points: { field_type: 'integer', required: true },
    note: { omit_null: true },
  });
  const { shopper } = await signUp(store);
  const mug = await createMug(store);
  for (const item of [aCartItem(mug), aCustomItem()]) {
    const path = `/v2/carts/${aReference()}`;
    const add = (values: object) => shopper.post(`${path}/items`, { data: { ...item, ...values } });
    expect(await add({ tier: 'gold' })).toMatchObject(invalid('points', 'field is required.'));
    expect(await add({ points: 'x' })).toMatchObject(invalid('points', 'must be an integer.'));
    expect((await shopper.get(`${path}/items`)).body.data).toEqual([]);
    const added = await add({ points: 1, name: 'Mug', unknown: 'x' });
    expect(added).toMatchObject({
      status: 201,
      body: { data: [{ tier: 'silver', points: 1, name: expect.any(String) }] },
    });
    const [line] = added.body.data;
    expect(line).not.toHaveProperty('note');
    expect(line).not.toHaveProperty('unknown');

    const put = (values: object) => shopper.put(`${path}/items/${line.id}`, { data: { quantity: 2, ...values } });
    expect(await put({ points: null })).toMatchObject(invalid('points', 'field is required.'));
    const changed = (await put({ tier: null, note: 'n' })).body.data;
    expect(changed).toMatchObject([{ id: line.id, quantity: 2, tier: null, points: 1, note: 'n' }]);
    expect((await shopper.get(`${path}/items`)).body.data).toEqual(changed);
    expect((await shopper.get(`${path}?include=items`)).body.included.items).toEqual(changed);
    await store.admin.post(`${path}/items/${line.id}/taxes`, { data: { type: 'tax_item', name: 'VAT', rate: 0.2 } });
    await addItem(shopper, path.slice('/v2/carts/'.length), aCustomItem({ sku: 'OTHER', points: 2 }));
    const listed = (await store.admin.get('/v2/carts?include=items&page[limit]=1')).body.included.items;
    expect(listed).toMatchObject([{ id: line.id, tier: null, points: 1, note: 'n' }, { points: 2 }]);
    const remaining = await shopper.delete(`${path}/items/${listed[1].id}`);
    expect(remaining.body.data).toMatchObject([{ id: line.id, tier: null, points: 1, note: 'n' }]);
  }
});

test('of several items are checked one by one', async () => {
  const { store } = await aStoreWith({ points: { field_type: 'integer', required: true } });
  const items = `/v2/carts/${aReference()}/items`;
  const data = [aCustomItem({ sku: 'A', points: 1 }), aCustomItem({ sku: 'B' }), aCustomItem({ sku: 'C', points: 3 })];
  const refused = invalid('points', 'field is required.', 'data.1');
  expect(await store.storefront.post(items, { data, options: { add_all_or_nothing: true } })).toMatchObject(refused);
  const { status, body } = await store.storefront.post(items, { data });
  expect(status).toBe(201);
  expect(body).toMatchObject({ data: [{ points: 1 }, { points: 3 }], errors: refused.body.errors });
  const patches = body.data.map(({ id }: { id: string }, index: number) => ({
    id,
    quantity: 1,
    points: index === 0 ? 9 : 'x',
  }));
  expect(await store.storefront.put(items, { data: patches })).toMatchObject(
    invalid('points', 'must be an integer.', 'data.1'),
  );
  const some = await store.storefront.put(items, { data: patches, options: { update_all_or_nothing: false } });
  expect(some).toMatchObject({
    status: 200,
    body: { data: [{ points: 9 }, { points: 3 }], errors: [{ status: 422 }] },
  });
});

test('stay those of the first when the same is added again, and are copied when carts are merged', async () => {
  const { store } = await aStoreWith({ note: { default: '-' } });
  const mug = await createMug(store);
  const { reference, path } = await createCart(store.storefront, { ...aCartItem(mug), note: 'first' });
  const again = await addItem(store.storefront, reference, { ...aCartItem(mug), note: 'second' });
  expect(again.data).toMatchObject([{ quantity: 2, note: 'first' }]);
  await addItem(store.storefront, reference, aCustomItem({ note: 'wrap' }));
  const merged = await addItem(store.storefront, aReference(), { type: 'cart_items', cart_id: reference });
  expect(merged.data).toMatchObject([
    { quantity: 2, note: 'first' },
    { quantity: 1, note: 'wrap' },
  ]);
  const order = await store.storefront.post(`${path}/checkout`, { data: aGuestCheckout() });
  const repeated = await store.admin.post(`/v2/carts/${aReference()}/items`, {
    data: { type: 'order_items', order_id: order.body.data.id },
  });
  expect(repeated.body.data).toMatchObject([{ quantity: 2, note: '-' }]);
});

test('are what they are now in the next request on another process', async () => {
  const { store, flow } = await aStoreWith({});
  const other = (await app.addInstance()).as(store.storefront);
  const { path, item } = await createCart(store.storefront);
  const put = (values: object) => other.put(`${path}/items/${item.id}`, { data: { quantity: 1, ...values } });
  const add = (values: object) => other.post(`${path}/items`, { data: aCustomItem({ sku: 'X', ...values }) });
  for (let round = 0; round < 5; round += 1) {
    const slug = `f${round}`;
    const { id } = await createField(store, flow.id, { slug, default: 'x' });
    if (round === 0) expect((await other.get(`${path}/items`)).body.data).toMatchObject([{ [slug]: 'x' }]);
    if (round === 1) expect((await other.get(`${path}?include=items`)).body.included.items[0][slug]).toBe('x');
    if (round === 2) expect(await put({ [slug]: 1 })).toMatchObject(invalid(slug, 'must be a string.'));
    if (round === 3) expect((await put({ [slug]: 'y' })).body.data).toMatchObject([{ [slug]: 'y' }]);
    if (round === 4) expect(await add({ [slug]: 1 })).toMatchObject(invalid(slug, 'must be a string.'));
    await store.admin.delete(`/v2/fields/${id}`);
    if (round < 4) expect((await put({ [slug]: 1 })).body.data[0]).not.toHaveProperty(slug);
    else expect((await add({ [slug]: 1 })).status).toBe(201);
  }
});

test('go to the items of the order where the slugs agree and the value fits', async () => {
  const { store } = await aStoreWith({
    engraving: {},
    gift: { field_type: 'boolean', default: true },
    size: { field_type: 'integer' },
    hint: {},
  });
  const { flow } = await addFields(store, 'order_items', {
    engraving: {},
    gift: { field_type: 'boolean', default: false },
    size: { default: 'M' },
    picked: { field_type: 'boolean', default: false },
  });
  const { shopper, customer } = await signUp(store);
  const { reference, path } = await createCart(shopper, aCustomItem({ engraving: 'Ada', size: 3, hint: 'h' }));
  await addItem(shopper, reference, aCustomItem({ sku: 'OTHER', gift: false }));
  const made = await shopper.post(`${path}/checkout`, { data: aGuestCheckout({ customer: { id: customer.id } }) });
  expect(made.status).toBe(201);
  const { items } = made.body.included;
  expect(items).toMatchObject([
    { engraving: 'Ada', gift: true, size: 'M', picked: false },
    { engraving: null, gift: false, size: 'M', picked: false },
  ]);
  expect(items[0]).not.toHaveProperty('hint');
  const order = `/v2/orders/${made.body.data.id}`;
  expect((await shopper.get(`${order}/items`)).body.data).toEqual(items);
  expect((await shopper.get('/v2/orders?include=items')).body.included.items).toEqual(items);
  // The order keeps what the cart loses.
  await shopper.delete(path);
  await createField(store, flow.id, { slug: 'later', default: 'l' });
  expect((await store.admin.get(`${order}?include=items`)).body.included.items).toEqual(
    items.map((item: object) => ({ ...item, later: 'l' })),
  );
});

test('are those of entries of their flows, with relationships', async () => {
  const friends = { type: 'one-to-many', to: 'address' };
  const fields: Fields = {
    note: { default: '-' },
    size: { field_type: 'integer' },
    friends: { field_type: 'relationship', validation_rules: [friends] },
  };
  const { store } = await aStoreWith(fields);
  await addFields(store, 'order_items', fields);
  const customer = await createCustomer(store);
  const address = { type: 'address', id: (await createAddress(store.admin, customer.id)).id };
  const { reference, path, item } = await createCart(store.storefront, aCustomItem({ size: 1, quantity: 2 }));
  await addItem(store.storefront, reference, aCustomItem({ sku: 'OTHER' }));
  const made = await store.storefront.post(`${path}/checkout`, { data: aGuestCheckout() });
  const order = `/v2/orders/${made.body.data.id}`;
  const items = [
    { flow: 'cart_items', id: item.id, shown: async () => (await store.admin.get(`${path}/items`)).body.data[0] },
    {
      flow: 'order_items',
      id: made.body.included.items[0].id,
      shown: async () => (await store.admin.get(`${order}/items`)).body.data[0],
    },
  ];
  for (const { flow, id, shown } of items) {
    const before = await shown();
    const entries = `/v2/flows/${flow}/entries`;
    expect((await store.admin.get(entries)).body).toMatchObject({
      data: [{ id, size: 1 }, { size: null }],
      meta: { results: { total: 2 } },
    });
    expect((await store.admin.get(`${entries}?filter=eq(size,1)`)).status).toBe(400);
    const entry = `${entries}/${id}`;
    const sent = { note: 'n', quantity: 9 };
    expect((await store.admin.put(entry, { data: sent })).body.data).toMatchObject({
      type: 'entry',
      note: 'n',
      size: 1,
    });
    expect((await store.admin.put(entry, { data: { size: 'x' } })).status).toBe(422);
    expect(await store.admin.post(`${entry}/relationships/friends`, { data: address })).toMatchObject({
      status: 201,
      body: { data: [address] },
    });
    expect((await store.admin.post(`${entry}/relationships/friends`, { data: { ...address, id } })).status).toBe(422);
    const { meta: _, ...own } = before;
    const friends = { data: [address] };
    expect(await shown()).toMatchObject({ ...own, note: 'n', relationships: { ...own.relationships, friends } });
    expect((await store.admin.get(entry)).body.data.relationships).toEqual({ friends });
    expect((await store.admin.delete(entry)).status).toBe(204);
    expect(await shown()).toMatchObject({ ...own, size: null });
  }
  await expire(app, reference);
  expect((await store.admin.get('/v2/flows/cart_items/entries')).body.data).toEqual([]);
  expect((await store.admin.get(`/v2/flows/cart_items/entries/${item.id}`)).status).toBe(404);
  expect((await store.admin.delete(`/v2/flows/cart_items/entries/${item.id}`)).status).toBe(404);
});

test('that are deleted are hidden at once, and their values removed some minutes later', async () => {
  const { store, ids } = await aStoreWith({ note: {} });
  const other = await addFields(store, 'order_items', { note: {} });
  const { path } = await createCart(store.storefront, aCustomItem({ note: 'n' }));
  expect((await store.storefront.post(`${path}/checkout`, { data: aGuestCheckout() })).status).toBe(201);
  const tables = ['cart_items', 'order_items'];
  const stored = () =>
    Promise.all(
      tables.map(async table => {
        const condition = `store_id = $1 and custom_values <> '{}'`;
        return (await app.query(`select from ${table} where ${condition}`, [store.id])).rows.length;
      }),
    );
  expect(await stored()).toEqual([1, 1]);
  for (const id of [...ids, ...other.ids]) await store.admin.delete(`/v2/fields/${id}`);
  expect((await store.storefront.get(`${path}/items`)).body.data[0]).not.toHaveProperty('note');
  await app.query(`update purges set created_at = created_at - interval '10 minutes' where store_id = $1`, [store.id]);
  await backgroundWork(app.database).atTimes['deleted-fields']?.work();
  expect(await stored()).toEqual([0, 0]);
});
