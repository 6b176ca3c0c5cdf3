import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { aCustomer, anAddress, createAddress, password, signUp } from './support/builders.ts';
import { aCartItem, aCustomItem, aReference, createCart, createMug } from './support/carts.ts';
import { aGuestCheckout, createOrder, enableGateway } from './support/orders.ts';
import { type Answer, startTestApp, type TestApp } from './support/test-app.ts';

// Every statement that is sent on its own is a round trip to the database; a transaction begins with its first statement, and its
// `commit` is one more.

let app: TestApp;
let ada: Awaited<ReturnType<typeof signUp>>;
let cart: Awaited<ReturnType<typeof createCart>>;
let mug: { id: string };
let order: { id: string };

beforeAll(async () => {
  app = await startTestApp();
  ada = await signUp(app);
  for (let count = 0; count < 5; count += 1) await createAddress(ada.shopper, ada.customer.id);
  cart = await createCart(app.storefront);
  mug = await createMug(app);
  await enableGateway(app);
  for (const quantity of [1, 2, 3])
    order = await createOrder(app, { customerId: ada.customer.id, product: mug, quantity });
});
afterAll(() => app.close());

/** Answers the request's status, how many resources it shows, and the statements that it takes when the key is known. */
async function count(send: () => Promise<Answer>) {
  await send();
  const spy = vi.spyOn(pg.Client.prototype, 'query');
  const { status, body } = await send();
  const roundTrips = spy.mock.calls.length;
  spy.mockRestore();
  return { status, resources: [body.data].flat().length, roundTrips };
}

test.each<[string, number, () => Promise<Answer>]>([
  ['one customer', 1, () => ada.shopper.get(`/v2/customers/${ada.customer.id}`)],
  ['five addresses', 5, () => ada.shopper.get(`/v2/customers/${ada.customer.id}/addresses`)],
  ['a page of addresses', 2, () => ada.shopper.get(`/v2/customers/${ada.customer.id}/addresses?page[limit]=2`)],
  ['the own sessions', 1, () => ada.shopper.get(`/v2/customers/${ada.customer.id}/sessions`)],
  ['the list of oneself', 1, () => ada.shopper.get('/v2/customers')],
  ['a customer by e-mail', 1, () => app.admin.get(`/v2/customers?filter=eq(email,${ada.customer.email})`)],
  ['a page of customers', 1, () => app.admin.get('/v2/customers?page[limit]=25')],
  ['a cart', 1, () => app.storefront.get(`${cart.path}?include=items,tax_items`)],
  ['a cart that is not stored', 1, () => app.storefront.get(`/v2/carts/${aReference()}`)],
  ['the items of a cart', 1, () => ada.shopper.get(`${cart.path}/items`)],
  ['an order history with items', 3, () => ada.shopper.get('/v2/orders?include=items')],
  ['a page of a history', 2, () => ada.shopper.get('/v2/orders?include=items&page[limit]=2&filter=gt(with_tax,1)')],
  ['orders by an item', 3, () => app.admin.get(`/v2/orders?include=items&filter=eq(product_id,${mug.id})`)],
  ['one order with items', 1, () => ada.shopper.get(`/v2/orders/${order.id}?include=items`)],
  ['the items of an order', 1, () => ada.shopper.get(`/v2/orders/${order.id}/items`)],
  ['a page of carts with items', 1, () => app.admin.get('/v2/carts?include=items&page[limit]=1')],
])('reading %s is one round trip to the database, whatever it finds', async (_, resources, send) => {
  expect(await count(send)).toEqual({ status: 200, resources, roundTrips: 1 });
});

test.each<[string, () => Promise<Answer>]>([
  ['creating a customer', () => app.admin.post('/v2/customers', { data: aCustomer() })],
  ['adding an address', () => ada.shopper.post(`/v2/customers/${ada.customer.id}/addresses`, { data: anAddress() })],
])('%s is one round trip to the database', async (_, send) => {
  expect(await count(send)).toEqual({ status: 201, resources: 1, roundTrips: 1 });
});

// Before the hash and after it.
test('signing in is two round trips to the database', async () => {
  const { email } = ada.customer;
  const signIn = () => app.storefront.post('/v2/customers/tokens', { data: { type: 'token', email, password } });
  expect(await count(signIn)).toEqual({ status: 201, resources: 1, roundTrips: 2 });
});

// Lock, read, stocks, order, note, commit; a returning customer is looked up, too.
test.each([
  ['a guest', () => ({}), 6],
  ['a customer', () => ({ customer: { id: ada.customer.id } }), 7],
])('checking a cart out for %s is as many round trips, however many lines it has', async (_, buyer, roundTrips) => {
  for (const items of [aCartItem(mug), [aCartItem(mug), aCustomItem(), aCustomItem({ sku: 'OTHER' })]]) {
    // A cart that was checked out before is asked for that, too: each checkout is the first of its cart.
    const carts = [await createCart(app.storefront, items), await createCart(app.storefront, items)];
    const send = () => app.storefront.post(`${carts.pop()?.path}/checkout`, { data: aGuestCheckout(buyer()) });
    expect(await count(send)).toMatchObject({ status: 201, roundTrips });
  }
});

// Lock, read, write, commit; the products are read before, while nothing is locked.
test('adding any number of products to a cart is five round trips to the database', async () => {
  for (const items of [
    aCartItem(mug),
    [aCartItem(mug), { type: 'cart_item', sku: 'none', quantity: 1 }, aCustomItem()],
  ]) {
    const add = () => app.storefront.post(`${cart.path}/items`, { data: items });
    expect(await count(add)).toMatchObject({ status: 201, roundTrips: 5 });
  }
});
