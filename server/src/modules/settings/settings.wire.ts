import { maxClauses } from '../../platform/query/filter.ts';
import { maxOffset } from '../../platform/query/page.ts';
import type { AddressField } from '../addresses/addresses.schema.ts';
import { cartLimits } from '../carts/carts.limits.ts';
import { currencyLimit } from '../currencies/currencies.errors.ts';
import { fieldLimit } from '../flows/flows.errors.ts';
import type { StoreRow } from '../stores/stores.service.ts';
import type { CartSettings, LogsTtl, Settings } from './settings.schema.ts';
import type { Store } from './store-settings.schema.ts';

/** The settings as the contract shows them (reference: platform.md, "Settings"). */
export function toSettings(store: StoreRow): Settings {
  return {
    type: 'settings',
    page_length: store.page_length,
    list_child_products: store.list_child_products,
    additional_languages: [...store.additional_languages],
    calculation_method: store.calculation_method,
    ...(store.address_mandatory_fields && {
      address_mandatory_fields: store.address_mandatory_fields as AddressField[],
    }),
    currency_limit: currencyLimit,
    field_limit: fieldLimit,
    integration_limit: 100,
    event_limit: 5,
    filter_limit: maxClauses,
    tax_item_limit: cartLimits.taxes,
    page_offset_limit: maxOffset,
  };
}

export function toCartSettings(store: StoreRow): CartSettings {
  return {
    type: 'settings',
    cart_expiry_days: store.cart_expiry_days,
    discounts: { custom_discounts_enabled: store.is_custom_discounts_enabled },
  };
}

export const toStore = (row: StoreRow): Store => ({
  id: row.id,
  type: 'store',
  name: row.name,
  is_sign_up_open: row.is_sign_up_open,
  password_min_length: row.password_min_length,
  is_common_password_refused: row.is_common_password_refused,
  is_checkout_token_required: row.is_checkout_token_required,
  is_gateway_simulation_allowed: row.is_gateway_simulation_allowed,
});

export const toLogsTtl = (store: StoreRow): LogsTtl => ({ type: 'time_to_live', days: store.logs_ttl_days });
