import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCurrency, aProduct, createCurrency, createProduct } from '../support/builders.ts';
import { sdkSince, sdkVersions, settled } from '../support/sdk.ts';
import { type SdkShop, startSdkShop } from '../support/sdk-shop.ts';

// Unmodified @moltin/sdk versions over TLS (reference: catalog-minimum.md; js-sdk-calls.md, §11).

let shop: SdkShop;
beforeAll(async () => {
  shop = await startSdkShop();
  await createCurrency(shop, { code: 'EUR', format: '{price} €', decimal_point: ',', thousand_separator: '.' });
});
afterAll(() => shop.close());

const rejected = (status: number, title: string, detail: string, source?: string) => ({
  rejected: { errors: [{ status, title, detail, ...(source && { source }) }] },
});
const notPermitted = rejected(403, 'Forbidden', 'This action is not permitted for this access token');
const productNotFound = rejected(404, 'Product not found', 'The requested product could not be found');
/** How every version settles with an answer of 204. */
const nothing = { resolved: '{}' };

describe.each(sdkVersions)('@moltin/sdk %s', version => {
  test('creates, changes and deletes a product as the back end', async () => {
    const { Products } = (await shop.backEndClient(version)).client;
    const { stock, ...body } = aProduct();
    const { data } = await Products.Create({ ...body, stock, id: '' });
    expect(data).toMatchObject({ ...body, meta: { stock: { level: stock, availability: 'in-stock' } } });
    const changed = await Products.Update(data.id, { id: data.id, name: 'Tin mug' });
    expect(changed.data).toMatchObject({ ...body, id: data.id, name: 'Tin mug' });
    expect(await Products.Get(data.id)).toEqual(changed);
    const taken = rejected(409, 'Conflict', 'A product with this slug already exists', 'data.slug');
    expect(await settled(Products.Create(aProduct({ slug: body.slug })))).toEqual(taken);
    expect(await settled(Products.Delete(data.id))).toEqual(nothing);
    expect(await settled(Products.Get(data.id))).toEqual(productNotFound);
  });

  test('shows the storefront live products only, with main images asked for, and lets it change none', async () => {
    const { Products } = (await shop.storefrontClient(version)).client;
    const [live, draft] = [await createProduct(shop), await createProduct(shop, { status: 'draft' })];
    expect(await Products.With('main_image').Get(live.id)).toEqual({ data: live });
    expect(await settled(Products.Get(draft.id))).toEqual(productNotFound);
    const listed = async (sku: string) =>
      (await Products.With(['main_image']).Filter({ eq: { sku } }).Limit(5).All()).data;
    expect(await listed(live.sku)).toEqual([live]);
    expect(await listed(draft.sku)).toEqual([]);
    expect(await settled(Products.Update(live.id, { name: 'Mine' }))).toEqual(notPermitted);
    expect(await settled(Products.Delete(live.id))).toEqual(notPermitted);
    expect(await Products.Get(live.id)).toEqual({ data: live });
  });

  test('filters by a category of which there is none as a shop does', async () => {
    const { Products } = (await shop.storefrontClient(version)).client;
    const category = { id: '3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01' };
    const outcome = await settled(Products.Filter({ eq: { category } }).All());
    // Versions before 3.15 cannot write such a filter (reference: js-sdk-calls.md, §2).
    if (sdkSince('6.6.0').includes(version))
      expect(outcome).toMatchObject({ resolved: { data: [], meta: { results: { total: 0 } } } });
    else expect(outcome).toMatchObject({ rejected: { errors: [{ status: 400, title: 'Bad Request' }] } });
  });

  test('is told that there is nothing to relate a product to', async () => {
    const { Products } = (await shop.backEndClient(version)).client;
    const { id } = await createProduct(shop);
    const unknown = rejected(404, 'Not Found', 'The requested resource could not be found');
    expect(await settled(Products.CreateRelationships(id, 'category', [id]))).toEqual(unknown);
    expect(await settled(Products.UpdateRelationships(id, 'category', [id]))).toEqual(unknown);
    expect(await settled(Products.DeleteRelationships(id, 'category', [id]))).toEqual(unknown);
    expect(await settled(Products.CreateRelationships(id, 'main-image', id))).toEqual(unknown);
  });

  test('creates, changes, deletes and sets a currency without ever sending a type', async () => {
    const store = await shop.addStore();
    const { Currencies, Products } = (await shop.backEndClient(version, { store })).client;
    const { type: _, ...body } = aCurrency({ decimal_places: '2' });
    const { data } = await Currencies.Create(body);
    expect(data).toMatchObject({ ...body, type: 'currency', decimal_places: 2 });
    const changed = await Currencies.Update(data.id, { exchange_rate: 0.8 });
    expect(changed.data).toMatchObject({ code: 'GBP', exchange_rate: 0.8 });
    expect(await Currencies.Get(data.id)).toEqual(changed);
    const codes = async () => (await Currencies.Limit(1).All()).data.map(({ code }: { code: string }) => code);
    expect(await codes()).toEqual(['USD', 'GBP']);

    const price = [
      { amount: 3000, currency: 'USD' },
      { amount: 2400, currency: 'GBP' },
    ];
    const product = await createProduct(store, { price });
    const shown = async () => (await Products.Get(product.id)).data.meta.display_price.with_tax.formatted;
    expect(await shown()).toBe('$30.00');
    Currencies.Set('GBP');
    expect(await shown()).toBe('£24.00');

    const taken = rejected(
      400,
      'Currency already exists',
      'The specified currency code already exists for this store',
      'data.code',
    );
    expect(await settled(Currencies.Create(body))).toEqual(taken);
    expect(await settled(Currencies.Delete(data.id))).toEqual(nothing);
    expect(await codes()).toEqual(['USD']);
  });

  test('reads empty lists of what there is none of', async () => {
    const { client } = await shop.storefrontClient(version);
    const { Brands, Categories, Collections, Files } = client;
    const endpoints = [Brands, Categories, Collections, ...(sdkSince('6.6.0').includes(version) ? [Files] : [])];
    for (const endpoint of endpoints) {
      expect(await endpoint.Limit(10).All()).toMatchObject({ data: [], meta: { results: { total: 0 } } });
    }
    expect(await Categories.Tree()).toEqual({ data: [] });
  });
});

describe.each(sdkSince('3.8.1'))('@moltin/sdk %s', version => {
  test('moves a stock by its four actions and reads its transactions', async () => {
    const { Inventories } = (await shop.backEndClient(version)).client;
    const { id } = await createProduct(shop, { stock: 5 });
    expect(await Inventories.IncrementStock(id, 10)).toMatchObject({
      data: { type: 'stock-transaction', action: 'increment', product_id: id, quantity: 10 },
    });
    await Inventories.DecrementStock(id, 3);
    await Inventories.AllocateStock(id, 4);
    await Inventories.DeallocateStock(id, 1);
    const stock = { id, type: 'stock', total: 12, available: 9, allocated: 3 };
    expect(await Inventories.Get(id)).toEqual({ data: stock });
    expect((await Inventories.Limit(100).All()).data).toContainEqual(stock);
    const { data } = await Inventories.GetTransactions(id);
    expect(data.map(({ action, quantity }: { action: string; quantity: number }) => [action, quantity])).toEqual([
      ['create', 5],
      ['increment', 10],
      ['decrement', 3],
      ['allocate', 4],
      ['deallocate', 1],
    ]);
    const insufficient = rejected(
      422,
      'Cannot complete request',
      'Your request could not be completed due to insufficient stock levels',
    );
    expect(await settled(Inventories.AllocateStock(id, 10))).toEqual(insufficient);
    expect(await Inventories.Get(id)).toEqual({ data: stock });
  });
});

describe.each(sdkSince('6.6.0'))('@moltin/sdk %s', version => {
  test('reads what can be set of a product', async () => {
    const { data } = await (await shop.backEndClient(version)).client.Products.Attributes();
    expect(data.map(({ value }: { value: string }) => value)).toContain('manage_stock');
  });
});

describe.each(sdkSince('12.7.0'))('@moltin/sdk %s', version => {
  test('deletes and creates a stock, and reads one transaction and several stocks', async () => {
    const { Inventories } = (await shop.backEndClient(version)).client;
    const [one, other] = [await createProduct(shop, { stock: 1 }), await createProduct(shop, { stock: 2 })];
    expect(await settled(Inventories.Delete(one.id))).toEqual(nothing);
    const stock = { id: one.id, type: 'stock', total: 7, available: 7, allocated: 0 };
    expect(await Inventories.Create(one.id, 7)).toEqual({ data: stock });
    const {
      data: [transaction],
    } = await Inventories.GetTransactions(one.id);
    expect(await Inventories.GetTransaction(one.id, transaction.id)).toEqual({ data: transaction });
    const multiple = await Inventories.GetMultipleStock([one.id, other.id]);
    expect(multiple.data).toEqual([stock, { id: other.id, type: 'stock', total: 2, available: 2, allocated: 0 }]);
  });
});
