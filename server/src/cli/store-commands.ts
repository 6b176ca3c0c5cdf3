import type { Command } from 'commander';
import { passwordMinLengths } from '../modules/stores/stores.limits.ts';
import { integer, nameText, onOff } from './arguments.ts';
import type { CreateStoreOptions, UpdateStoreOptions } from './store-actions.ts';

const actions = () => import('./store-actions.ts');

/** `store create | list | update`. */
export function addStoreCommands(program: Command): void {
  const store = program.command('store').description('the stores of the database');

  store
    .command('create')
    .description('make a store with a first key; the secret is shown only now')
    .requiredOption('--name <name>', 'name of the store', nameText)
    .option('--json', 'print JSON')
    .action(async (options: CreateStoreOptions) => (await actions()).create(options));

  store
    .command('list')
    .description('list the stores; as JSON with their settings')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => (await actions()).list(options));

  store
    .command('update')
    .description('change the settings of a store; running servers follow at once')
    .argument('<id>', 'id of the store')
    .option('--name <name>', 'name of the store', nameText)
    .option('--page-length <n>', 'default page length of listings, 1 to 100', integer(1, 100))
    .addOption(onOff('--sign-up', 'whether public access tokens may create customers'))
    .option(
      '--password-min-length <n>',
      'fewest characters of a new password',
      integer(passwordMinLengths.minimum, passwordMinLengths.maximum),
    )
    .addOption(onOff('--refuse-common-passwords', 'whether the commonest passwords are refused'))
    .addOption(onOff('--simulated-gateways', 'whether other gateways than manual may be simulated: development only'))
    .addOption(onOff('--checkout-needs-token', "whether a checkout by customer id needs that customer's token"))
    .option('--address-mandatory-fields <list>', 'mandatory address fields by commas, or default')
    .option('--json', 'print JSON')
    .action(async (id: string, options: UpdateStoreOptions) => (await actions()).update(id, options));
}
