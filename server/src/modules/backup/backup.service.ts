import { verifyArchive } from '../../platform/backup/archive-reader.ts';
import { BackupError } from '../../platform/backup/errors.ts';
import { readCompressed, standardStream, writeCompressed } from '../../platform/backup/files.ts';
import { restoreArchive } from '../../platform/backup/restore.ts';
import { takeSnapshot } from '../../platform/backup/snapshot.ts';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { GlobalDb } from '../../platform/db/database.ts';
import type { SchemaHistory } from '../../platform/db/migrate.ts';
import { announceChange } from '../../platform/db/notifications.ts';
import type { Connection } from '../../platform/db/pool.ts';
import { removeForeignSigningKeys } from '../access/signing-keys.service.ts';
import { listStores } from '../stores/stores.service.ts';

/** Rows by table. */
export type RowCounts = Readonly<Record<string, number>>;

/** Hears how far the work is; `total` may be a guess, and 0 when nothing is known. */
export type OnProgress = (done: number, total: number) => void;

interface Source {
  readonly connection: Connection;
  readonly history: SchemaHistory;
  /** A path, or `-` for the standard stream. */
  readonly file: string;
  readonly onProgress: OnProgress;
}

/** Writes everything in the database, as of one moment, to a file; servers go on meanwhile. Progress is in rows. */
export async function backUp(options: Source & { readonly version: string }): Promise<RowCounts> {
  const { connection, history, version, file, onProgress } = options;
  const rows: Record<string, number> = {};
  let done = 0;
  let total = 0;
  await writeCompressed(
    file,
    takeSnapshot({
      connection,
      history,
      version,
      onEstimate: estimate => {
        total = estimate;
      },
      onRows: (table, count) => {
        rows[table] = (rows[table] ?? 0) + count;
        done += count;
        onProgress(done, total);
      },
    }),
  );
  return rows;
}

export interface Restored {
  readonly rows: RowCounts;
  /** Signing keys that were sealed with another master key, and were left out. */
  readonly foreignKeys: number;
}

/**
 * Replaces everything in the database by a backup, or changes nothing. Refuses a database that has a store, unless
 * `replaces` says otherwise. Progress is in bytes of the file.
 */
export async function restore(
  options: Source & { readonly masterKey: MasterKey; readonly replaces: boolean; readonly size: number },
): Promise<Restored> {
  const { connection, history, file, masterKey, replaces, size, onProgress } = options;
  const isRepeatable = file !== standardStream;
  // A damaged file is found before any lock is taken; standard input can be read only once, and is found in the end.
  if (isRepeatable) await reading(file, bytes => onProgress(bytes, 2 * size), verifyArchive);
  const before = isRepeatable ? size : 0;
  const { rows, settled } = await reading(
    file,
    bytes => onProgress(before + bytes, 2 * size),
    archive =>
      restoreArchive({
        connection,
        history,
        archive,
        allow: db => (replaces ? Promise.resolve() : refuseStores(db)),
        settle: async db => {
          const foreignKeys = await removeForeignSigningKeys(db, masterKey);
          await db.all(announceChange, {});
          return foreignKeys;
        },
      }),
  );
  return { rows, foreignKeys: settled };
}

async function reading<T>(
  file: string,
  onBytes: (bytes: number) => void,
  work: (archive: AsyncIterable<Buffer>) => Promise<T>,
): Promise<T> {
  const archive = readCompressed(file, onBytes);
  try {
    return await work(archive);
  } finally {
    await archive.return(undefined);
  }
}

async function refuseStores(db: GlobalDb): Promise<void> {
  const stores = await listStores(db);
  if (stores.length === 0) return;
  const names = stores.map(store => JSON.stringify(store.name)).join(', ');
  throw new BackupError(`The database has a store already (${names}): --force replaces everything in it`);
}
