import { stat } from 'node:fs/promises';
import { Presets, SingleBar } from 'cli-progress';
import { migrations } from '../migrations/migrations.ts';
import { backUp, type OnProgress, type RowCounts, restore } from '../modules/backup/backup.service.ts';
import { standardStream } from '../platform/backup/files.ts';
import { version } from '../version.ts';
import { CliError, printOne, UsageError } from './output.ts';
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

export interface BackupOptions {
  readonly json?: boolean;
}

export interface RestoreOptions extends BackupOptions {
  readonly force?: boolean;
}

export async function runBackup(file: string, options: BackupOptions): Promise<void> {
  if (file === standardStream && process.stdout.isTTY) {
    throw new UsageError('a backup is not for a terminal: name a file, or let another program read it');
  }
  return withServer(async ({ connection }) => {
    const rows = await withProgressBar('Backup', onProgress =>
      backUp({ connection, history: migrations, version, file, onProgress }),
    );
    // With - standard output is the backup.
    if (file !== standardStream) printResult({ file, bytes: (await stat(file)).size }, rows, options.json === true);
  });
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(error => {
    throw error.code === 'ENOENT' ? new CliError(`there is no file ${file}`, { cause: error }) : error;
  });
  if (found.isDirectory()) throw new CliError(`${file} is a folder, not a backup`);
  return found.size;
}

export function runRestore(file: string, options: RestoreOptions): Promise<void> {
  return withServer(async ({ connection, masterKey }) => {
    const size = file === standardStream ? 0 : await sizeOf(file);
    const source = { connection, history: migrations, file, size, masterKey, replaces: options.force === true };
    const { rows, foreignKeys } = await withProgressBar('Restore', onProgress => restore({ ...source, onProgress }));
    if (foreignKeys > 0) {
      process.stderr.write('clientele: the backup was made with another secret key: tokens given before are invalid\n');
    }
    printResult({ file }, rows, options.json === true);
  });
}
