import type { StoreDb } from '../../platform/db/database.ts';
import type { Context } from '../access/context.ts';
import { type CurrencyRow, findCurrency } from '../currencies/currencies.service.ts';
import { type CatalogProduct, findProducts } from '../products/products.service.ts';
import type { Cart, CartCurrency } from './cart.ts';
import type { Merchandise } from './cart-lines.ts';
import { cartErrors } from './carts.errors.ts';

/** How a line names the product to add. */
export type ProductReference = { readonly id: string } | { readonly sku: string };

/** The products that a request is about, by reference. */
export interface Products {
  /** The product, if it exists and the caller may see it. */
  find(reference: ProductReference): CatalogProduct | undefined;
  /** The product, whoever asks: for a line that stands in the cart already. */
  findAny(id: string): CatalogProduct | undefined;
}

/** Reads products, all in one round trip. */
export async function readProducts(
  { role }: Pick<Context, 'role'>,
  db: StoreDb,
  references: readonly ProductReference[],
): Promise<Products> {
  const rows = references.length === 0 ? [] : await findProducts(db, references);
  const byId = new Map(rows.map(row => [row.id, row]));
  const bySku = new Map(rows.map(row => [row.sku, row]));
  return {
    find: reference => {
      const product = 'id' in reference ? byId.get(reference.id.toLowerCase()) : bySku.get(reference.sku);
      return product?.status === 'live' || role === 'admin' ? product : undefined;
    },
    findAny: id => byId.get(id),
  };
}

/** What a line copies of a product. Throws 400 when it has no price in the currency. */
export function merchandiseOf(product: CatalogProduct, { code }: Pick<CartCurrency, 'code'>): Merchandise {
  const price = product.price.find(each => each.currency === code);
  if (price === undefined) {
    const { id, sku, name } = product;
    throw cartErrors.noPrice({ gaps: { name, code }, meta: { id, sku } });
  }
  return {
    type: 'cart_item',
    product_id: product.id,
    name: product.name,
    description: product.description,
    sku: product.sku,
    slug: product.slug,
    manage_stock: product.manage_stock,
    unit_amount: price.amount,
    includes_tax: price.includes_tax,
  };
}

/**
 * The currency of what is added to a cart: the cart's own; of an empty one, the one asked for, else the default. Throws 400
 * for a currency that is not enabled, and when another is asked for than the cart has (reference: carts-and-checkout.md,
 * "Currency rules").
 */
export async function currencyToAdd(db: StoreDb, cart: Cart, asked: string | undefined): Promise<CartCurrency> {
  if (cart.currency !== undefined) return checkCurrency(cart.currency, asked);
  const found: CurrencyRow | undefined = await findCurrency(db, asked);
  if (found === undefined) throw cartErrors.invalidCurrency({ gaps: { code: asked ?? '' } });
  return found;
}

/** Throws 400 when the currency of a cart is not enabled any more, and when another one is asked for. */
export function checkCurrency(currency: CartCurrency, asked: string | undefined): CartCurrency {
  if (asked !== undefined && asked !== currency.code) throw cartErrors.otherCurrency({ gaps: { code: currency.code } });
  if (!currency.is_enabled) throw cartErrors.invalidCurrency({ gaps: { code: currency.code } });
  return currency;
}
