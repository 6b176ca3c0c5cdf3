import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signUp } from '../../../test/support/builders.ts';
import { aCustomItem, addItem, aReference, countStored, createCart } from '../../../test/support/carts.ts';
import { time } from '../../../test/support/expectations.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const none = { amount: 0, currency: '', formatted: '0' };
const usd = (amount: number) => ({ amount, currency: 'USD', formatted: `$${(amount / 100).toFixed(2)}` });
const bad = (title: string, source: string, detail: string) => ({
  status: 400,
  body: { errors: [{ status: 400, title, detail, source }] },
});

const emptyPrices = {
  with_tax: none,
  without_tax: none,
  tax: none,
  discount: none,
  without_discount: none,
  shipping: none,
};

describe('a cart that is not stored', () => {
  test('is answered as an empty one with the reference, and reading stores nothing', async () => {
    const reference = aReference();
    const never = { created_at: '0001-01-01T00:00:00Z', updated_at: '0001-01-01T00:00:00Z' };
    const meta = { display_price: emptyPrices, timestamps: never };
    expect(await app.storefront.get(`/v2/carts/${reference}?include=items,tax_items`)).toMatchObject({
      status: 200,
      body: {
        data: {
          id: reference,
          type: 'cart',
          name: 'Cart',
          description: '',
          links: { self: `https://shop.example.test/v2/carts/${reference}` },
          relationships: { items: { data: null }, customers: {} },
          meta,
        },
      },
    });
    expect((await app.storefront.get(`/v2/carts/${reference}/items`)).body).toEqual({ data: [], meta });
    expect(await countStored(app, reference)).toBe(0);
  });

  test('deleting it, emptying it or ending its association answers 204 and stores nothing', async () => {
    const { customer, shopper } = await signUp(app);
    const path = `/v2/carts/${aReference()}`;
    expect((await app.storefront.delete(path)).status).toBe(204);
    expect((await app.storefront.delete(`${path}/items`)).status).toBe(204);
    const link = { data: [{ type: 'customer', id: customer.id }] };
    expect((await shopper.delete(`${path}/relationships/customers`, link)).status).toBe(204);
    expect(await countStored(app, path.slice('/v2/carts/'.length))).toBe(0);
  });

  test.each(['put', 'delete'] as const)('%s of an item answers 404 and stores nothing', async method => {
    const reference = aReference();
    const path = `/v2/carts/${reference}/items/3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01`;
    expect(await app.storefront[method](path, { data: { quantity: 1 } })).toMatchObject({
      status: 404,
      body: { errors: [{ status: 404, title: 'Not Found', detail: "The Item doesn't exist in the cart" }] },
    });
    expect(await countStored(app, reference)).toBe(0);
  });
});

describe('a reference', () => {
  test.each([
    ['a', 'a'],
    ['ABC', 'ABC'],
    ['a%20b', 'a b'],
    ['c%2Fd', 'c/d'],
    ['%E2%82%AC', '€'],
    ['..%2F..', '../..'],
    ["'; drop table carts; --", "'; drop table carts; --"],
    ['x'.repeat(500), 'x'.repeat(500)],
    ['items', 'items'],
  ])('%s is any path segment, and is shown as sent', async (segment, reference) => {
    const path = `/v2/carts/${segment.replaceAll(' ', '%20')}`;
    expect((await app.storefront.put(path, { data: { name: 'Mine' } })).status).toBe(200);
    const { status, body } = await app.storefront.get(path);
    expect([status, body.data.id, body.data.name]).toEqual([200, reference, 'Mine']);
    expect(body.data.links.self).toBe(`https://shop.example.test/v2/carts/${encodeURIComponent(reference)}`);
    expect((await app.storefront.delete(path)).status).toBe(204);
  });

  test('is told apart by case', async () => {
    const reference = `case-${aReference()}`;
    await app.storefront.put(`/v2/carts/${reference}`, { data: { name: 'Lower' } });
    expect((await app.storefront.get(`/v2/carts/${reference.toUpperCase()}`)).body.data.name).toBe('Cart');
  });

  test.each(['%00', 'a%00b'])('%s, which cannot be stored, is 404 to read and to write', async segment => {
    const path = `/v2/carts/${segment}`;
    const answers = [
      await app.storefront.get(path),
      await app.storefront.get(`${path}/items`),
      await app.storefront.post(`${path}/items`, { data: aCustomItem() }),
      await app.storefront.put(path, { data: { name: 'Mine' } }),
      await app.storefront.delete(path),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  });

  test('of more than 512 characters is 404', async () => {
    expect((await app.storefront.get(`/v2/carts/${'x'.repeat(513)}`)).status).toBe(404);
  });
});

describe('PUT', () => {
  test('stores a cart that was not there, with what is not sent by default', async () => {
    const { status, body } = await app.storefront.put(`/v2/carts/${aReference()}`, {
      data: { description: 'For Ada' },
    });
    const { created_at, updated_at, expires_at } = body.data.meta.timestamps;
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ name: 'Cart', description: 'For Ada', relationships: { items: { data: null } } });
    expect(created_at).toMatch(time);
    expect(updated_at).toBe(created_at);
    expect(Date.parse(expires_at) - Date.parse(updated_at)).toBe(7 * 24 * 3600 * 1000);
  });

  test('keeps the keys that are not sent, and what the server decides', async () => {
    const path = `/v2/carts/${aReference()}`;
    await app.storefront.put(path, { data: { name: ' Birthday ', description: 'For Ada' } });
    const { body } = await app.storefront.put(path, {
      data: { type: 'cart', name: 'Wedding', links: {}, meta: {}, relationships: {}, created_at: '1999-01-01' },
    });
    expect(body.data).toMatchObject({ name: 'Wedding', description: 'For Ada' });
    const cleared = await app.storefront.put(path, { data: { description: '' } });
    expect(cleared.body.data).toMatchObject({ name: 'Wedding', description: '' });
    expect((await app.storefront.get(path)).body).toEqual(cleared.body);
  });

  test('takes the body that the SDK wraps twice', async () => {
    const answer = await app.storefront.put(`/v2/carts/${aReference()}`, { data: { data: { name: 'Twice' } } });
    expect(answer).toMatchObject({ status: 200, body: { data: { name: 'Twice' } } });
  });

  test.each<[unknown, ReturnType<typeof bad>]>([
    [{ name: '' }, bad('required', 'data.name', 'name is required')],
    [{ name: ' \t' }, bad('required', 'data.name', 'name is required')],
    [{ name: null }, bad('required', 'data.name', 'name is required')],
    [{ name: 7 }, bad('type', 'data.name', 'name must be a string')],
    [{ name: 'n'.repeat(256) }, bad('max', 'data.name', 'name may not be greater than 255 characters')],
    [{ name: 'a\0' }, bad('format', 'data.name', 'name contains characters that cannot be stored')],
    [{ description: 7 }, bad('type', 'data.description', 'description must be a string')],
    [{ type: 'customer' }, bad('enum', 'data.type', 'type must be cart')],
    [{ id: 'another' }, bad('enum', 'data.id', 'id must be put-errors')],
  ])('%j answers 400 and stores nothing', async (data, expected) => {
    expect(await app.storefront.put('/v2/carts/put-errors', { data })).toMatchObject(expected);
    expect(await countStored(app, 'put-errors')).toBe(0);
  });

  test.each([undefined, {}, { data: null }, { data: [] }, '{"data":'])('the body %j answers 400', async body => {
    expect((await app.storefront.put('/v2/carts/put-errors', body)).status).toBe(400);
  });
});

describe('POST', () => {
  test('makes a cart under a reference that nobody can guess', async () => {
    const { status, body } = await app.storefront.post('/v2/carts', { data: { name: 'Birthday' } });
    expect(status).toBe(201);
    const { created_at } = body.data.meta.timestamps;
    expect(body).toEqual({
      data: {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        type: 'cart',
        name: 'Birthday',
        description: '',
        links: { self: `https://shop.example.test/v2/carts/${body.data.id}` },
        relationships: { items: { data: null }, customers: {} },
        meta: {
          display_price: emptyPrices,
          timestamps: { created_at, updated_at: created_at, expires_at: expect.stringMatching(time) },
        },
      },
    });
    expect((await app.storefront.get(`/v2/carts/${body.data.id}`)).body).toEqual(body);
  });

  test.each(['a', 'A_-9', 'x'.repeat(255)])('takes the id %s, once', async id => {
    const create = () => app.storefront.post('/v2/carts', { data: { id, name: 'Birthday', description: 'For Ada' } });
    expect(await create()).toMatchObject({ status: 201, body: { data: { id, description: 'For Ada' } } });
    expect(await create()).toMatchObject({
      status: 409,
      body: {
        errors: [{ status: 409, title: 'Conflict', detail: 'A cart with this id already exists', source: 'data.id' }],
      },
    });
  });

  test.each(['', 'a b', 'ä', 'a/b', 'x'.repeat(256), null, 7])('the id %j answers 400', async id => {
    const { status, body } = await app.storefront.post('/v2/carts', { data: { id, name: 'Birthday' } });
    expect([status, body.errors[0].source]).toEqual([400, 'data.id']);
  });

  test('needs a name', async () => {
    expect(await app.storefront.post('/v2/carts', { data: {} })).toMatchObject(
      bad('required', 'data.name', 'name is required'),
    );
  });

  test('of one id by 20 requests at once makes one cart', async () => {
    const id = aReference();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => app.storefront.post('/v2/carts', { data: { id, name: 'Birthday' } })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  });
});

describe('GET', () => {
  test('shows the items in order, the totals, and includes items and tax items when asked', async () => {
    const { reference, path, item } = await createCart(app.admin, {
      ...aCustomItem(),
      tax: [{ name: 'VAT', rate: 0.2 }],
    });
    const { data } = await addItem(app.storefront, reference, aCustomItem({ sku: '', name: 'Card', quantity: 3 }));
    const [, card] = data;
    const plain = await app.storefront.get(path);
    expect(plain.body).not.toHaveProperty('included');
    expect(plain.body.data).toMatchObject({
      relationships: {
        items: {
          data: [
            { type: 'custom_item', id: item.id },
            { type: 'custom_item', id: card.id },
          ],
        },
      },
      meta: {
        display_price: {
          // 500 with 20 % in it, and 3 × 500 without any.
          with_tax: usd(2000),
          without_tax: usd(1917),
          tax: usd(83),
          discount: usd(0),
          without_discount: usd(2000),
          shipping: usd(0),
        },
      },
    });
    const full = await app.storefront.get(`${path}?include=items,tax_items,unknown`);
    const [tax] = item.relationships.taxes.data;
    expect(full.body).toEqual({
      ...plain.body,
      included: {
        items: data,
        tax_items: [{ id: tax.id, type: 'tax_item', name: 'VAT', jurisdiction: '', code: '', rate: 0.2 }],
      },
    });
    const onlyTaxes = await app.storefront.get(`${path}?include=tax_items`);
    expect(onlyTaxes.body.included).toEqual({ tax_items: full.body.included.tax_items });
  });

  test('of items shows them with the totals of the cart, and the tax items when asked', async () => {
    const { path, item } = await createCart(app.admin, { ...aCustomItem(), tax: [{ name: 'VAT', rate: 0.2 }] });
    const cart = (await app.storefront.get(path)).body.data;
    const { body } = await app.storefront.get(`${path}/items`);
    expect(body).toEqual({ data: [item], meta: cart.meta });
    const withTaxes = await app.storefront.get(`${path}/items?include=tax_items,items`);
    expect(withTaxes.body).toEqual({
      ...body,
      included: { tax_items: [expect.objectContaining({ type: 'tax_item', rate: 0.2 })] },
    });
  });

  test('of a repeated include answers 400', async () => {
    expect((await app.storefront.get(`/v2/carts/${aReference()}?include=items&include=items`)).status).toBe(400);
  });
});
