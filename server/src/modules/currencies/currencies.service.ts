import type { StoreDb, StoreTx } from '../../platform/db/database.ts';
import { violatedConstraint } from '../../platform/db/pool.ts';
import { requireSameId } from '../../platform/http/validation.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import { currencyErrors, currencyLimit } from './currencies.errors.ts';
import type { CurrencyPatch, NewCurrency } from './currencies.schema.ts';
import {
  type CurrencyRow,
  type CurrencyValues,
  codeConstraint,
  deleteCurrency,
  insertCurrency,
  lockCurrencies,
  selectCurrencies,
  selectCurrency,
  selectEnabledOrDefault,
  unsetDefaultCurrency,
  updateCurrency,
} from './currencies.store.ts';

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

/** Every currency of the store, oldest first. */
export function listCurrencies(db: StoreDb): Promise<CurrencyRow[]> {
  return db.all(selectCurrencies, {});
}

/** A currency. Throws 404 when there is none. */
export async function getCurrency(db: StoreDb, id: string): Promise<CurrencyRow> {
  const row = isUuid(id) ? await db.first(selectCurrency, { id }) : undefined;
  if (row === undefined) throw currencyErrors.notFound();
  return row;
}

/** Changes currencies, one request at a time: exactly one is the default, and there are at most so many. */
function changeCurrencies<T>(ctx: Context, work: (tx: StoreTx) => Promise<T>): Promise<T> {
  return ctx.db.inTransaction(async tx => {
    await tx.all(lockCurrencies, {});
    try {
      return await work(tx);
    } catch (error) {
      if (violatedConstraint(error) === codeConstraint) throw currencyErrors.codeTaken();
      throw error;
    }
  });
}

/** Creates a currency; as the default, it takes the place of the one before. */
export function createCurrency(ctx: Context, input: NewCurrency): Promise<CurrencyRow> {
  const { default: isDefault, enabled: isEnabled, type: _, ...values } = input;
  if (isDefault && !isEnabled) throw currencyErrors.defaultDisabled();
  return changeCurrencies(ctx, async tx => {
    if ((await listCurrencies(tx)).length >= currencyLimit) throw currencyErrors.limitReached();
    if (isDefault) await tx.all(unsetDefaultCurrency, { now: ctx.now });
    const id = newId(ctx.now);
    const row = { id, ...values, is_default: isDefault, is_enabled: isEnabled, now: ctx.now };
    const created = await tx.first(insertCurrency, row);
    if (created === undefined) throw new Error('the currency was not stored');
    return created;
  });
}

/** Changes a currency: keys not sent keep their value. `updated_at` moves only when something did. */
export function changeCurrency(ctx: Context, id: string, patch: CurrencyPatch): Promise<CurrencyRow> {
  return changeCurrencies(ctx, async tx => {
    const row = await getCurrency(tx, id);
    requireSameId(patch.id, id, 'keyword');
    const { default: isDefault = row.is_default, enabled: isEnabled = row.is_enabled } = patch;
    if (row.is_default && !isDefault) throw currencyErrors.defaultUnset();
    if (isDefault && !isEnabled) throw currencyErrors.defaultDisabled();
    const changed: CurrencyValues = {
      code: patch.code ?? row.code,
      exchange_rate: patch.exchange_rate ?? row.exchange_rate,
      format: patch.format ?? row.format,
      decimal_point: patch.decimal_point ?? row.decimal_point,
      thousand_separator: patch.thousand_separator ?? row.thousand_separator,
      decimal_places: patch.decimal_places ?? row.decimal_places,
      is_default: isDefault,
      is_enabled: isEnabled,
    };
    const isSame = Object.entries(changed).every(([column, value]) => row[column as keyof CurrencyValues] === value);
    if (isSame) return row;
    if (isDefault && !row.is_default) await tx.all(unsetDefaultCurrency, { now: ctx.now });
    return (await tx.first(updateCurrency, { ...changed, id, now: ctx.now })) ?? row;
  });
}

/** Deletes a currency, but for the default one. Prices in it stay, and are shown nowhere. */
export function removeCurrency(ctx: Context, id: string): Promise<void> {
  return changeCurrencies(ctx, async tx => {
    const row = await getCurrency(tx, id);
    if (row.is_default) throw currencyErrors.defaultDeleted();
    await tx.all(deleteCurrency, { id });
  });
}
