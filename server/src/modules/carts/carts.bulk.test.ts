import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signUp } from '../../../test/support/builders.ts';
import {
  aCartItem,
  aCustomItem,
  addItem,
  aReference,
  aTax,
  createCart,
  createMug,
} from '../../../test/support/carts.ts';
import { unknownId } from '../../../test/support/expectations.ts';
import { aCheckoutAddress, checkOut } from '../../../test/support/orders.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const productNotFound = {
  status: 404,
  title: 'Product not found',
  detail: 'The requested product could not be found',
};
const itemNotFound = { status: 404, title: 'Not Found', detail: "The Item doesn't exist in the cart" };

const post = (reference: string, body: object, caller = app.storefront) =>
  caller.post(`/v2/carts/${reference}/items`, body);
const brief = (body: { data: { name: string; quantity: number }[] }) =>
  body.data.map(({ name, quantity }) => `${quantity} ${name}`);
const stored = async (reference: string) => brief((await app.storefront.get(`/v2/carts/${reference}/items`)).body);

describe('adding several items', () => {
  test.each<[string, (items: object[]) => object]>([
    ['the bare array of SDK 4.4', data => ({ data })],
    ['the options of SDK 6 to 12', data => ({ data, options: { add_all_or_nothing: false } })],
    ['the options of SDK 18 and later', data => ({ data, options: { add_all_or_nothing: true } })],
    ['the double wrapping of SDK 18 and later', data => ({ data: { data } })],
  ])('in %s adds them in order, and answers 201', async (_name, wrap) => {
    const mug = await createMug(app);
    const reference = aReference();
    const items = [
      aCustomItem(),
      aCartItem(mug, 2),
      aCustomItem({ quantity: 4 }),
      { type: 'cart_item', sku: mug.sku, quantity: 1 },
    ];
    const { status, body } = await post(reference, wrap(items));
    expect([status, brief(body)]).toEqual([201, ['5 Gift wrapping', '3 Mug']]);
    expect(body).not.toHaveProperty('errors');
    expect(await stored(reference)).toEqual(['5 Gift wrapping', '3 Mug']);
  });

  const mixed = (scarce: { id: string }) => [
    aCustomItem({ quantity: 0 }),
    aCustomItem(),
    { type: 'cart_item', id: unknownId, quantity: 1 },
    aCartItem(scarce, 3),
    { type: 'promotion_item', code: 'X' },
    'mug',
  ];
  const mixedErrors = (scarce: { id: string; sku: string }) => [
    {
      status: 400,
      title: 'min',
      detail: 'quantity must be at least 1',
      source: 'data.0.quantity',
      meta: { sku: 'WRAP-RED' },
    },
    { ...productNotFound, meta: { id: unknownId } },
    {
      status: 400,
      title: 'Insufficient stock',
      detail: 'There is not enough stock to add Mug to your cart',
      meta: { id: scarce.id, sku: scarce.sku },
    },
    { status: 404, title: 'Not Found', detail: 'No promotion could be found with the given code.' },
    { status: 400, title: 'required', detail: 'type is required', source: 'data.5.type' },
  ];

  test('of which some are refused adds the others and tells of the refused ones', async () => {
    const scarce = await createMug(app, { manage_stock: true, stock: 2 });
    const reference = aReference();
    const { status, body } = await post(reference, { data: mixed(scarce) });
    expect([status, brief(body)]).toEqual([201, ['1 Gift wrapping']]);
    expect(body.errors).toEqual(mixedErrors(scarce));
    expect(body.meta.display_price.with_tax.amount).toBe(500);
  });

  test('of which some are refused adds none with add_all_or_nothing', async () => {
    const scarce = await createMug(app, { manage_stock: true, stock: 2 });
    const { reference, path } = await createCart(app.storefront);
    const before = (await app.storefront.get(path)).body;
    const { status, body } = await post(reference, { data: mixed(scarce), options: { add_all_or_nothing: true } });
    expect([status, body]).toEqual([400, { errors: mixedErrors(scarce) }]);
    expect((await app.storefront.get(path)).body).toEqual(before);
  });

  test('of which all are refused answers the status of the first error', async () => {
    const reference = aReference();
    const items = [{ type: 'cart_item', id: unknownId, quantity: 1 }, aCustomItem({ name: '' })];
    const { status, body } = await post(reference, { data: items });
    expect(status).toBe(404);
    expect(body).toEqual({
      errors: [
        { ...productNotFound, meta: { id: unknownId } },
        {
          status: 400,
          title: 'required',
          detail: 'name is required',
          source: 'data.1.name',
          meta: { sku: 'WRAP-RED' },
        },
      ],
    });
  });

  test('quotes what was sent, cut at 400 characters', async () => {
    const long = 'x'.repeat(2000);
    const cut = `${'x'.repeat(399)}…`;
    const unknown = { type: 'cart_item', id: long, quantity: 1 };
    const { body } = await post(aReference(), { data: [aCustomItem(), unknown] });
    expect(body.errors).toEqual([{ ...productNotFound, meta: { id: cut } }]);
    expect((await post(aReference(), { data: [unknown] })).body.errors).toEqual(body.errors);
    const named = await post(aReference(), { data: aCustomItem({ custom_inputs: { [long]: 1 } }) });
    expect(named.body.errors).toEqual([
      { status: 400, title: 'max', detail: cut, source: `data.custom_inputs.${'x'.repeat(380)}…` },
    ]);
  });

  test('beyond 100 lines adds the first 100, and more of what is there already', async () => {
    const reference = aReference();
    const items = Array.from({ length: 120 }, (_, index) => aCustomItem({ sku: `S${index}` }));
    const { status, body } = await post(reference, { data: [...items, aCustomItem({ sku: 'S0' })] });
    expect([status, body.data.length, body.data[0].quantity, body.errors.length]).toEqual([201, 100, 2, 20]);
    expect(body.errors[0]).toEqual({
      status: 400,
      title: 'Bad Request',
      detail: 'Cart item limit reached',
      meta: { sku: 'S100' },
    });
    expect(await post(reference, { data: aCustomItem({ sku: 'S200' }) })).toMatchObject({
      status: 400,
      body: { errors: [{ status: 400, title: 'Bad Request', detail: 'Cart item limit reached' }] },
    });
  });

  test('more than 1000 answers 400', async () => {
    const data = Array.from({ length: 1001 }, () => aCustomItem());
    expect(await post(aReference(), { data })).toMatchObject({
      status: 400,
      body: {
        errors: [{ status: 400, title: 'max', detail: 'data may not have more than 1000 items', source: 'data' }],
      },
    });
  });

  test('with an option that is no boolean answers 400', async () => {
    const body = { data: [aCustomItem()], options: { add_all_or_nothing: 'yes' } };
    expect(await post(aReference(), body)).toMatchObject({
      status: 400,
      body: { errors: [{ title: 'type', source: 'options.add_all_or_nothing' }] },
    });
  });
});

describe('updating several items', () => {
  const setUp = async () => {
    const cart = await createCart(app.storefront);
    const { data } = await addItem(app.storefront, cart.reference, [
      aCustomItem({ sku: 'B', name: 'Bow' }),
      aCustomItem({ sku: 'C', name: 'Card' }),
    ]);
    const put = (body: object) => app.storefront.put(`${cart.path}/items`, body);
    return { ...cart, ids: data.map(({ id }: { id: string }) => id) as string[], put };
  };

  test('changes and removes them, and answers 200', async () => {
    const { ids, put, reference } = await setUp();
    const data = ids.map((id, index) => ({ type: 'cart_item', id, quantity: index * 2 }));
    const { status, body } = await put({ data });
    expect([status, brief(body)]).toEqual([200, ['2 Bow', '4 Card']]);
    expect(await stored(reference)).toEqual(['2 Bow', '4 Card']);
    expect(body).not.toHaveProperty('errors');
  });

  test('of which one is refused changes nothing, unless update_all_or_nothing is false', async () => {
    const { ids, put, reference } = await setUp();
    const data = [
      { id: ids[0], quantity: 5 },
      { id: unknownId, quantity: 1 },
      // What SDK 4.4 and later send of an item that says custom_item.
      { type: 'custom_item' },
      { id: ids[2], quantity: -1 },
    ];
    const errors = [
      { ...itemNotFound, meta: { id: unknownId } },
      { status: 400, title: 'required', detail: 'quantity is required', source: 'data.2.quantity' },
      { status: 400, title: 'required', detail: 'id is required', source: 'data.2.id' },
      {
        status: 400,
        title: 'min',
        detail: 'quantity must be at least 0',
        source: 'data.3.quantity',
        meta: { id: ids[2] },
      },
    ];
    const refused = await put({ data });
    expect([refused.status, refused.body]).toEqual([404, { errors: expect.arrayContaining(errors) }]);
    expect(refused.body.errors.length).toBe(errors.length);
    expect(await stored(reference)).toEqual(['1 Gift wrapping', '1 Bow', '1 Card']);
    const partial = await put({ data, options: { update_all_or_nothing: false } });
    expect([partial.status, brief(partial.body)]).toEqual([200, ['5 Gift wrapping', '1 Bow', '1 Card']]);
    expect(partial.body.errors).toEqual(refused.body.errors);
  });

  test.each([{ data: {} }, { data: { id: unknownId, quantity: 1 } }, { data: [] }, {}, undefined])(
    'in the body %j answers 400',
    async body => {
      const { path } = await createCart(app.storefront);
      expect((await app.storefront.put(`${path}/items`, body)).status).toBe(400);
    },
  );
});

describe('merging a cart', () => {
  const merge = (cart_id: string) => ({ type: 'cart_items', cart_id });

  test.each([
    ['an object', (item: object) => ({ data: item, options: {} })],
    ['a member of an array', (item: object) => ({ data: [item] })],
  ])('as %s copies its lines, adds up the same ones, and leaves it as it is', async (_name, wrap) => {
    const mug = await createMug(app);
    const from = await createCart(app.admin, { ...aCartItem(mug, 2), tax: [aTax()] });
    await addItem(app.storefront, from.reference, [
      { ...aCartItem(mug, 1), custom_inputs: { engraving: 'Ada' } },
      aCustomItem({ quantity: 3 }),
      aCustomItem({ sku: '', name: 'Card' }),
    ]);
    const before = (await app.storefront.get(`${from.path}?include=items`)).body;
    const into = await createCart(app.storefront, aCartItem(mug, 5));
    await addItem(app.storefront, into.reference, aCustomItem());

    const { status, body } = await post(into.reference, wrap(merge(from.reference)));
    expect([status, brief(body)]).toEqual([201, ['7 Mug', '4 Gift wrapping', '1 Mug', '1 Card']]);
    expect(body.data[2].custom_inputs).toEqual({ engraving: 'Ada' });
    // The line that was there keeps its taxes: it has none.
    expect(body.data[0]).not.toHaveProperty('relationships');
    expect((await app.storefront.get(`${from.path}?include=items`)).body).toEqual(before);
  });

  test('copies the taxes of a line that is new', async () => {
    const from = await createCart(app.admin, { ...aCustomItem(), tax: [aTax()] });
    const into = aReference();
    await post(into, { data: merge(from.reference) });
    const { data, included } = (await app.storefront.get(`/v2/carts/${into}/items?include=tax_items`)).body;
    expect(included.tax_items).toEqual([{ ...aTax(), id: data[0].relationships.taxes.data[0].id }]);
    expect(data[0].meta.display_price.tax.value.amount).toBe(83);
  });

  test('of which a line is refused tells of it and copies the others', async () => {
    const scarce = await createMug(app, { manage_stock: true, stock: 2 });
    const from = await createCart(app.storefront, aCartItem(scarce, 2));
    await addItem(app.storefront, from.reference, aCustomItem());
    const into = await createCart(app.storefront, aCartItem(scarce, 1));
    const { status, body } = await post(into.reference, { data: merge(from.reference) });
    expect([status, brief(body)]).toEqual([201, ['1 Mug', '1 Gift wrapping']]);
    expect(body.errors).toMatchObject([{ title: 'Insufficient stock', meta: { id: scarce.id, sku: scarce.sku } }]);
    const nothing = await post(into.reference, { data: merge(from.reference), options: { add_all_or_nothing: true } });
    expect(nothing.status).toBe(400);
    expect(await stored(into.reference)).toEqual(['1 Mug', '1 Gift wrapping']);
  });

  test('of which a product has been deleted tells of it', async () => {
    const mug = await createMug(app);
    const from = await createCart(app.storefront, aCartItem(mug));
    await app.admin.delete(`/v2/products/${mug.id}`);
    expect(await post(aReference(), { data: merge(from.reference) })).toMatchObject({
      status: 404,
      body: { errors: [{ ...productNotFound, meta: { id: mug.id, sku: mug.sku } }] },
    });
  });

  test('that does not exist or is empty adds nothing', async () => {
    const into = await createCart(app.storefront);
    const { status, body } = await post(into.reference, { data: merge(aReference()) });
    expect([status, brief(body)]).toEqual([201, ['1 Gift wrapping']]);
  });

  test('that is the cart itself, without an id, or too many at once, answers 400', async () => {
    const { reference } = await createCart(app.storefront);
    const own = await post(reference, { data: merge(reference) });
    expect(own).toMatchObject({ status: 400, body: { errors: [{ source: 'data.cart_id' }] } });
    const without = await post(reference, { data: { type: 'cart_items' } });
    expect(without).toMatchObject({ status: 400, body: { errors: [{ title: 'required', source: 'data.cart_id' }] } });
    const many = await post(reference, { data: Array.from({ length: 6 }, () => merge(aReference())) });
    expect(many).toMatchObject({ status: 400, body: { errors: [{ source: 'data' }] } });
    expect(await stored(reference)).toEqual(['1 Gift wrapping']);
  });

  test('of another customer is refused with a customer token, and open by its reference without one', async () => {
    const [ada, grace] = [await signUp(app), await signUp(app)];
    const { body } = await ada.shopper.post('/v2/carts', { data: { name: 'Of Ada' } });
    await addItem(ada.shopper, body.data.id, aCustomItem());
    expect(await post(aReference(), { data: merge(body.data.id) }, grace.shopper)).toMatchObject({
      status: 403,
      body: { errors: [{ detail: 'The customer token does not grant access to this customer' }] },
    });
    expect((await post(aReference(), { data: merge(body.data.id) })).status).toBe(201);
  });
});

describe('repeating an order', () => {
  const repeat = (order_id: string) => ({ type: 'order_items', order_id });

  /** An order of Ada's: two mugs with engravings, a bowl, a custom item. */
  async function setUp() {
    const ada = await signUp(app);
    const [mug, bowl] = [await createMug(app), await createMug(app, { name: 'Bowl', manage_stock: true, stock: 9 })];
    const { reference } = await createCart(app.storefront, { ...aCartItem(mug), custom_inputs: { engraving: 'Ada' } });
    await addItem(app.storefront, reference, [aCartItem(mug), aCartItem(bowl, 4), aCustomItem()]);
    const { id } = await checkOut(ada.shopper, reference, { billing_address: aCheckoutAddress() });
    return { ada, mug, bowl, order: id as string };
  }

  test('adds its products at the price of today, without custom items and inputs', async () => {
    const { ada, order, mug } = await setUp();
    const price = [{ amount: 1700, currency: 'USD', includes_tax: false }];
    await app.admin.put(`/v2/products/${mug.id}`, { data: { price } });
    const { status, body } = await post(aReference(), { data: repeat(order.toUpperCase()) }, ada.shopper);
    expect([status, brief(body), body.errors]).toEqual([201, ['2 Mug', '4 Bowl'], undefined]);
    expect(body.data[0]).toMatchObject({ unit_price: { amount: 1700 } });
    expect(body.data[0]).not.toHaveProperty('custom_inputs');
  });

  test('passes over products that are deleted or, for a shopper, drafts again; and tells of what is short', async () => {
    const { ada, order, mug, bowl } = await setUp();
    await app.admin.put(`/v2/products/${mug.id}`, { data: { status: 'draft' } });
    const into = await createCart(ada.shopper, aCartItem(bowl, 7));
    const short = await post(into.reference, { data: [repeat(order), aCustomItem()] }, ada.shopper);
    expect([short.status, brief(short.body)]).toEqual([201, ['7 Bowl', '1 Gift wrapping']]);
    expect(short.body.errors).toMatchObject([{ title: 'Insufficient stock', meta: { id: bowl.id, sku: bowl.sku } }]);
    expect(brief((await post(aReference(), { data: repeat(order) }, app.admin)).body)).toEqual(['2 Mug', '4 Bowl']);
    await app.admin.delete(`/v2/products/${mug.id}`);
    expect(brief((await post(aReference(), { data: repeat(order) }, app.admin)).body)).toEqual(['4 Bowl']);
    await app.admin.delete(`/v2/products/${bowl.id}`);
    const { status, body } = await post(into.reference, { data: repeat(order) }, ada.shopper);
    expect([status, brief(body), body.errors]).toEqual([201, ['7 Bowl', '1 Gift wrapping'], undefined]);
  });

  test('of somebody else, or one that does not exist, answers 404 and stores nothing', async () => {
    const { ada, order } = await setUp();
    const grace = await signUp(app);
    for (const [caller, id] of [
      [grace.shopper, order],
      [app.storefront, order],
      [ada.shopper, unknownId],
      [app.admin, unknownId],
      [app.admin, 'none'],
    ] as const) {
      const reference = aReference();
      expect(await post(reference, { data: repeat(id) }, caller)).toMatchObject({
        status: 404,
        body: { errors: [{ status: 404, title: 'Not Found', detail: 'The requested order could not be found' }] },
      });
      expect(await stored(reference)).toEqual([]);
    }
  });
});
