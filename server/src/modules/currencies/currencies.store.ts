import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';

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

/**
 * Makes changes of a store's currencies wait for each other until the end of the transaction. No row can be the lock: each
 * of them may go.
 */
export const lockCurrencies = storeStatement<object>()(
  p => sql<object>`select pg_advisory_xact_lock(hashtextextended('currencies.' || ${p.storeId}::text, 0))`,
);

export const unsetDefaultCurrency = storeStatement<{ now: Date }>()(p =>
  query
    .updateTable('currencies')
    .set({ is_default: false, updated_at: p.now })
    .where('store_id', '=', p.storeId)
    .where('is_default', '=', true),
);

export const insertCurrency = storeStatement<CurrencyValues & { id: string; now: Date }>()(p =>
  query
    .insertInto('currencies')
    .values({
      store_id: p.storeId,
      id: p.id,
      code: p.code,
      exchange_rate: p.exchange_rate,
      format: p.format,
      decimal_point: p.decimal_point,
      thousand_separator: p.thousand_separator,
      decimal_places: p.decimal_places,
      is_default: p.is_default,
      is_enabled: p.is_enabled,
      created_at: p.now,
      updated_at: p.now,
    })
    .returningAll(),
);

export const updateCurrency = storeStatement<CurrencyValues & { id: string; now: Date }>()(p =>
  query
    .updateTable('currencies')
    .set({
      code: p.code,
      exchange_rate: p.exchange_rate,
      format: p.format,
      decimal_point: p.decimal_point,
      thousand_separator: p.thousand_separator,
      decimal_places: p.decimal_places,
      is_default: p.is_default,
      is_enabled: p.is_enabled,
      updated_at: p.now,
    })
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id)
    .returningAll(),
);

export const deleteCurrency = storeStatement<{ id: string }>()(p =>
  query.deleteFrom('currencies').where('store_id', '=', p.storeId).where('id', '=', p.id),
);
