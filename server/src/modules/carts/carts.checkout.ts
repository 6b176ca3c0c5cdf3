import type { StoreTx } from '../../platform/db/database.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';
import type { Context } from '../access/context.ts';
import type { StoredCart } from './cart.ts';
import { inTurn } from './carts.change.ts';
import { selectCart, toStoredCart } from './carts.read.ts';
import { alive, lockCartRow, type OneCart } from './carts.store.ts';

/** What is noted of the last checkout of a cart. */
export interface Checkout {
  readonly orderId: string;
  /** Of what was asked for, and of the lines. */
  readonly digest: Buffer;
}

// The note is as it was before this statement waited for anybody: it is the statement's snapshot that it comes from.
const tryLockCart = storeStatement<OneCart>()(
  p => sql<{ noted_at: string | null; is_locked: boolean }>`
    with locked as (select id from carts where ${alive(p)} for update skip locked)
    select checkout_at::text as noted_at, exists (select from locked) as is_locked from carts where ${alive(p)}`,
);

interface Asked {
  readonly digest: Buffer;
  /** How long ago the checkout arrived: told to the one clock of all processes, the database's. */
  readonly arrivedMs: number;
  /** The order that another checkout of this process, which asked for the same and is not answered yet, has made. */
  readonly unanswered: string | null;
}

const selectOverlapping = storeStatement<{ id: string; notedBefore: string | null } & Asked>()(
  p => sql<{ order_id: string }>`
    select checkout_order_id as order_id from carts
    where store_id = ${p.storeId} and id = ${p.id} and checkout_digest = ${p.digest} and (
      checkout_at::text is distinct from ${p.notedBefore}::text
      or checkout_order_id = ${p.unanswered}::uuid
      or checkout_at >= clock_timestamp() - ${p.arrivedMs}::double precision * interval '1 millisecond')`,
);

const updateCheckout = storeStatement<{ id: string } & Checkout>()(p =>
  query
    .updateTable('carts')
    .set({ checkout_order_id: p.orderId, checkout_digest: p.digest, checkout_at: sql`clock_timestamp()` })
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id),
);

/** A cart whose row is locked until the transaction ends. */
export interface CartToCheckOut extends StoredCart {
  /** When the last checkout was noted that had committed before this one asked for the lock. */
  readonly notedBefore: string | null;
}

async function lockCart(tx: StoreTx, reference: string, now: Date): Promise<CartToCheckOut | undefined> {
  const one = { id: reference, now };
  const tried = await tx.first(tryLockCart, one);
  if (tried === undefined) return undefined;
  if (!tried.is_locked) await tx.all(lockCartRow, one);
  const row = await tx.first(selectCart, { ...one, customerId: null, sessionId: null });
  return row === undefined || row.id === null ? undefined : { ...toStoredCart(row), notedBefore: tried.noted_at };
}

/**
 * Locks a cart, then runs `work` on it in the same transaction, on undefined when none is stored: without looking at who
 * asks, see `mayKnowCustomer`.
 */
export function inCheckout<T>(
  ctx: Context,
  reference: string,
  work: (tx: StoreTx, cart: CartToCheckOut | undefined) => Promise<T>,
): Promise<T> {
  return inTurn(ctx, reference, async tx => work(tx, await lockCart(tx, reference, ctx.now)));
}

/** The order of a checkout that asked for the same and overlaps with this one (docs/decisions/0032); undefined when there is none. */
export async function findOverlappingOrder(
  tx: StoreTx,
  { id, checkout_order_id, notedBefore }: CartToCheckOut,
  asked: Asked,
): Promise<string | undefined> {
  if (checkout_order_id === null) return undefined;
  return (await tx.first(selectOverlapping, { id, notedBefore, ...asked }))?.order_id;
}

/** Notes that a checkout ends now. The cart counts as unchanged; the caller has locked it. */
export async function noteCheckout(tx: StoreTx, cartId: string, checkout: Checkout): Promise<void> {
  await tx.all(updateCheckout, { id: cartId, ...checkout });
}
