import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aProduct, createCurrency, createProduct } from '../../../test/support/builders.ts';
import { nextMillisecond } from '../../../test/support/clock.ts';
import { refusal, time, unknownId, uuid } from '../../../test/support/expectations.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await createCurrency(app, { code: 'EUR', format: '{price} €', decimal_point: ',', thousand_separator: '.' });
});
afterAll(() => app.close());

const notFound = refusal(404, 'Product not found', 'The requested product could not be found');
const create = (changes: Record<string, unknown>) => app.admin.post('/v2/products', { data: aProduct(changes) });
const read = async (id: string, headers?: Record<string, string>) =>
  (await app.admin.get(`/v2/products/${id}`, headers)).body.data;
const totals = async () => {
  const [all, live] = [await app.admin.get('/v2/products'), await app.storefront.get('/v2/products')];
  return [all.body.meta.results.total, live.body.meta.results.total];
};

describe('the object', () => {
  test('a created product is answered with 201 and exactly the fields of the contract, and read back the same', async () => {
    const { stock: _, ...body } = aProduct({ price: [{ amount: 217_500, currency: 'USD' }] });
    const created = await app.admin.post('/v2/products', { data: { ...body, stock: 12 } });
    const { created_at } = created.body.data.meta.timestamps;
    const amount = { amount: 217_500, currency: 'USD', formatted: '$2,175.00' };
    expect({ status: created.status, body: created.body }).toEqual({
      status: 201,
      body: {
        data: {
          ...body,
          id: expect.stringMatching(uuid),
          price: [{ amount: 217_500, currency: 'USD', includes_tax: true }],
          meta: {
            timestamps: { created_at: expect.stringMatching(time), updated_at: created_at },
            display_price: { with_tax: amount, without_tax: amount },
            stock: { level: 12, availability: 'in-stock' },
          },
          relationships: {},
        },
      },
    });
    for (const caller of [app.admin, app.storefront]) {
      const found = await caller.get(`/v2/products/${created.body.data.id}?include=main_image`);
      expect(found).toMatchObject({ status: 200, body: created.body });
    }
  });

  test('is a draft without stock unless the request says otherwise', async () => {
    const { type: _, status: __, stock: ___, ...body } = aProduct({ description: '' });
    const { body: created } = await app.admin.post('/v2/products', { data: body });
    expect(created.data).toMatchObject({
      status: 'draft',
      description: '',
      meta: { stock: { level: 0, availability: 'out-stock' } },
    });
  });

  test('is in stock whatever the level when its stock is not managed', async () => {
    const product = await createProduct(app, { manage_stock: false, stock: 0 });
    expect(product.meta.stock).toEqual({ level: 0, availability: 'in-stock' });
  });

  test('shows its price in the currency of the header, the default one for an unknown, and none where it has none', async () => {
    const product = await createProduct(app, {
      price: [
        { amount: 3000, currency: 'USD' },
        { amount: 123_450, currency: 'EUR', includes_tax: false },
      ],
    });
    const shown = async (id: string, currency: string) =>
      (await read(id, { 'x-moltin-currency': currency })).meta.display_price?.with_tax;
    expect(await shown(product.id, 'EUR')).toEqual({ amount: 123_450, currency: 'EUR', formatted: '1.234,50 €' });
    for (const unknown of ['JPY', 'eur', '', 'x'.repeat(300)]) {
      expect(await shown(product.id, unknown)).toEqual({ amount: 3000, currency: 'USD', formatted: '$30.00' });
    }
    const onlyDollars = await createProduct(app);
    expect(await shown(onlyDollars.id, 'EUR')).toBe(undefined);
    const { body } = await app.admin.get(`/v2/products?filter=eq(id,${product.id})`, { 'x-moltin-currency': 'EUR' });
    expect(body.data[0].meta.display_price.without_tax.formatted).toBe('1.234,50 €');
  });

  test('keeps a price in a currency that is deleted, and shows it no longer', async () => {
    const currency = await createCurrency(app, { code: 'CHF' });
    const price = [{ amount: 100, currency: 'CHF', includes_tax: true }];
    const product = await createProduct(app, { price });
    await app.admin.delete(`/v2/currencies/${currency.id}`);
    const found = await read(product.id, { 'x-moltin-currency': 'CHF' });
    expect(found.price).toEqual(price);
    expect(found.meta).not.toHaveProperty('display_price');
  });
});

describe('bodies', () => {
  test('every missing field is named', async () => {
    const { status, body } = await app.admin.post('/v2/products', { data: { type: 'product' } });
    const fields = ['name', 'slug', 'sku', 'description', 'manage_stock', 'price', 'commodity_type'];
    expect({ status, body }).toEqual({
      status: 422,
      body: {
        errors: fields.map(field => ({
          status: 422,
          title: 'Failed Validation',
          detail: `The data.${field} field is required.`,
          source: `data.${field}`,
        })),
      },
    });
  });

  test.each([
    [{ type: 'customer' }, 'type', 'The data.type must be product.'],
    [{ name: ' ' }, 'name', 'The data.name field is required.'],
    [{ name: 'n'.repeat(256) }, 'name', 'The data.name may not be greater than 255 characters.'],
    [{ slug: 7 }, 'slug', 'The data.slug must be a string.'],
    [{ description: null }, 'description', 'The data.description field is required.'],
    [{ manage_stock: 'yes' }, 'manage_stock', 'The data.manage_stock must be a boolean.'],
    [{ status: 'deleted' }, 'status', 'The selected data.status is invalid.'],
    [{ commodity_type: 'service' }, 'commodity_type', 'The selected data.commodity_type is invalid.'],
    [{ price: [] }, 'price', 'The data.price field is required.'],
    [{ price: { amount: 1, currency: 'USD' } }, 'price', 'The data.price must be an array.'],
    [{ price: [{ amount: -1, currency: 'USD' }] }, 'price.0.amount', 'The data.price.0.amount must be at least 0.'],
    [{ price: [{ amount: 9.99, currency: 'USD' }] }, 'price.0.amount', 'The data.price.0.amount must be an integer.'],
    [
      { price: [{ amount: 1e12 + 1, currency: 'USD' }] },
      'price.0.amount',
      'The data.price.0.amount may not be greater than 1000000000000.',
    ],
    [{ price: [{ amount: 1 }] }, 'price.0.currency', 'The data.price.0.currency field is required.'],
    [{ price: [{ amount: 1, currency: 'XXX' }] }, 'price.0.currency', 'The selected data.price.0.currency is invalid.'],
    [
      { price: ['USD', 'EUR', 'USD'].map(currency => ({ amount: 1, currency })) },
      'price.2.currency',
      'The data.price.2.currency has already been taken.',
    ],
    [{ stock: -1 }, 'stock', 'The data.stock must be at least 0.'],
    [{ stock: 1.5 }, 'stock', 'The data.stock must be an integer.'],
  ])('creating with %j answers 422 and stores nothing; so does changing', async (change, path, detail) => {
    const product = await createProduct(app);
    const before = await totals();
    const refused = refusal(422, 'Failed Validation', detail, `data.${path}`);
    expect(await create(change)).toMatchObject(refused);
    expect(await totals()).toEqual(before);
    const put = await app.admin.put(`/v2/products/${product.id}`, { data: change });
    // The stock is set on creation only: a later one is ignored.
    expect(put).toMatchObject('stock' in change ? { status: 200 } : refused);
    expect(await read(product.id)).toEqual(product);
  });

  test('a slug or SKU that another product has is 409, on create and on update, and nothing changes', async () => {
    const [first, second] = [await createProduct(app), await createProduct(app)];
    const taken = {
      slug: refusal(409, 'Conflict', 'A product with this slug already exists', 'data.slug'),
      sku: refusal(409, 'Conflict', 'A product with this SKU already exists', 'data.sku'),
    };
    const before = await totals();
    for (const field of ['slug', 'sku'] as const) {
      expect(await create({ [field]: first[field] })).toMatchObject(taken[field]);
      const put = await app.admin.put(`/v2/products/${second.id}`, { data: { [field]: first[field], name: 'Other' } });
      expect(put).toMatchObject(taken[field]);
    }
    expect(await read(second.id)).toEqual(second);
    expect(await totals()).toEqual(before);
    const upper = await create({ slug: first.slug.toUpperCase() });
    expect(upper.status).toBe(201);
  });
});

describe('changes', () => {
  test('keys that are not sent keep their value, and updated_at moves only with a change', async () => {
    const product = await createProduct(app);
    const put = (data: object) => app.admin.put(`/v2/products/${product.id}`, { data });
    await nextMillisecond();
    const renamed = await put({
      type: 'product',
      id: product.id,
      name: 'Tin mug',
      price: [{ amount: 5, currency: 'EUR' }],
    });
    const { updated_at } = renamed.body.data.meta.timestamps;
    const { display_price: _, ...meta } = product.meta;
    expect({ status: renamed.status, data: renamed.body.data }).toEqual({
      status: 200,
      data: {
        ...product,
        name: 'Tin mug',
        price: [{ amount: 5, currency: 'EUR', includes_tax: true }],
        meta: { ...meta, timestamps: { ...meta.timestamps, updated_at } },
      },
    });
    expect(updated_at > product.meta.timestamps.updated_at).toBe(true);
    expect((await put({ name: 'Tin mug' })).body).toEqual(renamed.body);
    expect(await read(product.id)).toEqual(renamed.body.data);
  });

  test('another id in the body than in the path is 422', async () => {
    const product = await createProduct(app);
    const put = await app.admin.put(`/v2/products/${product.id}`, { data: { id: unknownId, name: 'Other' } });
    expect(put).toMatchObject(refusal(422, 'Failed Validation', `The data.id must be ${product.id}.`, 'data.id'));
    expect(await read(product.id)).toEqual(product);
  });

  test('changes of different fields at once never undo each other', async () => {
    const { id, slug } = await createProduct(app);
    for (let round = 0; round < 10; round += 1) {
      const changes = {
        name: `Round ${round}`,
        description: `In round ${round}`,
        slug: `${slug}-${round}`,
        price: [{ amount: round, currency: 'USD', includes_tax: true }],
        status: round % 2 ? 'live' : 'draft',
      };
      await Promise.all(
        Object.entries(changes).map(([field, value]) =>
          app.admin.put(`/v2/products/${id}`, { data: { [field]: value } }),
        ),
      );
      expect(await read(id)).toMatchObject(changes);
    }
  });

  test('a deleted product is gone with its stock, and its slug is free', async () => {
    const product = await createProduct(app);
    const url = `/v2/products/${product.id}`;
    expect(await app.admin.delete(url)).toMatchObject({ status: 204, body: '' });
    expect(await app.admin.get(url)).toMatchObject(notFound);
    expect(await app.admin.delete(url)).toMatchObject(notFound);
    expect((await app.admin.get(`/v2/inventories/${product.id}`)).status).toBe(404);
    expect((await create({ slug: product.slug })).status).toBe(201);
  });

  test.each([unknownId, 'enamel-mug', '%00'])('the id %s is 404', async id => {
    const url = `/v2/products/${id}`;
    expect(await app.admin.get(url)).toMatchObject(notFound);
    expect(await app.admin.put(url, { data: { name: 'Other' } })).toMatchObject(notFound);
    expect(await app.admin.delete(url)).toMatchObject(notFound);
  });

  test.each(['POST', 'PUT', 'DELETE'] as const)(
    '%s of a relationship to what the catalogue does not have is 404',
    async method => {
      const { id } = await createProduct(app);
      for (const name of ['categories', 'main-image', 'brands', 'files']) {
        const { status, body } = await app.send({
          method,
          url: `/v2/products/${id}/relationships/${name}`,
          headers: { ...app.admin.headers, 'content-type': 'application/json' },
          payload: JSON.stringify({ data: [{ type: 'category', id: unknownId }] }),
        });
        expect({ status, body }).toEqual(refusal(404, 'Not Found', 'The requested resource could not be found'));
      }
    },
  );
});

describe('what shoppers see', () => {
  test('a draft is 404 and in no list, until it is live, and again after it is withdrawn', async () => {
    const product = await createProduct(app, { status: 'draft' });
    const url = `/v2/products/${product.id}`;
    const byId = `/v2/products?filter=eq(id,${product.id})`;
    const seen = async () => [
      (await app.storefront.get(url)).status,
      (await app.storefront.get(byId)).body.data.length,
    ];
    const [all, live] = await totals();
    expect(await app.storefront.get(url)).toMatchObject(notFound);
    expect(await seen()).toEqual([404, 0]);
    await app.admin.put(url, { data: { status: 'live' } });
    expect(await seen()).toEqual([200, 1]);
    expect(await totals()).toEqual([all, live + 1]);
    await app.admin.put(url, { data: { status: 'draft' } });
    expect(await seen()).toEqual([404, 0]);
    expect(await totals()).toEqual([all, live]);
    expect((await app.admin.get(byId)).body.data).toHaveLength(1);
  });
});

describe('translations', () => {
  test('name and description follow X-Moltin-Language where the store has enabled the language', async () => {
    const store = await app.addStore();
    const product = await createProduct(store);
    const url = `/v2/products/${product.id}`;
    const french = { 'x-moltin-language': 'FR' };
    await store.admin.put('/v2/settings', { data: { type: 'settings', additional_languages: ['fr', 'de'] } });
    const put = await store.admin.put(url, { data: { name: 'Tasse émaillée' } }, french);
    expect(put.body.data).toMatchObject({ name: 'Tasse émaillée', description: product.description });
    await store.admin.put(url, { data: { description: '300 ml', slug: 'tasse' } }, french);
    const described = (await store.admin.get(url)).body;
    expect((await store.admin.put(url, { data: { slug: 'tasse' } }, french)).body.data.meta).toEqual(
      described.data.meta,
    );
    await store.admin.put(url, { data: { name: 'Tin mug' } });
    const shown = async (language?: string) => {
      const headers = language === undefined ? {} : { 'x-moltin-language': language };
      const { name, description, slug } = (await store.storefront.get(url, headers)).body.data;
      const [listed] = (await store.storefront.get('/v2/products', headers)).body.data;
      expect(listed).toMatchObject({ name, description });
      return [name, description, slug];
    };
    expect(await shown('fr')).toEqual(['Tasse émaillée', '300 ml', 'tasse']);
    for (const own of [undefined, 'de', 'es', 'english', '']) {
      expect(await shown(own)).toEqual(['Tin mug', product.description, 'tasse']);
    }
    await store.admin.put('/v2/settings', { data: { type: 'settings', additional_languages: [] } });
    expect(await shown('fr')).toEqual(['Tin mug', product.description, 'tasse']);
  });

  test('a change in a language that is not enabled changes the text itself', async () => {
    const product = await createProduct(app);
    await app.admin.put(`/v2/products/${product.id}`, { data: { name: 'Tin mug' } }, { 'x-moltin-language': 'fr' });
    expect((await read(product.id)).name).toBe('Tin mug');
  });
});
