import type { StoreTx } from '../../platform/db/database.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';

/** What is noted of the last checkout of a cart. */
export interface Checkout {
  readonly orderId: string;
  /** Of what was asked for. */
  readonly digest: Buffer;
}

// One clock for all processes, the database's; an arrival is told to it by how long ago it was.
const selectOverlapping = storeStatement<{ id: string; digest: Buffer; arrivedMs: number }>()(
  p => sql<{ order_id: string }>`
    select checkout_order_id as order_id from carts
    where store_id = ${p.storeId} and id = ${p.id} and checkout_digest = ${p.digest}
      and checkout_at >= clock_timestamp() - ${p.arrivedMs}::double precision * interval '1 millisecond'`,
);

const updateCheckout = storeStatement<{ id: string } & Checkout>()(p =>
  query
    .updateTable('carts')
    .set({ checkout_order_id: p.orderId, checkout_digest: p.digest, checkout_at: sql`clock_timestamp()` })
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id),
);

/**
 * The order of a checkout that asked for the same and was not finished when this one arrived, so many milliseconds ago;
 * undefined when there is none. The caller has locked the cart.
 */
export async function findOverlappingOrder(
  tx: StoreTx,
  cartId: string,
  asked: { readonly digest: Buffer; readonly arrivedMs: number },
): Promise<string | undefined> {
  return (await tx.first(selectOverlapping, { id: cartId, ...asked }))?.order_id;
}

/** Notes that a checkout ends now. The cart counts as unchanged; the caller has locked it. */
export async function noteCheckout(tx: StoreTx, cartId: string, checkout: Checkout): Promise<void> {
  await tx.all(updateCheckout, { id: cartId, ...checkout });
}
