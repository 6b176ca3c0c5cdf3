import { chownSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface FileLock {
  release(): void;
}

const sqliteBusy = 5;

/** What makes SQLite hold the lock until the database is closed. */
const begin = { exclusive: 'begin exclusive', shared: 'begin; select count(*) from sqlite_schema' } as const;

/** Keeps the held locks from the garbage collector, which would let go of them. */
const held = new Set<DatabaseSync>();

/**
 * Takes the lock of that file: for this holder alone, or `shared` with others that take it so. Returns undefined when another
 * process, or another holder in this one, has what does not go with it, and has it still after `patienceMs`. The kernel lets go
 * of it when the holder dies in whatever way, so there is no stale lock to detect and no process number to mistake. Node has
 * no call for file locks of its own; SQLite's are the same on all platforms.
 */
export function tryFileLock(
  file: string,
  kind: 'exclusive' | 'shared' = 'exclusive',
  patienceMs = 0,
): FileLock | undefined {
  createOnce(file);
  let opened: DatabaseSync | undefined;
  try {
    opened = new DatabaseSync(file, { timeout: patienceMs });
    opened.exec(`pragma journal_mode = memory; ${begin[kind]}`);
  } catch (error) {
    opened?.close();
    if (error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === sqliteBusy) return undefined;
    throw new Error(`Cannot lock ${file}: it must be this user's, on a file system that has file locks`, {
      cause: error,
    });
  }
  const database = opened;
  held.add(database);
  return {
    release: () => {
      if (held.delete(database)) database.close();
    },
  };
}

/** Makes the file for its owner only. Never opens one that exists: closing it would drop a lock this process has on it. */
function createOnce(file: string): void {
  if (existsSync(file)) return;
  try {
    closeSync(openSync(file, 'wx', 0o600));
    giveToOwnerOf(dirname(file), file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** Root may work for once in another user's folder: the files it makes there belong to that user, who needs them later. */
export function giveToOwnerOf(folder: string, file: string): void {
  if (process.geteuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  if (uid !== 0) chownSync(file, uid, gid);
}
