import type { StoreDb } from '../../platform/db/database.ts';
import { type CurrencyRow, selectEnabledOrDefault } from './currencies.store.ts';

export type { CurrencyRow } from './currencies.store.ts';

/** The enabled currency with this code, or the default one when no code is given. */
export async function findCurrency(db: StoreDb, code: string | undefined): Promise<CurrencyRow | undefined> {
  const rows = await db.all(selectEnabledOrDefault, { code: code ?? null });
  return rows.find(row => (code === undefined ? row.is_default : row.code === code));
}

/** The currency that prices are shown in: that of the code if it is enabled, else the default one (reference: ambiguities.md, A26). */
export async function findDisplayCurrency(db: StoreDb, code: string | undefined): Promise<CurrencyRow | undefined> {
  const rows = await db.all(selectEnabledOrDefault, { code: code ?? null });
  return rows.find(row => row.code === code) ?? rows.find(row => row.is_default);
}
