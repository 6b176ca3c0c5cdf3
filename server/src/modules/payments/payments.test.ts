import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signUp } from '../../../test/support/builders.ts';
import { aCustomItem, addItem, aReference, createMug } from '../../../test/support/carts.ts';
import { aGuestCheckout, checkOut, createOrder, enableGateway, pay, readOrder } from '../../../test/support/orders.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await enableGateway(app);
});
afterAll(() => app?.close());

const tryPaying = (orderId: string, payment: Record<string, unknown> = {}) =>
  app.storefront.post(`/v2/orders/${orderId}/payments`, {
    data: { gateway: 'manual', method: 'purchase', ...payment },
  });

const act = (order: { id: string }, transaction: { id: string }, action: string, body?: unknown) =>
  app.admin.post(`/v2/orders/${order.id}/transactions/${transaction.id}/${action}`, body);

/** Payment, status and stock of an order, as the state table names them. */
async function stateOf(orderId: string, productId?: string) {
  const { payment, status, meta } = await readOrder(app, orderId);
  const { rows } = await app.query('select available, allocated from stocks where id = $1', [productId]);
  const { balance_owing, paid, authorized } = meta.display_price;
  const amounts = { owing: balance_owing.amount, paid: paid.amount, authorized: authorized.amount };
  return { payment, status, ...amounts, ...(rows[0] && { stock: rows[0] }) };
}

test('what is null is as if it had not been sent', async () => {
  const order = await createOrder(app);
  expect(await pay(app, order.id, { amount: null, paymentmethod_meta: null })).toMatchObject({ amount: 3000 });
});

test('authorize, capture and refund lead an order through its states, with its stock', async () => {
  const product = await createMug(app, { manage_stock: true, stock: 5 });
  const order = await createOrder(app, { product });
  expect(await stateOf(order.id, product.id)).toEqual({
    payment: 'unpaid',
    status: 'incomplete',
    owing: 3000,
    paid: 0,
    authorized: 0,
    stock: { available: 5, allocated: 0 },
  });
  const meta = { name: 'Till', custom_reference: 'till-7' };
  const transaction = await pay(app, order.id, { method: 'authorize', paymentmethod_meta: meta });
  const usd = (amount: number, formatted: string) => ({ amount, currency: 'USD', formatted });
  expect(transaction).toEqual({
    id: expect.any(String),
    type: 'transaction',
    reference: 'manual',
    custom_reference: 'till-7',
    name: 'Till',
    gateway: 'manual',
    amount: 3000,
    refunded_amount: 0,
    currency: 'USD',
    transaction_type: 'authorize',
    'transaction-type': 'authorize',
    status: 'complete',
    relationships: { order: { data: { type: 'order', id: order.id } } },
    meta: {
      display_price: usd(3000, '$30.00'),
      display_refunded_amount: { total: usd(0, '$0.00') },
      timestamps: { created_at: expect.any(String), updated_at: expect.any(String) },
    },
  });
  const stock = { available: 3, allocated: 2 };
  const authorized = { payment: 'authorized', status: 'processing', owing: 0, paid: 0, authorized: 3000, stock };
  expect(await stateOf(order.id, product.id)).toEqual(authorized);

  const captured = await act(order, transaction, 'capture');
  expect([captured.status, captured.body.data.transaction_type, captured.body.data.id]).toEqual([
    200,
    'capture',
    transaction.id,
  ]);
  const paid = { payment: 'paid', status: 'complete', owing: 0, paid: 3000, authorized: 0, stock };
  expect(await stateOf(order.id, product.id)).toEqual(paid);

  const partly = await act(order, transaction, 'refund', { data: { amount: 500 } });
  expect([partly.status, partly.body.data.refunded_amount, partly.body.data.transaction_type]).toEqual([
    200,
    500,
    'capture',
  ]);
  expect(await stateOf(order.id, product.id)).toEqual({ ...paid, paid: 2500 });
  const wholly = await act(order, transaction, 'refund', { data: {} });
  expect([wholly.body.data.refunded_amount, wholly.body.data['transaction-type']]).toEqual([3000, 'refund']);
  expect(await stateOf(order.id, product.id)).toEqual({ ...paid, payment: 'refunded', paid: 0 });
});

test('an order may be paid in parts, and the first part takes the stock', async () => {
  const product = await createMug(app, { manage_stock: true, stock: 2 });
  const order = await createOrder(app, { product });
  await pay(app, order.id, { amount: 1000 });
  const stock = { available: 0, allocated: 2 };
  const part = { payment: 'partially_paid', status: 'incomplete', owing: 2000, paid: 1000, authorized: 0, stock };
  expect(await stateOf(order.id, product.id)).toEqual(part);
  const authorization = await pay(app, order.id, { method: 'authorize', amount: 500 });
  expect(await stateOf(order.id, product.id)).toMatchObject({ payment: 'partially_authorized', owing: 1500 });
  expect((await act(order, authorization, 'cancel', { data: { reason: 'changed my mind' } })).body.data.status).toBe(
    'cancelled',
  );
  expect(await stateOf(order.id, product.id)).toEqual(part);
  await pay(app, order.id);
  expect(await stateOf(order.id, product.id)).toMatchObject({ payment: 'paid', status: 'complete', owing: 0 });
});

test('cancelling the only authorization frees the stock, and the order can be paid again', async () => {
  const product = await createMug(app, { manage_stock: true, stock: 2 });
  const order = await createOrder(app, { product });
  const transaction = await pay(app, order.id, { method: 'authorize' });
  expect((await act(order, transaction, 'cancel')).status).toBe(200);
  expect(await stateOf(order.id, product.id)).toMatchObject({
    payment: 'unpaid',
    status: 'incomplete',
    stock: { available: 2, allocated: 0 },
  });
  await pay(app, order.id);
  expect(await stateOf(order.id, product.id)).toMatchObject({ payment: 'paid', stock: { available: 0, allocated: 2 } });
});

test('without enough stock nothing is paid, nothing is taken, of any line', async () => {
  const plenty = await createMug(app, { manage_stock: true, stock: 9 });
  const scarce = await createMug(app, { manage_stock: true, stock: 1 });
  const reference = aReference();
  for (const { id } of [plenty, scarce])
    await addItem(app.storefront, reference, { type: 'cart_item', id, quantity: 1 });
  const order = await checkOut(app.storefront, reference, aGuestCheckout());
  await app.query('update stocks set available = 0 where id = $1', [scarce.id]);
  const refused = await tryPaying(order.id);
  expect(refused.body.errors).toEqual([
    {
      status: 400,
      title: 'Insufficient stock',
      detail: `There is not enough stock of ${scarce.name} to pay the order`,
      meta: { id: scarce.id, sku: scarce.sku },
    },
  ]);
  expect(await stateOf(order.id, plenty.id)).toMatchObject({
    payment: 'unpaid',
    stock: { available: 9, allocated: 0 },
  });
  expect((await app.admin.get(`/v2/orders/${order.id}/transactions`)).body.data).toEqual([]);
});

test('an order of nothing takes one payment of nothing', async () => {
  const reference = aReference();
  await addItem(app.storefront, reference, aCustomItem({ price: { amount: 0 } }));
  const order = await checkOut(app.storefront, reference, aGuestCheckout());
  expect((await tryPaying(order.id, { amount: -1 })).body.errors[0].detail).toBe('amount must be at least 0');
  expect((await pay(app, order.id)).amount).toBe(0);
  expect(await stateOf(order.id)).toMatchObject({ payment: 'paid', status: 'complete' });
  expect((await tryPaying(order.id)).status).toBe(422);
});

describe('what is refused', () => {
  test.each([
    ['an unknown gateway', { gateway: 'nobody' }, 404, 'Gateway not found'],
    ['a gateway that is not simulated here', { gateway: 'stripe' }, 404, 'Gateway not found'],
    ['no gateway', { gateway: undefined }, 400, 'required'],
    ['no method', { method: undefined }, 400, 'required'],
    ['another method', { method: 'gift' }, 400, 'enum'],
    ['more than is owed', { amount: 3001 }, 400, 'max'],
    ['nothing', { amount: 0 }, 400, 'min'],
    ['less than nothing', { amount: -1 }, 400, 'min'],
    ['a half', { amount: 0.5 }, 400, 'type'],
  ])('%s', async (_, payment, status, title) => {
    const order = await createOrder(app);
    const answer = await tryPaying(order.id, payment);
    expect([answer.status, answer.body.errors[0].title]).toEqual([status, title]);
    if (title === 'min') expect(answer.body.errors[0].detail).toBe('amount must be at least 1');
    expect(await stateOf(order.id)).toMatchObject({ payment: 'unpaid' });
  });

  test('an order that is paid, authorized, cancelled or unknown', async () => {
    const [paid, authorized, cancelled] = [await createOrder(app), await createOrder(app), await createOrder(app)];
    await pay(app, paid.id);
    await pay(app, authorized.id, { method: 'authorize' });
    await app.admin.put(`/v2/orders/${cancelled.id}`, { data: { status: 'cancelled' } });
    for (const { id } of [paid, authorized, cancelled]) {
      const { status, body } = await tryPaying(id);
      expect([status, body.errors[0].detail]).toEqual([422, 'The order cannot be paid']);
    }
    expect((await tryPaying('00000000-0000-7000-8000-000000000000')).status).toBe(404);
  });

  test('a gateway that is not enabled', async () => {
    const other = await app.addStore();
    const reference = aReference();
    await addItem(other.storefront, reference, aCustomItem());
    const order = await checkOut(other.storefront, reference, aGuestCheckout());
    const payment = { data: { gateway: 'manual', method: 'purchase' } };
    const { status, body } = await other.storefront.post(`/v2/orders/${order.id}/payments`, payment);
    expect([status, body.errors[0].detail]).toEqual([422, 'Gateway is not enabled']);
  });

  test('capturing, refunding, cancelling and confirming what is in no state for it', async () => {
    const order = await createOrder(app);
    const transaction = await pay(app, order.id, { method: 'authorize' });
    expect((await act(order, transaction, 'refund')).status).toBe(422);
    expect((await act(order, transaction, 'confirm', { data: { any: 'thing' } })).status).toBe(422);
    await act(order, transaction, 'capture', { data: { custom_reference: 'c-1' } });
    expect((await act(order, transaction, 'capture')).status).toBe(422);
    expect((await act(order, transaction, 'cancel')).status).toBe(422);
    expect((await act(order, transaction, 'refund', { data: { amount: 3001 } })).status).toBe(422);
    expect((await act(order, transaction, 'refund', { data: { amount: 0 } })).status).toBe(422);
    expect((await act(order, { id: order.id }, 'refund')).status).toBe(404);
    expect(await stateOf(order.id)).toMatchObject({ payment: 'paid', paid: 3000 });
  });
});

test('an authorization of an order that is cancelled can still be captured, and then refunded', async () => {
  const product = await createMug(app, { manage_stock: true, stock: 5 });
  const order = await createOrder(app, { product });
  const transaction = await pay(app, order.id, { method: 'authorize' });
  await app.admin.put(`/v2/orders/${order.id}`, { data: { status: 'cancelled' } });
  expect((await act(order, transaction, 'capture')).body.data.transaction_type).toBe('capture');
  const stock = { available: 5, allocated: 0 };
  const paid = { payment: 'paid', status: 'cancelled', owing: 0, paid: 3000, authorized: 0, stock };
  expect(await stateOf(order.id, product.id)).toEqual(paid);
  expect((await act(order, transaction, 'refund')).status).toBe(200);
  expect(await stateOf(order.id, product.id)).toEqual({ ...paid, payment: 'refunded', paid: 0 });
});

test('a shopper pays own orders and guests’, but not those of another customer, and reads own transactions', async () => {
  const ada = await signUp(app);
  const eve = await signUp(app);
  const data = { gateway: 'manual', method: 'purchase' };
  const own = await createOrder(app, { customerId: ada.customer.id });
  expect((await eve.shopper.post(`/v2/orders/${own.id}/payments`, { data })).status).toBe(404);
  const { status, body } = await ada.shopper.post(`/v2/orders/${own.id}/payments`, { data });
  expect(status).toBe(201);
  const path = `/v2/orders/${own.id}/transactions`;
  expect((await ada.shopper.get(path)).body).toEqual({ data: [body.data] });
  expect((await ada.shopper.get(`${path}/${body.data.id}`)).body).toEqual({ data: body.data });
  expect((await eve.shopper.get(path)).status).toBe(404);
  expect((await app.storefront.get(path)).status).toBe(403);
  const guests = await createOrder(app);
  expect((await eve.shopper.post(`/v2/orders/${guests.id}/payments`, { data })).status).toBe(201);
});

test('a published storefront pays by stripe and purchase where simulation is allowed, and the transaction says so', async () => {
  await app.query('update stores set is_gateway_simulation_allowed = true where id = $1', [app.id]);
  await app.query("select pg_notify('clientele_changed', '')");
  await expect.poll(async () => (await app.admin.get('/v2/gateways/stripe')).status).toBe(200);
  await enableGateway(app, 'stripe');
  const order = await createOrder(app);
  const transaction = await pay(app, order.id, { gateway: 'stripe', payment: 'tok_visa', options: { receipt: true } });
  expect(transaction).toMatchObject({ gateway: 'stripe', reference: 'simulated', simulated: true });
  expect(await stateOf(order.id)).toMatchObject({ payment: 'paid', status: 'complete' });
});
