import { stat } from 'node:fs/promises';
import { Presets, SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { migrations } from '../migrations/migrations.ts';
import { backUp, type OnProgress, type RowCounts, restore } from '../modules/backup/backup.service.ts';
import { version } from '../version.ts';
import { printOne } from './output.ts';
import { withServer } from './with-storage.ts';

/** Shows on a terminal's standard error how far the work is; elsewhere nothing. */
async function withProgressBar<T>(what: string, work: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  const format = `${what} {bar} {percentage}% | {eta_formatted} left`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: true }, Presets.rect);
  bar.start(1, 0);
  try {
    return await work((done, total) => {
      // The total may be a guess that was too low.
      bar.setTotal(Math.max(total, done));
      bar.update(done);
    });
  } finally {
    bar.stop();
  }
}

/** People get the tables that hold something, programs all. */
function printResult(facts: { file: string; bytes?: number }, rows: RowCounts, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ ...facts, rows }, null, 2)}\n`);
  else printOne({ ...facts, ...Object.fromEntries(Object.entries(rows).filter(([, count]) => count > 0)) }, false);
}

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
    .action((file: string, options: { json?: boolean }) =>
      withServer(async ({ connection }) => {
        const rows = await withProgressBar('Backup', onProgress =>
          backUp({ connection, history: migrations, version, file, onProgress }),
        );
        // With - standard output is the backup.
        if (file !== '-') printResult({ file, bytes: (await stat(file)).size }, rows, options.json === true);
      }),
    );

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
    .action((file: string, options: { force?: boolean; json?: boolean }) =>
      withServer(async ({ connection, masterKey }) => {
        const size = file === '-' ? 0 : (await stat(file)).size;
        const { rows, foreignKeys } = await withProgressBar('Restore', onProgress =>
          restore({
            connection,
            history: migrations,
            file,
            size,
            masterKey,
            replaces: options.force === true,
            onProgress,
          }),
        );
        if (foreignKeys > 0) {
          process.stderr.write(
            'clientele: the backup was made with another secret key: tokens given before are invalid, and keys for new ones are made at the next start\n',
          );
        }
        printResult({ file }, rows, options.json === true);
      }),
    );
}
