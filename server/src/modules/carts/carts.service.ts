import { randomBytes } from 'node:crypto';
import type { StoreDb } from '../../platform/db/database.ts';
import type { Listing } from '../../platform/db/listing.ts';
import { anyShard } from '../../platform/db/totals.ts';
import { keywordError } from '../../platform/errors.ts';
import type { ListRequest } from '../../platform/query/list-query.ts';
import type { Extent } from '../../platform/query/page.ts';
import { accessErrors } from '../access/access.errors.ts';
import type { Context } from '../access/context.ts';
import { outdated } from '../flows/definitions.ts';
import { flowErrors } from '../flows/flows.errors.ts';
import type { WriteFields } from '../flows/resource-entries.service.ts';
import type { Cart } from './cart.ts';
import type { LineSummary } from './cart-lines.ts';
import { expiryOf, inCart, readCart } from './carts.change.ts';
import { associate } from './carts.customers.ts';
import { cartErrors } from './carts.errors.ts';
import { carts, type ShownCart, type ShownLine, showLines } from './carts.fields.ts';
import {
  type CartWith,
  cartListing,
  cartSummaryListing,
  selectCart,
  selectCartSummary,
  toStoredCart,
  visibleCarts,
} from './carts.read.ts';
import type { CartPatch, NewCart } from './carts.schema.ts';
import { deleteCart, deleteExpired, insertCart, updateCart } from './carts.store.ts';

async function showCart<Line>(ctx: Context, cart: Cart<Line>): Promise<ShownCart<Line>> {
  const [shown = { ...cart, custom: {} }] = await carts.show(ctx.db, [cart]);
  return shown;
}

/** A cart with its lines; the empty one when none is stored. */
export async function getCart(ctx: Context, reference: string): Promise<ShownCart> {
  return showLines(ctx.db, await showCart(ctx, await readCart(ctx, ctx.db, reference, selectCart)));
}

/** A cart with what its price is made of; the empty one when none is stored. */
export async function getCartSummary(ctx: Context, reference: string): Promise<ShownCart<LineSummary>> {
  return showCart(ctx, await readCart(ctx, ctx.db, reference, selectCartSummary));
}

async function selectPage<Line>(
  ctx: Context,
  listing: Listing<CartWith<Line>, 'updated_at'>,
  request: ListRequest<'updated_at'>,
): Promise<{ carts: ShownCart<Line>[]; extent: Extent }> {
  const page = await listing.select(ctx.db, { ...request, scope: visibleCarts(ctx.shopper, ctx.now) });
  if (page === undefined) throw accessErrors.invalidCustomerToken();
  const field_version = page.version ?? null;
  const rows: Cart<Line>[] = page.rows.map(row => toStoredCart<Line>({ ...row, field_version }));
  return { carts: await carts.show(ctx.db, rows), extent: page };
}

/** A page of carts, with whole lines when those are asked for; with a customer token, of that customer. */
export async function listCarts(
  ctx: Context,
  request: ListRequest<'updated_at'>,
  withLines: boolean,
): Promise<{ carts: ShownCart<ShownLine | LineSummary>[]; extent: Extent }> {
  if (!withLines) return selectPage(ctx, cartSummaryListing, request);
  const page = await selectPage(ctx, cartListing, request);
  return { ...page, carts: await Promise.all(page.carts.map(cart => showLines(ctx.db, cart))) };
}

/** Makes a cart, associated with the customer of the token. Throws 409 when there is one with this id, 422 for values that do not fit. */
export async function createCart(ctx: Context, input: NewCart): Promise<ShownCart<LineSummary>> {
  const { id = randomBytes(16).toString('hex'), name, description = '' } = input;
  const { now, shopper } = ctx;
  const row = { id, name, description, now, expires: expiryOf(ctx), shard: anyShard() };
  const created = await carts.write(ctx.db, { id, body: input, isNew: true, checksUnique: true }, (db, values) =>
    db.inTransaction(async tx => {
      const isNew = (await tx.all(insertCart, { ...row, ...values.parameters })).length > 0;
      if (isNew && shopper !== undefined) await associate(ctx, tx, id, shopper.customerId);
      // Before the conflict: a session that has ended is told nothing.
      const cart = await readCart(ctx, tx, id, selectCart);
      return isNew ? cart : undefined;
    }),
  );
  if (created === undefined) throw cartErrors.taken();
  return created;
}

/**
 * Changes the texts and fields of a cart, which is made when there is none. Keys not sent keep their value. Throws 422 for values
 * that do not fit.
 */
export async function changeCart(ctx: Context, reference: string, patch: CartPatch): Promise<ShownCart<LineSummary>> {
  if (patch.id !== undefined && patch.id !== reference) {
    throw keywordError('enum', 'data.id', `id must be ${reference}`);
  }
  const input = { id: reference, body: patch, isNew: false, checksUnique: true } as const;
  const changed = await carts.write(ctx.db, input, (db, values) =>
    inCart({ ...ctx, db }, reference, 'touch or create', async (tx, cart): Promise<Cart> => {
      const { name = cart.name, description = cart.description } = patch;
      const row = await tx.first(updateCart, { id: reference, name, description, ...values.parameters });
      if (row === undefined) throw outdated();
      return { ...cart, name, description, ...row };
    }),
  );
  if (changed === undefined) throw new Error('the cart was not stored');
  return changed;
}

/** Writes fields of a cart that stays locked until it is done. Throws 404 when there is none. */
export const writeCartFields: WriteFields = (ctx, { id }, fieldsOf) =>
  inCart(ctx, id, 'touch', async (tx, cart) => {
    if (cart.expires_at === undefined) throw flowErrors.entryNotFound();
    const body = { ...(await fieldsOf(tx, cart.custom_values)) };
    const { name, description } = cart;
    return carts.write(tx, { id, body, isNew: false, checksUnique: true }, (db, values) =>
      db.first(updateCart, { id, name, description, ...values.parameters }),
    );
  });

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
