import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, storeStatement } from '../../platform/db/statement.ts';

interface CurrenciesTable {
  store_id: string;
  id: string;
  code: string;
  exchange_rate: number;
  format: string;
  decimal_point: string;
  thousand_separator: string;
  decimal_places: number;
  is_default: boolean;
  is_enabled: boolean;
  created_at: Timestamp;
  updated_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    currencies: CurrenciesTable;
  }
}

export type CurrencyRow = Readonly<Selectable<CurrenciesTable>>;

/** What of a currency can be changed. */
export type CurrencyValues = Omit<CurrencyRow, 'store_id' | 'id' | 'created_at' | 'updated_at'>;

export const codeConstraint = 'currencies_code_key';

/** Every currency, oldest first. */
export const selectCurrencies = storeStatement<object>()(p =>
  query.selectFrom('currencies').selectAll().where('store_id', '=', p.storeId).orderBy('created_at').orderBy('id'),
);

export const selectCurrency = storeStatement<{ id: string }>()(p =>
  query.selectFrom('currencies').selectAll().where('store_id', '=', p.storeId).where('id', '=', p.id),
);

/** The enabled currency of a code, and the default one. */
export const selectEnabledOrDefault = storeStatement<{ code: string | null }>()(p =>
  query
    .selectFrom('currencies')
    .selectAll()
    .where('store_id', '=', p.storeId)
    .where('is_enabled', '=', true)
    .where(eb => eb.or([eb('code', '=', p.code), eb('is_default', '=', true)])),
);
