import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCurrency } from '../../../test/support/builders.ts';
import { aCartItem, aCustomItem, addItem, aReference, createCart, createMug } from '../../../test/support/carts.ts';
import { type Caller, startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await addCurrency('EUR', '{price} €');
  await addCurrency('GBP', '£{price}');
  await addCurrency('CHF', 'CHF {price}', false);
});
afterAll(() => app.close());

const addCurrency = (code: string, format: string, enabled = true) =>
  createCurrency(app, { code, format, enabled, decimal_point: ',', thousand_separator: '.' });

const prices = (...codes: string[]) =>
  codes.map((currency, index) => ({ amount: 123456 + index, currency, includes_tax: true }));
let codes = 0;
/** A code that no currency has had. */
function nextCode(): string {
  codes += 1;
  return `QQ${String.fromCharCode(64 + codes)}`;
}
const inCurrency = (code: string) => ({ 'x-moltin-currency': code });
const add = (reference: string, item: unknown, code?: string, caller: Caller = app.storefront) =>
  caller.post(`/v2/carts/${reference}/items`, { data: item }, code === undefined ? {} : inCurrency(code));
const refused = (title: string, detail: string, meta?: object) => ({
  status: 400,
  body: { errors: [{ status: 400, title, detail, ...(meta && { meta }) }] },
});
const totalOf = async (path: string, code?: string) =>
  (await app.storefront.get(path, code === undefined ? {} : inCurrency(code))).body.data.meta.display_price.with_tax;

describe('the currency of a cart', () => {
  test('is the default one of the store when the first item asks for none', async () => {
    const mug = await createMug(app, { price: prices('EUR', 'USD') });
    for (const code of [undefined, '', ' ']) {
      const { body } = await add(aReference(), aCartItem(mug), code);
      expect(body.meta.display_price.with_tax).toEqual({ amount: 123457, currency: 'USD', formatted: '$1,234.57' });
    }
  });

  test('is that of the header of the first item, for products and custom items', async () => {
    const mug = await createMug(app, { price: prices('USD', 'EUR') });
    const { body } = await add(aReference(), [aCartItem(mug), aCustomItem()], 'EUR');
    expect(body.data.map(({ value }: { value: object }) => value)).toEqual([
      { amount: 123457, currency: 'EUR', includes_tax: true },
      { amount: 500, currency: 'EUR', includes_tax: true },
    ]);
    expect(body.meta.display_price.with_tax).toEqual({ amount: 123957, currency: 'EUR', formatted: '1.239,57 €' });
  });

  test.each(['XXX', 'CHF', 'eur', 'E'])('cannot be %s, which is unknown or disabled', async code => {
    const reference = aReference();
    expect(await add(reference, aCustomItem(), code)).toMatchObject(
      refused('Invalid currency', `The currency ${code} is unknown or disabled`),
    );
    expect((await app.storefront.get(`/v2/carts/${reference}/items`)).body.data).toEqual([]);
  });

  test('stays what it is: adding in another is refused, and reading ignores what is asked for', async () => {
    const { reference, path } = await createCart(app.storefront);
    for (const code of ['EUR', 'XXX']) {
      expect(await add(reference, aCustomItem(), code)).toMatchObject(
        refused('Invalid currency', 'The currency of the cart is USD'),
      );
      expect(await totalOf(path, code)).toEqual({ amount: 500, currency: 'USD', formatted: '$5.00' });
      expect((await app.storefront.get(`${path}/items`, inCurrency(code))).status).toBe(200);
    }
    expect((await add(reference, aCustomItem(), 'USD')).status).toBe(201);
  });

  test('is not asked for by an update', async () => {
    const { path, item } = await createCart(app.storefront);
    const { status } = await app.storefront.put(
      `${path}/items/${item.id}`,
      { data: { quantity: 2 } },
      inCurrency('EUR'),
    );
    expect(status).toBe(200);
  });

  test.each<[string, (path: string, id: string) => Promise<unknown>]>([
    ['removing the last item', (path, id) => app.storefront.delete(`${path}/items/${id}`)],
    ['updating it to 0', (path, id) => app.storefront.put(`${path}/items/${id}`, { data: { quantity: 0 } })],
    ['removing all', path => app.storefront.delete(`${path}/items`)],
    ['deleting the cart', path => app.storefront.delete(path)],
  ])('is given free by %s', async (_name, empty) => {
    const { reference, path, item } = await createCart(app.storefront);
    await empty(path, item.id);
    expect(await totalOf(path)).toEqual({ amount: 0, currency: '', formatted: '0' });
    expect((await add(reference, aCustomItem(), 'EUR')).status).toBe(201);
    expect((await totalOf(path)).currency).toBe('EUR');
  });

  test('of an empty cart is that of the cart merged into it, unless another is asked for', async () => {
    const mug = await createMug(app, { price: prices('USD', 'EUR') });
    const from = aReference();
    await add(from, [aCartItem(mug), aCustomItem()], 'EUR');
    const merge = { type: 'cart_items', cart_id: from };
    const [plain, dollars] = [aReference(), aReference()];
    expect((await add(plain, merge)).body.meta.display_price.with_tax.currency).toBe('EUR');
    const { status, body } = await add(dollars, merge, 'USD');
    // The product has a price in dollars; the amount of a custom item cannot be converted.
    expect([status, body.data.map(({ value }: { value: object }) => value)]).toEqual([
      201,
      [{ amount: 123456, currency: 'USD', includes_tax: true }],
    ]);
    expect(body.errors).toMatchObject([{ title: 'Invalid currency', meta: { sku: 'WRAP-RED' } }]);
  });
});

describe('a product without a price in the currency', () => {
  test('is refused on adding', async () => {
    const mug = await createMug(app, { price: prices('EUR') });
    const error = refused('Product has no price in this currency', 'Mug has no price in USD', {
      id: mug.id,
      sku: mug.sku,
    });
    expect(await add(aReference(), aCartItem(mug))).toMatchObject(error);
    const { reference } = await createCart(app.storefront);
    expect(await add(reference, aCartItem(mug))).toMatchObject(error);
    expect((await add(aReference(), aCartItem(mug), 'EUR')).status).toBe(201);
  });

  test('is refused on updating, and can be removed', async () => {
    const mug = await createMug(app);
    const { path, item } = await createCart(app.storefront, aCartItem(mug));
    await app.admin.put(`/v2/products/${mug.id}`, { data: { price: prices('EUR') } });
    expect(await app.storefront.put(`${path}/items/${item.id}`, { data: { quantity: 2 } })).toMatchObject(
      refused('Product has no price in this currency', 'Mug has no price in USD'),
    );
    expect((await app.storefront.put(`${path}/items/${item.id}`, { data: { quantity: 0 } })).status).toBe(200);
  });
});

describe('a currency that the store gives up while a cart has it', () => {
  test('is shown as before when it is disabled, but takes nothing more', async () => {
    const sek = await addCurrency('SEK', '{price} kr');
    const reference = aReference();
    await add(reference, aCustomItem(), 'SEK');
    await app.admin.put(`/v2/currencies/${sek.id}`, { data: { enabled: false } });
    expect(await totalOf(`/v2/carts/${reference}`)).toEqual({ amount: 500, currency: 'SEK', formatted: '5,00 kr' });
    expect(await add(reference, aCustomItem())).toMatchObject(
      refused('Invalid currency', 'The currency SEK is unknown or disabled'),
    );
  });

  test.each([
    ['deleted', (id: string) => app.admin.delete(`/v2/currencies/${id}`)],
    ['given another code', (id: string) => app.admin.put(`/v2/currencies/${id}`, { data: { code: nextCode() } })],
  ])('is shown as it was when it is %s, and the cart can be emptied', async (_, change) => {
    const code = nextCode();
    const { id } = await createCurrency(app, {
      code,
      format: '{price} kr',
      decimal_places: 3,
      decimal_point: ',',
      thousand_separator: '.',
    });
    const reference = aReference();
    await add(reference, aCustomItem({ price: { amount: 1234567 } }), code);
    const shown = { amount: 1234567, currency: code, formatted: '1.234,567 kr' };
    expect(await totalOf(`/v2/carts/${reference}`)).toEqual(shown);
    expect((await change(id)).status).toBeLessThan(300);
    expect(await totalOf(`/v2/carts/${reference}`)).toEqual(shown);
    const [item] = (await app.storefront.get(`/v2/carts/${reference}/items`)).body.data;
    expect(item.meta.display_price.with_tax.value).toEqual(shown);
    expect(await add(reference, aCustomItem())).toMatchObject(
      refused('Invalid currency', `The currency ${code} is unknown or disabled`),
    );
    expect((await app.storefront.delete(`/v2/carts/${reference}/items`)).status).toBe(204);
    expect(await totalOf(`/v2/carts/${reference}`)).toEqual({ amount: 0, currency: '', formatted: '0' });
  });
});

describe('stock', () => {
  const shortOf = (product: { id: string; sku: string }) =>
    refused('Insufficient stock', 'There is not enough stock to add Mug to your cart', {
      id: product.id,
      sku: product.sku,
    });

  test('of a product that manages it bounds what a cart may hold, added up', async () => {
    const mug = await createMug(app, { manage_stock: true, stock: 3 });
    const reference = aReference();
    expect(await add(reference, aCartItem(mug, 4))).toMatchObject(shortOf(mug));
    const { data } = await addItem(app.storefront, reference, aCartItem(mug, 2));
    expect(data[0].manage_stock).toBe(true);
    expect(await add(reference, aCartItem(mug, 2))).toMatchObject(shortOf(mug));
    expect((await add(reference, aCartItem(mug, 1))).status).toBe(201);
    expect(await add(reference, { ...aCartItem(mug), custom_inputs: { engraving: 'Ada' } })).toMatchObject(
      shortOf(mug),
    );
    const update = (quantity: number) =>
      app.storefront.put(`/v2/carts/${reference}/items/${data[0].id}`, { data: { quantity } });
    expect(await update(4)).toMatchObject(shortOf(mug));
    expect((await update(3)).status).toBe(200);
    await app.admin.post(`/v2/inventories/${mug.id}/transactions`, {
      data: { type: 'stock-transaction', action: 'decrement', quantity: 2 },
    });
    expect(await update(2)).toMatchObject(shortOf(mug));
    expect((await update(1)).status).toBe(200);
    const stock = (await app.storefront.get(`/v2/inventories/${mug.id}`)).body.data;
    expect(stock).toMatchObject({ available: 1, allocated: 0 });
  });

  test('of a product that does not manage it bounds nothing', async () => {
    const mug = await createMug(app, { manage_stock: false, stock: 0 });
    const { item } = await createCart(app.storefront, aCartItem(mug, 1_000_000));
    expect([item.quantity, item.manage_stock]).toEqual([1_000_000, false]);
  });
});
