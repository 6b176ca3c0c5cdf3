import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backgroundWork } from '../src/background.ts';
import {
  aCustomer,
  aField,
  anAddress,
  aProduct,
  createAddress,
  createCustomer,
  createField,
  createFlow,
  createProduct,
  listed,
  signUp,
} from './support/builders.ts';
import { aCustomItem, aReference, expire } from './support/carts.ts';
import { refusal, unknownId } from './support/expectations.ts';
import { aGuestCheckout } from './support/orders.ts';
import {
  type Answer,
  type Caller,
  type OtherInstance,
  startTestApp,
  type TestApp,
  type TestStore,
} from './support/test-app.ts';

// What holds of the fields of every resource that a flow can extend (reference: flows.md, "Custom fields on core resources").

let app: TestApp;
let beside: OtherInstance;
beforeAll(async () => {
  app = await startTestApp();
  beside = await app.addInstance();
});
afterAll(() => app.close());

type Values = Readonly<Record<string, unknown>>;

interface Resource {
  readonly flow: string;
  readonly table: string;
  /** Sends a new one. */
  create(caller: Caller, values: Values): Promise<Answer>;
  readonly pathOf: (created: Answer['body']) => string;
  /** Where it stands in a list. */
  readonly listOf: (created: Answer['body']) => string;
  /** How it stands there, if not as it stands alone. */
  readonly asListed?: typeof listed;
  /** No field of it can be unique. */
  readonly isNeverUnique?: true;
  /** Each request to change it moves its times. */
  readonly isAlwaysTouched?: true;
}

const resources: readonly Resource[] = [
  {
    flow: 'customers',
    table: 'customers',
    create: (caller, values) => caller.post('/v2/customers', { data: aCustomer(values) }),
    pathOf: ({ id }) => `/v2/customers/${id}`,
    listOf: () => '/v2/customers',
    asListed: listed,
  },
  {
    flow: 'addresses',
    table: 'addresses',
    create: async (caller, values) => {
      const { body } = await caller.post('/v2/customers', { data: aCustomer() });
      return caller.post(`/v2/customers/${body.data.id}/addresses`, { data: anAddress(values) });
    },
    pathOf: ({ links }) => new URL(links.self).pathname,
    listOf: ({ relationships }) => `/v2/customers/${relationships.customer.data.id}/addresses`,
  },
  {
    flow: 'products',
    table: 'products',
    create: (caller, values) => caller.post('/v2/products', { data: aProduct(values) }),
    pathOf: ({ id }) => `/v2/products/${id}`,
    listOf: () => '/v2/products',
  },
  {
    flow: 'orders',
    table: 'orders',
    create: async (caller, values) => {
      const cart = aReference();
      await caller.post(`/v2/carts/${cart}/items`, { data: aCustomItem() });
      return caller.post(`/v2/carts/${cart}/checkout`, { data: aGuestCheckout(values) });
    },
    pathOf: ({ id }) => `/v2/orders/${id}`,
    listOf: () => '/v2/orders',
  },
  {
    flow: 'carts',
    table: 'carts',
    create: (caller, values) => caller.post('/v2/carts', { data: { name: 'Birthday', ...values } }),
    pathOf: ({ id }) => `/v2/carts/${id}`,
    listOf: () => '/v2/carts',
    isNeverUnique: true,
    isAlwaysTouched: true,
  },
];

const invalid = (slug: string, rest: string) =>
  refusal(422, 'Failed Validation', `The data.${slug} ${rest}`, `data.${slug}`);

/** How many rows of the index a store has, and rows of a table with values. */
async function stored(store: TestStore, { table }: Pick<Resource, 'table'>) {
  const { rows } = await app.query(
    `select (select count(*)::int from custom_index where store_id = $1) as indexed,
       (select count(*)::int from ${table} where store_id = $1 and custom_values <> '{}') as with_values`,
    [store.id],
  );
  return rows[0];
}

describe.each(resources)('fields of $flow', resource => {
  const { asListed = (shown: Answer['body']) => shown } = resource;

  async function aStoreWith(fields: Record<string, Values>) {
    const store = await app.addStore();
    const flow = await createFlow(store, { slug: resource.flow });
    const made: Record<string, string> = {};
    for (const [slug, changes] of Object.entries(fields))
      made[slug] = (await createField(store, flow.id, { slug, ...changes })).id;
    const create = async (values: Values = {}) => {
      const { status, body } = await resource.create(store.admin, values);
      expect(status, JSON.stringify(body)).toBe(201);
      return body.data;
    };
    return { store, flow, fields: made, create };
  }

  test('are written, shown wherever it appears, changed in parts, and checked', async () => {
    const { store, create } = await aStoreWith({
      tier: { default: 'silver' },
      points: { field_type: 'integer', required: true },
      note: { omit_null: true },
    });
    expect(await resource.create(store.admin, { tier: 'gold' })).toMatchObject(invalid('points', 'field is required.'));
    expect(await resource.create(store.admin, { points: 'x' })).toMatchObject(invalid('points', 'must be an integer.'));
    const created = await create({ points: 1 });
    expect(created).toMatchObject({ tier: 'silver', points: 1 });
    expect(created).not.toHaveProperty('note');
    const path = resource.pathOf(created);
    expect((await store.admin.get(path)).body.data).toEqual(created);
    expect((await store.admin.get(resource.listOf(created))).body.data).toEqual([asListed(created)]);
    expect((await store.admin.get(`${resource.listOf(created)}?page[limit]=1`)).body.data).toEqual([asListed(created)]);

    expect(await store.admin.put(path, { data: { points: null } })).toMatchObject(
      invalid('points', 'field is required.'),
    );
    const changed = (await store.admin.put(path, { data: { tier: null, note: 'n' } })).body.data;
    expect(changed).toMatchObject({ tier: null, points: 1, note: 'n' });
    expect((await store.admin.get(path)).body.data).toEqual(changed);
    // What was answered may be sent back, and changes nothing.
    const again = resource.isAlwaysTouched ? { ...changed, meta: expect.anything() } : changed;
    expect((await store.admin.put(path, { data: { tier: null, points: 1 } })).body.data).toEqual(again);
  });

  if (!resource.isNeverUnique) {
    test('are unique where they should be, and free again after a deletion', async () => {
      const { store, create } = await aStoreWith({ code: { unique: true } });
      const [first, second] = [await create({ code: 'a' }), await create({ code: 'b' })];
      const taken = invalid('code', 'has already been taken.');
      expect(await resource.create(store.admin, { code: 'a' })).toMatchObject(taken);
      const path = resource.pathOf(second);
      expect(await store.admin.put(path, { data: { code: 'a' } })).toMatchObject(taken);
      expect((await store.admin.put(path, { data: { code: 'b' } })).status).toBe(200);
      // Orders are not deleted.
      if (resource.flow === 'orders') return;
      await store.admin.delete(resource.pathOf(first));
      expect(await stored(store, resource)).toEqual({ indexed: 1, with_values: 1 });
      expect((await store.admin.put(path, { data: { code: 'a' } })).status).toBe(200);
    });
  }

  test('are what they are now in the next request on another process', async () => {
    const { store, flow, create } = await aStoreWith({});
    const other = beside.as(store.admin);
    const created = await create();
    const path = resource.pathOf(created);
    const list = async () => (await other.get(resource.listOf(created))).body.data[0];
    expect(await list()).toEqual(asListed(created));
    for (let round = 0; round < 4; round += 1) {
      const slug = `f${round}`;
      const { id } = await createField(store, flow.id, { slug, default: 'x' });
      if (round === 0) expect((await other.get(path)).body.data).toEqual({ ...created, [slug]: 'x' });
      if (round === 1) expect(await list()).toEqual(asListed({ ...created, [slug]: 'x' }));
      if (round === 2)
        expect(await other.put(path, { data: { [slug]: 1 } })).toMatchObject(invalid(slug, 'must be a string.'));
      if (round === 3)
        expect((await other.put(path, { data: { [slug]: 'y' } })).body.data).toMatchObject({ [slug]: 'y' });
      await store.admin.delete(`/v2/fields/${id}`);
      if (round === 0) expect(await list()).toEqual(asListed(created));
      else expect((await other.put(path, { data: { [slug]: 1 } })).body.data).not.toHaveProperty(slug);
    }
    await createField(store, flow.id, { slug: 'last', required: true });
    expect(await resource.create(other, {})).toMatchObject(invalid('last', 'field is required.'));
  });

  test('are those of an entry of their flow, which can be changed and cleared, but neither made nor deleted', async () => {
    const { store, create } = await aStoreWith({
      tier: { default: 'silver' },
      points: { field_type: 'integer', required: true },
    });
    const [first, second] = [await create({ points: 1 }), await create({ points: 2, tier: 'gold' })];
    const entries = `/v2/flows/${resource.flow}/entries`;
    const path = `${entries}/${encodeURIComponent(first.id)}`;
    const { timestamps } = first.meta;
    const shown = {
      id: first.id,
      type: 'entry',
      tier: 'silver',
      points: 1,
      links: { self: `${app.baseUrl}${path}` },
      meta: { timestamps: { created_at: timestamps.created_at, updated_at: timestamps.updated_at } },
    };
    expect((await store.admin.get(path)).body.data).toEqual(shown);
    const listed = (await store.admin.get(`${entries}?page[limit]=1`)).body;
    expect(listed).toMatchObject({ meta: { results: { total: 2 } } });
    const next = (await store.admin.get(new URL(listed.links.next).href.slice(app.baseUrl.length))).body;
    expect([...listed.data, ...next.data].map(({ id }: { id: string }) => id).sort()).toEqual(
      [first.id, second.id].sort(),
    );
    const filtered = await store.admin.get(`${entries}?filter=eq(points,1)&sort=-tier`);
    if (resource.isNeverUnique) expect(filtered.status).toBe(400);
    else expect(filtered.body.data).toEqual([shown]);
    const isOpen = resource.flow === 'products';
    for (const url of [path, entries]) expect((await store.storefront.get(url)).status).toBe(isOpen ? 200 : 403);
    expect((await store.admin.get(`${entries}/${unknownId}`)).status).toBe(404);

    expect((await store.admin.post(entries, { data: { points: 1 } })).status).toBe(422);
    expect(await store.admin.put(path, { data: { points: 'x' } })).toMatchObject(
      invalid('points', 'must be an integer.'),
    );
    expect(await store.admin.put(path, { data: { points: null } })).toMatchObject(
      invalid('points', 'field is required.'),
    );
    const changed = (await store.admin.put(path, { data: { id: first.id, type: 'entry', points: 7, name: 'x' } })).body;
    expect(changed.data).toMatchObject({ id: first.id, points: 7, tier: 'silver' });
    const { name, meta: _, ...others } = first;
    expect((await store.admin.get(resource.pathOf(first))).body.data).toMatchObject({
      ...others,
      points: 7,
      ...(name && { name }),
    });
    await store.admin.put(path, { data: { tier: 'gold' } });
    expect((await store.admin.delete(path)).status).toBe(204);
    expect((await store.admin.get(path)).body.data).toMatchObject({ points: null, tier: 'silver' });
    if (!resource.isNeverUnique)
      expect((await store.admin.get(`${entries}?filter=eq(tier,silver):is_null(points)`)).body.data).toMatchObject([
        { id: first.id },
      ]);
  });

  test('can be relationships, with endpoints of their own that keep what is set at once', async () => {
    const { store, flow, fields, create } = await aStoreWith({
      friend: { field_type: 'relationship', validation_rules: [{ type: 'one-to-one', to: 'customer' }] },
      likes: {
        field_type: 'relationship',
        validation_rules: [{ type: 'one-to-many', to: 'product' }],
        omit_null: true,
      },
    });
    const created = await create();
    expect(created.relationships).toMatchObject({ friend: { data: null } });
    expect(created.relationships).not.toHaveProperty('likes');
    const friend = { type: 'customer', id: (await createCustomer(store)).id };
    const likes = [];
    for (let made = 0; made < 4; made += 1)
      likes.push({ type: 'product', id: (await createProduct(store)).id as string });
    const path = `/v2/flows/${resource.flow}/entries/${encodeURIComponent(created.id)}`;
    const to = (slug: string) => `${path}/relationships/${slug}`;
    expect(await store.admin.post(to('friend'), { data: friend })).toMatchObject({
      status: 201,
      body: { data: [friend] },
    });
    const other = beside.as(store.admin);
    await Promise.all(likes.map((like, index) => (index % 2 ? store.admin : other).post(to('likes'), { data: like })));
    const own = (await store.admin.get(resource.pathOf(created))).body.data;
    expect(own.relationships).toMatchObject({ ...created.relationships, friend: { data: friend } });
    expect(own.relationships.likes.data).toHaveLength(4);
    expect((await other.get(resource.listOf(created))).body.data).toContainEqual(asListed(own));
    expect((await store.admin.get(path)).body.data.relationships).toEqual({
      friend: { data: friend },
      likes: own.relationships.likes,
    });
    expect((await store.admin.put(to('likes'), { data: likes.slice(1, 3) })).body.data).toEqual(likes.slice(1, 3));
    expect((await store.admin.delete(to('likes'), { data: [likes[1]] })).status).toBe(204);
    expect(await store.admin.post(to('likes'), { data: { type: 'product', id: unknownId } })).toMatchObject(
      refusal(422, 'Failed Validation', 'The selected data.0.id is invalid.', 'data.0.id'),
    );
    // The resource's own body cannot set one.
    await store.admin.put(resource.pathOf(created), {
      data: { friend: null, relationships: { friend: { data: null } } },
    });
    expect((await store.admin.get(path)).body.data.relationships).toEqual({
      friend: { data: friend },
      likes: { data: [likes[2]] },
    });
    expect((await store.admin.delete(path)).status).toBe(204);
    expect((await store.admin.get(path)).body.data.relationships).toEqual({ friend: { data: null } });
    for (const slug of ['none', 'name']) expect((await store.admin.put(to(slug), { data: friend })).status).toBe(404);
    await store.admin.delete(`/v2/fields/${fields.friend}`);
    expect((await store.admin.put(to('friend'), { data: friend })).status).toBe(404);
    const names = Object.keys(created.relationships).filter(name => name !== 'friend');
    for (const slug of names) {
      const field = { slug, field_type: 'relationship', validation_rules: [{ type: 'one-to-one', to: 'customer' }] };
      expect(await store.admin.post('/v2/fields', { data: aField(flow.id, field) })).toMatchObject(
        refusal(422, 'Failed Validation', 'The selected data.slug is invalid.', 'data.slug'),
      );
    }
  });

  test('that are deleted are hidden at once, and their values removed some minutes later', async () => {
    const { store, fields, create } = await aStoreWith({ tier: {} });
    const created = await create({ tier: 'gold' });
    await store.admin.delete(`/v2/fields/${fields.tier}`);
    const { tier: _, ...without } = created;
    expect((await store.admin.get(resource.pathOf(created))).body.data).toEqual(without);
    await app.query(`update purges set created_at = created_at - interval '10 minutes' where store_id = $1`, [
      store.id,
    ]);
    await backgroundWork(app.database).atTimes['deleted-fields']?.work();
    expect(await stored(store, resource)).toEqual({ indexed: 0, with_values: 0 });
  });
});

test('a shopper writes the fields of the own addresses, and they go with the customer', async () => {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: 'addresses' });
  await createField(store, flow.id, { slug: 'door', unique: true });
  const { customer, shopper } = await signUp(store);
  const address = await createAddress(shopper, customer.id, { door: '12a' });
  const path = `/v2/customers/${customer.id}/addresses/${address.id}`;
  expect((await shopper.put(path, { data: { door: '12b' } })).body.data).toMatchObject({ id: address.id, door: '12b' });
  expect((await shopper.get(path)).body.data.door).toBe('12b');
  await store.admin.delete(`/v2/customers/${customer.id}`);
  const other = await createCustomer(store);
  expect(await createAddress(store.admin, other.id, { door: '12b' })).toMatchObject({ door: '12b' });
});

test('products are filtered and sorted by fields, drafts by staff alone', async () => {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: 'products' });
  await createField(store, flow.id, { slug: 'colour' });
  await createField(store, flow.id, { slug: 'weight_g', field_type: 'integer' });
  for (const [name, values] of Object.entries({
    a: { colour: 'red', weight_g: 2 },
    b: { colour: 'blue', weight_g: 1 },
    c: { colour: 'red', weight_g: 3, status: 'draft' },
  })) {
    await store.admin.post('/v2/products', { data: aProduct({ name, ...values }) });
  }
  const names = async (caller: Caller, query: string) =>
    (await caller.get(`/v2/products?${query}`)).body.data.map(({ name }: { name: string }) => name).join('');
  expect(await names(store.admin, 'filter=eq(colour,red)&sort=products.weight_g')).toBe('ac');
  expect(await names(store.storefront, 'filter=eq(products.colour,red)')).toBe('a');
  expect(await names(store.storefront, 'sort=-weight_g')).toBe('ab');
  expect((await store.storefront.get('/v2/products?filter=eq(size,1)')).status).toBe(400);
  const entries = '/v2/flows/products/entries';
  const all = (await store.admin.get(`${entries}?sort=weight_g`)).body.data;
  expect(all).toMatchObject([{ colour: 'blue' }, { colour: 'red' }, { colour: 'red' }]);
  expect((await store.storefront.get(`${entries}?sort=weight_g`)).body).toMatchObject({
    data: all.slice(0, 2),
    meta: { results: { total: 2 } },
  });
  expect((await store.storefront.get(`${entries}/${all[2].id}`)).status).toBe(404);
});

test('a shopper gives the fields of an order at checkout, and only staff change them then', async () => {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: 'orders' });
  await createField(store, flow.id, { slug: 'gift_note' });
  const items = await createFlow(store, { slug: 'order_items' });
  await createField(store, items.id, { slug: 'picked', field_type: 'boolean', default: false });
  const { shopper, customer } = await signUp(store);
  const cart = aReference();
  await shopper.post(`/v2/carts/${cart}/items`, { data: aCustomItem() });
  const body = { ...aGuestCheckout({ customer: { id: customer.id } }), gift_note: 'To you' };
  const { body: made } = await shopper.post(`/v2/carts/${cart}/checkout`, { data: body });
  expect(made.data.gift_note).toBe('To you');
  expect(made.included.items).toMatchObject([{ picked: false }]);
  const path = `/v2/orders/${made.data.id}`;
  expect((await shopper.put(path, { data: { gift_note: 'x' } })).status).toBe(403);
  expect((await store.admin.put(path, { data: { gift_note: 'To me', status: 'cancelled' } })).body.data).toMatchObject({
    gift_note: 'To me',
    status: 'cancelled',
  });
  const read = await shopper.get(`${path}?include=items`);
  expect(read.body).toMatchObject({ data: { gift_note: 'To me' }, included: { items: [{ picked: false }] } });
  expect((await shopper.get(`${path}/items`)).body.data).toEqual(read.body.included.items);
  const listed = await shopper.get('/v2/orders?filter=eq(orders.gift_note,"To me")&include=items&sort=gift_note');
  expect(listed.body).toMatchObject({ data: [read.body.data], included: read.body.included });
  const anonymized = await store.admin.post('/v2/orders/anonymize', { data: { order_ids: [made.data.id] } });
  expect(anonymized.body.data).toMatchObject([{ gift_note: null, anonymized: true }]);
  expect((await store.admin.get('/v2/orders?filter=eq(gift_note,"To me")')).body.data).toEqual([]);
  expect(await stored(store, { table: 'orders' })).toEqual({ indexed: 0, with_values: 0 });
  expect(await stored(store, { table: 'order_items' })).toEqual({ indexed: 0, with_values: 0 });
});

test.each(['carts', 'cart_items', 'order_items'])('no field of %s can be unique', async slug => {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug });
  const refused = invalid('unique', 'must be false.');
  const { id, ...field } = await createField(store, flow.id, { slug: 'serial' });
  expect(await store.admin.put(`/v2/fields/${id}`, { data: { unique: true } })).toMatchObject(refused);
  expect(await store.admin.post('/v2/fields', { data: { ...field, slug: 'other', unique: true } })).toMatchObject(
    refused,
  );
});

test('carts carry values from the first change on, shoppers write them, and a later cart of the reference has none', async () => {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: 'carts' });
  await createField(store, flow.id, { slug: 'gift', field_type: 'boolean', required: true });
  await createField(store, flow.id, { slug: 'note', default: '-' });
  const { shopper } = await signUp(store);
  const reference = aReference();
  const path = `/v2/carts/${reference}`;
  const empty = { gift: null, note: '-' };
  expect((await shopper.get(path)).body.data).toMatchObject(empty);
  await shopper.post(`${path}/items`, { data: aCustomItem() });
  expect((await shopper.get(`${path}?include=items`)).body.data).toMatchObject(empty);
  expect((await shopper.put(path, { data: { gift: true } })).body.data).toMatchObject({ gift: true, note: '-' });
  expect((await shopper.put(path, { data: { note: 'n' } })).body.data).toMatchObject({ gift: true, note: 'n' });
  expect(await shopper.put(path, { data: { gift: null, name: 'x' } })).toMatchObject(
    invalid('gift', 'field is required.'),
  );
  expect((await shopper.get(path)).body.data).toMatchObject({ name: 'Cart', gift: true });
  expect(await shopper.post('/v2/carts', { data: { id: reference, name: 'x', gift: true } })).toMatchObject({
    status: 409,
  });
  await expire(app, reference);
  expect((await shopper.put(path, { data: { name: 'Later' } })).body.data).toMatchObject({ name: 'Later', ...empty });
  await expire(app, reference);
  const made = await shopper.post('/v2/carts', { data: { id: reference, name: 'x', gift: false } });
  expect(made.body.data).toMatchObject({ gift: false, note: '-' });
  expect((await shopper.get('/v2/carts')).body.data).toEqual([made.body.data]);
  expect((await store.admin.get('/v2/carts?filter=eq(note,n)')).status).toBe(400);
});

test('whatever changes in the fields meanwhile, every resource is written and listed', async () => {
  const store = await app.addStore();
  let isOver = false;
  const changed = await createFlow(store, { slug: 'customers' });
  const { id } = await createField(store, changed.id, { slug: 'tier' });
  const changeOn = async () => {
    while (!isOver) {
      expect((await store.admin.put(`/v2/fields/${id}`, { data: { required: false } })).status).toBe(200);
    }
  };
  const changes = Promise.all([changeOn(), changeOn(), changeOn()]);
  try {
    for (let round = 0; round < 4; round += 1) {
      for (const { create, listOf, flow } of resources) {
        const { status, body } = await create(store.admin, {});
        expect(status, `${flow} ${JSON.stringify(body)}`).toBe(201);
        expect((await store.admin.get(listOf(body.data))).status).toBe(200);
      }
    }
  } finally {
    isOver = true;
    await changes;
  }
});

test('checkouts of one cart that overlap make one order, also with a value that is unique', async () => {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: 'orders' });
  await createField(store, flow.id, { slug: 'ticket', unique: true });
  const cart = aReference();
  await store.storefront.post(`/v2/carts/${cart}/items`, { data: aCustomItem() });
  const send = (caller: Caller) =>
    caller.post(`/v2/carts/${cart}/checkout`, { data: aGuestCheckout({ ticket: 'T1' }) });
  const callers = [store.storefront, beside.as(store.storefront), store.storefront, beside.as(store.storefront)];
  const answers = await Promise.all(callers.map(send));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(1);
  expect(answers.map(({ body }) => body.data.ticket)).toEqual(Array(4).fill('T1'));
  expect(await send(store.storefront)).toMatchObject(invalid('ticket', 'has already been taken.'));
});

test('fields come and go in a moment, however many rows there are and whoever is writing, and rewrite no table', async () => {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: 'customers' });
  const first = await createField(store, flow.id, { slug: 'first' });
  await app.query(
    `insert into customers (store_id, id, name, name_key, email, email_key, created_at, updated_at)
     select $1, gen_random_uuid(), 'Ada', 'ada', n || '@example.com', n || '@example.com', now(), now()
     from generate_series(1, 20000) n`,
    [store.id],
  );
  const files = async () =>
    (await app.query(`select relname, relfilenode from pg_class where relname in ('customers', 'custom_index')`)).rows;
  const before = await files();
  const customer = await createCustomer(store, { first: 'a' });
  const writer = new pg.Client({ connectionString: app.databaseUrl });
  await writer.connect();
  try {
    // A writer of values that has not ended, as the statements of the server leave it.
    await writer.query('begin');
    await writer.query('select version from field_versions where store_id = $1 for key share', [store.id]);
    await writer.query('update customers set name = $2 where store_id = $1', [store.id, 'Eve']);
    const started = performance.now();
    const { id } = await createField(store, flow.id, { slug: 'second', default: 'x' });
    expect((await store.admin.get(`/v2/customers/${customer.id}`)).body.data).toMatchObject({
      first: 'a',
      second: 'x',
    });
    expect((await store.admin.put(`/v2/fields/${id}`, { data: { slug: 'third', required: true } })).status).toBe(200);
    for (const field of [first.id, id]) expect((await store.admin.delete(`/v2/fields/${field}`)).status).toBe(204);
    expect((await store.admin.delete(`/v2/flows/${flow.id}`)).status).toBe(204);
    expect(performance.now() - started).toBeLessThan(5000);
  } finally {
    await writer.query('rollback');
    await writer.end();
  }
  expect(await files()).toEqual(before);
});
