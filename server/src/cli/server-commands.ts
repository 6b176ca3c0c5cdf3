import type { Command } from 'commander';

/** `serve` and `migrate`. */
export function addServerCommands(program: Command): void {
  program
    .command('serve')
    .description('serve the API until SIGTERM, SIGINT or SIGHUP (what npm start does)')
    .option('--build', 'build the dashboard first, when it is missing or older than its sources')
    .action(async (options: { build?: boolean }) => (await import('../main.ts')).serve(options));

  program
    .command('migrate')
    .description('bring the database to the newest schema and exit; serve does this by itself')
    .action(async () => {
      const { withStorage } = await import('./with-storage.ts');
      await withStorage(async () => {});
      process.stdout.write('The database has the newest schema.\n');
    });
}
