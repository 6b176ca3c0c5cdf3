import { type Command, InvalidArgumentError, Option } from 'commander';
import { createKey } from '../modules/access/keys.service.ts';
import { addressFields } from '../modules/addresses/addresses.schema.ts';
import { changeStore, createStore, listStores, type StoreSettings } from '../modules/stores/stores.service.ts';
import { CliError, printOne, printRows } from './output.ts';
import { withStorage } from './with-storage.ts';

const columns = ['id', 'name', 'created_at'] as const;

function integer(min: number, max: number) {
  return (text: string): number => {
    if (!/^\d{1,9}$/.test(text) || Number(text) < min || Number(text) > max) {
      throw new InvalidArgumentError(`Allowed is an integer from ${min} to ${max}.`);
    }
    return Number(text);
  };
}

function storeName(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > 255) throw new InvalidArgumentError('Allowed are 1 to 255 characters.');
  return name;
}

function mandatoryFields(text: string): string[] | null {
  if (text === 'default') return null;
  const names = text.split(',').map(name => name.trim());
  const unknown = names.filter(name => !(addressFields as string[]).includes(name));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`Allowed are: default, or some of ${addressFields.join(',')}.`);
  return names;
}

const onOff = (flags: string, description: string) =>
  new Option(`${flags} <on|off>`, description).choices(['on', 'off']);

interface UpdateOptions {
  readonly name?: string;
  readonly pageLength?: number;
  readonly signUp?: 'on' | 'off';
  readonly passwordMinLength?: number;
  readonly refuseCommonPasswords?: 'on' | 'off';
  readonly addressMandatoryFields?: string[] | null;
  readonly simulatedGateways?: 'on' | 'off';
  readonly checkoutNeedsToken?: 'on' | 'off';
  readonly json?: boolean;
}

function settingsOf(options: UpdateOptions): Partial<StoreSettings> {
  return {
    ...(options.name !== undefined && { name: options.name }),
    ...(options.pageLength !== undefined && { page_length: options.pageLength }),
    ...(options.signUp !== undefined && { is_sign_up_open: options.signUp === 'on' }),
    ...(options.passwordMinLength !== undefined && { password_min_length: options.passwordMinLength }),
    ...(options.refuseCommonPasswords !== undefined && {
      is_common_password_refused: options.refuseCommonPasswords === 'on',
    }),
    ...(options.addressMandatoryFields !== undefined && { address_mandatory_fields: options.addressMandatoryFields }),
    ...(options.simulatedGateways !== undefined && {
      is_gateway_simulation_allowed: options.simulatedGateways === 'on',
    }),
    ...(options.checkoutNeedsToken !== undefined && {
      is_checkout_token_required: options.checkoutNeedsToken === 'on',
    }),
  };
}

/** `store create | list | update`. */
export function addStoreCommands(program: Command): void {
  const store = program.command('store').description('the stores of the database');

  store
    .command('create')
    .description('make a store with a first key; the secret is shown only now')
    .requiredOption('--name <name>', 'name of the store', storeName)
    .option('--json', 'print JSON')
    .action((options: { name: string; json?: boolean }) =>
      withStorage(async ({ database }) => {
        const made = await createStore(database, options.name);
        const { key, clientSecret } = await createKey(database, { storeId: made.id, name: 'First key' });
        const { id, name, created_at } = made;
        const secrets = { client_id: key.client_id, client_secret: clientSecret };
        printOne({ id, name, created_at, ...secrets }, options.json === true);
      }),
    );

  store
    .command('list')
    .description('list the stores with their settings')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withStorage(async ({ database }) => printRows(await listStores(database), columns, options.json === true)),
    );

  store
    .command('update')
    .description('change the settings of a store; running servers follow at once')
    .argument('<id>', 'id of the store')
    .option('--name <name>', 'name of the store', storeName)
    .option('--page-length <n>', 'default page length of listings, 1 to 100', integer(1, 100))
    .addOption(onOff('--sign-up', 'whether public access tokens may create customers'))
    .option('--password-min-length <n>', 'fewest characters of a new password', integer(1, 128))
    .addOption(onOff('--refuse-common-passwords', 'whether the commonest passwords are refused'))
    .addOption(onOff('--simulated-gateways', 'whether other gateways than manual may be simulated: development only'))
    .addOption(onOff('--checkout-needs-token', "whether a checkout by customer id needs that customer's token"))
    .option('--address-mandatory-fields <list>', 'mandatory address fields by commas, or default', mandatoryFields)
    .option('--json', 'print JSON')
    .action((id: string, options: UpdateOptions) =>
      withStorage(async ({ database }) => {
        const changed = await changeStore(database, id.toLowerCase(), settingsOf(options)).catch(() => undefined);
        if (changed === undefined) throw new CliError(`there is no store ${id}`);
        const { address_mandatory_fields, additional_languages, ...rest } = changed;
        const lists = {
          address_mandatory_fields: address_mandatory_fields?.join(',') ?? 'default',
          additional_languages: additional_languages.join(','),
        };
        printOne({ ...rest, ...lists }, options.json === true);
      }),
    );
}
