import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { createProduct } from './builders.ts';
import type { Caller, TestApp, TestStore } from './test-app.ts';

/** A reference as the SDK makes one. */
export const aReference = () => randomBytes(16).toString('hex');

/** The body of a custom item. */
export const aCustomItem = (changes: Record<string, unknown> = {}) => ({
  type: 'custom_item',
  name: 'Gift wrapping',
  sku: 'WRAP-RED',
  quantity: 1,
  price: { amount: 500 },
  ...changes,
});

/** The body of a tax item. */
export const aTax = (changes: Record<string, unknown> = {}) => ({
  type: 'tax_item',
  name: 'VAT',
  jurisdiction: 'GB',
  code: 'VAT20',
  rate: 0.2,
  ...changes,
});

/** Creates a live product that costs 15.00 USD without tax, as much of it as anybody wants, and answers the resource. */
export const createMug = (store: TestStore, changes: Record<string, unknown> = {}) =>
  createProduct(store, {
    name: 'Mug',
    manage_stock: false,
    price: [{ amount: 1500, currency: 'USD', includes_tax: false }],
    ...changes,
  });

/** The body of a product to add. */
export const aCartItem = (product: { readonly id: string }, quantity = 1) => ({
  type: 'cart_item',
  id: product.id,
  quantity,
});

/** Adds to a cart and answers the items document. */
export async function addItem(caller: Caller, reference: string, item: object) {
  const { status, body } = await caller.post(`/v2/carts/${reference}/items`, { data: item });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

/** Makes a cart with one custom item and answers its reference and the item. */
export async function createCart(caller: Caller, item: object = aCustomItem()) {
  const reference = aReference();
  const { data } = await addItem(caller, reference, item);
  return { reference, path: `/v2/carts/${reference}`, item: data[0] };
}

/** How many carts are stored under a reference, expired or not. */
export async function countStored(app: TestApp, reference: string): Promise<number> {
  const { rows } = await app.query('select count(*)::int as count from carts where id = $1', [reference]);
  return rows[0].count;
}

/** Lets a cart expire now. */
export async function expire(app: TestApp, reference: string): Promise<void> {
  await app.query("update carts set expires_at = date_trunc('milliseconds', now()) where id = $1", [reference]);
}
