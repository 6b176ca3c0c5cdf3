import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Caller, TestApp } from './test-app.ts';

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

interface ProductChanges {
  readonly name?: string;
  readonly sku?: string;
  readonly description?: string;
  readonly status?: 'live' | 'draft';
  readonly manage_stock?: boolean;
  readonly stock?: number;
  readonly price?: readonly { amount: number; currency: string; includes_tax: boolean }[];
}

/** Stores a product that costs 15.00 USD without tax, as much of it as anybody wants, and answers its row. */
export async function createMug(app: TestApp, changes: ProductChanges = {}, storeId = app.id) {
  const id = randomBytes(16)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const {
    name = 'Mug',
    sku = `MUG-${id.slice(0, 8)}`,
    description = 'A mug',
    status = 'live',
    manage_stock = false,
    stock = 0,
    price = [{ amount: 1500, currency: 'USD', includes_tax: false }],
  } = changes;
  await app.query(
    `with product as (
       insert into products (store_id, id, name, name_key, slug, slug_key, sku, sku_key, description, description_key,
         manage_stock, price, status, commodity_type, created_at, updated_at)
       values ($1, $2, $3, $3, $4, $4, $5, $5, $6, $6, $7, $8::jsonb, $9, 'physical', now(), now())
       returning store_id, id)
     insert into stocks (store_id, id, available) select store_id, id, $10 from product`,
    [storeId, id, name, `mug-${id}`, sku, description, manage_stock, JSON.stringify(price), status, stock],
  );
  return { id, name, sku, slug: `mug-${id}`, description, manage_stock, price };
}

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
  await app.query('update carts set expires_at = now() where id = $1', [reference]);
}
