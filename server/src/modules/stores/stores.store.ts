import type { Generated, Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { globalStatement, query, sql } from '../../platform/db/statement.ts';

interface StoresTable {
  id: string;
  name: string;
  page_length: Generated<number>;
  is_sign_up_open: Generated<boolean>;
  password_min_length: Generated<number>;
  is_common_password_refused: Generated<boolean>;
  address_mandatory_fields: string[] | null;
  list_child_products: Generated<boolean>;
  additional_languages: Generated<string[]>;
  calculation_method: Generated<'simple' | 'line'>;
  cart_expiry_days: Generated<number>;
  is_custom_discounts_enabled: Generated<boolean>;
  logs_ttl_days: Generated<number>;
  /** Whether gateways other than `manual` may be simulated (design.md §7, "gateways"). */
  is_gateway_simulation_allowed: Generated<boolean>;
  /** Whether a checkout by customer id needs that customer's token (reference: ambiguities.md, A11). */
  is_checkout_token_required: Generated<boolean>;
  created_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface GlobalTables {
    stores: StoresTable;
  }
}

/** A store with its settings. */
export type StoreRow = Readonly<Selectable<StoresTable>>;

/** The settings that may be changed. */
export type StoreSettings = Omit<StoreRow, 'id' | 'created_at'>;

/** Makes a store with its one currency (reference: catalog-minimum.md, "Currency"). */
export const insertStore = globalStatement<{ id: string; currencyId: string; name: string; now: Date }>()(
  p => sql<StoreRow>`
    with store as (
      insert into stores (id, name, created_at) values (${p.id}, ${p.name}, ${p.now}) returning *
    ), currency as (
      insert into currencies (store_id, id, code, exchange_rate, format, decimal_point, thousand_separator,
        decimal_places, is_default, is_enabled, created_at, updated_at)
      select id, ${p.currencyId}::uuid, 'USD', 1, '\${price}', '.', ',', 2, true, true, created_at, created_at from store
    )
    select * from store`,
);

export const selectStores = globalStatement<object>()(() => query.selectFrom('stores').selectAll().orderBy('id'));

export const selectStore = globalStatement<{ id: string }>()(p =>
  query.selectFrom('stores').selectAll().where('id', '=', p.id),
);

export const updateStoreSettings = globalStatement<StoreSettings & { id: string }>()(p =>
  query
    .updateTable('stores')
    .set({
      name: p.name,
      page_length: p.page_length,
      is_sign_up_open: p.is_sign_up_open,
      password_min_length: p.password_min_length,
      is_common_password_refused: p.is_common_password_refused,
      address_mandatory_fields: p.address_mandatory_fields,
      list_child_products: p.list_child_products,
      additional_languages: p.additional_languages,
      calculation_method: p.calculation_method,
      cart_expiry_days: p.cart_expiry_days,
      is_custom_discounts_enabled: p.is_custom_discounts_enabled,
      logs_ttl_days: p.logs_ttl_days,
      is_gateway_simulation_allowed: p.is_gateway_simulation_allowed,
      is_checkout_token_required: p.is_checkout_token_required,
    })
    .where('id', '=', p.id)
    .returningAll(),
);

export const resetStoreSettings = globalStatement<{ id: string }>()(
  p => sql<StoreRow>`
    update stores set page_length = default, list_child_products = default, additional_languages = default,
      calculation_method = default, address_mandatory_fields = default
    where id = ${p.id} returning *`,
);
