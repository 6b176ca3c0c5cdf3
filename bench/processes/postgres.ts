import { realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../server/src/platform/embedded-postgres/embedded-postgres.ts';

// `node postgres.ts FOLDER`: runs an embedded PostgreSQL for a benchmark and sends its URL. When the channel closes, however
// the benchmark has ended, it stops and takes the folder with it.

const [folder = ''] = process.argv.slice(2);
const dataDir = join(folder, 'postgres');
// A signal to the whole group, as Ctrl-C in a terminal: the servers need their database until they have stopped.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

const { connection, stop } = await startEmbeddedPostgres({ dataDir, log: () => {} });
// As root the data lie elsewhere, and the folder has a link.
const data = await realpath(join(dataDir, 'postgres'));

async function end(): Promise<void> {
  await stop();
  for (const path of [data, `${data}.lock`, folder]) await rm(path, { recursive: true, force: true });
}

process.once('disconnect', () => void end());
if (process.connected) {
  const { host, port, user, password, database } = connection;
  process.send?.(`postgres://${user}:${password}@/${database}?host=${encodeURIComponent(host)}&port=${port}`);
}
