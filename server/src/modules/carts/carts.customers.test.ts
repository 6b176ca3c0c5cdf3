import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCustomer, signUp } from '../../../test/support/builders.ts';
import { aCustomItem, addItem, aReference, countStored, createCart } from '../../../test/support/carts.ts';
import { type Caller, startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
let ada: Awaited<ReturnType<typeof signUp>>;
let grace: Awaited<ReturnType<typeof signUp>>;
beforeAll(async () => {
  app = await startTestApp();
  ada = await signUp(app);
  grace = await signUp(app);
});
afterAll(() => app.close());

const forbidden = (detail: string) => ({
  status: 403,
  body: { errors: [{ status: 403, title: 'Forbidden', detail }] },
});
const otherCustomer = forbidden('The customer token does not grant access to this customer');
const secondCustomer = forbidden('Cannot associate more than one customer');
const link = (...ids: string[]) => ({ data: ids.map(id => ({ type: 'customer', id })) });
const associate = (caller: Caller, path: string, body: unknown) => caller.post(`${path}/relationships/customers`, body);
const customersOf = async (caller: Caller, path: string) => (await caller.get(path)).body.data.relationships.customers;
/** The admin's token with a customer token. */
const asAdmin = (token: string) => app.caller({ ...app.admin.headers, 'x-moltin-customer-token': token });
const idsOf = async (caller: Caller, query = '') =>
  (await caller.get(`/v2/carts${query}`)).body.data.map(({ id }: { id: string }) => id);

describe('associating a cart', () => {
  test('with the customer of the token answers 200 with the same data, and 204 when it was so already', async () => {
    const { path } = await createCart(app.storefront);
    const first = await associate(ada.shopper, path, link(ada.customer.id));
    expect(first).toMatchObject({ status: 200, body: link(ada.customer.id) });
    expect((await associate(ada.shopper, path, link(ada.customer.id))).status).toBe(204);
    expect((await associate(app.admin, path, link(ada.customer.id.toUpperCase(), ada.customer.id))).status).toBe(204);
    expect(await customersOf(app.admin, path)).toEqual(link(ada.customer.id));
  });

  test('that is not stored stores it', async () => {
    const reference = aReference();
    expect((await associate(ada.shopper, `/v2/carts/${reference}`, link(ada.customer.id))).status).toBe(200);
    expect(await countStored(app, reference)).toBe(1);
  });

  test('by client_credentials alone takes any customer, and 404 for an unknown one', async () => {
    const { path } = await createCart(app.storefront);
    for (const id of ['3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01', 'none', '']) {
      expect(await associate(app.admin, path, link(id))).toMatchObject({
        status: 404,
        body: { errors: [{ status: 404, title: 'Not Found', detail: 'The requested customer could not be found' }] },
      });
    }
    expect(await customersOf(app.admin, path)).toEqual({});
    expect((await associate(app.admin, path, link(grace.customer.id))).status).toBe(200);
  });

  test('with another customer than that of the token answers 403, whoever asks', async () => {
    const { path } = await createCart(app.storefront);
    for (const caller of [ada.shopper, asAdmin(ada.token.token)]) {
      expect(await associate(caller, path, link(grace.customer.id))).toMatchObject(otherCustomer);
    }
    expect(await customersOf(app.admin, path)).toEqual({});
  });

  test('with a second customer answers 403, in one request or in two', async () => {
    const { path } = await createCart(app.storefront);
    const two = link(ada.customer.id, grace.customer.id);
    expect(await associate(app.admin, path, two)).toMatchObject(secondCustomer);
    await associate(ada.shopper, path, link(ada.customer.id));
    expect(await associate(app.admin, path, link(grace.customer.id))).toMatchObject(secondCustomer);
    expect(await customersOf(app.admin, path)).toEqual(link(ada.customer.id));
  });

  test('by many requests at once has one of them win', async () => {
    const { path } = await createCart(app.storefront);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => {
        const { shopper, customer } = index % 2 ? ada : grace;
        return associate(shopper, path, link(customer.id));
      }),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 14 }, () => 204), ...Array.from({ length: 15 }, () => 403)]);
  });

  test('in an object with the keys of an array, as early SDKs send one, works', async () => {
    const { path } = await createCart(app.storefront);
    const body = { data: { 0: { type: 'customer', id: ada.customer.id } } };
    expect(await associate(ada.shopper, path, body)).toMatchObject({ status: 200, body: link(ada.customer.id) });
  });

  test.each<[unknown]>([
    [undefined],
    [{}],
    [{ data: null }],
    [{ data: [] }],
    [{ data: {} }],
    [{ data: { type: 'customer', id: 'x' } }],
    [{ data: ['x'] }],
    [{ data: [{ type: 'account', id: 'x' }] }],
    [{ data: [{ id: 'x' }] }],
    [{ data: [{ type: 'customer' }] }],
    [{ data: [{ type: 'customer', id: 7 }] }],
  ])('with the body %j answers 400 and stores nothing', async body => {
    const reference = aReference();
    expect((await associate(app.admin, `/v2/carts/${reference}`, body)).status).toBe(400);
    expect(await countStored(app, reference)).toBe(0);
  });

  test('needs a customer token or client_credentials', async () => {
    const { path } = await createCart(app.storefront);
    expect(await associate(app.storefront, path, link(ada.customer.id))).toMatchObject(
      forbidden('This action is not permitted for this access token'),
    );
  });
});

describe('ending an association', () => {
  const dissociate = (caller: Caller, path: string, body: unknown) =>
    caller.delete(`${path}/relationships/customers`, body);

  test('answers 204, also when there was none, and frees the cart', async () => {
    const { path } = await createCart(app.storefront);
    await associate(ada.shopper, path, link(ada.customer.id));
    expect((await dissociate(ada.shopper, path, link(ada.customer.id))).status).toBe(204);
    expect((await dissociate(ada.shopper, path, link(ada.customer.id))).status).toBe(204);
    expect(await customersOf(app.admin, path)).toEqual({});
    expect((await associate(grace.shopper, path, link(grace.customer.id))).status).toBe(200);
  });

  test('with another customer than that of the cart leaves it, and with the token of another is refused', async () => {
    const { path } = await createCart(app.storefront);
    await associate(ada.shopper, path, link(ada.customer.id));
    expect((await dissociate(app.admin, path, link(grace.customer.id))).status).toBe(204);
    expect(await dissociate(grace.shopper, path, link(grace.customer.id))).toMatchObject(otherCustomer);
    expect((await dissociate(app.admin, path, undefined)).status).toBe(400);
    expect(await customersOf(app.admin, path)).toEqual(link(ada.customer.id));
  });
});

describe('an associated cart', () => {
  const setUp = async () => {
    const cart = await createCart(app.storefront);
    await associate(ada.shopper, cart.path, link(ada.customer.id));
    return cart;
  };

  test('shows its customer to that customer and to client_credentials only', async () => {
    const { path } = await setUp();
    expect(await customersOf(ada.shopper, path)).toEqual(link(ada.customer.id));
    expect(await customersOf(app.admin, path)).toEqual(link(ada.customer.id));
    expect(await customersOf(asAdmin(ada.token.token), path)).toEqual(link(ada.customer.id));
    expect(await customersOf(app.storefront, path)).toEqual({});
    const answers = [
      await app.storefront.get(`${path}?include=items,tax_items`),
      await app.storefront.get(`${path}/items`),
      await app.storefront.put(path, { data: { name: 'Birthday' } }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toContain(ada.customer.id);
    }
  });

  test('goes on being used by its reference alone: read, added to, changed, emptied, deleted', async () => {
    const { path, reference, item } = await setUp();
    await addItem(app.storefront, reference, aCustomItem());
    const statuses = [
      await app.storefront.get(`${path}/items`),
      await app.storefront.put(`${path}/items/${item.id}`, { data: { quantity: 3 } }),
      await app.storefront.put(`${path}/items`, { data: [{ id: item.id, quantity: 4 }] }),
      await app.storefront.delete(`${path}/items/${item.id}`),
      await app.storefront.delete(`${path}/items`),
      await app.storefront.delete(path),
    ].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 200, 200, 204, 204]);
    expect(await customersOf(app.admin, path)).toEqual({});
  });

  test('refuses the token of another customer in every request, and changes nothing', async () => {
    const { path, item } = await setUp();
    const before = (await app.admin.get(`${path}?include=items`)).body;
    for (const caller of [grace.shopper, asAdmin(grace.token.token)]) {
      const answers = [
        await caller.get(path),
        await caller.get(`${path}/items`),
        await caller.put(path, { data: { name: 'Mine' } }),
        await caller.post(`${path}/items`, { data: aCustomItem() }),
        await caller.put(`${path}/items`, { data: [{ id: item.id, quantity: 2 }] }),
        await caller.put(`${path}/items/${item.id}`, { data: { quantity: 2 } }),
        await caller.delete(`${path}/items/${item.id}`),
        await caller.delete(`${path}/items`),
        await associate(caller, path, link(grace.customer.id)),
        await caller.delete(path),
      ];
      for (const answer of answers) expect(answer).toMatchObject(otherCustomer);
    }
    expect((await app.admin.get(`${path}?include=items`)).body).toEqual(before);
  });

  test('refuses a token whose session has ended, in every request', async () => {
    const { customer, token, shopper } = await signUp(app);
    const { path, item } = await createCart(shopper);
    await associate(shopper, path, link(customer.id));
    await shopper.delete(`/v2/customers/tokens/${token.id}`);
    const before = (await app.admin.get(`${path}?include=items`)).body;
    const answers = [
      await shopper.get('/v2/carts'),
      await shopper.post('/v2/carts', { data: { name: 'Birthday' } }),
      await shopper.get(path),
      await shopper.get(`/v2/carts/${aReference()}`),
      await shopper.put(path, { data: { name: 'Mine' } }),
      await shopper.post(`${path}/items`, { data: aCustomItem() }),
      await shopper.put(`${path}/items/${item.id}`, { data: { quantity: 2 } }),
      await shopper.delete(`${path}/items`),
      await associate(shopper, path, link(customer.id)),
      await shopper.delete(path),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject(forbidden('The customer token is invalid or has expired'));
    }
    expect((await app.admin.get(`${path}?include=items`)).body).toEqual(before);
  });

  test('outlives its customer without the association', async () => {
    const customer = await createCustomer(app);
    const { path, item } = await createCart(app.storefront);
    await associate(app.admin, path, link(customer.id));
    await app.admin.delete(`/v2/customers/${customer.id}`);
    expect(await customersOf(app.admin, path)).toEqual({});
    expect((await app.storefront.get(`${path}/items`)).body.data).toEqual([item]);
  });
});

describe('POST /v2/carts', () => {
  test('with a customer token associates the cart, shown in the answer', async () => {
    for (const caller of [ada.shopper, asAdmin(ada.token.token)]) {
      const { status, body } = await caller.post('/v2/carts', { data: { name: 'Birthday' } });
      expect([status, body.data.relationships.customers]).toEqual([201, link(ada.customer.id)]);
      expect((await grace.shopper.get(`/v2/carts/${body.data.id}`)).status).toBe(403);
    }
  });

  test('of a cart that another customer has answers 403 to a shopper and 409 to the others', async () => {
    const { body } = await ada.shopper.post('/v2/carts', { data: { name: 'Birthday' } });
    const again = { data: { id: body.data.id, name: 'Mine' } };
    const callers = [grace.shopper, ada.shopper, app.storefront, app.admin];
    const statuses = [];
    for (const caller of callers) statuses.push((await caller.post('/v2/carts', again)).status);
    expect(statuses).toEqual([403, 409, 409, 409]);
  });
});

describe('GET /v2/carts', () => {
  test('shows a shopper the own carts, last changed first, on any device', async () => {
    const { shopper, customer, token } = await signUp(app);
    expect((await shopper.get('/v2/carts')).body).toMatchObject({ data: [], meta: { results: { total: 0 } } });
    const carts = [];
    for (const name of ['First', 'Second', 'Third']) {
      carts.push((await shopper.post('/v2/carts', { data: { name } })).body.data);
    }
    const [first, second, third] = carts.map(({ id }) => id);
    await addItem(app.storefront, first, aCustomItem());
    for (const caller of [shopper, asAdmin(token.token)]) expect(await idsOf(caller)).toEqual([first, third, second]);
    await associate(shopper, '/v2/carts/mine', link(customer.id));
    expect(await idsOf(shopper, '?page[limit]=2')).toEqual(['mine', first]);
    expect(await idsOf(shopper, '?page[limit]=2&page[offset]=2')).toEqual([third, second]);
    expect((await app.storefront.get('/v2/carts')).status).toBe(403);
  });

  test('shows an admin every cart of the store with totals, and the items when asked', async () => {
    const store = await app.addStore();
    const one = await createCart(store.storefront);
    const two = await createCart(store.admin, { ...aCustomItem(), tax: [{ name: 'VAT', rate: 0.2 }] });
    await store.storefront.put('/v2/carts/empty', { data: { name: 'Empty' } });
    const expected = [];
    for (const path of ['/v2/carts/empty', two.path, one.path]) expected.push((await store.admin.get(path)).body.data);
    const plain = await store.admin.get('/v2/carts');
    expect(plain.body).toEqual({
      data: expected,
      meta: { page: { limit: 100, offset: 0, current: 1, total: 1 }, results: { total: 3 } },
      links: expect.objectContaining({ next: null }),
    });
    const full = await store.admin.get('/v2/carts?include=items,tax_items');
    expect(full.body.data).toEqual(expected);
    expect(full.body.included).toEqual({
      items: [two.item, one.item],
      tax_items: [expect.objectContaining({ rate: 0.2 })],
    });
    expect(full.body.links.current).toBe(
      'https://shop.example.test/v2/carts?include=items,tax_items&page[limit]=100&page[offset]=0',
    );
  });

  test.each(['filter=eq(id,x)', 'sort=name', 'sort=-created_at', 'page[limit]=0', 'page[offset]=x'])(
    'with %s answers 400',
    async query => {
      expect((await app.admin.get(`/v2/carts?${query}`)).status).toBe(400);
    },
  );
});
