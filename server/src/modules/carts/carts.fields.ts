import type { StoreDb } from '../../platform/db/database.ts';
import { type Extended, extendedResource } from '../flows/extended-resource.ts';
import type { Cart } from './cart.ts';
import type { CartLine } from './cart-lines.ts';

/** Carts, whose rows carry the fields of the flow `carts`. */
export const carts = extendedResource('carts');
/** Their lines, which carry those of `cart_items`. */
export const cartItems = extendedResource('cart_items');

/** A line with what its fields show. */
export type ShownLine = Extended<CartLine>;
/** A cart with what its fields show. */
export type ShownCart<Line = ShownLine> = Extended<Cart<Line>>;

/** A cart with what the fields of its lines show. */
export async function showLines<Shown extends Cart>(
  db: StoreDb,
  cart: Shown,
): Promise<Omit<Shown, 'lines'> & Pick<Cart<ShownLine>, 'lines'>> {
  const { field_version } = cart;
  const lines = await cartItems.show(
    db,
    cart.lines.map(line => ({ ...line, field_version })),
  );
  return { ...cart, lines };
}
