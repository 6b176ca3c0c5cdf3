import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Permission, permissions } from '../src/modules/access/permissions.ts';
import {
  aField,
  aProduct,
  createCurrency,
  createCustomer,
  createEntry,
  createField,
  createFlow,
  createProduct,
  listed,
  password,
} from './support/builders.ts';
import { aGuestCheckout, checkOut } from './support/orders.ts';
import {
  createSubject,
  idsOfEveryStore,
  protectedRoutes,
  readSubject,
  renewSubject,
  requestTo,
  type Subject,
} from './support/route-requests.ts';
import { type Answer, type Caller, startTestApp, type TestApp, type TestStore } from './support/test-app.ts';

let app: TestApp;
/** The store whose objects are asked for. */
let a: TestStore;
/** The store whose credentials ask. */
let b: TestStore;
let ofA: Subject;
let ofB: Subject;
let missing: Subject;
let before: { a: unknown; b: unknown };

const read = async () => ({ a: await readSubject(a.admin, ofA), b: await readSubject(b.admin, ofB) });

beforeAll(async () => {
  app = await startTestApp();
  a = app;
  b = await app.addStore();
  // The same e-mail and the same name in both stores: whatever compares them without the store meets the other one.
  const shared = { email: 'ada.in.both@example.com' };
  ofA = await createSubject(a, shared);
  ofB = await createSubject(b, shared);
  const none = '00000000-0000-4000-8000-000000000000';
  const ids = Object.fromEntries(Object.keys(ofA.ids).map(name => [name, none]));
  missing = { email: 'nobody@example.com', ids, token: ofB.token };
  before = await read();
});
afterAll(() => app.close());

const plain = ({ status, body }: Answer) => ({ status, body });

function ask(caller: Caller, route: string, subject: Subject): Promise<Answer> {
  const { method, url, payload } = requestTo(route, subject);
  return app.send({
    method,
    url,
    headers: { 'content-type': 'application/json', ...caller.headers },
    ...(payload !== undefined && { payload }),
  });
}

/** Parameters of a path that can each be of the other store: `customerId`, or `addressId` below an own customer. */
const parametersOf = (route: string) =>
  [...route.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '').filter(name => !Object.hasOwn(idsOfEveryStore, name));

/** A cart of one store is nothing to another, where its reference is free to be used: tested below. */
const isOfWholeCart = (route: string) => route.includes('/carts/') && !route.includes(':itemId');
const routesWithIds = protectedRoutes.filter(route => parametersOf(route).length > 0 && !isOfWholeCart(route));
const routesWithoutIds = protectedRoutes.filter(route => parametersOf(route).length === 0);

describe.each(routesWithIds)('%s', route => {
  const parameters = parametersOf(route);

  test('with an admin of another store answers as for a missing object', async () => {
    const foreign = await ask(b.admin, route, ofA);
    expect(plain(foreign)).toEqual(plain(await ask(b.admin, route, missing)));
    expect(foreign.status).toBe(404);
  });

  test.each(parameters)('with only %s of another store answers as for a missing object', async parameter => {
    const mixed: Subject = { ...ofB, ids: { ...ofB.ids, [parameter]: ofA.ids[parameter] ?? '' } };
    const unknown: Subject = { ...ofB, ids: { ...ofB.ids, [parameter]: missing.ids[parameter] ?? '' } };
    const foreign = await ask(b.admin, route, mixed);
    expect(plain(foreign)).toEqual(plain(await ask(b.admin, route, unknown)));
    expect(foreign.status).toBe(404);
  });

  test('with a customer of another store is refused as for any other customer', async () => {
    const foreign = await ask(b.shopper(ofB.token), route, ofA);
    expect(plain(foreign)).toEqual(plain(await ask(b.shopper(ofB.token), route, missing)));
    expect([403, 404]).toContain(foreign.status);
  });

  test('with credentials of another store changes nothing', async () => {
    expect(await read()).toEqual(before);
  });
});

const routesOfShoppers = routesWithIds.filter(route => (permissions[route] as Permission).readsCustomerToken);

test.each(routesOfShoppers)(
  '%s with the customer token of another store is refused, whoever is asked for',
  async route => {
    for (const caller of [
      b.shopper(ofA.token),
      { ...b.admin, headers: { ...b.admin.headers, 'x-moltin-customer-token': ofA.token } },
    ]) {
      for (const subject of [ofA, ofB]) expect((await ask(caller, route, subject)).status).toBe(403);
    }
  },
);

test('the customer token of another store has changed nothing', async () => {
  expect(await read()).toEqual(before);
});

/** These have nothing to tell of any store. */
const alwaysEmpty = [
  'GET /v2/brands',
  'GET /v2/categories',
  'GET /v2/categories/tree',
  'GET /v2/collections',
  'GET /v2/files',
  'GET /v2/authentication-realms/:realmId/oidc-profiles',
];

describe('a cart of another store', () => {
  const routes = protectedRoutes.filter(isOfWholeCart);

  test.each(routes)('%s neither shows nor changes it', async route => {
    const { ids } = await renewSubject(b, ofB, route);
    const subject: Subject = { ...ofB, ids: { ...ids, cartId: ofA.ids.cartId ?? '' } };
    await b.admin.delete(`/v2/carts/${subject.ids.cartId}`);
    const { status, body } = await ask(b.admin, route, subject);
    expect(status).not.toBe(500);
    // Neither the item of the other store nor its customer.
    expect(JSON.stringify(body)).not.toContain(ofA.ids.itemId);
    expect(JSON.stringify(body)).not.toContain(ofA.ids.customerId);
    expect(await read()).toEqual(before);
    await b.admin.delete(`/v2/carts/${subject.ids.cartId}`);
  });

  test.each(routes)('%s refuses a customer token of the other store', async route => {
    for (const subject of [ofA, ofB]) expect((await ask(b.shopper(ofA.token), route, subject)).status).toBe(403);
    expect(await read()).toEqual(before);
  });

  test('is not listed', async () => {
    const [c, d] = [await app.addStore(), await app.addStore()];
    const ofC = await createSubject(c);
    await createSubject(d);
    const { body } = await c.admin.get('/v2/carts');
    expect({ ids: body.data.map(({ id }: { id: string }) => id), total: body.meta.results.total }).toEqual({
      ids: [ofC.ids.cartId],
      total: 1,
    });
  });

  test('does not take the id for a new one', async () => {
    const [c, d] = [await app.addStore(), await app.addStore()];
    const create = async (store: TestStore) =>
      (await store.storefront.post('/v2/carts', { data: { id: 'shared', name: 'Birthday' } })).status;
    expect([await create(c), await create(d), await create(d)]).toEqual([201, 201, 409]);
  });
});

describe('routes without an id in the path', () => {
  test('are these, each tested below', () => {
    expect(routesWithoutIds).toEqual([
      'POST /v2/customers',
      'GET /v2/customers',
      'GET /v2/customers/attributes',
      'GET /v2/customers/tags',
      'POST /v2/customers/bulk/delete',
      'POST /v2/customers/bulk/tags',
      'POST /v2/customers/tokens',
      'POST /v2/carts',
      'GET /v2/carts',
      'GET /v2/settings',
      'PUT /v2/settings',
      'DELETE /v2/settings',
      'GET /v2/settings/cart',
      'PUT /v2/settings/cart',
      'GET /v2/settings/logs-ttl',
      'PUT /v2/settings/logs-ttl',
      'GET /v2/orders',
      'GET /v2/orders/attributes',
      'POST /v2/orders/anonymize',
      'GET /v2/gateways',
      'GET /v2/gateways/:slug',
      'PUT /v2/gateways/:slug',
      ...alwaysEmpty,
      'GET /v2/products',
      'POST /v2/products',
      'GET /v2/products/attributes',
      'GET /v2/inventories',
      'POST /v2/inventories/multiple',
      'GET /v2/currencies',
      'POST /v2/currencies',
      'GET /v2/flows',
      'POST /v2/flows',
      'GET /v2/fields',
      'POST /v2/fields',
      'POST /v2/jobs',
      'GET /v2/jobs',
      'GET /v2/personal-data/logs',
      'GET /v2/logs',
    ]);
  });

  test('tags: listed and counted in the own store only', async () => {
    const [c, d] = [await app.addStore(), await app.addStore()];
    for (const store of [c, d, d]) await createCustomer(store, { tags: ['vip', store.id] });
    const { body } = await c.admin.get('/v2/customers/tags');
    const ofOne = (name: string) => ({ type: 'customer_tag', name, customers: 1 });
    expect(body).toMatchObject({ data: [c.id, 'vip'].map(ofOne), meta: { results: { total: 2 } } });
  });

  test('bulk: of the own store only, by ids and by a filter', async () => {
    const [c, d] = [await app.addStore(), await app.addStore()];
    const [ofC, ofD] = [await createCustomer(c), await createCustomer(d)];
    const foreign = { errors: [{ status: 404, meta: { customer_id: ofD.id } }] };
    const all = { data: [{ type: 'customer', id: ofC.id }], meta: { cursor: null } };
    for (const [path, more] of [
      ['tags', { add_tags: ['vip'] }],
      ['delete', {}],
    ] as const) {
      const post = async (targets: object) =>
        (await c.admin.post(`/v2/customers/bulk/${path}`, { data: { ...targets, ...more } })).body;
      expect(await post({ customer_ids: [ofD.id] })).toMatchObject(foreign);
      expect(await post({ filter: 'like(name,*)' })).toEqual(all);
    }
    expect((await d.admin.get(`/v2/customers/${ofD.id}`)).body.data).toEqual(ofD);
  });

  test('orders: listed, anonymized and told of in the own store only', async () => {
    const [c, d] = [await app.addStore(), await app.addStore()];
    const [ofC, ofD] = [await createSubject(c), await createSubject(d)];
    const { body } = await c.admin.get('/v2/orders');
    expect([body.data.map(({ id }: { id: string }) => id), body.meta.results.total]).toEqual([[ofC.ids.orderId], 1]);
    await d.admin.put(`/v2/orders/${ofD.ids.orderId}`, { data: { status: 'cancelled' } });
    const anonymized = await c.admin.post('/v2/orders/anonymize', { data: { order_ids: [ofD.ids.orderId] } });
    expect([anonymized.status, anonymized.body.errors[0].meta]).toEqual([404, { order_id: ofD.ids.orderId }]);
    expect((await d.admin.get(`/v2/orders/${ofD.ids.orderId}`)).body.data.anonymized).toBe(false);

    const guest = await checkOut(d.admin, ofD.ids.cartId ?? '', aGuestCheckout());
    await d.admin.post(`/v2/orders/${guest.id}/relationships/customer`, { data: { id: ofD.ids.customerId } });
    const logs = `/v2/personal-data/logs?filter=eq(resource_type,order):eq(resource_id,${guest.id})`;
    expect((await d.admin.get(logs)).body.data.length).toBe(1);
    expect((await c.admin.get(logs)).body.data).toEqual([]);
    expect((await c.admin.get('/v2/logs?filter=eq(event_type,order.customer_linked)')).body.data).toEqual([]);
  });

  test('settings and gateways: what one store changes, the other does not see', async () => {
    const [c, d] = [await app.addStore(), await app.addStore()];
    const paths = ['/v2/settings', '/v2/settings/cart', '/v2/settings/logs-ttl', '/v2/gateways', '/v2/gateways/manual'];
    const readAll = (store: TestStore) => Promise.all(paths.map(async path => (await store.admin.get(path)).body));
    const asBefore = await readAll(d);
    await c.admin.put('/v2/settings', { data: { type: 'settings', page_length: 7, calculation_method: 'line' } });
    await c.admin.put('/v2/settings/cart', { data: { cart_expiry_days: 30 } });
    await c.admin.put('/v2/settings/logs-ttl', { data: { days: 30 } });
    await c.admin.put('/v2/gateways/manual', { data: { enabled: true } });
    const changed = await readAll(c);
    expect(changed.filter((body, index) => JSON.stringify(body) === JSON.stringify(asBefore[index]))).toEqual([]);
    expect(await readAll(d)).toEqual(asBefore);
    await d.admin.delete('/v2/settings');
    expect(await readAll(c)).toEqual(changed);
  });

  test('products, stocks and currencies: the same slug, SKU and code may exist in both stores; lists hold the own ones', async () => {
    const [c, d] = [await app.addStore(), await app.addStore()];
    const product = aProduct();
    const inC = await createProduct(c, product);
    const inD = await createProduct(d, product);
    await createCurrency(c, { code: 'EUR' });
    await createCurrency(d, { code: 'EUR' });
    const idsOf = async (path: string) => (await c.admin.get(path)).body.data.map(({ id }: { id: string }) => id);
    for (const query of ['', '?filter=like(name,*)', `?filter=eq(sku,${product.sku})`]) {
      expect({ query, ids: await idsOf(`/v2/products${query}`) }).toEqual({ query, ids: [inC.id] });
    }
    expect(await idsOf('/v2/inventories')).toEqual([inC.id]);
    const multiple = await c.admin.post('/v2/inventories/multiple', { data: [{ id: inC.id }, { id: inD.id }] });
    expect(multiple.body.data.map(({ id }: { id: string }) => id)).toEqual([inC.id]);
    const { body } = await c.admin.get('/v2/currencies');
    expect(body.data.map(({ code }: { code: string }) => code)).toEqual(['USD', 'EUR']);
  });

  test('flows and fields: the same slug may exist in both stores; a field goes into a flow of the own store only', async () => {
    const [c, d] = [await app.addStore(), await app.addStore()];
    const [inC, inD] = [await createFlow(c, { slug: 'customers' }), await createFlow(d, { slug: 'customers' })];
    const [ofC] = [await createField(c, inC.id, { slug: 'tier' }), await createField(d, inD.id, { slug: 'tier' })];
    const foreign = await c.admin.post('/v2/fields', { data: aField(inD.id) });
    expect([foreign.status, foreign.body.errors[0].source]).toEqual([422, 'data.relationships.flow.data.id']);
    expect((await c.admin.get('/v2/flows')).body.data).toEqual([inC]);
    expect((await c.admin.get('/v2/flows/customers')).body.data).toEqual(inC);
    for (const path of ['/v2/fields', '/v2/flows/customers/fields'])
      expect((await c.admin.get(path)).body.data).toEqual([ofC]);
    const target = await createFlow(d);
    const rule = { type: 'one-to-one', to: target.slug };
    const pointing = aField(inC.id, { field_type: 'relationship', validation_rules: [rule] });
    expect((await c.admin.post('/v2/fields', { data: pointing })).status).toBe(422);
  });

  test('entries: lists, filters, sorts, totals and unique values are those of the own store', async () => {
    const [c, d] = [await app.addStore(), await app.addStore()];
    const inEach = async (store: TestStore) => {
      const { id } = await createFlow(store, { slug: 'shops' });
      await createField(store, id, { slug: 'city', unique: true });
      return createEntry(store, 'shops', { city: 'Leeds' });
    };
    const [entry] = [await inEach(c), await inEach(d)];
    for (const query of ['', '?sort=city', '?filter=eq(city,Leeds)', '?filter=like(shops.city,*e*)&sort=-city']) {
      const { body } = await c.admin.get(`/v2/flows/shops/entries${query}`);
      expect([query, body.data, body.meta.results.total]).toEqual([query, [entry], 1]);
    }
  });

  test('POST /v2/customers: the same e-mail may exist in both stores, in each only once', async () => {
    const email = 'grace@example.com';
    const [inA, inB] = [await createCustomer(a, { email }), await createCustomer(b, { email })];
    expect(inA.id).not.toBe(inB.id);
    const again = await b.admin.post('/v2/customers', { data: { type: 'customer', name: 'Grace', email } });
    expect(again.status).toBe(409);
  });

  test.each(['customers', 'orders', 'products'])(
    'GET /v2/%s/attributes: of the fields of the own store',
    async resource => {
      const c = await app.addStore();
      const flow = await createFlow(c, { slug: resource });
      const { slug } = await createField(c, flow.id);
      const valuesIn = async (store: TestStore) =>
        (await store.admin.get(`/v2/${resource}/attributes`)).body.data.map(({ value }: { value: string }) => value);
      expect(await valuesIn(c)).toContain(slug);
      expect(await valuesIn(b)).not.toContain(slug);
    },
  );

  test('PUT /v2/customers/:customerId: an e-mail that only the other store has is free', async () => {
    await createCustomer(a, { email: 'only-in-a@example.com' });
    const { id } = await createCustomer(b);
    const { status } = await b.admin.put(`/v2/customers/${id}`, { data: { email: 'only-in-a@example.com' } });
    expect(status).toBe(200);
  });

  test('GET /v2/customers: a listing and its total hold the customers of the own store only', async () => {
    const [c, d] = [await app.addStore(), await app.addStore()];
    const email = 'in-two-stores@example.com';
    const inC = await createCustomer(c, { email });
    await createCustomer(d, { email });
    for (const query of ['', `?filter=eq(email,${email})`, '?filter=like(name,*)', `?filter=ge(id,${inC.id})`]) {
      const { body } = await c.admin.get(`/v2/customers${query}`);
      expect({ query, data: body.data, total: body.meta.results.total }).toEqual({
        query,
        data: [listed(inC)],
        total: 1,
      });
    }
  });

  test('POST /v2/customers/tokens: a password opens only the account of its own store', async () => {
    const email = 'two-passwords@example.com';
    await createCustomer(a, { email, password });
    await createCustomer(b, { email, password: 'another-horse-7' });
    const signIn = (store: TestStore, secret: string) =>
      store.storefront.post('/v2/customers/tokens', { data: { type: 'token', email, password: secret } });
    expect([
      (await signIn(a, password)).status,
      (await signIn(b, password)).status,
      (await signIn(b, 'another-horse-7')).status,
    ]).toEqual([201, 401, 201]);
  });

  test('failed sign-ins in one store do not lock the same e-mail out in another', async () => {
    const email = 'locked-in-a@example.com';
    await createCustomer(a, { email, password });
    await createCustomer(b, { email, password });
    const attempt = (store: TestStore, secret: string) =>
      store.storefront.post('/v2/customers/tokens', { data: { type: 'token', email, password: secret } });
    let last = 0;
    for (let round = 0; round < 15 && last !== 429; round += 1) last = (await attempt(a, `wrong-${round}`)).status;
    expect(last).toBe(429);
    expect((await attempt(b, password)).status).toBe(201);
  });
});
