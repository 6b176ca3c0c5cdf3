import type { Command } from 'commander';

/** `serve` and `migrate`. */
export function addServerCommands(program: Command): void {
  program
    .command('serve')
    .description('serve the API until SIGTERM or SIGINT (what npm start does)')
    .action(async () => (await import('../main.ts')).serve());

  program
    .command('migrate')
    .description('bring the database to the newest schema and exit; serve does this by itself')
    .action(async () => {
      const { withStorage } = await import('./with-storage.ts');
      await withStorage(async () => {});
      process.stdout.write('The database has the newest schema.\n');
    });
}
