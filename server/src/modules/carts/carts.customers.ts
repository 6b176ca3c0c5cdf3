import type { StoreTx } from '../../platform/db/database.ts';
import { violatedConstraint } from '../../platform/db/pool.ts';
import { isUuid } from '../../platform/text/uuid.ts';
import { accessErrors } from '../access/access.errors.ts';
import type { Context } from '../access/context.ts';
import { inCart } from './carts.change.ts';
import { cartErrors } from './carts.errors.ts';
import { customerConstraint, deleteCustomer, insertCustomer } from './carts.store.ts';

/** What to answer when there is no such customer: with their own token, their session has ended with them. */
const customerMissing = ({ shopper }: Context) =>
  shopper === undefined ? cartErrors.unknownCustomer() : accessErrors.invalidCustomerToken();

/** Associates a cart that has no customer yet. Throws 404 for an unknown customer. */
export async function associate(ctx: Context, tx: StoreTx, id: string, customerId: string): Promise<void> {
  try {
    await tx.all(insertCustomer, { id, customerId });
  } catch (error) {
    if (violatedConstraint(error) === customerConstraint) throw customerMissing(ctx);
    throw error;
  }
}

/** The one customer that a request names. Throws 403 for several, and for another than that of the token. */
function namedCustomer({ shopper }: Context, ids: readonly string[]): string {
  const [id, ...others] = new Set(ids.map(each => each.toLowerCase()));
  if (id === undefined || others.length > 0) throw cartErrors.secondCustomer();
  if (shopper !== undefined && id !== shopper.customerId) throw accessErrors.otherCustomer();
  return id;
}

/**
 * Associates a cart with a customer, and makes the cart when there is none. Answers false when it was already so (reference:
 * carts-and-checkout.md, "Customer association").
 */
export function associateCart(ctx: Context, reference: string, ids: readonly string[]): Promise<boolean> {
  return inCart(ctx, reference, 'touch or create', async (tx, { id, customer_id }) => {
    const customerId = namedCustomer(ctx, ids);
    if (!isUuid(customerId)) throw customerMissing(ctx);
    if (customer_id === customerId) return false;
    if (customer_id !== null) throw cartErrors.secondCustomer();
    await associate(ctx, tx, id, customerId);
    return true;
  });
}

/** Ends the association of a cart with a customer, if there is one. */
export function dissociateCart(ctx: Context, reference: string, ids: readonly string[]): Promise<void> {
  return inCart(ctx, reference, 'touch', async (tx, { id, customer_id }) => {
    const customerId = namedCustomer(ctx, ids);
    if (customer_id === customerId) await tx.all(deleteCustomer, { id });
  });
}
