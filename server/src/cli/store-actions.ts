import { createKey } from '../modules/access/keys.service.ts';
import { addressFields } from '../modules/addresses/addresses.schema.ts';
import { commandLine } from '../modules/audit/audit.service.ts';
import { logChange } from '../modules/settings/settings.service.ts';
import { changeStore, createStore, listStores, type StoreSettings } from '../modules/stores/stores.service.ts';
import { isUuid } from '../platform/text/uuid.ts';
import { CliError, printOne, printRows, UsageError } from './output.ts';
import { withStorage } from './with-storage.ts';

const columns = ['id', 'name', 'created_at'] as const;

export interface CreateStoreOptions {
  readonly name: string;
  readonly json?: boolean;
}

export interface UpdateStoreOptions {
  readonly name?: string;
  readonly pageLength?: number;
  readonly signUp?: 'on' | 'off';
  readonly passwordMinLength?: number;
  readonly refuseCommonPasswords?: 'on' | 'off';
  readonly addressMandatoryFields?: string;
  readonly simulatedGateways?: 'on' | 'off';
  readonly checkoutNeedsToken?: 'on' | 'off';
  readonly json?: boolean;
}

function mandatoryFields(text: string): string[] | null {
  if (text === 'default') return null;
  const names = text.split(',').map(name => name.trim());
  if (names.some(name => !(addressFields as string[]).includes(name))) {
    throw new UsageError(
      `--address-mandatory-fields "${text}" is invalid. Allowed are: default, or some of ${addressFields.join(',')}.`,
    );
  }
  return names;
}

function settingsOf(options: UpdateStoreOptions): Partial<StoreSettings> {
  return {
    ...(options.name !== undefined && { name: options.name }),
    ...(options.pageLength !== undefined && { page_length: options.pageLength }),
    ...(options.signUp !== undefined && { is_sign_up_open: options.signUp === 'on' }),
    ...(options.passwordMinLength !== undefined && { password_min_length: options.passwordMinLength }),
    ...(options.refuseCommonPasswords !== undefined && {
      is_common_password_refused: options.refuseCommonPasswords === 'on',
    }),
    ...(options.addressMandatoryFields !== undefined && {
      address_mandatory_fields: mandatoryFields(options.addressMandatoryFields),
    }),
    ...(options.simulatedGateways !== undefined && {
      is_gateway_simulation_allowed: options.simulatedGateways === 'on',
    }),
    ...(options.checkoutNeedsToken !== undefined && {
      is_checkout_token_required: options.checkoutNeedsToken === 'on',
    }),
  };
}

export function create(options: CreateStoreOptions): Promise<void> {
  return withStorage(async ({ database }) => {
    const { store, made } = await database.inLockedTransaction('clientele.store_create', async tx => {
      const store = await createStore(tx, options.name);
      return { store, made: await createKey(tx, { storeId: store.id, name: 'First key' }) };
    });
    const { id, name, created_at } = store;
    const secrets = { client_id: made.key.client_id, client_secret: made.clientSecret };
    printOne({ id, name, created_at, ...secrets }, options.json === true);
  });
}

export function list(options: { readonly json?: boolean }): Promise<void> {
  return withStorage(async ({ database }) => printRows(await listStores(database), columns, options.json === true));
}

export async function update(id: string, options: UpdateStoreOptions): Promise<void> {
  const settings = settingsOf(options);
  await withStorage(async ({ database }) => {
    const changed = isUuid(id.toLowerCase())
      ? await changeStore(database, id.toLowerCase(), settings, logChange(commandLine()))
      : undefined;
    if (changed === undefined) throw new CliError(`there is no store ${id}`);
    printOne(changed, options.json === true);
  });
}
