import type { Command } from 'commander';
import type { BackupOptions, RestoreOptions } from './backup-actions.ts';

const actions = () => import('./backup-actions.ts');

/** `backup` and `restore`. */
export function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .description('write everything in the database to a file, while servers go on')
    .argument('<file>', 'where to write to; - is standard output')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The file is one consistent snapshot, compressed, and appears only when it is complete. It holds no secret in clear: keep
CLIENTELE_SECRET_KEY, or the file secret.key of the data folder, in another place.`,
    )
    .action(async (file: string, options: BackupOptions) => (await actions()).runBackup(file, options));

  program
    .command('restore')
    .description('replace everything in the database by a backup, or change nothing')
    .argument('<file>', 'a file made by backup; - is standard input')
    .option('--force', 'also when the database has a store already: everything in it is lost')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Running servers follow at once, but answer nothing while it lasts. Sessions and keys that were ended after the backup was
made are in force again. Without the secret key that the backup was made with, all tokens given before become invalid.`,
    )
    .action(async (file: string, options: RestoreOptions) => (await actions()).runRestore(file, options));
}
