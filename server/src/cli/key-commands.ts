import type { Command } from 'commander';
import { nameText } from './arguments.ts';
import type { CreateKeyOptions, ListKeysOptions } from './key-actions.ts';

const actions = () => import('./key-actions.ts');

/** `key create | list | revoke`. */
export function addKeyCommands(program: Command): void {
  const key = program.command('key').description('the application keys of the stores');

  key
    .command('create')
    .description('make a key; the secret is shown only now')
    .option('--store <id>', 'id of the store (may be left out when there is only one)')
    .option('--name <name>', 'name of the key', nameText, 'Key')
    .option('--json', 'print JSON')
    .action(async (options: CreateKeyOptions) => (await actions()).create(options));

  key
    .command('list')
    .description('list the keys, revoked ones too')
    .option('--store <id>', 'only those of this store')
    .option('--json', 'print JSON')
    .action(async (options: ListKeysOptions) => (await actions()).list(options));

  key
    .command('revoke')
    .description('end a key and, at once on every server, the access tokens it was given')
    .argument('<id>', 'id or client id of the key')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: boolean }) => (await actions()).revoke(id, options));
}
