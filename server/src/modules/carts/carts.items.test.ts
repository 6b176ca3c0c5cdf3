import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCartItem, aCustomItem, addItem, aReference, createCart, createMug } from '../../../test/support/carts.ts';
import { time, uuid } from '../../../test/support/expectations.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const usd = (amount: number) => ({ amount, currency: 'USD', formatted: `$${(amount / 100).toFixed(2)}` });
const both = (unit: number, value: number) => ({ unit: usd(unit), value: usd(value) });
const noImage = { mime_type: '', file_name: '', href: '' };
const refused = (status: number, title: string, detail: string, source?: string) => ({
  status,
  body: { errors: [{ status, title, detail, ...(source !== undefined && { source }) }] },
});
const productNotFound = refused(404, 'Product not found', 'The requested product could not be found');
const itemNotFound = refused(404, 'Not Found', "The Item doesn't exist in the cart");

const add = (item: unknown, caller = app.storefront, reference = aReference()) =>
  caller.post(`/v2/carts/${reference}/items`, { data: item });
/** Makes a product cost 17.00 USD with tax. */
const reprice = (product: { id: string }) =>
  app.admin.put(`/v2/products/${product.id}`, {
    data: { price: [{ amount: 1700, currency: 'USD', includes_tax: true }] },
  });
/** Name and quantity of each line. */
const brief = (body: { data: { name: string; quantity: number }[] }) =>
  body.data.map(({ name, quantity }) => `${quantity} ${name}`);

describe('adding a product', () => {
  test('answers 201 with the lines and totals, with exactly the fields of the contract', async () => {
    const mug = await createMug(app);
    const { status, body } = await add(aCartItem(mug, 2));
    expect(status).toBe(201);
    const { created_at } = body.meta.timestamps;
    expect(body).toEqual({
      data: [
        {
          id: expect.stringMatching(uuid),
          type: 'cart_item',
          product_id: mug.id,
          name: mug.name,
          description: mug.description,
          sku: mug.sku,
          slug: mug.slug,
          image: noImage,
          quantity: 2,
          manage_stock: false,
          unit_price: { amount: 1500, currency: 'USD', includes_tax: false },
          value: { amount: 3000, currency: 'USD', includes_tax: false },
          links: { product: `https://shop.example.test/v2/products/${mug.id}` },
          meta: {
            display_price: { with_tax: both(1500, 3000), without_tax: both(1500, 3000), tax: both(0, 0) },
            timestamps: { created_at, updated_at: created_at },
          },
        },
      ],
      meta: {
        display_price: {
          with_tax: usd(3000),
          without_tax: usd(3000),
          tax: usd(0),
          discount: usd(0),
          without_discount: usd(3000),
          shipping: usd(0),
        },
        timestamps: { created_at, updated_at: created_at, expires_at: expect.stringMatching(time) },
      },
    });
  });

  test('by id in whatever case, or by sku', async () => {
    const mug = await createMug(app);
    const reference = aReference();
    await add({ ...aCartItem(mug), id: mug.id.toUpperCase() }, app.storefront, reference);
    const { body } = await add({ type: 'cart_item', sku: mug.sku, quantity: 4 }, app.storefront, reference);
    expect(brief(body)).toEqual(['5 Mug']);
  });

  test.each<[string, () => object]>([
    ['an unknown id', () => ({ id: '3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01' })],
    ['an id that is none', () => ({ id: 'mug' })],
    ['an empty id', () => ({ id: '' })],
    ['an unknown sku', () => ({ sku: 'NO-SUCH-SKU' })],
  ])('of %s answers 404 and stores no cart', async (_name, product) => {
    const reference = aReference();
    expect(await add({ type: 'cart_item', quantity: 1, ...product() }, app.storefront, reference)).toMatchObject(
      productNotFound,
    );
    const { timestamps } = (await app.storefront.get(`/v2/carts/${reference}`)).body.data.meta;
    expect(timestamps).not.toHaveProperty('expires_at');
  });

  test('of a draft product is for client_credentials only', async () => {
    const draft = await createMug(app, { status: 'draft' });
    expect(await add(aCartItem(draft))).toMatchObject(productNotFound);
    expect((await add(aCartItem(draft), app.admin)).status).toBe(201);
  });

  test('again adds up in its line, which keeps its place and takes the price of today', async () => {
    const [mug, bowl] = [await createMug(app), await createMug(app, { name: 'Bowl' })];
    const reference = aReference();
    await addItem(app.storefront, reference, aCartItem(mug, 2));
    const before = await addItem(app.storefront, reference, aCartItem(bowl));
    await reprice(mug);
    const { data } = await addItem(app.storefront, reference, aCartItem(mug, 3));
    expect(data.map(({ id, name, quantity, value }: (typeof data)[0]) => ({ id, name, quantity, value }))).toEqual([
      { id: before.data[0].id, name: 'Mug', quantity: 5, value: { amount: 8500, currency: 'USD', includes_tax: true } },
      { id: before.data[1].id, name: 'Bowl', quantity: 1, value: before.data[1].value },
    ]);
  });

  test('with custom inputs keeps them, and with other ones makes a line of its own', async () => {
    const mug = await createMug(app);
    const reference = aReference();
    const put = (custom_inputs?: object) => addItem(app.storefront, reference, { ...aCartItem(mug), custom_inputs });
    await put();
    await put({});
    await put({ engraving: 'Ada', gift: { colour: 'red', notes: ['a', 'b'] } });
    await put({ gift: { notes: ['a', 'b'], colour: 'red' }, engraving: 'Ada' });
    const { data } = await put({ engraving: 'Grace' });
    expect(data.map(({ quantity, custom_inputs }: (typeof data)[0]) => ({ quantity, custom_inputs }))).toEqual([
      { quantity: 2, custom_inputs: undefined },
      { quantity: 2, custom_inputs: { engraving: 'Ada', gift: { colour: 'red', notes: ['a', 'b'] } } },
      { quantity: 1, custom_inputs: { engraving: 'Grace' } },
    ]);
  });

  test('keeps the snapshot when the product is changed or deleted', async () => {
    const mug = await createMug(app);
    const { reference, path } = await createCart(app.storefront, aCartItem(mug));
    await app.admin.put(`/v2/products/${mug.id}`, { data: { name: 'Cup' } });
    expect(brief((await app.storefront.get(`${path}/items`)).body)).toEqual(['1 Mug']);
    await app.admin.delete(`/v2/products/${mug.id}`);
    expect(brief((await app.storefront.get(`${path}/items`)).body)).toEqual(['1 Mug']);
    expect(await add(aCartItem(mug), app.storefront, reference)).toMatchObject(productNotFound);
  });
});

describe('adding a custom item', () => {
  test('answers the line without a product; its price includes tax unless told otherwise', async () => {
    const { body } = await add({
      type: 'custom_item',
      name: ' Gift wrapping ',
      description: 'Red paper',
      quantity: 3,
      price: { amount: 0, currency: 'EUR', includes_tax: false },
      custom_inputs: { from: 'Ada' },
    });
    const [line] = body.data;
    expect(line).toEqual({
      id: expect.stringMatching(uuid),
      type: 'custom_item',
      name: 'Gift wrapping',
      description: 'Red paper',
      sku: '',
      slug: '',
      image: noImage,
      quantity: 3,
      manage_stock: false,
      unit_price: { amount: 0, currency: 'USD', includes_tax: false },
      value: { amount: 0, currency: 'USD', includes_tax: false },
      custom_inputs: { from: 'Ada' },
      links: {},
      meta: {
        display_price: { with_tax: both(0, 0), without_tax: both(0, 0), tax: both(0, 0) },
        timestamps: { created_at: expect.stringMatching(time), updated_at: expect.stringMatching(time) },
      },
    });
    expect((await createCart(app.storefront)).item.unit_price).toEqual({
      amount: 500,
      currency: 'USD',
      includes_tax: true,
    });
  });

  test('with the SKU of another adds up in its line, which keeps all else; without a SKU it never does', async () => {
    const reference = aReference();
    const put = (changes: object) => addItem(app.storefront, reference, aCustomItem({ ...changes }));
    await put({ quantity: 2 });
    await put({ name: 'Other', price: { amount: 900 }, quantity: 3 });
    await put({ sku: '' });
    const { data } = await put({ sku: '' });
    expect(brief({ data })).toEqual(['5 Gift wrapping', '1 Gift wrapping', '1 Gift wrapping']);
    expect(data[0].unit_price.amount).toBe(500);
  });

  test('never shares a line with the product of the same SKU', async () => {
    const mug = await createMug(app);
    const reference = aReference();
    await addItem(app.storefront, reference, aCartItem(mug));
    expect(brief(await addItem(app.storefront, reference, aCustomItem({ sku: mug.sku })))).toEqual([
      '1 Mug',
      '1 Gift wrapping',
    ]);
  });
});

const tooLong = 'custom_inputs may not be greater than 8192 bytes';

test.each<[object | string, number, string, string, string]>([
  [{ type: undefined }, 400, 'required', 'data.type', 'type is required'],
  [
    { type: 'gift' },
    400,
    'enum',
    'data.type',
    'type must be one of cart_item, custom_item, promotion_item, cart_items, order_items',
  ],
  [{ type: 'cart_item', sku: undefined }, 400, 'required', 'data.id', 'id or sku is required'],
  [{ type: 'cart_item', id: 7 }, 400, 'type', 'data.id', 'id must be a string'],
  [{ quantity: undefined }, 400, 'required', 'data.quantity', 'quantity is required'],
  [{ quantity: null }, 400, 'required', 'data.quantity', 'quantity is required'],
  [{ quantity: 0 }, 400, 'min', 'data.quantity', 'quantity must be at least 1'],
  [{ quantity: -1 }, 400, 'min', 'data.quantity', 'quantity must be at least 1'],
  [{ quantity: '-1' }, 400, 'min', 'data.quantity', 'quantity must be at least 1'],
  [{ quantity: 1.5 }, 400, 'type', 'data.quantity', 'quantity must be an integer'],
  [{ quantity: '1.5' }, 400, 'type', 'data.quantity', 'quantity must be an integer'],
  [{ quantity: 'two' }, 400, 'type', 'data.quantity', 'quantity must be an integer'],
  [{ quantity: true }, 400, 'type', 'data.quantity', 'quantity must be an integer'],
  [{ quantity: 1_000_000_001 }, 400, 'max', 'data.quantity', 'quantity may not be greater than 1000000000'],
  [{ name: undefined }, 400, 'required', 'data.name', 'name is required'],
  [{ name: ' ' }, 400, 'required', 'data.name', 'name is required'],
  [{ name: 'n'.repeat(256) }, 400, 'max', 'data.name', 'name may not be greater than 255 characters'],
  [{ price: undefined }, 400, 'required', 'data.price', 'price is required'],
  [{ price: {} }, 400, 'required', 'data.price.amount', 'amount is required'],
  [{ price: { amount: -1 } }, 400, 'min', 'data.price.amount', 'amount must be at least 0'],
  [{ price: { amount: 0.5 } }, 400, 'type', 'data.price.amount', 'amount must be an integer'],
  [{ price: { amount: '5' } }, 400, 'type', 'data.price.amount', 'amount must be an integer'],
  [
    { price: { amount: 10 ** 12 + 1 } },
    400,
    'max',
    'data.price.amount',
    'amount may not be greater than 1000000000000',
  ],
  [
    { price: { amount: 1, includes_tax: 'no' } },
    400,
    'type',
    'data.price.includes_tax',
    'includes_tax must be a boolean',
  ],
  [{ sku: 7 }, 400, 'type', 'data.sku', 'sku must be a string'],
  [{ custom_inputs: [] }, 400, 'type', 'data.custom_inputs', 'custom_inputs must be an object'],
  [
    { custom_inputs: { a: { b: ['x'.repeat(256)] } } },
    400,
    'max',
    'data.custom_inputs.a',
    'a may not be greater than 255 characters',
  ],
  [
    { custom_inputs: { a: { 'b\0': 1 } } },
    400,
    'format',
    'data.custom_inputs.a',
    'a contains characters that cannot be stored',
  ],
  [
    { custom_inputs: { a: Array.from({ length: 40 }, () => 'x'.repeat(255)) } },
    400,
    'max',
    'data.custom_inputs',
    tooLong,
  ],
  [{ tax: [] }, 403, 'Forbidden', '', 'This action is not permitted for this access token'],
])('adding a custom item with %j answers %i and stores nothing', async (changes, status, title, source, detail) => {
  const reference = aReference();
  const answer = await add({ ...aCustomItem(), ...(changes as object) }, app.storefront, reference);
  expect(answer).toMatchObject(refused(status, title, detail, source === '' ? undefined : source));
  expect((await app.storefront.get(`/v2/carts/${reference}/items`)).body.data).toEqual([]);
});

test('what shoppers add to the items of one cart is bounded in all, and a refused item leaves the cart as it was', async () => {
  const reference = aReference();
  const full = { a: Array.from({ length: 31 }, () => 'x'.repeat(255)) };
  const items = Array.from({ length: 17 }, () => aCustomItem({ sku: undefined, custom_inputs: full }));
  const tooMuch = refused(
    400,
    'max',
    'custom_inputs, custom fields and tax items of a cart may not be greater than 131072 bytes in all',
    'data',
  );
  expect(await app.storefront.post(`/v2/carts/${reference}/items`, { data: items })).toMatchObject(tooMuch);
  const { status, body } = await app.storefront.post(`/v2/carts/${reference}/items`, { data: items.slice(1) });
  expect([status, body.data.length]).toEqual([201, 16]);
  expect(await add(items[0] as object, app.storefront, reference)).toMatchObject(tooMuch);
  expect((await app.storefront.get(`/v2/carts/${reference}/items`)).body.data).toEqual(body.data);
});

test('a quantity is accepted as text', async () => {
  const { reference, path, item } = await createCart(app.storefront, { ...aCustomItem(), quantity: '3' });
  expect(item.quantity).toBe(3);
  const update = await app.storefront.put(`${path}/items/${item.id}`, { data: { quantity: '4' } });
  expect(update.body.data[0].quantity).toBe(4);
  await addItem(app.storefront, reference, { ...aCustomItem(), quantity: '1' });
  const bulk = await app.storefront.put(`${path}/items`, { data: [{ id: item.id, quantity: '6' }] });
  expect(bulk.body.data[0].quantity).toBe(6);
});

test('a promotion code is never found', async () => {
  expect(await add({ type: 'promotion_item', code: 'SUMMER' })).toMatchObject(
    refused(404, 'Not Found', 'No promotion could be found with the given code.'),
  );
});

test.each([undefined, {}, { data: null }, { data: 'mug' }, { data: [] }, '{"data":', { data: [], options: 1 }])(
  'the body %j answers 400',
  async body => {
    const { status, body: document } = await app.storefront.post(`/v2/carts/${aReference()}/items`, body);
    expect([status, document.errors.length]).toEqual([400, 1]);
  },
);

describe('updating a line', () => {
  test('answers 200 with the lines, sets the quantity and refreshes the price of a product', async () => {
    const mug = await createMug(app);
    const { path, item } = await createCart(app.storefront, aCartItem(mug, 2));
    await reprice(mug);
    const { status, body } = await app.storefront.put(`${path}/items/${item.id.toUpperCase()}`, {
      data: {
        type: 'cart_item',
        id: item.id,
        quantity: 7,
        name: 'Mine',
        unit_price: { amount: 1 },
        custom_inputs: { a: 1 },
      },
    });
    expect(status).toBe(200);
    expect(body.data).toEqual([
      {
        ...item,
        quantity: 7,
        unit_price: { amount: 1700, currency: 'USD', includes_tax: true },
        value: { amount: 11900, currency: 'USD', includes_tax: true },
        custom_inputs: { a: 1 },
        meta: {
          display_price: { with_tax: both(1700, 11900), without_tax: both(1700, 11900), tax: both(0, 0) },
          timestamps: { ...item.meta.timestamps, updated_at: body.meta.timestamps.updated_at },
        },
      },
    ]);
    const cleared = await app.storefront.put(`${path}/items/${item.id}`, {
      data: { quantity: 7, custom_inputs: null },
    });
    expect(cleared.body.data[0]).not.toHaveProperty('custom_inputs');
  });

  test('so that it is the same as another takes the other in, with its quantity, within the stock', async () => {
    const mug = await createMug(app, { manage_stock: true, stock: 6 });
    const { path } = await createCart(app.storefront, { ...aCartItem(mug, 1), custom_inputs: { engraving: 'Ada' } });
    await app.storefront.post(`${path}/items`, { data: aCustomItem() });
    const { body } = await app.storefront.post(`${path}/items`, { data: aCartItem(mug, 2) });
    const [first, custom, plain] = body.data;
    const change = (quantity: number) =>
      app.storefront.put(`${path}/items/${plain.id}`, { data: { quantity, custom_inputs: { engraving: 'Ada' } } });
    const refused = await change(6);
    expect([refused.status, refused.body.errors[0].title]).toEqual([400, 'Insufficient stock']);
    expect((await app.storefront.get(`${path}/items`)).body.data).toEqual(body.data);
    const changed = await change(4);
    expect(changed.body.data).toMatchObject([
      { id: custom.id },
      { id: plain.id, quantity: 5, custom_inputs: first.custom_inputs },
    ]);
    expect(changed.body.data.length).toBe(2);
  });

  test('takes any type and no id, as the SDKs send it, also for a custom item', async () => {
    const { path, item } = await createCart(app.storefront);
    for (const data of [{ quantity: 2 }, { type: 'cart_item', quantity: 2 }, { type: 7, id: item.id, quantity: 2 }]) {
      const { status, body } = await app.storefront.put(`${path}/items/${item.id}`, { data });
      expect([status, body.data[0].type, body.data[0].quantity]).toEqual([200, 'custom_item', 2]);
    }
  });

  test('to quantity 0 removes it and answers 200', async () => {
    const { path, item } = await createCart(app.storefront);
    const answer = await app.storefront.put(`${path}/items/${item.id}`, { data: { quantity: 0 } });
    expect(answer).toMatchObject({ status: 200, body: { data: [] } });
    expect(answer.body.meta.display_price.with_tax).toEqual({ amount: 0, currency: '', formatted: '0' });
  });

  test('whose product is gone keeps the price it has', async () => {
    const mug = await createMug(app, { manage_stock: true, stock: 1 });
    const { path, item } = await createCart(app.storefront, aCartItem(mug));
    await app.admin.delete(`/v2/products/${mug.id}`);
    const { status, body } = await app.storefront.put(`${path}/items/${item.id}`, { data: { quantity: 9 } });
    expect([status, body.data[0].value.amount]).toEqual([200, 13500]);
  });

  test.each([
    [{}, 'required', 'quantity is required'],
    [{ quantity: null }, 'required', 'quantity is required'],
    [{ quantity: -1 }, 'min', 'quantity must be at least 0'],
    [{ quantity: 1.5 }, 'type', 'quantity must be an integer'],
    [{ quantity: 10 ** 9 + 1 }, 'max', 'quantity may not be greater than 1000000000'],
  ])('with %j answers 400 and changes nothing', async (data, title, detail) => {
    const { path, item } = await createCart(app.storefront);
    const before = (await app.storefront.get(path)).body;
    expect(await app.storefront.put(`${path}/items/${item.id}`, { data })).toMatchObject(
      refused(400, title, detail, 'data.quantity'),
    );
    expect((await app.storefront.get(path)).body).toEqual(before);
  });

  test('with the id of another line answers 400, of an unknown line 404', async () => {
    const { path, item } = await createCart(app.storefront);
    const other = '3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01';
    const wrong = await app.storefront.put(`${path}/items/${item.id}`, { data: { id: other, quantity: 1 } });
    expect(wrong).toMatchObject(refused(400, 'enum', `id must be ${item.id}`, 'data.id'));
    for (const id of [other, 'none', item.id.slice(0, -1)]) {
      expect(await app.storefront.put(`${path}/items/${id}`, { data: { quantity: 1 } })).toMatchObject(itemNotFound);
      expect(await app.storefront.delete(`${path}/items/${id}`)).toMatchObject(itemNotFound);
    }
  });
});

test('removing a line answers 200 with those that remain, removing all 204', async () => {
  const { reference, path, item } = await createCart(app.storefront);
  const { data } = await addItem(app.storefront, reference, [aCustomItem({ sku: '' }), aCustomItem({ sku: '' })]);
  const removed = await app.storefront.delete(`${path}/items/${item.id}`, { data: {} });
  expect([removed.status, removed.body.data]).toEqual([200, data.slice(1)]);
  expect(removed.body.meta.display_price.with_tax).toEqual(usd(1000));
  expect((await app.storefront.delete(`${path}/items`)).status).toBe(204);
  const { body } = await app.storefront.get(path);
  expect(body.data.relationships.items.data).toBe(null);
  expect(body.data.meta.timestamps.created_at).toBe(removed.body.meta.timestamps.created_at);
});
