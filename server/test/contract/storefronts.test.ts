import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, anAddress, listed, password, signIn, signUp } from '../support/builders.ts';
import { aReference, createMug } from '../support/carts.ts';
import { aCheckoutAddress, aGuestCheckout, checkOut, createOrder, enableGateway, fillCart } from '../support/orders.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

// What published storefronts do with nothing but a public access token.

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('they sign a shopper up, and sign in with the e-mail in another case than registered', async () => {
  const data = aCustomer({ email: 'Mixed.Case@Example.com', password });
  expect((await app.storefront.post('/v2/customers', { data })).status).toBe(201);
  const token = await signIn(app, 'mixed.case@example.COM');
  const { body } = await app.shopper(token.token).get(`/v2/customers/${token.customer_id}`);
  expect(body.data.email).toBe('Mixed.Case@Example.com');
});

test('they associate the guest’s cart right after sign-up and go on using it without the customer token', async () => {
  const reference = await fillCart(app);
  const { customer, shopper } = await signUp(app);
  const link = { data: [{ type: 'customer', id: customer.id }] };
  expect((await shopper.post(`/v2/carts/${reference}/relationships/customers`, link)).status).toBe(200);
  const { id } = await createMug(app);
  const added = await app.storefront.post(`/v2/carts/${reference}/items`, {
    data: { type: 'cart_item', id, quantity: 1 },
  });
  expect([added.status, added.body.data.length]).toEqual([201, 2]);
  const [line] = added.body.data;
  const changed = await app.storefront.put(`/v2/carts/${reference}/items/${line.id}`, { data: { quantity: 5 } });
  expect([changed.status, changed.body.data[0].quantity]).toEqual([200, 5]);
  expect((await app.storefront.delete(`/v2/carts/${reference}/items/${line.id}`)).body.data.length).toBe(1);
  expect((await shopper.get('/v2/carts')).body.data.map((cart: { id: string }) => cart.id)).toEqual([reference]);
});

test('they post a new address with an empty id', async () => {
  const { customer, shopper } = await signUp(app);
  const { status, body } = await shopper.post(`/v2/customers/${customer.id}/addresses`, {
    data: { ...anAddress(), id: '' },
  });
  expect([status, body.data.id]).toEqual([201, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
});

test('they check out with a whole stored address object, whose id, type, name, links and meta are ignored', async () => {
  const { customer, shopper } = await signUp(app);
  const stored = (await shopper.post(`/v2/customers/${customer.id}/addresses`, { data: anAddress() })).body.data;
  const order = await checkOut(app.storefront, await fillCart(app), {
    customer: { id: customer.id },
    billing_address: stored,
    shipping_address: stored,
  });
  const { id: _, type: __, name: ___, links: ____, meta: _____, relationships: ______, ...kept } = stored;
  expect(order.shipping_address).toEqual(kept);
});

test('they filter orders by epoch milliseconds', async () => {
  const { customer, shopper } = await signUp(app);
  const order = await createOrder(app, { customerId: customer.id });
  const at = Date.parse(order.meta.timestamps.created_at);
  const idsSince = async (time: number) =>
    (await shopper.get(`/v2/orders?filter=ge(created_at,${time})`)).body.data.map(({ id }: { id: string }) => id);
  expect([await idsSince(at), await idsSince(at + 1)]).toEqual([[order.id], []]);
});

test('they get /v2/customers/ with an empty id and a customer token', async () => {
  const { customer, shopper } = await signUp(app);
  expect((await shopper.get('/v2/customers/')).body.data).toEqual([listed(customer)]);
});

test('they pay with stripe and purchase where the gateway is simulated', async () => {
  await app.query('update stores set is_gateway_simulation_allowed = true where id = $1', [app.id]);
  await app.query("select pg_notify('clientele_changed', '')");
  await expect.poll(async () => (await app.admin.get('/v2/gateways/stripe')).status).toBe(200);
  await enableGateway(app, 'stripe');
  const order = await createOrder(app);
  const data = { gateway: 'stripe', method: 'purchase', payment: 'tok_visa' };
  const { status, body } = await app.storefront.post(`/v2/orders/${order.id}/payments`, { data });
  expect([status, body.data.status, body.data.simulated]).toEqual([201, 'complete', true]);
});

test.each(['/v2/categories/tree', '/v2/authentication-realms/018f0000-0000-7000-8000-00000000000a/oidc-profiles'])(
  'they read %s, which is an empty list',
  async path => {
    const { status, body } = await app.storefront.get(path);
    expect([status, body.data]).toEqual([200, []]);
  },
);

test('they read a cart that does not exist, and check it out in vain', async () => {
  const reference = aReference();
  expect((await app.storefront.get(`/v2/carts/${reference}`)).status).toBe(200);
  const { status, body } = await app.storefront.post(`/v2/carts/${reference}/checkout`, {
    data: aGuestCheckout({ billing_address: aCheckoutAddress() }),
  });
  expect([status, body.errors[0].detail]).toEqual([400, 'The cart is empty']);
});
