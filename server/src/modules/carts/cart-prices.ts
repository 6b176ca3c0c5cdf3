import { throwAny } from '../../platform/errors.ts';
import {
  type CalculationMethod,
  type LinePrice,
  type Price,
  type PricedLine,
  priceLine,
  sumPrices,
} from '../prices/prices.ts';
import type { CartLine } from './cart-lines.ts';
import { cartErrors } from './carts.errors.ts';

/** The price of a cart: of each line in order, and of all. */
export interface CartPrice {
  readonly lines: readonly LinePrice[];
  readonly total: Price;
}

/** Prices a cart (reference: carts-and-checkout.md, "Prices"). */
export function priceCart(lines: readonly PricedLine[], method: CalculationMethod): CartPrice {
  const prices = lines.map(line => priceLine(line, method));
  return { lines: prices, total: sumPrices(prices.map(price => price.value)) };
}

/** What the stock rule asks of a product. */
export interface StockedProduct {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly manage_stock: boolean;
  readonly available: number;
}

/**
 * Throws 400 when the lines want more of one of these products than is available, over all its lines (reference:
 * carts-and-checkout.md, "Stock rules").
 */
export function checkStock(
  lines: readonly Pick<CartLine, 'product_id' | 'quantity'>[],
  products: readonly StockedProduct[],
): void {
  const outOfStock = products
    .filter(({ id, manage_stock, available }) => {
      const wanted = lines.reduce((sum, line) => (line.product_id === id ? sum + line.quantity : sum), 0);
      return manage_stock && wanted > available;
    })
    .flatMap(({ id, sku, name }) => cartErrors.outOfStock({ gaps: { name }, meta: { id, sku } }).entries);
  throwAny(outOfStock);
}
