import { addressOf, leaveAddress } from './address.ts';
import { findBinaries } from './binaries.ts';
import { databaseName, reachDatabase } from './database.ts';
import { type FileLock, tryFileLock } from './file-lock.ts';
import { readPassword, superuser } from './password.ts';
import { findPostmaster, type Postmaster, readPostmaster, runsCluster } from './processes.ts';
import { provideServer, type Surroundings, stopServer } from './server.ts';
import { prepareSite, type Site } from './site.ts';
import { type Log, waitFor } from './wait.ts';

export interface EmbeddedPostgres {
  /** For node-postgres: host is the socket directory (or 127.0.0.1 where there are no unix sockets). */
  readonly connection: { host: string; port: number; user: string; password: string; database: string };
  /** Where the data lies really (may differ from dataDir when root and dataDir is not reachable by the unprivileged user). */
  readonly dataPath: string;
  /** Ends the use. Stops the server when nobody else uses it (fast shutdown, waits until it is gone). Idempotent. */
  stop(): Promise<void>;
}

const watchEveryMs = 1000;

/**
 * Runs PostgreSQL on `<dataDir>/postgres`, or uses the one that runs there. The processes that share the data are equal: the
 * first starts the server, whoever sees that it has ended starts it again at the same address, the last stops it. Each holds
 * a lock for as long as it uses the server; a second one, held by one at a time, keeps starting, joining and leaving apart.
 * Whoever waits can be told to wait no longer, by `signal`: then it throws, and a server that was awaited is ended. `onLaunch`
 * is called when a server that this process starts has begun to.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  log: Log;
  signal?: AbortSignal | undefined;
  onLaunch?: (() => void) | undefined;
}): Promise<EmbeddedPostgres> {
  const { log, signal, onLaunch } = options;
  const site = prepareSite(options.dataDir, log);
  const share: Share = { site, turn: undefined, use: undefined, launched: undefined, obstacle: '' };
  const around: Surroundings = {
    site,
    binaries: await findBinaries(site.user, log),
    log,
    onLaunch: pid => {
      share.launched = pid;
      onLaunch?.();
    },
  };
  shares.add(share);
  let server: Postmaster;
  try {
    server = await waitFor(
      () => {
        signal?.throwIfAborted();
        return inTurn(share, () => joinServer(share, { ...around, signal }));
      },
      seconds =>
        log(
          `Waiting for PostgreSQL, or the process that starts or stops it (${seconds} s) ${share.obstacle}`.trimEnd(),
          'waiting',
        ),
    );
  } catch (error) {
    shares.delete(share);
    share.use?.release();
    throw error;
  }
  const connection = {
    ...addressOf(server),
    user: superuser,
    password: readPassword(site) ?? '',
    database: databaseName,
  };

  /** Starts again a server that has ended, or that another told to end. */
  async function keepRunning(): Promise<void> {
    const isUp = () => runsCluster(server.pid, site) && readPostmaster(site)?.status !== 'stopping';
    if (isUp()) return;
    await inTurn(share, async () => {
      // Another process may have done it.
      server = readPostmaster(site) ?? server;
      if (isUp()) return;
      log('PostgreSQL has ended: it is started again');
      server = await provideServer(around, connection);
    });
  }
  let keeping: Promise<void> | undefined;
  const watch = setInterval(() => {
    keeping ??= keepRunning()
      .catch(error => log(`PostgreSQL does not run: ${error instanceof Error ? error.message : error}`))
      .finally(() => {
        keeping = undefined;
      });
  }, watchEveryMs).unref();

  async function stop(): Promise<void> {
    clearInterval(watch);
    await keeping;
    await waitFor(
      () =>
        inTurn(share, async () => {
          share.use?.release();
          if (!isUsed(site)) {
            await stopServer(around, findPostmaster(site)?.pid ?? server.pid);
            leaveAddress(site, connection);
          }
          return true;
        }),
      seconds => log(`Waiting for the process that starts or stops PostgreSQL (${seconds} s)`, 'waiting'),
    );
    shares.delete(share);
  }
  let stopping: Promise<void> | undefined;

  return {
    connection,
    dataPath: site.dataPath,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** What this process holds of a server that it shares with others. */
interface Share {
  readonly site: Site;
  /** Held while it starts, joins, leaves or stops the server. */
  turn: FileLock | undefined;
  /** Held, beside others, while it uses the server. */
  use: FileLock | undefined;
  /** The process of the server that was started here last: it takes a moment to write its own file. */
  launched: number | undefined;
  /** Why it cannot be used yet. */
  obstacle: string;
}

/** Does something while no other process starts, joins, leaves or stops the server; undefined when it is another's turn. */
async function inTurn<T>(share: Share, work: () => Promise<T>): Promise<T | undefined> {
  share.turn = tryFileLock(share.site.lockFile);
  if (share.turn === undefined) return undefined;
  try {
    return await work();
  } finally {
    share.turn.release();
    share.turn = undefined;
  }
}

/** Whether any process uses the server. Only in turn. */
function isUsed(site: Site): boolean {
  const lock = tryFileLock(site.usersFile);
  lock?.release();
  return lock === undefined;
}

/** Uses the server that others run, or provides one. Only in turn; undefined when it is to be tried again. */
async function joinServer(share: Share, around: Surroundings): Promise<Postmaster | undefined> {
  const { site, log } = around;
  const runsForOthers = isUsed(site) && findPostmaster(site) !== undefined;
  share.use = tryFileLock(site.usersFile, 'shared');
  if (!runsForOthers) return provideServer(around);
  try {
    const server = readPostmaster(site);
    if (server?.status !== 'ready') throw new Error(`which is ${server?.status ?? 'stopping'}`);
    await reachDatabase(addressOf(server), readPassword(site) ?? '', 0);
    log('Using the embedded PostgreSQL of another process');
    return server;
  } catch (error) {
    // Not for this process to end: others use it.
    share.obstacle = error instanceof Error ? error.message : String(error);
    share.use?.release();
    return undefined;
  }
}

const shares = new Set<Share>();
const exitPatienceMs = 1000;

/** When this process ends by itself without having called `stop`, the server must not outlive its last user all the same. */
process.once('exit', () => {
  // Windows would kill it; there it stays and the next start takes it over.
  if (process.platform === 'win32') return;
  for (const { site, turn, use, launched } of shares) {
    if ((turn ?? tryFileLock(site.lockFile, 'exclusive', exitPatienceMs)) === undefined) continue;
    use?.release();
    if (isUsed(site)) continue;
    const pid = findPostmaster(site)?.pid ?? launched;
    if (pid !== undefined && runsCluster(pid, site)) process.kill(pid, 'SIGINT');
  }
});
