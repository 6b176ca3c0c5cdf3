import type { Command } from 'commander';
import { stopOnSignals } from '../stop-request.ts';

/** `serve` and `migrate`. */
export function addServerCommands(program: Command): void {
  program
    .command('serve')
    .description('serve the API until SIGTERM, SIGINT or SIGHUP (what npm start does)')
    .option(
      '--build',
      'build what is missing or not of its sources: the dashboard first, the server for its next start',
    )
    .action(async (options: { build?: boolean }) => {
      // Before the rest is loaded: a signal may come at any moment of the start.
      const signal = stopOnSignals();
      const { serve } = await import('../main.ts');
      await serve({ ...options, signal });
    });

  program
    .command('migrate')
    .description('bring the database to the newest schema and exit; serve does this by itself')
    .action(async () => {
      const { withStorage } = await import('./with-storage.ts');
      await withStorage(async () => {});
      process.stdout.write('The database has the newest schema.\n');
    });
}
