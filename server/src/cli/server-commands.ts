import type { Command } from 'commander';
import { serve } from '../main.ts';
import { withStorage } from './with-storage.ts';

/** `serve` and `migrate`. */
export function addServerCommands(program: Command): void {
  program
    .command('serve')
    .description('serve the API until SIGTERM or SIGINT (what npm start does)')
    .action(() => serve());

  program
    .command('migrate')
    .description('bring the database to the newest schema and exit; serve does this by itself')
    .action(async () => {
      await withStorage(async () => {});
      process.stdout.write('The database has the newest schema.\n');
    });
}
