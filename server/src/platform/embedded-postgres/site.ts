import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { access, canReach, type SystemUser, unprivilegedUser } from './run-as.ts';

/** Where an embedded PostgreSQL lies, and as whom it runs. */
export interface Site {
  /** The folder the operator named. */
  readonly dataDir: string;
  /** PostgreSQL's own folder: `<dataDir>/postgres`, or where that link leads. */
  readonly dataPath: string;
  /** undefined: the user of this process. */
  readonly user: SystemUser | undefined;
  /** Stands in the command line of every process of this cluster, which any user may read, and of no other. */
  readonly clusterName: string;
  readonly passwordFile: string;
  readonly logFile: string;
  /** Held while a process starts, joins, leaves or stops the server. */
  readonly lockFile: string;
  /** Shared by the processes that use the server, for as long as they do. */
  readonly usersFile: string;
}

/** Root's place for what an unprivileged user must reach, made when missing. */
export function sharedRoot(): string {
  const folder = '/var/lib/clientele';
  try {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
  } catch (error) {
    throw new Error(
      `PostgreSQL does not run as root but as another user, who may not enter the folder of this program or of its data, and ${folder} ` +
        'cannot be made instead: let others enter those folders (chmod o+x), or set DATABASE_URL to a PostgreSQL server',
      { cause: error },
    );
  }
  return folder;
}

/** Finds or makes the folders. Safe to do at the same time in several processes. */
export function prepareSite(dataDir: string, log: (message: string) => void): Site {
  const isRoot = process.geteuid?.() === 0;
  const folder = openDataDir(resolve(dataDir), isRoot);
  const link = join(folder, 'postgres');
  let dataPath = followLink(link);
  const user = isRoot ? unprivilegedUser(dataPath) : undefined;
  if (user !== undefined && lstatSync(link, { throwIfNoEntry: false }) === undefined) {
    if (!canReach(user, folder, access.enter)) dataPath = relocate(link, shortHash(folder));
  }
  if (user !== undefined && !canReach(user, dirname(dataPath), access.enter)) {
    throw new Error(
      `PostgreSQL runs as the user ${user.name}, who may not enter ${dirname(dataPath)}, where its data lie: ` +
        'let others enter that folder and those above it (chmod o+x), or move the data',
    );
  }
  if (dataPath !== link) log(`The data of the embedded PostgreSQL lie in ${dataPath} (${link} leads there)`);
  return {
    dataDir: folder,
    dataPath,
    user,
    clusterName: `clientele-${shortHash(dataPath)}`,
    passwordFile: join(folder, 'postgres.password'),
    logFile: join(folder, 'postgres.log'),
    // Beside the data and not the link: a copied link must not lead to other locks for the same data.
    lockFile: `${dataPath}.lock`,
    usersFile: `${dataPath}.users`,
  };
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/**
 * Makes the folder for this user only. As root other users may pass through it (not list it), because PostgreSQL's user
 * must; an existing folder is opened that far only when everything in it is closed to others by its own mode.
 */
function openDataDir(dataDir: string, isRoot: boolean): string {
  mkdirSync(dataDir, { recursive: true, mode: isRoot ? 0o711 : 0o700 });
  const { uid, mode } = statSync(dataDir);
  if (isRoot && uid === 0 && readdirSync(dataDir).every(name => isClosed(join(dataDir, name)))) {
    chmodSync(dataDir, mode | 0o011);
  }
  return realpathSync(dataDir);
}

function isClosed(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found === undefined || found.isSymbolicLink() || (found.mode & 0o077) === 0;
}

/** Where a path leads when its last part may be a link, whose target need not exist yet. */
function followLink(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return path;
  const target = resolve(dirname(path), readlinkSync(path));
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  return followLink(join(realpathSync(dirname(target)), basename(target)));
}

/** Root only: chooses a place that others may reach, and leaves a link to it. */
function relocate(link: string, hash: string): string {
  try {
    symlinkSync(join(sharedRoot(), `data-${hash}`), link);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return followLink(link);
}
