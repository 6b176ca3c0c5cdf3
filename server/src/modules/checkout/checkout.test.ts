import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCustomer, signUp } from '../../../test/support/builders.ts';
import { aCustomItem, addItem, aReference, aTax, createMug } from '../../../test/support/carts.ts';
import { aCheckoutAddress, aGuestCheckout, checkOut, fillCart } from '../../../test/support/orders.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

const post = (reference: string, data: unknown, headers?: Record<string, string>) =>
  app.storefront.post(`/v2/carts/${reference}/checkout`, { data }, headers);

test('a checkout by customer id puts name, e-mail, addresses and the relationship into the order', async () => {
  const customer = await createCustomer(app);
  const reference = aReference();
  const product = await createMug(app);
  const taxed = { type: 'cart_item', id: product.id, quantity: 2, tax: [aTax()], custom_inputs: { engraving: 'A' } };
  const { data: lines } = await addItem(app.admin, reference, taxed);
  const shipping = aCheckoutAddress({ phone_number: '+44 1', instructions: 'Ring twice', line_2: 'Flat 3' });
  const answer = await post(reference, {
    customer: { id: customer.id },
    billing_address: { ...aCheckoutAddress(), phone_number: 'dropped' },
    shipping_address: shipping,
    order_number: 'A-1',
    external_ref: 'erp-1',
  });
  expect(answer.status).toBe(201);
  const { data, included } = answer.body;
  const usd = (amount: number, formatted: string) => ({ amount, currency: 'USD', formatted });
  const blanks = { company_name: '', line_2: '', region: '' };
  expect(data).toEqual({
    id: expect.any(String),
    type: 'order',
    status: 'incomplete',
    payment: 'unpaid',
    shipping: 'unfulfilled',
    anonymized: false,
    customer: { name: customer.name, email: customer.email },
    billing_address: { ...blanks, ...aCheckoutAddress() },
    shipping_address: { ...blanks, ...shipping },
    order_number: 'A-1',
    external_ref: 'erp-1',
    links: {},
    meta: {
      display_price: {
        with_tax: usd(3600, '$36.00'),
        without_tax: usd(3000, '$30.00'),
        tax: usd(600, '$6.00'),
        discount: usd(0, '$0.00'),
        without_discount: usd(3600, '$36.00'),
        balance_owing: usd(3600, '$36.00'),
        paid: usd(0, '$0.00'),
        authorized: usd(0, '$0.00'),
      },
      timestamps: { created_at: expect.any(String), updated_at: expect.any(String) },
    },
    relationships: {
      items: { data: [{ type: 'item', id: included.items[0].id }] },
      customer: { data: { type: 'customer', id: customer.id } },
    },
  });
  const amount = (minor: number) => ({ amount: minor, currency: 'USD', includes_tax: false });
  expect(included.items).toEqual([
    {
      type: 'order_item',
      id: expect.any(String),
      quantity: 2,
      product_id: product.id,
      name: 'Mug',
      sku: product.sku,
      unit_price: amount(1500),
      value: amount(3000),
      custom_inputs: { engraving: 'A' },
      links: {},
      meta: {
        display_price: {
          with_tax: { unit: usd(1800, '$18.00'), value: usd(3600, '$36.00') },
          without_tax: { unit: usd(1500, '$15.00'), value: usd(3000, '$30.00') },
          tax: { unit: usd(300, '$3.00'), value: usd(600, '$6.00') },
        },
        timestamps: { created_at: data.meta.timestamps.created_at, updated_at: data.meta.timestamps.created_at },
      },
      relationships: {
        cart_item: { data: { type: 'cart_item', id: lines[0].id } },
        taxes: { data: [{ type: 'tax_item', id: lines[0].relationships.taxes.data[0].id }] },
      },
    },
  ]);
  expect((await app.admin.get(`/v2/orders/${data.id}?include=items`)).body).toEqual(answer.body);
});

test('a checkout leaves the cart as it was, and a later one makes another order', async () => {
  const reference = await fillCart(app);
  const before = (await app.storefront.get(`/v2/carts/${reference}?include=items`)).body;
  const first = await checkOut(app.storefront, reference, aGuestCheckout());
  const second = await checkOut(app.storefront, reference, aGuestCheckout());
  expect(second.id).not.toBe(first.id);
  expect((await app.storefront.get(`/v2/carts/${reference}?include=items`)).body).toEqual(before);
});

test('totals of the order equal those of the cart, whatever the lines', async () => {
  const reference = aReference();
  await addItem(app.admin, reference, { ...aCustomItem({ price: { amount: 999 }, quantity: 3 }), tax: [aTax()] });
  await addItem(app.admin, reference, aCustomItem({ sku: 'B', price: { amount: 1200, includes_tax: true } }));
  const cart = (await app.storefront.get(`/v2/carts/${reference}`)).body.data.meta.display_price;
  const { meta } = await checkOut(app.storefront, reference, aGuestCheckout());
  for (const name of ['with_tax', 'without_tax', 'tax'] as const) expect(meta.display_price[name]).toEqual(cart[name]);
});

describe('who the order belongs to', () => {
  test('customer.id with a public token alone: that customer', async () => {
    const { id } = await createCustomer(app);
    const order = await checkOut(app.storefront, await fillCart(app), aGuestCheckout({ customer: { id } }));
    expect(order.relationships.customer.data.id).toBe(id);
  });

  test('customer.id with their own token: that customer; with the token of another: 403', async () => {
    const ada = await signUp(app);
    const eve = await signUp(app);
    const request = aGuestCheckout({ customer: { id: ada.customer.id } });
    const order = await checkOut(ada.shopper, await fillCart(app), request);
    expect(order.relationships.customer.data.id).toBe(ada.customer.id);
    const refused = await eve.shopper.post(`/v2/carts/${await fillCart(app)}/checkout`, { data: request });
    expect(refused.status).toBe(403);
  });

  test('customer.id wins over a name and an e-mail; a string is an id', async () => {
    const { id, name, email } = await createCustomer(app);
    const both = aGuestCheckout({ customer: { id, name: 'Eve', email: 'eve@example.com' } });
    expect((await checkOut(app.storefront, await fillCart(app), both)).customer).toEqual({ name, email });
    const text = await checkOut(app.storefront, await fillCart(app), aGuestCheckout({ customer: id }));
    expect(text.relationships.customer.data.id).toBe(id);
  });

  test('name and e-mail: a guest, with or without a token, even with the e-mail of a customer', async () => {
    const { shopper, customer } = await signUp(app);
    const request = aGuestCheckout({ customer: { name: 'Ada', email: customer.email } });
    for (const caller of [app.storefront, shopper, app.admin]) {
      const order = await checkOut(caller, await fillCart(app), request);
      expect(order.relationships).toEqual({ items: expect.anything() });
      expect(order.customer).toEqual({ name: 'Ada', email: customer.email });
    }
    expect((await shopper.get('/v2/orders')).body.data).toEqual([]);
  });

  test('nobody named: the customer of the token; without one 400', async () => {
    const { shopper, customer } = await signUp(app);
    const order = await checkOut(shopper, await fillCart(app), { billing_address: aCheckoutAddress() });
    expect(order.relationships.customer.data.id).toBe(customer.id);
    const refused = await post(await fillCart(app), { billing_address: aCheckoutAddress() });
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [{ status: 400, title: 'required', detail: 'customer is required', source: 'data.customer' }],
    ]);
  });

  test.each(['00000000-0000-7000-8000-000000000000', 'nobody'])('the unknown id %s: 404', async id => {
    const refused = await post(await fillCart(app), aGuestCheckout({ customer: { id } }));
    expect([refused.status, refused.body.errors[0].detail]).toEqual([404, 'customer not found']);
  });

  test('where the store asks for it, customer.id needs that customer’s token', async () => {
    const { shopper, customer } = await signUp(app);
    await app.query('update stores set is_checkout_token_required = true where id = $1', [app.id]);
    await app.query("select pg_notify('clientele_changed', '')");
    const request = aGuestCheckout({ customer: { id: customer.id } });
    await expect.poll(async () => (await post(await fillCart(app), request)).status).toBe(403);
    await checkOut(shopper, await fillCart(app), request);
    await checkOut(app.storefront, await fillCart(app), aGuestCheckout());
    await app.query('update stores set is_checkout_token_required = false where id = $1', [app.id]);
    await app.query("select pg_notify('clientele_changed', '')");
    await expect.poll(async () => (await post(await fillCart(app), request)).status).toBe(201);
  });
});

describe('what is refused', () => {
  test.each([
    [
      'no first name',
      { billing_address: aCheckoutAddress({ first_name: '' }) },
      'required',
      'billing_address.first_name',
    ],
    [
      'no postcode',
      { billing_address: aCheckoutAddress({ postcode: undefined }) },
      'required',
      'billing_address.postcode',
    ],
    [
      'no county and no region',
      { billing_address: aCheckoutAddress({ county: ' ' }) },
      'required',
      'billing_address.county',
    ],
    [
      'shipping without line_1',
      { shipping_address: aCheckoutAddress({ line_1: null }) },
      'required',
      'shipping_address.line_1',
    ],
    ['no billing address', { billing_address: undefined }, 'required', 'billing_address'],
    ['a guest without e-mail', { customer: { name: 'Ada' } }, 'required', 'customer.email'],
    ['a guest without name', { customer: { email: 'a@b.example' } }, 'required', 'customer.name'],
    ['a wrong e-mail', { customer: { name: 'Ada', email: 'nobody' } }, 'format', 'customer.email'],
    ['a name of the wrong type', { customer: { name: 7, email: 'a@b.example' } }, 'type', 'customer.name'],
    ['a name that cannot be stored', { customer: { name: 'A\0', email: 'a@b.example' } }, 'format', 'customer.name'],
    ['an address of the wrong type', { billing_address: 'here' }, 'type', 'billing_address'],
    ['a long number', { order_number: 'x'.repeat(2049) }, 'max', 'order_number'],
    ['a long reference', { external_ref: 'x'.repeat(65) }, 'max', 'external_ref'],
  ])('%s', async (_, changes, title, source) => {
    const answer = await post(await fillCart(app), aGuestCheckout(changes));
    expect([answer.status, answer.body.errors[0].title, answer.body.errors[0].source]).toEqual([
      400,
      title,
      `data.${source}`,
    ]);
  });

  test('an empty or unknown cart', async () => {
    const answer = await post(aReference(), aGuestCheckout());
    expect(answer.body.errors).toEqual([{ status: 400, title: 'Bad Request', detail: 'The cart is empty' }]);
  });

  test('another currency than the cart’s', async () => {
    const reference = await fillCart(app);
    expect((await post(reference, aGuestCheckout(), { 'x-moltin-currency': 'EUR' })).status).toBe(400);
    expect((await post(reference, aGuestCheckout(), { 'x-moltin-currency': 'USD' })).status).toBe(201);
  });

  test('a stock that the product has got since the item was added counts, and one that it has lost does not', async () => {
    const product = await createMug(app, { manage_stock: false });
    const reference = aReference();
    await addItem(app.storefront, reference, { type: 'cart_item', id: product.id, quantity: 3 });
    const manageStock = (manage_stock: boolean) =>
      app.query('update products set manage_stock = $2 where id = $1', [product.id, manage_stock]);
    await app.query(
      `insert into stocks (store_id, id, available) select store_id, id, 2 from products where id = $1
       on conflict (store_id, id) do update set available = 2`,
      [product.id],
    );
    await manageStock(true);
    const refused = await post(reference, aGuestCheckout());
    expect([refused.status, refused.body.errors[0].title]).toEqual([400, 'Insufficient stock']);
    await manageStock(false);
    const { body } = await post(reference, aGuestCheckout());
    const { rows } = await app.query('select manage_stock from order_items where order_id = $1', [body.data.id]);
    expect(rows).toEqual([{ manage_stock: false }]);
  });

  test('too little stock since the item was added; a product that is gone keeps its snapshot', async () => {
    const product = await createMug(app, { manage_stock: true, stock: 2 });
    const reference = await fillCart(app, { product });
    await app.query('update stocks set available = 1 where id = $1', [product.id]);
    const refused = await post(reference, aGuestCheckout());
    expect([refused.status, refused.body.errors[0].title, refused.body.errors[0].meta]).toEqual([
      400,
      'Insufficient stock',
      { id: product.id, sku: product.sku },
    ]);
    await app.query('delete from products where id = $1', [product.id]);
    const order = await checkOut(app.storefront, reference, aGuestCheckout());
    expect(order.meta.display_price.with_tax.amount).toBe(3000);
  });

  test('a token of another customer than the cart’s', async () => {
    const ada = await signUp(app);
    const eve = await signUp(app);
    const reference = await fillCart(app);
    const link = { data: [{ type: 'customer', id: ada.customer.id }] };
    expect((await ada.shopper.post(`/v2/carts/${reference}/relationships/customers`, link)).status).toBe(200);
    const refused = await eve.shopper.post(`/v2/carts/${reference}/checkout`, { data: aGuestCheckout() });
    expect(refused.status).toBe(403);
  });
});

test('region is enough instead of county, and a whole stored address object may be sent', async () => {
  const { customer, shopper } = await signUp(app);
  const stored = await app.admin.post(`/v2/customers/${customer.id}/addresses`, {
    data: { ...aCheckoutAddress({ county: undefined, region: 'Yorkshire' }), type: 'address', id: '' },
  });
  expect(stored.status).toBe(201);
  const order = await checkOut(shopper, await fillCart(app), {
    customer: { id: customer.id },
    billing_address: stored.body.data,
    shipping_address: stored.body.data,
  });
  expect(order.shipping_address).toEqual({
    ...aCheckoutAddress({ county: '', region: 'Yorkshire' }),
    company_name: '',
    line_2: '',
    phone_number: '',
    instructions: '',
  });
});
