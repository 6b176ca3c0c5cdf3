import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { totalmem } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Binaries, run } from './binaries.ts';
import { newPassword, readPassword, resetPassword, savePassword, superuser, syncFolder } from './password.ts';
import type { Site } from './site.ts';
import type { Log } from './wait.ts';

const megabyte = 2 ** 20;

/** An eighth of the memory that the process may use, from 128 MB to 1 GB. Only what is used of it takes memory. */
function sharedBuffers(): string {
  // Without a limit it is 0, or more than there is.
  const memory = Math.min(totalmem(), process.constrainedMemory() || totalmem());
  return `${Math.min(Math.max(Math.floor(memory / 8 / megabyte), 128), 1024)}MB`;
}

/** The defaults of a small server, written into postgresql.conf, where an operator may change them. */
const settings = {
  shared_buffers: sharedBuffers(),
  max_connections: '100',
  huge_pages: 'off',
  jit: 'off',
  // Parallel workers need shared memory that containers limit to 64 MB, and cores that a small server has not.
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  max_logical_replication_workers: '0',
  // Bounds the time that recovery after a crash takes.
  max_wal_size: '512MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Failed statements are reported to their clients; in the log they would show customers' data.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
} as const;

/**
 * The kinds of letters, for `lc_ctype`. Collation and case come from PostgreSQL's own C.UTF-8: code point order, the same
 * on every machine and after every upgrade of the system. But pg_trgm asks the C library what a letter is, and with `C`
 * drops all but ASCII (tried: `show_trgm('Иван')` is empty), so any UTF-8 locale of the system must stand behind it.
 */
const characterTypes = ['C.UTF-8', 'en_US.UTF-8', 'UTF-8', 'C'] as const;

/** Makes the data folder when it is missing, and brings it and the password into a state to start from. Needs the lock. */
export async function prepareCluster(site: Site, binaries: Binaries, log: Log): Promise<void> {
  if (!existsSync(join(site.dataPath, 'PG_VERSION'))) await createCluster(site, binaries, log);
  else {
    takePossession(site);
    if (readPassword(site) === undefined) await resetPassword(site, binaries, log);
  }
}

/** What rename says of something in its way: files, a file, a mount point. */
const inTheWay = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EBUSY', 'EXDEV']);

async function createCluster(site: Site, binaries: Binaries, log: Log): Promise<void> {
  log(`Creating the embedded PostgreSQL database in ${site.dataPath}`, 'making');
  const password = readPassword(site) ?? savePassword(site, newPassword());
  removeUnfinished(site);
  // Made elsewhere and then renamed: a folder with the final name is complete, however often its making was interrupted.
  const staging = `${site.dataPath}.new-${randomBytes(4).toString('hex')}`;
  mkdirSync(staging, { mode: 0o700 });
  const passwordFile = join(staging, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (site.user !== undefined) {
    chownSync(staging, site.user.uid, site.user.gid);
    chownSync(passwordFile, site.user.uid, site.user.gid);
  }
  try {
    await initialize(site, binaries, join(staging, 'data'), passwordFile, log);
    renameSync(join(staging, 'data'), site.dataPath);
    syncFolder(dirname(site.dataPath));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && inTheWay.has(String(error.code)))) throw error;
    throw new Error(`${site.dataPath} exists, holds no PostgreSQL data, and is not an empty folder: move it away`, {
      cause: error,
    });
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function initialize(
  site: Site,
  binaries: Binaries,
  folder: string,
  passwordFile: string,
  log: Log,
): Promise<void> {
  let failure = '';
  for (const characterType of characterTypes) {
    const { code, output } = await run(
      join(binaries, 'bin', 'initdb'),
      [
        `--pgdata=${folder}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--lc-collate=C',
        `--lc-ctype=${characterType}`,
        '--no-instructions',
        ...Object.entries(settings).map(([name, value]) => `--set=${name}=${value}`),
      ],
      site.user,
    );
    if (code === 0) {
      if (characterType === 'C') log('This system has no UTF-8 locale: searching text that is not ASCII will be slow');
      return;
    }
    failure ||= output;
    if (!output.includes('invalid locale name')) {
      throw new Error(`initdb failed (exit code ${code}), so there is no embedded PostgreSQL:\n${output}`);
    }
  }
  throw new Error(`initdb failed:\n${failure}`);
}

/** Folders of an initdb that was killed. One of them may still be running, and put files where they were just removed. */
function removeUnfinished(site: Site): void {
  const parent = dirname(site.dataPath);
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(`${basename(site.dataPath)}.new-`)) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // Left for the next time.
    }
  }
}

/** After a restore or by another hand the data may belong to someone else, or be open to others, which PostgreSQL refuses. */
function takePossession(site: Site): void {
  const { uid, mode } = statSync(site.dataPath);
  if (site.user !== undefined && uid !== site.user.uid) {
    chownSync(site.dataPath, site.user.uid, site.user.gid);
    for (const name of readdirSync(site.dataPath, { recursive: true, encoding: 'utf8' })) {
      lchownSync(join(site.dataPath, name), site.user.uid, site.user.gid);
    }
  }
  if ((mode & 0o077) !== 0 && (site.user !== undefined || uid === process.geteuid?.())) chmodSync(site.dataPath, 0o700);
}
