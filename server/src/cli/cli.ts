import '../platform/crypto/threads.ts';
import { Command, CommanderError } from 'commander';
import { describeFailure } from '../failure.ts';
import { version } from '../version.ts';
import { addBackupCommands } from './backup-commands.ts';
import { addKeyCommands } from './key-commands.ts';
import { addServerCommands } from './server-commands.ts';
import { addStaffCommands } from './staff-commands.ts';
import { addStoreCommands } from './store-commands.ts';

/** Exit codes: 0 done, 1 failed, 2 wrong usage or configuration. */
const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

const program = new Command('clientele')
  .description(
    'The customer backend of headless commerce. Settings are read from the environment (docs/configuration.md).',
  )
  .version(version)
  .showHelpAfterError('(add --help for the usage)')
  .exitOverride();

addServerCommands(program);
addStoreCommands(program);
addKeyCommands(program);
addStaffCommands(program);
addBackupCommands(program);

/** Errors of usage and of configuration bring their own. */
const hasExitCode = (error: unknown): error is { exitCode: number } => error instanceof Error && 'exitCode' in error;

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  process.stderr.write(`clientele: ${describeFailure(error)}\n`);
  return hasExitCode(error) ? error.exitCode : exitCodes.failed;
}

let hasTold = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read it has enough: no fault of the command, which goes on with its work.
  if (error.code === 'EPIPE' || hasTold) return;
  hasTold = true;
  process.exitCode = exitCodeOf(error);
});
// Nobody is left to be told.
process.stderr.on('error', () => {});

await program.parseAsync().catch(error => {
  process.exitCode = exitCodeOf(error);
});
