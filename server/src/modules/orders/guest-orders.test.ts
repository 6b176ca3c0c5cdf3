import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCustomer, password, signIn, signUp } from '../../../test/support/builders.ts';
import { aGuestCheckout, checkOut, createOrder, fillCart, readOrder } from '../../../test/support/orders.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

const guest = (email: string) => aGuestCheckout({ customer: { name: 'Grace Hopper', email } });
const link = (orderId: string, customerId: string, caller = app.admin) =>
  caller.post(`/v2/orders/${orderId}/relationships/customer`, { data: { type: 'customer', id: customerId } });

describe('whoever registers or takes the e-mail of a guest gets none of the guest’s orders', () => {
  test('by signing up with it, before or after, in whatever case', async () => {
    const email = 'grace.victim@example.com';
    const before = await checkOut(app.storefront, await fillCart(app), guest(email));
    const eve = await app.storefront.post('/v2/customers', {
      data: { type: 'customer', name: 'Eve', email: email.toUpperCase(), password },
    });
    expect(eve.status).toBe(201);
    const shopper = app.shopper((await signIn(app, email)).token);
    const after = await checkOut(shopper, await fillCart(app), guest(email));
    expect((await shopper.get('/v2/orders')).body.data).toEqual([]);
    for (const { id } of [before, after]) expect((await shopper.get(`/v2/orders/${id}`)).status).toBe(404);
    expect((await shopper.get(`/v2/orders?filter=eq(email,${email})`)).body.data).toEqual([]);
  });

  test('by changing the own e-mail to it', async () => {
    const email = 'grace.second@example.com';
    const order = await checkOut(app.storefront, await fillCart(app), guest(email));
    const { shopper, customer } = await signUp(app);
    expect((await shopper.put(`/v2/customers/${customer.id}`, { data: { email } })).status).toBe(200);
    expect((await shopper.get('/v2/orders')).body.data).toEqual([]);
    expect((await shopper.get(`/v2/orders/${order.id}`)).status).toBe(404);
  });

  test('by linking the order, changing its customer or checking out under it', async () => {
    const { shopper, customer } = await signUp(app);
    const order = await createOrder(app);
    for (const caller of [shopper, app.storefront]) {
      expect((await link(order.id, customer.id, caller)).status).toBe(403);
      const put = {
        data: { customer: { id: customer.id }, relationships: { customer: { data: { id: customer.id } } } },
      };
      expect((await caller.put(`/v2/orders/${order.id}`, put)).status).toBe(403);
    }
    expect(await readOrder(app, order.id)).toEqual(order);
  });

  test('by registering again after the owner deleted their account', async () => {
    const ada = await signUp(app);
    const order = await createOrder(app, { customerId: ada.customer.id });
    await ada.shopper.delete(`/v2/customers/${ada.customer.id}`);
    const heir = await signUp(app, { email: ada.customer.email });
    expect((await heir.shopper.get('/v2/orders')).body.data).toEqual([]);
    expect((await heir.shopper.get(`/v2/orders/${order.id}`)).status).toBe(404);
  });
});

test('staff give a guest order to a customer, who then reads it, and the audit log tells who did', async () => {
  const { shopper, customer } = await signUp(app);
  const order = await createOrder(app);
  expect((await link(order.id, customer.id)).body).toEqual({ data: { type: 'customer', id: customer.id } });
  const { body } = await shopper.get('/v2/orders');
  expect([body.data.map(({ id }: { id: string }) => id), body.meta.results.total]).toEqual([[order.id], 1]);
  expect((await readOrder(app, order.id)).customer).toEqual(order.customer);

  const logs = await app.admin.get(`/v2/personal-data/logs?filter=eq(resource_type,order):eq(resource_id,${order.id})`);
  expect(logs.body.data).toEqual([
    {
      id: expect.any(String),
      type: 'personal_data_log_entry',
      time: expect.any(String),
      event_type: 'order.customer_linked',
      resource_type: 'order',
      resource_id: order.id,
      delta: { customer_id: { before: null, after: customer.id } },
      initiator: {
        'access-token-type': 'client_credentials',
        'access-token-name': 'Test key',
        'application-key-id': app.keyId,
        'client-address': '127.0.0.1',
      },
      relationships: { resource_path: { url: `${app.baseUrl}/v2/orders/${order.id}` } },
    },
  ]);
  // Again is nothing new; to another customer it is refused.
  expect((await link(order.id, customer.id)).status).toBe(200);
  expect((await link(order.id, (await createCustomer(app)).id)).status).toBe(422);
  expect((await shopper.get('/v2/orders')).body.meta.results.total).toBe(1);
});

test('an unknown order or customer is 404, and nothing is linked', async () => {
  const order = await createOrder(app);
  const { id } = await createCustomer(app);
  const unknown = '00000000-0000-7000-8000-000000000000';
  expect((await link(unknown, id)).status).toBe(404);
  expect((await link(order.id, unknown)).status).toBe(404);
  expect((await link(order.id, 'nobody')).status).toBe(404);
  expect(await readOrder(app, order.id)).toEqual(order);
});

test.each(['', 'filter=eq(resource_type,order)', 'filter=eq(resource_type,order):eq(resource_id,x):eq(a,b)'])(
  'the audit log is read with a filter that names one resource: %s is refused',
  async query => {
    const { status, body } = await app.admin.get(`/v2/personal-data/logs?${query}`);
    expect([status, body.errors[0].detail]).toEqual([
      400,
      'The filter must name resource_type and resource_id, and nothing else',
    ]);
  },
);
