import type { GlobalTx } from '../../platform/db/database.ts';
import type { Context } from '../access/context.ts';
import type { Services } from '../access/services.ts';
import { deltaBetween, type Initiator, recordAudit } from '../audit/audit.service.ts';
import { changeStore, findStore, resetStore, type StoreRow, type StoreSettings } from '../stores/stores.service.ts';
import type { CartSettingsPatch, LogsTtlPatch, SettingsPatch } from './settings.schema.ts';
import type { StorePatch } from './store-settings.schema.ts';

type Process = Pick<Services, 'database' | 'clients'>;

/** The settings as they are now: those of the context may be some milliseconds old. */
export async function getSettings({ database }: Process, ctx: Context): Promise<StoreRow> {
  return (await findStore(database, ctx.store.id)) ?? ctx.store;
}

/** Logs a change of settings in its transaction; one that changes nothing is not logged. */
export const logChange = (by: Initiator) => async (tx: GlobalTx, before: StoreRow, after: StoreRow) => {
  const delta = deltaBetween(before, after);
  if (Object.keys(delta).length === 0) return;
  await recordAudit(tx.forStore(after.id), by, {
    type: 'store.updated',
    resource: { type: 'store', id: after.id },
    delta,
  });
};

async function change({ database, clients }: Process, ctx: Context, changes: Partial<StoreSettings>) {
  const changed = await changeStore(database, ctx.store.id, changes, logChange(ctx));
  // The other processes are told; this one must not wait to be.
  clients.forget();
  return changed ?? ctx.store;
}

/** Changes settings: keys not sent keep their value. */
export function changeSettings(process: Process, ctx: Context, { type: _, ...patch }: SettingsPatch) {
  const { page_length, list_child_products, additional_languages, calculation_method, address_mandatory_fields } =
    patch;
  return change(process, ctx, {
    ...(page_length !== undefined && { page_length }),
    ...(list_child_products !== undefined && { list_child_products }),
    ...(additional_languages !== undefined && {
      additional_languages: [...new Set(additional_languages.map(code => code.toLowerCase()))],
    }),
    ...(calculation_method !== undefined && { calculation_method }),
    ...(address_mandatory_fields !== undefined && { address_mandatory_fields }),
  });
}

/** Sets the settings back to their defaults, those of carts and logs excepted. */
export async function resetSettings({ database, clients }: Process, ctx: Context): Promise<void> {
  await resetStore(database, ctx.store.id, logChange(ctx));
  clients.forget();
}

/** Changes the settings of carts: keys not sent keep their value. */
export function changeCartSettings(process: Process, ctx: Context, patch: CartSettingsPatch) {
  const isDiscountEnabled = patch.discounts?.custom_discounts_enabled;
  return change(process, ctx, {
    ...(patch.cart_expiry_days !== undefined && { cart_expiry_days: patch.cart_expiry_days }),
    ...(isDiscountEnabled !== undefined && { is_custom_discounts_enabled: isDiscountEnabled }),
  });
}

/** Changes how long logs are kept. */
export function changeLogsTtl(process: Process, ctx: Context, { days }: LogsTtlPatch) {
  return change(process, ctx, { logs_ttl_days: days });
}

/** Changes what the contract has no endpoint for: keys not sent keep their value. */
export function changeStoreSettings(process: Process, ctx: Context, patch: StorePatch) {
  return change(process, ctx, {
    ...(patch.name !== undefined && { name: patch.name }),
    ...(patch.is_sign_up_open !== undefined && { is_sign_up_open: patch.is_sign_up_open }),
    ...(patch.password_min_length !== undefined && { password_min_length: patch.password_min_length }),
    ...(patch.is_common_password_refused !== undefined && {
      is_common_password_refused: patch.is_common_password_refused,
    }),
    ...(patch.is_checkout_token_required !== undefined && {
      is_checkout_token_required: patch.is_checkout_token_required,
    }),
    ...(patch.is_gateway_simulation_allowed !== undefined && {
      is_gateway_simulation_allowed: patch.is_gateway_simulation_allowed,
    }),
  });
}
