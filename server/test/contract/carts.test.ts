import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCurrency, signUp } from '../support/builders.ts';
import { aCustomItem, aReference, aTax, createMug } from '../support/carts.ts';
import { type SdkVersion, sdkSince, sdkVersions, settled } from '../support/sdk.ts';
import { type SdkShop, startSdkShop } from '../support/sdk-shop.ts';

// Unmodified @moltin/sdk versions over TLS (reference: carts-and-checkout.md; js-sdk-calls.md, §8, §15.5 and §15.7).

let shop: SdkShop;
let mug: { id: string; sku: string };
beforeAll(async () => {
  shop = await startSdkShop();
  await createCurrency(shop, { code: 'EUR', format: '{price} €' });
  mug = await createMug(shop, {
    price: [
      { amount: 1500, currency: 'USD', includes_tax: false },
      { amount: 1400, currency: 'EUR', includes_tax: false },
    ],
  });
});
afterAll(() => shop.close());

const brief = (document: { data: { name: string; quantity: number }[] }) =>
  document.data.map(({ name, quantity }) => `${quantity} ${name}`);
const card = (changes: Record<string, unknown> = {}) => {
  const { type: _, ...item } = aCustomItem({ name: 'Card', ...changes });
  return item;
};
const openCart = async (version: SdkVersion) => (await shop.storefrontClient(version)).client.Cart(aReference());

describe.each(sdkVersions)('@moltin/sdk %s', version => {
  test('fills, reads, changes and empties a cart', async () => {
    const cart = await openCart(version);
    expect((await cart.Get()).data.relationships.items.data).toBe(null);
    expect(brief(await cart.AddProduct(mug.id))).toEqual(['1 Mug']);
    expect(brief(await cart.AddProduct(mug.id, 2))).toEqual(['3 Mug']);
    const added = await cart.AddCustomItem(card());
    expect(brief(added)).toEqual(['3 Mug', '1 Card']);
    const [ofMug, ofCard] = added.data;

    expect((await cart.Get()).data).toMatchObject({
      type: 'cart',
      meta: { display_price: { with_tax: { amount: 5000, currency: 'USD', formatted: '$50.00' } } },
    });
    expect(await cart.Items()).toEqual(added);
    // The SDK says cart_item of both.
    expect(brief(await cart.UpdateItemQuantity(ofMug.id, 5))).toEqual(['5 Mug', '1 Card']);
    expect(brief(await cart.UpdateItemQuantity(ofCard.id, 4))).toEqual(['5 Mug', '4 Card']);
    expect(brief(await cart.UpdateItemQuantity(ofCard.id, 0))).toEqual(['5 Mug']);

    const removed = await cart.RemoveItem(ofMug.id);
    expect(removed).toMatchObject({ data: [], meta: { display_price: { with_tax: { amount: 0 } } } });
    expect(await settled(cart.Delete())).toEqual({ resolved: '{}' });
    expect(await settled(cart.Delete())).toEqual({ resolved: '{}' });
  });

  test('is told what is wrong', async () => {
    const cart = await openCart(version);
    const { data } = await cart.AddProduct(mug.id);
    expect(await settled(cart.AddProduct('none'))).toMatchObject({
      rejected: { errors: [{ status: 404, title: 'Product not found' }] },
    });
    expect(await settled(cart.AddPromotion('SUMMER'))).toEqual({
      rejected: {
        errors: [{ status: 404, title: 'Not Found', detail: 'No promotion could be found with the given code.' }],
      },
    });
    // Without a quantity the SDK sends null.
    expect(await settled(cart.UpdateItemQuantity(data[0].id))).toMatchObject({
      rejected: { errors: [{ status: 400, title: 'required', source: 'data.quantity' }] },
    });
    expect(await settled(cart.RemoveItem('none'))).toMatchObject({
      rejected: { errors: [{ status: 404, detail: "The Item doesn't exist in the cart" }] },
    });
  });

  test('makes a reference of its own and finds the cart again', async () => {
    const { client } = await shop.storefrontClient(version);
    const first = client.Cart();
    await first.AddProduct(mug.id);
    const { data } = await client.Cart(first.cartId).Get();
    expect(data).toMatchObject({ id: first.cartId, relationships: { items: { data: [{ type: 'cart_item' }] } } });
  });

  test('shops in the currency that the client asks for', async () => {
    const { client } = await shop.storefrontClient(version, { currency: 'EUR' });
    const cart = client.Cart(aReference());
    await cart.AddProduct(mug.id);
    const { data } = await cart.Get();
    expect(data.meta.display_price.with_tax).toEqual({ amount: 1400, currency: 'EUR', formatted: '14.00 €' });
    const inDollars = (await openCart(version)).cartId;
    const { client: dollars } = await shop.storefrontClient(version, { currency: 'USD' });
    await dollars.Cart(inDollars).AddProduct(mug.id);
    expect(await settled(client.Cart(inDollars).AddProduct(mug.id))).toMatchObject({
      rejected: { errors: [{ status: 400, title: 'Invalid currency' }] },
    });
  });
});

describe.each(sdkSince('6.6.0'))('@moltin/sdk %s', version => {
  test('adds by SKU, with custom inputs, and changes them', async () => {
    const cart = await openCart(version);
    const { data } = await cart.AddProduct(mug.sku, 2, { custom_inputs: { engraving: 'Ada' } }, true);
    expect(data).toMatchObject([{ product_id: mug.id, quantity: 2, custom_inputs: { engraving: 'Ada' } }]);
    const changed = await cart.UpdateItem(data[0].id, 3, { custom_inputs: { engraving: 'Grace' } });
    expect(changed.data).toMatchObject([{ quantity: 3, custom_inputs: { engraving: 'Grace' } }]);
  });

  test('adds and changes several items at once, in each form that versions send', async () => {
    const cart = await openCart(version);
    const items = [
      { type: 'cart_item', id: mug.id, quantity: 1 },
      { type: 'cart_item', id: 'none', quantity: 1 },
      { ...card(), type: 'custom_item' },
    ];
    const partial = await cart.BulkAdd(structuredClone(items));
    expect(brief(partial)).toEqual(['1 Mug', '1 Card']);
    expect(partial.errors).toMatchObject([{ status: 404, meta: { id: 'none' } }]);
    const strict = await settled(cart.BulkAdd(structuredClone(items), { add_all_or_nothing: true }));
    // Versions before 18 send false whatever the application says.
    if (sdkSince('20.11.0').includes(version)) {
      expect(strict).toMatchObject({ rejected: { errors: [{ status: 404, meta: { id: 'none' } }] } });
    } else expect(strict).toMatchObject({ resolved: { errors: [{ status: 404 }] } });

    const [ofMug, ofCard] = partial.data;
    const updated = await cart.UpdateItems([
      { type: 'cart_item', id: ofMug.id, quantity: 4 },
      { type: 'cart_item', id: ofCard.id, quantity: 0 },
    ]);
    expect(brief(updated)).toEqual(['4 Mug']);
    // Of an item that says custom_item the SDK loses id and quantity.
    const lost = cart.UpdateItems([{ type: 'custom_item', id: ofMug.id, quantity: 9 }]);
    expect(await settled(lost)).toMatchObject({ rejected: { errors: [{ status: 400 }, { status: 400 }] } });

    expect(await settled(cart.RemoveAllItems())).toEqual({ resolved: '{}' });
    expect((await cart.Items()).data).toEqual([]);
  });

  test('names a cart, and keeps it with a customer on any device', async () => {
    const { customer, token } = await signUp(shop);
    const { client } = await shop.storefrontClient(version);
    const guest = client.Cart(aReference());
    await guest.AddProduct(mug.id);
    expect((await guest.UpdateCart({ name: 'Birthday' })).data.name).toBe('Birthday');
    expect((await guest.UpdateCart({ data: { description: 'For Ada' } })).data).toMatchObject({
      name: 'Birthday',
      description: 'For Ada',
    });
    expect(await guest.AddCustomerAssociation(customer.id, token.token)).toEqual({
      data: [{ type: 'customer', id: customer.id }],
    });
    expect(await settled(guest.AddCustomerAssociation(customer.id, token.token))).toEqual({ resolved: '{}' });
    // Nothing but the reference, as the SDK goes on.
    expect(brief(await guest.AddProduct(mug.id))).toEqual(['2 Mug']);

    const made = await guest.CreateCart({ name: 'Wedding' }, token.token);
    const twice = await guest.CreateCart({ data: { name: 'Picnic' } }, token.token);
    const { data } = await client.Cart().GetCartsList(token.token);
    expect(data.map(({ id }: { id: string }) => id)).toEqual([twice.data.id, made.data.id, guest.cartId]);
    const elsewhere = (await shop.storefrontClient(version)).client;
    expect((await elsewhere.Cart().GetCartsList(token.token)).data).toEqual(data);
    expect(await settled(client.Cart().GetCartsList((await signUp(shop)).token.token))).toMatchObject({
      resolved: { data: [] },
    });
  });

  test('taxes items with the secret, and not without', async () => {
    const { client } = await shop.backEndClient(version);
    const cart = client.Cart(aReference());
    const { type: _, ...tax } = aTax();
    const [item] = (await cart.AddProduct(mug.id, 2)).data;
    const { data } = await cart.AddItemTax(item.id, tax);
    expect(data).toEqual({ ...aTax(), id: expect.any(String) });
    expect((await cart.UpdateItemTax(item.id, data.id, { rate: 0.1 })).data).toEqual({ ...data, rate: 0.1 });
    expect((await cart.Get()).data.meta.display_price.tax.amount).toBe(300);
    expect(await settled(cart.RemoveItemTax(item.id, data.id))).toEqual({ resolved: '{}' });
    expect((await cart.Get()).data.meta.display_price.tax.amount).toBe(0);
    const storefront = (await shop.storefrontClient(version)).client.Cart(cart.cartId);
    expect(await settled(storefront.AddItemTax(item.id, tax))).toMatchObject({
      rejected: { errors: [{ status: 403 }] },
    });
  });
});

describe.each(sdkSince('20.11.0'))('@moltin/sdk %s', version => {
  test('includes items with the cart', async () => {
    const cart = await openCart(version);
    const { data } = await cart.AddProduct(mug.id);
    expect((await cart.With('items').Get()).included).toEqual({ items: data });
  });
});

describe.each(sdkSince('36.0.0'))('@moltin/sdk %s', version => {
  test('merges a cart, and taxes several items at once', async () => {
    const { client } = await shop.backEndClient(version);
    const [from, into] = [client.Cart(aReference()), client.Cart(aReference())];
    await from.AddProduct(mug.id, 2);
    await from.AddCustomItem(card());
    await into.AddProduct(mug.id);
    const merged = await into.Merge(from.cartId, undefined, { add_all_or_nothing: true });
    expect(brief(merged)).toEqual(['3 Mug', '1 Card']);
    const taxes = merged.data.map(({ id, type }: { id: string; type: string }) => ({
      ...aTax(),
      relationships: { item: { data: { type, id } } },
    }));
    const ids = expect.arrayContaining([expect.objectContaining({ type: 'tax_item', id: expect.any(String) })]);
    expect((await into.BulkAddItemTax(taxes)).data).toEqual(ids);
    expect((await into.BulkAddItemTax(taxes, { add_all_or_nothing: true })).data).toEqual(ids);
  });
});
