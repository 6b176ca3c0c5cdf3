import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCustomItem, addItem, aReference, aTax, createCart } from '../../../test/support/carts.ts';
import { unknownId, uuid } from '../../../test/support/expectations.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { changeStore } from '../stores/stores.service.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const itemNotFound = { status: 404, title: 'Not Found', detail: "The Item doesn't exist in the cart" };
const taxNotFound = { status: 404, title: 'Not Found', detail: 'The requested tax item could not be found' };
const tooMany = {
  status: 422,
  title: 'Tax item not added to cart item.',
  detail: 'Cannot exceed tax item limit of (5) on cart item.',
};
const failed = (source: string, detail: string) => ({ status: 422, title: 'Failed Validation', detail, source });

/** A cart with one item of 1000 without tax. */
async function setUp() {
  const cart = await createCart(app.storefront, aCustomItem({ price: { amount: 1000, includes_tax: false } }));
  const taxes = `${cart.path}/items/${cart.item.id}/taxes`;
  const taxOf = async () => (await app.storefront.get(cart.path)).body.data.meta.display_price.tax.amount;
  const namesOf = async () => {
    const { included } = (await app.storefront.get(`${cart.path}?include=tax_items`)).body;
    return (included?.tax_items ?? []).map(({ name }: { name: string }) => name);
  };
  return { ...cart, taxes, taxOf, namesOf };
}

describe('one tax item', () => {
  test('is added to a line and answered with an id, and its rate with those of the others', async () => {
    const { taxes, taxOf, path } = await setUp();
    const { status, body } = await app.admin.post(taxes, { data: aTax() });
    expect(status).toBe(201);
    expect(body).toEqual({ data: { ...aTax(), id: expect.stringMatching(uuid) } });
    await app.admin.post(taxes, { data: { name: 'City tax', rate: 0.015 } });
    expect(await taxOf()).toBe(215);
    const { data, included } = (await app.storefront.get(`${path}/items?include=tax_items`)).body;
    expect(data[0].relationships).toEqual({
      taxes: { data: included.tax_items.map(({ id }: { id: string }) => ({ type: 'tax_item', id })) },
    });
    expect(included.tax_items).toEqual([
      body.data,
      { id: expect.stringMatching(uuid), type: 'tax_item', name: 'City tax', jurisdiction: '', code: '', rate: 0.015 },
    ]);
  });

  test('is changed key by key, and removed', async () => {
    const { taxes, taxOf, namesOf } = await setUp();
    const { data } = (await app.admin.post(taxes, { data: aTax() })).body;
    const changed = await app.admin.put(`${taxes}/${data.id.toUpperCase()}`, { data: { id: data.id, rate: 0.1 } });
    expect(changed).toMatchObject({ status: 200, body: { data: { ...data, rate: 0.1 } } });
    expect(await taxOf()).toBe(100);
    await app.admin.put(`${taxes}/${data.id}`, { data: { name: 'Sales tax', code: '', jurisdiction: 'US' } });
    expect(await namesOf()).toEqual(['Sales tax']);
    expect((await app.admin.delete(`${taxes}/${data.id}`)).status).toBe(204);
    expect([await taxOf(), await namesOf()]).toEqual([0, []]);
  });

  test('keeps six places of its rate', async () => {
    const { taxes, taxOf } = await setUp();
    const { body } = await app.admin.post(taxes, { data: { name: 'VAT', rate: 0.12345678 } });
    expect(body.data.rate).toBe(0.123457);
    expect(await taxOf()).toBe(123);
  });

  test('beyond the fifth of a line answers 422', async () => {
    const { taxes, item, namesOf } = await setUp();
    for (const name of 'abcde') await app.admin.post(taxes, { data: { name, rate: 0.01 } });
    expect(await app.admin.post(taxes, { data: { name: 'f', rate: 0.01 } })).toMatchObject({
      status: 422,
      body: { errors: [{ ...tooMany, meta: { id: item.id } }] },
    });
    expect(await namesOf()).toEqual([...'abcde']);
  });

  test.each([
    [{ rate: 0.2 }, 'data.name', 'The data.name field is required.'],
    [{ name: '' }, 'data.name', 'The data.name field is required.'],
    [{ name: 'VAT' }, 'data.rate', 'The data.rate field is required.'],
    [{ name: 'VAT', rate: -0.1 }, 'data.rate', 'The data.rate must be at least 0.'],
    [{ name: 'VAT', rate: 1e6 + 1 }, 'data.rate', 'The data.rate may not be greater than 1000000.'],
    [{ name: 'VAT', rate: '0.2' }, 'data.rate', 'The data.rate must be a number.'],
    [{ ...aTax(), code: null }, 'data.code', 'The data.code field is required.'],
    [{ ...aTax(), type: 'tax' }, 'data.type', 'The data.type must be tax_item.'],
  ])('%j answers 422 and changes nothing', async (data, source, detail) => {
    const { taxes, namesOf } = await setUp();
    const { status, body } = await app.admin.post(taxes, { data });
    expect(status).toBe(422);
    expect(body.errors).toContainEqual(failed(source, detail));
    expect(await namesOf()).toEqual([]);
  });

  test('of an unknown cart, line or tax item answers 404', async () => {
    const { path, taxes } = await setUp();
    const other = `${path}/items/${unknownId}/taxes`;
    const missing = `/v2/carts/${aReference()}/items/${unknownId}/taxes`;
    const patch = { data: { rate: 0.1 } };
    const answers = [
      await app.admin.post(other, { data: aTax() }),
      await app.admin.post(missing, { data: aTax() }),
      await app.admin.put(`${other}/${unknownId}`, patch),
      await app.admin.delete(`${other}/${unknownId}`),
      await app.admin.put(`${taxes}/${unknownId}`, patch),
      await app.admin.put(`${taxes}/none`, patch),
      await app.admin.delete(`${taxes}/${unknownId}`),
    ];
    expect(answers.map(({ body }) => body.errors[0])).toEqual([
      ...Array.from({ length: 4 }, () => itemNotFound),
      ...Array.from({ length: 3 }, () => taxNotFound),
    ]);
  });
});

describe('tax items of an item to add', () => {
  test('replace those of the line; without any, they stay', async () => {
    const { reference, namesOf, taxes } = await setUp();
    await app.admin.post(taxes, { data: aTax() });
    const more = (tax?: unknown) =>
      addItem(app.admin, reference, { ...aCustomItem(), ...(tax !== undefined && { tax }) });
    await more();
    await more(null);
    expect(await namesOf()).toEqual(['VAT']);
    await more([
      { name: 'City tax', rate: 0.01 },
      { name: 'Sales tax', rate: 0.05 },
    ]);
    expect(await namesOf()).toEqual(['City tax', 'Sales tax']);
    await more([]);
    expect(await namesOf()).toEqual([]);
  });

  test.each([
    [[{ name: 'VAT', rate: 'x' }], 400, { title: 'type', source: 'data.tax.0.rate', detail: 'rate must be a number' }],
    [[{ rate: 0.2 }], 400, { title: 'required', source: 'data.tax.0.name', detail: 'name is required' }],
    [7, 400, { title: 'type', source: 'data.tax', detail: 'tax must be an array' }],
    [Array.from({ length: 6 }, () => aTax()), 422, tooMany],
  ])('as %j answer %i', async (tax, status, error) => {
    const { reference, namesOf } = await setUp();
    const answer = await app.admin.post(`/v2/carts/${reference}/items`, { data: { ...aCustomItem(), tax } });
    expect(answer).toMatchObject({ status, body: { errors: [error] } });
    expect(await namesOf()).toEqual([]);
  });
});

describe('several tax items', () => {
  const of = (item: { id: string; type?: string }, changes: Record<string, unknown> = {}) => ({
    ...aTax(changes),
    relationships: { item: { data: { type: item.type ?? 'custom_item', id: item.id } } },
  });

  test.each([
    ['with options', (data: object[]) => ({ data, options: { add_all_or_nothing: true } })],
    ['in the double wrapping of the SDK', (data: object[]) => ({ data: { data } })],
  ])('%s are added to the lines that they name, and answered with them', async (_name, wrap) => {
    const { reference, path, item, taxOf } = await setUp();
    const { data } = await addItem(app.storefront, reference, aCustomItem({ sku: '', price: { amount: 600 } }));
    const { status, body } = await app.admin.post(
      `${path}/taxes`,
      wrap([of(item), of({ ...data[1], id: data[1].id.toUpperCase() }), of(item, { name: 'City tax', rate: 0.1 })]),
    );
    expect(status).toBe(201);
    const link = (id: string) => ({ item: { data: { type: 'custom_item', id } } });
    const id = expect.stringMatching(uuid);
    expect(body).toEqual({
      data: [
        { ...aTax(), id, relationships: link(item.id) },
        { ...aTax(), id, relationships: link(data[1].id) },
        { ...aTax({ name: 'City tax', rate: 0.1 }), id, relationships: link(item.id) },
      ],
    });
    expect(await taxOf()).toBe(400);
    expect((await app.admin.delete(`${path}/taxes`)).status).toBe(204);
    expect(await taxOf()).toBe(0);
  });

  test('of which some are refused are added but for those, or not at all', async () => {
    const { path, item, namesOf } = await setUp();
    const data = [
      of({ id: unknownId }),
      of({ id: item.id, type: 'cart_item' }),
      of(item),
      of(item, { rate: -1 }),
      ...'abcde'.split('').map(name => of(item, { name })),
      { ...aTax(), relationships: {} },
    ];
    const notAdded = { status: 404, title: 'Tax item not added to cart item.' };
    const errors = [
      { ...notAdded, detail: "The Item doesn't exist in the cart", meta: { id: unknownId } },
      {
        ...notAdded,
        detail: 'Mismatch between the named type (cart_item) and the type of the item (custom_item).',
        meta: { id: item.id },
      },
      failed('data.3.rate', 'The data.3.rate must be at least 0.'),
      { ...tooMany, meta: { id: item.id } },
      failed('data.9.relationships.item', 'The data.9.relationships.item field is required.'),
    ];
    const refused = await app.admin.post(`${path}/taxes`, { data, options: { add_all_or_nothing: true } });
    expect([refused.status, refused.body]).toEqual([404, { errors }]);
    expect(await namesOf()).toEqual([]);
    const partial = await app.admin.post(`${path}/taxes`, { data });
    expect([partial.status, partial.body.errors]).toEqual([201, errors]);
    expect(partial.body.data.map(({ name }: { name: string }) => name)).toEqual(['VAT', 'a', 'b', 'c', 'd']);
    expect(await namesOf()).toEqual(['VAT', 'a', 'b', 'c', 'd']);
  });

  test('of a cart that is not stored answer 404, and removing them 204', async () => {
    const path = `/v2/carts/${aReference()}/taxes`;
    expect((await app.admin.post(path, { data: [of({ id: unknownId })] })).status).toBe(404);
    expect((await app.admin.delete(path)).status).toBe(204);
    expect((await app.admin.post(path, { data: of({ id: unknownId }) })).status).toBe(400);
  });
});

describe('the amounts', () => {
  /** Prices of a line by the store's method. */
  async function price(
    store: Awaited<ReturnType<TestApp['addStore']>>,
    item: Record<string, unknown>,
    taxes: readonly number[],
  ) {
    const tax = taxes.map(rate => ({ name: 'Tax', rate }));
    const { data, meta } = await addItem(store.admin, aReference(), { ...aCustomItem(item), tax });
    const { with_tax, without_tax, tax: amount } = data[0].meta.display_price;
    const line = [without_tax, amount, with_tax].flatMap(({ unit, value }) => [unit.amount, value.amount]);
    const total = [meta.display_price.without_tax, meta.display_price.tax, meta.display_price.with_tax];
    expect(total.map(({ amount: sum }) => sum)).toEqual([line[1], line[3], line[5]]);
    return line;
  }

  // Unit and value of: without tax, tax, with tax.
  const cases: [Record<string, unknown>, number[], simple: number[], line: number[]][] = [
    [
      { price: { amount: 999, includes_tax: false }, quantity: 3 },
      [0.2],
      [999, 2997, 199, 597, 1198, 3594],
      [999, 2997, 200, 599, 1199, 3596],
    ],
    [
      { price: { amount: 1199, includes_tax: true }, quantity: 3 },
      [0.2],
      [999, 2997, 200, 600, 1199, 3597],
      // 3597 / 1.2 is 2997.5, which rounds away from zero.
      [999, 2998, 200, 599, 1199, 3597],
    ],
    [
      { price: { amount: 1001, includes_tax: true }, quantity: 3 },
      [0.19],
      [841, 2523, 160, 480, 1001, 3003],
      [841, 2524, 160, 479, 1001, 3003],
    ],
    [{ price: { amount: 1000, includes_tax: false } }, [0.1, 0.2], [1000, 1000, 300, 300, 1300, 1300], []],
    [{ price: { amount: 1000, includes_tax: false } }, [0], [1000, 1000, 0, 0, 1000, 1000], []],
    [{ price: { amount: 0, includes_tax: true }, quantity: 7 }, [0.2], [0, 0, 0, 0, 0, 0], []],
  ];

  test('are those of the calculation method of the store, which applies to every cart at once', async () => {
    const [simple, line] = [await app.addStore(), await app.addStore()];
    await changeStore(app.database, line.id, { calculation_method: 'line' });
    await expect.poll(() => price(line, cases[0]?.[0] ?? {}, [0.2])).toEqual(cases[0]?.[3]);
    for (const [item, taxes, bySimple, byLine] of cases) {
      expect(await price(simple, item, taxes)).toEqual(bySimple);
      expect(await price(line, item, taxes)).toEqual(byLine.length === 0 ? bySimple : byLine);
    }
  });

  test('never leave the safe integers: quantity, prices, rates and whole lines have bounds', async () => {
    const reference = aReference();
    const taxes = Array.from({ length: 5 }, () => ({ name: 'Tax', rate: 10 }));
    // 100 lines of just under 10^13 with their taxes: 196078431372 × 51 = 9999999999972.
    const dearest = (index: number) => ({
      ...aCustomItem({ sku: `S${index}`, quantity: 196078431, price: { amount: 1000, includes_tax: false } }),
      tax: taxes,
    });
    const { data, meta } = await addItem(
      app.admin,
      reference,
      Array.from({ length: 100 }, (_, index) => dearest(index)),
    );
    const { with_tax } = meta.display_price;
    expect(with_tax.amount).toBe(100 * 196078431 * 1000 * 51);
    expect(Number.isSafeInteger(with_tax.amount)).toBe(true);

    const tooDear = {
      status: 400,
      body: { errors: [{ detail: 'The amount of a line may not be greater than 10000000000000 minor units' }] },
    };
    const path = `/v2/carts/${reference}`;
    const [{ id }] = data;
    const before = (await app.storefront.get(`${path}/items`)).body;
    expect(await app.admin.post(`${path}/items`, { data: aCustomItem({ sku: 'S0', quantity: 2 }) })).toMatchObject(
      tooDear,
    );
    expect(await app.admin.put(`${path}/items/${id}`, { data: { quantity: 196078432 } })).toMatchObject(tooDear);
    expect((await app.storefront.get(`${path}/items`)).body).toEqual(before);

    // Untaxed it fits twice; taxing it then does not.
    const cart = await createCart(app.admin, aCustomItem({ quantity: 999, price: { amount: 10 ** 10 } }));
    const tax = { data: { name: 'Tax', rate: 0.002 } };
    expect((await app.admin.post(`${cart.path}/items/${cart.item.id}/taxes`, tax)).status).toBe(201);
    await app.admin.delete(`${cart.path}/taxes`);
    const untaxed = await createCart(
      app.admin,
      aCustomItem({ quantity: 999, price: { amount: 10 ** 10, includes_tax: false } }),
    );
    expect(await app.admin.post(`${untaxed.path}/items/${untaxed.item.id}/taxes`, tax)).toMatchObject(tooDear);
  });

  test('of a line whose quantities add up beyond the bound are refused', async () => {
    const free = aCustomItem({ quantity: 10 ** 9, price: { amount: 0 } });
    const { reference } = await createCart(app.storefront, free);
    expect(await app.storefront.post(`/v2/carts/${reference}/items`, { data: { ...free, quantity: 1 } })).toMatchObject(
      {
        status: 400,
        body: {
          errors: [
            { title: 'max', detail: 'quantity may not be greater than 1000000000 in all', source: 'data.quantity' },
          ],
        },
      },
    );
  });
});
