import type { Currency } from './currencies.schema.ts';
import type { CurrencyRow } from './currencies.store.ts';

/** A currency as the contract shows it (reference: catalog-minimum.md, "Currency"). */
export function toCurrency(row: CurrencyRow, baseUrl: string): Currency {
  return {
    id: row.id,
    type: 'currency',
    code: row.code,
    exchange_rate: row.exchange_rate,
    format: row.format,
    decimal_point: row.decimal_point,
    thousand_separator: row.thousand_separator,
    decimal_places: row.decimal_places,
    default: row.is_default,
    enabled: row.is_enabled,
    links: { self: `${baseUrl}/v2/currencies/${row.id}` },
    meta: { timestamps: { created_at: row.created_at, updated_at: row.updated_at } },
  };
}
