import type { Command } from 'commander';

const actions = () => import('./staff-actions.ts');

/** `staff list | link`. */
export function addStaffCommands(program: Command): void {
  const staff = program.command('staff').description('who may sign in to the dashboard');

  staff
    .command('list')
    .description('list the staff')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => (await actions()).list(options));

  staff
    .command('link')
    .description('make a link by which a member of staff sets a new password, shown only now')
    .argument('<email>', 'their e-mail')
    .option('--json', 'print JSON')
    .action(async (email: string, options: { json?: boolean }) => (await actions()).link(email, options));
}
