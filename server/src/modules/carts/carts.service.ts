import { randomBytes } from 'node:crypto';
import type { StoreDb } from '../../platform/db/database.ts';
import { anyShard } from '../../platform/db/totals.ts';
import { keywordError } from '../../platform/errors.ts';
import type { ListRequest } from '../../platform/query/list-query.ts';
import type { Extent } from '../../platform/query/page.ts';
import { accessErrors } from '../access/access.errors.ts';
import type { Context } from '../access/context.ts';
import { type Cart, emptyCart } from './cart.ts';
import type { CartLine, LineSummary } from './cart-lines.ts';
import { expiryOf, inCart, readCart } from './carts.change.ts';
import { associate } from './carts.customers.ts';
import { cartErrors } from './carts.errors.ts';
import {
  cartListing,
  cartSummaryListing,
  selectCart,
  selectCartSummary,
  toStoredCart,
  visibleCarts,
} from './carts.read.ts';
import type { CartPatch, NewCart } from './carts.schema.ts';
import { deleteCart, deleteExpired, insertCart, updateCartTexts } from './carts.store.ts';

/** A cart with its lines; the empty one when none is stored. */
export async function getCart(ctx: Context, reference: string): Promise<Cart> {
  return (await readCart(ctx, ctx.db, reference, selectCart)) ?? emptyCart(reference);
}

/** A cart with what its price is made of; the empty one when none is stored. */
export async function getCartSummary(ctx: Context, reference: string): Promise<Cart<LineSummary>> {
  return (await readCart(ctx, ctx.db, reference, selectCartSummary)) ?? emptyCart(reference);
}

/** A page of carts, with whole lines when those are asked for; with a customer token, of that customer. */
export async function listCarts(
  ctx: Context,
  request: ListRequest<'updated_at'>,
  withLines: boolean,
): Promise<{ carts: Cart<CartLine | LineSummary>[]; extent: Extent }> {
  const listing = withLines ? cartListing : cartSummaryListing;
  const page = await listing.select(ctx.db, { ...request, scope: visibleCarts(ctx.shopper, ctx.now) });
  if (page === undefined) throw accessErrors.invalidCustomerToken();
  return { carts: page.rows.map(row => toStoredCart<CartLine | LineSummary>(row)), extent: page };
}

/** Makes a cart, associated with the customer of the token. Throws 409 when there is one with this id. */
export function createCart(ctx: Context, input: NewCart): Promise<Cart> {
  const { id = randomBytes(16).toString('hex'), name, description = '' } = input;
  const { now, shopper } = ctx;
  return ctx.db.inTransaction(async tx => {
    const row = { id, name, description, now, expires: expiryOf(ctx), shard: anyShard() };
    const isNew = (await tx.all(insertCart, row)).length > 0;
    if (isNew && shopper !== undefined) await associate(ctx, tx, id, shopper.customerId);
    // Before the conflict: a session that has ended is told nothing.
    const cart = await readCart(ctx, tx, id, selectCart);
    if (!isNew || cart === undefined) throw cartErrors.taken();
    return cart;
  });
}

/** Changes the texts of a cart, which is made when there is none. Keys not sent keep their value. */
export function changeCart(ctx: Context, reference: string, patch: CartPatch): Promise<Cart> {
  if (patch.id !== undefined && patch.id !== reference) {
    throw keywordError('enum', 'data.id', `id must be ${reference}`);
  }
  return inCart(ctx, reference, 'touch or create', async (tx, cart) => {
    const { name = cart.name, description = cart.description } = patch;
    await tx.all(updateCartTexts, { id: reference, name, description });
    return { ...cart, name, description };
  });
}

/** Deletes a cart, if there is one. */
export function removeCart(ctx: Context, reference: string): Promise<void> {
  return inCart(ctx, reference, 'lock', async (tx, cart) => {
    if (cart.expires_at !== undefined) await tx.all(deleteCart, { id: reference, shard: anyShard() });
  });
}

/** Deletes expired carts of a store, at most `limit`, and answers how many. Any number of processes may do so at once. */
export async function deleteExpiredCarts(db: StoreDb, now: Date, limit: number): Promise<number> {
  return (await db.all(deleteExpired, { now, limit, shard: anyShard() })).length;
}
