import { accessErrors } from '../access/access.errors.ts';
import type { Context } from '../access/context.ts';
import type { CustomValues } from '../flows/custom-values.ts';
import type { Versioned } from '../flows/values.store.ts';
import type { CurrencyFormat } from '../prices/money.ts';
import type { CartLine } from './cart-lines.ts';

/** The currency of a cart. */
export interface CartCurrency extends CurrencyFormat {
  /** False when the store has switched it off, or deleted it, since the first line was added. */
  readonly is_enabled: boolean;
}

/** A cart with its lines in order: one that is stored, or the empty one that any other reference stands for. */
export interface Cart<Line = CartLine> extends Versioned {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Undefined without lines. */
  readonly currency: CartCurrency | undefined;
  /** The customer that the cart is associated with. */
  readonly customer_id: string | null;
  readonly lines: readonly Line[];
  readonly custom_values: CustomValues;
  readonly created_at: string;
  readonly updated_at: string;
  /** Undefined when the cart is not stored. */
  readonly expires_at: string | undefined;
}

/** A stored cart. */
export interface StoredCart<Line = CartLine> extends Cart<Line> {
  readonly expires_at: string;
  /** The order that the last checkout made. */
  readonly checkout_order_id: string | null;
}

const never = '0001-01-01T00:00:00Z';

export const defaultName = 'Cart';

/** The cart of a reference under which none is stored (reference: ambiguities.md, A25). */
export function emptyCart(id: string, { field_version }: Versioned): Cart<never> {
  return {
    id,
    name: defaultName,
    description: '',
    currency: undefined,
    customer_id: null,
    lines: [],
    custom_values: {},
    field_version,
    created_at: never,
    updated_at: never,
    expires_at: undefined,
  };
}

/**
 * Who may use a cart, and see whose it is (reference: ambiguities.md, A10). The reference is a capability: with it anyone may
 * read and write, but for a token of another customer than the associated one, which is refused with 403. Answers whether
 * the caller may know the customer's id: that customer and client_credentials.
 */
export function mayKnowCustomer(
  { shopper, role }: Pick<Context, 'shopper' | 'role'>,
  { customer_id }: Pick<Cart, 'customer_id'>,
): boolean {
  if (shopper === undefined) return role === 'admin';
  if (customer_id !== null && customer_id !== shopper.customerId) throw accessErrors.otherCustomer();
  return true;
}
