import { maxUnitAmount } from '../prices/prices.ts';

/**
 * Bounds of a cart. `quantity`, `unitAmount`, `lineAmount` and `taxRate` make sure that no amount of a cart or an order is
 * ever above `Number.MAX_SAFE_INTEGER`: 100 lines of 10^13 are 10^15, a ninth of it, by either calculation method. The
 * contract bounds no rate; with six places the largest is 10^12 millionths, exact.
 */
export const cartLimits = {
  lines: 100,
  taxes: 5,
  bulkEntries: 1000,
  sources: 5,
  customInputLength: 255,
  customInputsBytes: 8 * 1024,
  extrasBytes: 128 * 1024,
  quantity: 10 ** 9,
  unitAmount: maxUnitAmount,
  lineAmount: 10 ** 13,
  taxRate: 10 ** 6,
} as const;

/** What each of them bounds, for docs/guides/carts.md. */
export const cartLimitTexts: Readonly<Record<keyof typeof cartLimits, string>> = {
  lines: 'Lines of a cart',
  taxes: 'Tax items of a line',
  bulkEntries: 'Entries of one bulk request',
  sources: 'Other carts and orders that one request copies into a cart',
  customInputLength: 'Characters of each text in `custom_inputs`',
  customInputsBytes: 'Bytes of the `custom_inputs` of a line, as JSON',
  extrasBytes: 'Bytes of the `custom_inputs`, custom fields and tax items of all lines of a cart, as JSON',
  quantity: 'Units of a line',
  unitAmount: 'Price of one unit, in minor units',
  lineAmount: 'Amount of a whole line with its taxes, in minor units',
  taxRate: 'Rate of one tax item (1 is 100 %)',
};
