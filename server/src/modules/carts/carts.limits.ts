/**
 * Bounds of a cart. The last four make sure that no amount of a cart or an order is ever above
 * `Number.MAX_SAFE_INTEGER`: 100 lines of 10^13 are 10^15, a ninth of it, by either calculation method.
 */
export const cartLimits = {
  /** Unique lines of a cart (reference: README.md, "Quotas"). */
  lines: 100,
  /** Tax items of a line (reference: README.md, "Quotas"). */
  taxes: 5,
  /** Entries of one bulk request. */
  bulkEntries: 1000,
  /** Other carts and orders that one request may copy into a cart. */
  sources: 5,
  /** Characters of each text in `custom_inputs`, and bytes of the whole as JSON. */
  customInputLength: 255,
  customInputsBytes: 8 * 1024,
  /** Units of a line. */
  quantity: 10 ** 9,
  /** Minor units of one unit. */
  unitAmount: 10 ** 10,
  /** Minor units of a whole line with its taxes. */
  lineAmount: 10 ** 13,
  /** Rate of one tax item: 10 is 1000 %. */
  taxRate: 10,
} as const;
