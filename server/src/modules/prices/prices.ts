/** Everything here is exact: amounts are integers of minor units, rates are decimals with up to six places. */

/** How tax is computed: per unit and multiplied, or on the whole line (reference: carts-and-checkout.md, "Prices"). */
export type CalculationMethod = 'simple' | 'line';

/** What determines the price of a line. */
export interface PricedLine {
  /** Minor units. */
  readonly unit_amount: number;
  readonly quantity: number;
  readonly includes_tax: boolean;
  /** Decimal fractions: 0.2 is 20 %. Added, not compounded. */
  readonly taxes: readonly { readonly rate: number }[];
}

/** Minor units. */
export interface Price {
  readonly without_tax: number;
  readonly tax: number;
  readonly with_tax: number;
}

/** The price of one unit and of the whole line. */
export interface LinePrice {
  readonly unit: Price;
  readonly value: Price;
}

/** The largest price of one unit, in minor units. */
export const maxUnitAmount = 10 ** 12;

const places = 6;
const scale = 10n ** BigInt(places);

/** A rate as it is computed with: rounded to six places. */
export const toRate = (rate: number): number => Math.round(rate * Number(scale)) / Number(scale);

const scaledRate = (rate: number): bigint => BigInt(Math.round(rate * Number(scale)));

/** Division of non-negative numbers, half away from zero. */
const divideRounded = (dividend: bigint, divisor: bigint): bigint => (2n * dividend + divisor) / (2n * divisor);

/** The tax in an amount, or on top of it, by the rounding of the method. */
function taxOf(amount: bigint, rate: bigint, includesTax: boolean, method: CalculationMethod): bigint {
  if (includesTax) return amount - divideRounded(amount * scale, scale + rate);
  // Truncated, as the figures of the sources are (reference: ambiguities.md, A24).
  return method === 'simple' ? (amount * rate) / scale : divideRounded(amount * rate, scale);
}

function priceOf(amount: bigint, tax: bigint, includesTax: boolean): Price {
  return {
    without_tax: Number(includesTax ? amount - tax : amount),
    tax: Number(tax),
    with_tax: Number(includesTax ? amount : amount + tax),
  };
}

/** The price of a line (reference: carts-and-checkout.md, "Prices"). */
export function priceLine(line: PricedLine, method: CalculationMethod): LinePrice {
  const unit = BigInt(line.unit_amount);
  const quantity = BigInt(line.quantity);
  const rate = line.taxes.reduce((sum, tax) => sum + scaledRate(tax.rate), 0n);
  const unitTax = taxOf(unit, rate, line.includes_tax, method);
  const lineTax = method === 'simple' ? unitTax * quantity : taxOf(unit * quantity, rate, line.includes_tax, method);
  return {
    unit: priceOf(unit, unitTax, line.includes_tax),
    value: priceOf(unit * quantity, lineTax, line.includes_tax),
  };
}

/** The total of a cart or an order: the sums over its lines. */
export function sumPrices(prices: readonly Price[]): Price {
  const sum = (member: keyof Price) => prices.reduce((total, price) => total + price[member], 0);
  return { without_tax: sum('without_tax'), tax: sum('tax'), with_tax: sum('with_tax') };
}
