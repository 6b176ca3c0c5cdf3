import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCustomer, signUp } from '../../../test/support/builders.ts';
import { aCustomItem, addItem, aReference, createMug } from '../../../test/support/carts.ts';
import { refusal } from '../../../test/support/expectations.ts';
import {
  aCheckoutAddress,
  aGuestCheckout,
  checkOut,
  createOrder,
  enableGateway,
  fillCart,
  pay,
  readOrder,
} from '../../../test/support/orders.ts';
import { type Caller, startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await enableGateway(app);
});
afterAll(() => app?.close());

const idsOf = ({ body }: { body: { data: { id: string }[] } }) => body.data.map(({ id }) => id);
const list = (query: string, caller: Caller = app.admin) => caller.get(`/v2/orders?${query}`);

describe('order history', () => {
  test('a shopper reads own orders with nothing but the token, newest first, a page at a time', async () => {
    const { shopper, customer } = await signUp(app);
    const orders = [];
    for (let n = 0; n < 5; n += 1) orders.push(await createOrder(app, { customerId: customer.id }));
    await createOrder(app);
    const newestFirst = orders.map(({ id }) => id).reverse();
    const first = await list('page[limit]=2&include=items', shopper);
    expect(idsOf(first)).toEqual(newestFirst.slice(0, 2));
    expect(first.body.meta).toEqual({ page: { limit: 2, offset: 0, current: 1, total: 3 }, results: { total: 5 } });
    const itemIds = first.body.data.flatMap((order: { relationships: { items: { data: { id: string }[] } } }) =>
      order.relationships.items.data.map(({ id }) => id),
    );
    expect(first.body.included.items.map(({ id }: { id: string }) => id)).toEqual(itemIds);
    expect(idsOf(await list('page[limit]=2&page[offset]=4', shopper))).toEqual(newestFirst.slice(4));
    const one = `/v2/orders/${newestFirst[0]}`;
    expect((await shopper.get(one)).body.data).toEqual(first.body.data[0]);
    expect((await shopper.get(`${one}/items`)).body.data).toEqual([first.body.included.items[0]]);
  });

  test('without items the answer has none; an unknown include is ignored', async () => {
    const { shopper, customer } = await signUp(app);
    expect((await list('include=items', shopper)).body).toMatchObject({ data: [] });
    await createOrder(app, { customerId: customer.id });
    expect((await list('include=nothing', shopper)).body).not.toHaveProperty('included');
  });

  test('the orders of others answer as if there were none', async () => {
    const ada = await signUp(app);
    const eve = await signUp(app);
    const order = await createOrder(app, { customerId: ada.customer.id });
    for (const path of [`/v2/orders/${order.id}`, `/v2/orders/${order.id}/items`]) {
      expect((await eve.shopper.get(path)).status).toBe(404);
      expect((await app.storefront.get(path)).status).toBe(403);
    }
    expect((await list('', eve.shopper)).body.data).toEqual([]);
    expect(idsOf(await list(`filter=eq(id,${order.id})`, eve.shopper))).toEqual([]);
  });

  test('with client_credentials and a customer token the list is that customer’s, any single order is readable', async () => {
    const ada = await signUp(app);
    const own = await createOrder(app, { customerId: ada.customer.id });
    const other = await createOrder(app);
    const header = { 'x-moltin-customer-token': ada.token.token };
    expect(idsOf(await app.admin.get('/v2/orders', header))).toEqual([own.id]);
    expect((await app.admin.get(`/v2/orders/${other.id}`, header)).status).toBe(200);
  });

  test('the orders of a deleted customer stay, with name, e-mail and the relationship', async () => {
    const customer = await createCustomer(app);
    const order = await createOrder(app, { customerId: customer.id });
    await app.admin.put(`/v2/customers/${customer.id}`, { data: { name: 'New name' } });
    await app.admin.delete(`/v2/customers/${customer.id}`);
    expect(await readOrder(app, order.id)).toEqual(order);
    const { body } = await list(`filter=eq(id,${order.id})&include=customers`);
    expect(body).not.toHaveProperty('included');
  });

  test('customers are included as they are now, once each', async () => {
    const customer = await createCustomer(app);
    const ids = [];
    for (let n = 0; n < 2; n += 1) ids.push((await createOrder(app, { customerId: customer.id })).id);
    for (const name of ['customer', 'customers']) {
      const { body } = await list(`filter=in(id,${ids.join(',')})&include=${name}`);
      expect(body.included).toEqual({ customers: [customer] });
    }
  });
});

describe('filters and sorts', () => {
  const made: Record<string, { id: string }> = {};
  let product: { id: string; sku: string };
  let customer: { id: string };

  beforeAll(async () => {
    product = await createMug(app, { sku: 'FILTER-SKU' });
    customer = await createCustomer(app, { name: 'Zoë Quinn', email: 'zoe+shop@example.com' });
    const reference = await fillCart(app, { product, quantity: 4 });
    made.zoe = await checkOut(app.storefront, reference, {
      customer: { id: customer.id },
      billing_address: aCheckoutAddress({ first_name: 'Bill', last_name: 'Payer', postcode: 'B1 1BB' }),
      shipping_address: aCheckoutAddress({ first_name: 'Ship', last_name: 'Taker', postcode: 'S2 2SS' }),
      order_number: 'Order_7%',
      external_ref: 'ERP-77',
    });
    const small = aReference();
    await addItem(app.storefront, small, aCustomItem({ price: { amount: 7 } }));
    made.small = await checkOut(app.storefront, small, aGuestCheckout());
  });

  test.each([
    ['eq(customer_id,CUSTOMER)', ['zoe']],
    ['like(customer_id,CUSTOMER)', ['zoe']],
    ['eq(name,Zoë Quinn)', ['zoe']],
    ['eq(name,zoë quinn)', []],
    ['like(name,*quinn)', ['zoe']],
    ['eq(email,ZOE+shop@example.com)', ['zoe']],
    ['like(email,zoe*)', ['zoe']],
    ['eq(shipping_name,Ship Taker)', ['zoe']],
    ['like(billing_name,*payer)', ['zoe']],
    ['eq(shipping_postcode,S2 2SS)', ['zoe']],
    ['like(billing_postcode,b1*)', ['zoe']],
    ['eq(with_tax,6000)', ['zoe']],
    ['le(with_tax,7)', ['small']],
    ['gt(without_tax,5999)', ['zoe']],
    ['eq(product_id,PRODUCT)', ['zoe']],
    ['in(product_sku,FILTER-SKU,NONE)', ['zoe']],
    ['eq(product_sku,WRAP-RED)', ['small']],
    ['eq(order_number,"Order_7%")', ['zoe']],
    ['like(order_number,"order_*")', ['zoe']],
    ['like(external_ref,erp*)', ['zoe']],
    ['is_null(external_ref)', ['small']],
    ['eq(status,incomplete):eq(payment,unpaid):eq(shipping,unfulfilled):eq(currency,USD)', ['zoe', 'small']],
    ['in(payment,paid,refunded)', []],
    ['eq(status,cancelled)', []],
    ['gt(created_at,2020-01-01):lt(created_at,4102444800000)', ['zoe', 'small']],
  ])('%s', async (filter, names) => {
    const among = `in(id,${Object.values(made)
      .map(({ id }) => id)
      .join(',')})`;
    const filled = filter.replace('CUSTOMER', customer.id).replace('PRODUCT', product.id);
    const answer = await list(`filter=${encodeURIComponent(`${filled}:${among}`)}&sort=created_at`);
    expect([answer.status, idsOf(answer)]).toEqual([200, names.map(name => made[name]?.id)]);
    expect(answer.body.meta.results.total).toBe(names.length);
  });

  test.each(['eq(nothing,1)', 'gt(status,paid)', 'eq(with_tax,abc)', 'like(status,in*)', 'eq(loyalty,gold)'])(
    'the filter %s is refused with 400',
    async filter => {
      const { status, body } = await list(`filter=${filter}`);
      expect([status, body.errors[0].detail]).toEqual([400, 'Could not parse the supplied filter']);
    },
  );

  test.each(['created_at', 'updated_at', 'status', 'payment', 'shipping', 'with_tax'])('sort=%s', async sort => {
    const up = idsOf(await list(`sort=${sort}`));
    const down = idsOf(await list(`sort=-${sort}`));
    expect(up.length).toBeGreaterThan(2);
    expect([...up].sort()).toEqual([...down].sort());
    if (sort === 'with_tax') expect([up[0], down[0]]).toEqual([made.small?.id, made.zoe?.id]);
    expect((await list(`sort=${sort}e`)).status).toBe(400);
  });
});

describe('changes by staff', () => {
  const change = (order: { id: string }, data: Record<string, unknown>) =>
    app.admin.put(`/v2/orders/${order.id}`, { data: { type: 'order', ...data } });

  test('the shipping address is merged, references are set and removed, and the rest is ignored', async () => {
    const order = await createOrder(app);
    const { body } = await change(order, {
      shipping_address: { city: 'York', instructions: 'Ring' },
      external_ref: 'e-1',
      order_number: 'n-1',
      payment: 'paid',
      customer: { name: 'Eve' },
      meta: {},
    });
    const timestamps = { ...order.meta.timestamps, updated_at: body.data.meta.timestamps.updated_at };
    expect(body.data).toEqual({
      ...order,
      shipping_address: { ...order.shipping_address, city: 'York', instructions: 'Ring' },
      external_ref: 'e-1',
      order_number: 'n-1',
      meta: { ...order.meta, timestamps },
    });
    const removed = await change(order, { external_ref: '', order_number: '' });
    expect(removed.body.data).not.toHaveProperty('external_ref');
    expect(removed.body.data).not.toHaveProperty('order_number');
    expect(idsOf(await list(`filter=eq(id,${order.id}):is_null(external_ref)`))).toEqual([order.id]);
  });

  test('what checkout takes as an address or a reference, a change takes as well', async () => {
    const long = 'n'.repeat(2048);
    const made = await createOrder(app);
    const sent = { shipping_address: { postcode: 7300, county: '', region: 'Yorkshire' }, order_number: long };
    const { status, body } = await change(made, sent);
    expect(status).toBe(200);
    const address = aCheckoutAddress({ ...sent.shipping_address });
    const checkout = aGuestCheckout({ shipping_address: address, order_number: long });
    const order = await checkOut(app.storefront, await fillCart(app), checkout);
    expect(order.shipping_address).toEqual({ ...made.shipping_address, ...sent.shipping_address, postcode: '7300' });
    expect([body.data.shipping_address, body.data.order_number]).toEqual([order.shipping_address, order.order_number]);
  });

  test('a paid order is fulfilled once, its stock goes, and then it stays as it is', async () => {
    const product = await createMug(app, { manage_stock: true, stock: 5 });
    const order = await createOrder(app, { product });
    expect((await change(order, { shipping: 'fulfilled' })).status).toBe(422);
    await pay(app, order.id);
    const { body } = await change(order, { shipping: 'fulfilled' });
    expect([body.data.shipping, body.data.status, body.data.payment]).toEqual(['fulfilled', 'complete', 'paid']);
    expect((await app.admin.get(`/v2/inventories/${product.id}`)).body.data).toMatchObject({
      total: 3,
      available: 3,
      allocated: 0,
    });
    for (const [data, source, detail] of [
      [{ shipping: 'fulfilled' }, 'data.shipping', 'The order is fulfilled already.'],
      [{ shipping: 'unfulfilled' }, 'data.shipping', 'An order that is fulfilled cannot be unfulfilled.'],
      [{ status: 'cancelled' }, 'data.status', 'An order that is fulfilled cannot be cancelled.'],
      [{ status: 'complete' }, 'data.status', 'The data.status can only be set to cancelled.'],
      [
        { shipping_address: { city: 'Hull' } },
        'data.shipping_address',
        'The shipping address of an order that is fulfilled cannot be changed.',
      ],
    ] as const) {
      const { status, body } = await change(order, data);
      expect({ status, body }).toEqual(refusal(422, 'Failed Validation', detail, source));
    }
    expect(await readOrder(app, order.id)).toEqual(body.data);
  });

  test.each([
    ['all of it', 2, 5, { total: 3, available: 3, allocated: 0 }],
    ['a part of it', 1, 5, { total: 3, available: 3, allocated: 0 }],
    ['all of it, and taken one out', 2, 2, { total: 0, available: 0, allocated: 0 }],
  ])(
    'fulfilling takes the quantity out of the stock although staff have freed %s by hand',
    async (_, freed, stock, left) => {
      const product = await createMug(app, { manage_stock: true, stock });
      const order = await createOrder(app, { product });
      await pay(app, order.id);
      const path = `/v2/inventories/${product.id}`;
      const move = (action: string, quantity: number) =>
        app.admin.post(`${path}/transactions`, { data: { action, quantity } });
      expect((await move('deallocate', freed)).status).toBe(201);
      if (stock === freed) expect((await move('decrement', 1)).status).toBe(201);
      expect((await change(order, { shipping: 'fulfilled' })).status).toBe(200);
      expect((await app.admin.get(path)).body.data).toMatchObject(left);
    },
  );

  test('a cancelled order gives its stock back, keeps its payment, and can be refunded', async () => {
    const product = await createMug(app, { manage_stock: true, stock: 5 });
    const order = await createOrder(app, { product });
    const transaction = await pay(app, order.id);
    const { body } = await change(order, { status: 'cancelled' });
    expect([body.data.status, body.data.payment]).toEqual(['cancelled', 'paid']);
    expect((await app.admin.get(`/v2/inventories/${product.id}`)).body.data).toMatchObject({
      available: 5,
      allocated: 0,
    });
    expect((await change(order, { shipping: 'fulfilled' })).status).toBe(422);
    expect((await change(order, { status: 'cancelled', shipping: 'unfulfilled' })).body.data).toEqual(body.data);
    const refund = await app.admin.post(`/v2/orders/${order.id}/transactions/${transaction.id}/refund`);
    expect(refund.status).toBe(200);
    expect(await readOrder(app, order.id)).toMatchObject({ status: 'cancelled', payment: 'refunded' });
    expect((await app.admin.get(`/v2/inventories/${product.id}`)).body.data).toMatchObject({
      available: 5,
      allocated: 0,
    });
  });

  test.each([
    [{ status: 'complete' }, 'data.status'],
    [{ status: 'incomplete' }, 'data.status'],
    [{ status: 'cancelled', shipping: 'fulfilled' }, 'data.status'],
    [{ shipping: 'lost' }, 'data.shipping'],
    [{ shipping_address: 7 }, 'data.shipping_address'],
    [{ shipping_address: { first_name: ' ' } }, 'data.shipping_address.first_name'],
    [{ shipping_address: { postcode: null, city: 'Hull' } }, 'data.shipping_address.postcode'],
    [{ shipping_address: { county: '' } }, 'data.shipping_address.county'],
    [{ external_ref: 'x'.repeat(65) }, 'data.external_ref'],
    [{ order_number: 'x'.repeat(2049) }, 'data.order_number'],
    [{ id: '00000000-0000-7000-8000-000000000000' }, 'data.id'],
    [{ type: 'customer' }, 'data.type'],
  ])('%j is refused with 422', async (data, source) => {
    const order = await createOrder(app);
    const { status, body } = await change(order, data);
    expect([status, body.errors[0].source]).toEqual([422, source]);
    expect(await readOrder(app, order.id)).toEqual(order);
  });

  test('anonymizing masks what names a person, of finished orders alone, also for filters', async () => {
    const open = await createOrder(app);
    const reference = aReference();
    await addItem(app.storefront, reference, aCustomItem({ custom_inputs: { engraving: 'Grace' } }));
    const done = await checkOut(app.storefront, reference, aGuestCheckout());
    await change(done, { status: 'cancelled' });
    const unknown = '00000000-0000-7000-8000-000000000000';
    const request = { data: { order_ids: [done.id, open.id, unknown] } };
    const { status, body } = await app.admin.post('/v2/orders/anonymize', request);
    expect(status).toBe(200);
    expect(body.data.length).toBe(1);
    const masked = (address: Record<string, string>) =>
      Object.fromEntries(Object.entries(address).map(([key, text]) => [key, text === '' ? '' : '**']));
    expect(body.data[0]).toMatchObject({
      id: done.id,
      anonymized: true,
      customer: { name: '**', email: '**' },
      shipping_address: masked(done.shipping_address),
      billing_address: masked(done.billing_address),
    });
    expect((await app.admin.get(`/v2/orders/${done.id}/items`)).body.data[0]).not.toHaveProperty('custom_inputs');
    expect(body.errors.map(({ status, title, meta }: Record<string, unknown>) => [status, title, meta])).toEqual([
      [422, 'Could not anonymize orders', { order_id: open.id }],
      [404, 'Not Found', { order_id: unknown }],
    ]);
    expect(idsOf(await list(`filter=eq(id,${done.id}):like(name,*grace*)`))).toEqual([]);
    const again = await app.admin.post('/v2/orders/anonymize', { data: { order_ids: [done.id] } });
    expect(again.body.data).toEqual(body.data);
    expect((await app.admin.post('/v2/orders/anonymize', { data: { order_ids: [open.id] } })).status).toBe(422);
    expect((await app.admin.post('/v2/orders/anonymize', { data: { order_ids: [] } })).status).toBe(422);
  });
});
