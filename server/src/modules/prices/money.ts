/** How amounts of a currency are written (reference: catalog-minimum.md, "Currency"). */
export interface CurrencyFormat {
  readonly code: string;
  /** Holds `{price}`. */
  readonly format: string;
  readonly decimal_point: string;
  readonly thousand_separator: string;
  readonly decimal_places: number;
}

/** That much of a currency, to be kept with amounts of it. */
export function formatOf(currency: CurrencyFormat): CurrencyFormat {
  const { code, format, decimal_point, thousand_separator, decimal_places } = currency;
  return { code, format, decimal_point, thousand_separator, decimal_places };
}

/** An amount as the contract shows it. */
export interface Money {
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly formatted: string;
}

/** `217500` in US dollars is `$2,175.00`; a minus stands before everything (reference: carts-and-checkout.md, "Prices"). */
export function formatAmount(currency: CurrencyFormat, amount: number): string {
  const digits = String(Math.abs(amount)).padStart(currency.decimal_places + 1, '0');
  const point = digits.length - currency.decimal_places;
  const whole = digits.slice(0, point).replace(/\B(?=(\d{3})+$)/g, () => currency.thousand_separator);
  const price = currency.decimal_places === 0 ? whole : `${whole}${currency.decimal_point}${digits.slice(point)}`;
  return `${amount < 0 ? '-' : ''}${currency.format.replace('{price}', () => price)}`;
}

/** An amount in a currency. */
export function money(currency: CurrencyFormat, amount: number): Money {
  return { amount, currency: currency.code, formatted: formatAmount(currency, amount) };
}

/** The amounts of a cart without items, which has no currency (reference: carts-and-checkout.md, "Cart"). */
export const noMoney: Money = { amount: 0, currency: '', formatted: '0' };
