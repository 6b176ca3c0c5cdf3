import type { StoreDb, StoreTx } from '../../platform/db/database.ts';
import { anyShard } from '../../platform/db/totals.ts';
import { dayMs } from '../../platform/durations.ts';
import { commonErrors } from '../../platform/errors.ts';
import { oneAtATime } from '../../platform/one-at-a-time.ts';
import { isStorable } from '../../platform/text/storable.ts';
import { accessErrors } from '../access/access.errors.ts';
import type { Context } from '../access/context.ts';
import { type Cart, defaultName, emptyCart, mayKnowCustomer, type StoredCart } from './cart.ts';
import type { CartLine } from './cart-lines.ts';
import { type SelectCart, selectCart, toStoredCart } from './carts.read.ts';
import { insertCartWithoutValues, lockCartRow, saveChanges, touchCart } from './carts.store.ts';

/** When a cart that changes now expires (reference: ambiguities.md, A50). */
export function expiryOf({ store, now }: Pick<Context, 'store' | 'now'>): Date {
  return new Date(now.getTime() + store.cart_expiry_days * dayMs);
}

/** Throws 404 for a reference that cannot be that of a cart. */
export function checkReference(reference: string): string {
  if (!isStorable(reference)) throw commonErrors.notFound();
  return reference;
}

/** Reads a cart; the empty one when none is stored. Throws 403 when the session of the customer token has ended, and for another customer's token. */
export async function readCart<Line>(
  ctx: Context,
  db: StoreDb,
  reference: string,
  select: SelectCart<Line>,
): Promise<StoredCart<Line> | Cart<Line>> {
  const { customerId = null, sessionId = null } = ctx.shopper ?? {};
  const row = await db.first(select, { id: checkReference(reference), now: ctx.now, customerId, sessionId });
  if (row?.is_signed_in !== true) throw accessErrors.invalidCustomerToken();
  if (row.id === null) return emptyCart(reference, row);
  mayKnowCustomer(ctx, row);
  return toStoredCart(row);
}

/**
 * How a change begins: `touch` notes the change of a stored cart, `touch or create` also makes one, `lock` only locks it.
 * Each waits for a change that is under way, so that no change is lost.
 */
type Beginning = 'touch' | 'touch or create' | 'lock';

/** Ends with the cart locked, whatever others do to it at the same moment. */
async function touchOrInsert(tx: StoreTx, one: { id: string; now: Date; expires: Date }): Promise<void> {
  const fresh = { ...one, name: defaultName, description: '', customValues: '{}', shard: anyShard() };
  for (;;) {
    if ((await tx.all(touchCart, one)).length > 0) return;
    if ((await tx.all(insertCartWithoutValues, fresh)).length > 0) return;
  }
}

const turns = oneAtATime();

/**
 * Runs a transaction on a cart when those before it in this process have ended: many at once, as impatient shoppers and bad
 * scripts send them, must not use up the connections. Throws 404 for a reference that cannot be that of a cart.
 */
export function inTurn<T>(ctx: Context, reference: string, work: (tx: StoreTx) => Promise<T>): Promise<T> {
  return turns(`${ctx.store.id} ${checkReference(reference)}`, () => ctx.db.inTransaction(work));
}

/** Locks a cart, then runs `work` on it in the same transaction; on the empty cart when none is stored. */
export function inCart<T>(
  ctx: Context,
  reference: string,
  beginning: Beginning,
  work: (tx: StoreTx, cart: StoredCart | Cart) => Promise<T>,
): Promise<T> {
  const one = { id: reference, now: ctx.now, expires: expiryOf(ctx) };
  return inTurn(ctx, reference, async tx => {
    if (beginning === 'lock') await tx.all(lockCartRow, one);
    else if (beginning === 'touch') await tx.all(touchCart, one);
    else await touchOrInsert(tx, one);
    // After the lock: a statement sees what was there when it began.
    const cart = await readCart(ctx, tx, reference, selectCart);
    return work(tx, cart);
  });
}

/** The lines of a cart after a change, and its currency if it had none. */
export interface ChangedLines<Result> {
  readonly lines: readonly CartLine[];
  readonly currency?: Cart['currency'];
  /** By which definitions values of fields were read, if any were. */
  readonly fieldVersion?: string | null;
  readonly result: Result;
}

/** Changes the lines of a cart. Answers the cart as it is then, and what `change` answers. */
export function changeLines<Result>(
  ctx: Context,
  reference: string,
  beginning: 'touch' | 'touch or create',
  change: (tx: StoreTx, cart: Cart) => Promise<ChangedLines<Result>>,
): Promise<{ readonly cart: Cart; readonly result: Result }> {
  return inCart(ctx, reference, beginning, async (tx, cart) => {
    const { lines, currency = cart.currency, fieldVersion, result } = await change(tx, cart);
    if (lines === cart.lines) return { cart, result };
    await saveChanges(tx, cart, { lines, currency, fieldVersion });
    return { cart: { ...cart, lines, currency: lines.length === 0 ? undefined : currency }, result };
  });
}
