import type { CalculationMethod, PricedLine } from '../../src/modules/prices/prices.ts';

/** The nearest integer to a fraction, half up, found by search instead of a formula. */
function nearest(dividend: bigint, divisor: bigint): bigint {
  let whole = dividend / divisor;
  while ((whole + 1n) * divisor <= dividend) whole += 1n;
  const rest = dividend - whole * divisor;
  return rest + rest >= divisor ? whole + 1n : whole;
}

/** The tax of a line by the table of the contract (carts-and-checkout.md, "Prices"), row by row, over fractions of whole numbers. */
export function taxByTheTable(
  { unit_amount, quantity, includes_tax, taxes }: PricedLine,
  method: CalculationMethod,
): bigint {
  const millionths = taxes.reduce((sum, { rate }) => sum + BigInt(rate.toFixed(6).replace('.', '')), 0n);
  const u = BigInt(unit_amount);
  const q = BigInt(quantity);
  const million = 1_000_000n;
  if (method === 'simple') {
    return includes_tax ? (u - nearest(u * million, million + millionths)) * q : ((u * millionths) / million) * q;
  }
  return includes_tax ? u * q - nearest(u * q * million, million + millionths) : nearest(u * q * millionths, million);
}
