import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { addressOf, leaveAddress } from './address.ts';
import { findBinaries } from './binaries.ts';
import { databaseName, reachDatabase } from './database.ts';
import { type FileLock, giveToOwnerOf, tryFileLock } from './file-lock.ts';
import { readPassword, superuser } from './password.ts';
import { findPostmaster, type Postmaster, readPostmaster, runsCluster } from './processes.ts';
import { provideServer, type Surroundings, stopServer } from './server.ts';
import { prepareSite, type Site } from './site.ts';
import { waitFor } from './wait.ts';

export interface EmbeddedPostgres {
  /** For node-postgres: host is the socket directory (or 127.0.0.1 where there are no unix sockets). */
  readonly connection: { host: string; port: number; user: string; password: string; database: string };
  /** Whether this process started (or adopted from a dead process) the server, and so stops it. */
  readonly isOwner: boolean;
  /** Where the data lies really (may differ from dataDir when root and dataDir is not reachable by the unprivileged user). */
  readonly dataPath: string;
  /** Stops the server if this process owns it (fast shutdown, waits until it is gone); otherwise does nothing. Idempotent. */
  stop(): Promise<void>;
}

const watchEveryMs = 1000;

/**
 * Runs PostgreSQL on `<dataDir>/postgres` for as long as this process lives, or uses the one that another process runs there.
 * The processes that share the data agree by one lock: who holds it owns the server and keeps it running. When the owner
 * ends, in whatever way, the next one that gets the lock takes over, at the same address.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  log: (message: string) => void;
}): Promise<EmbeddedPostgres> {
  const { log } = options;
  const site = prepareSite(options.dataDir, log);
  const around: Surroundings = { site, binaries: await findBinaries(site.user, log), log };

  let { lock, server } = await joinServer(around);
  const connection = {
    ...addressOf(server),
    user: superuser,
    password: readPassword(site) ?? '',
    database: databaseName,
  };

  /** Takes the place of an owner that has ended, and starts again a server that has, or that another told to end. */
  async function keepRunning(): Promise<void> {
    const isUp = () => runsCluster(server.pid, site) && readPostmaster(site)?.status !== 'stopping';
    if (lock !== undefined && isUp()) return;
    lock ??= tryFileLock(site.lockFile);
    if (lock === undefined) return;
    log('PostgreSQL or the process that ran it has ended: this process runs it from now on');
    server = await provideServer(around, connection);
    own(site, server);
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
    // The owner may have been killed a moment ago, and the server must not outlive the last process.
    lock ??= tryFileLock(site.lockFile);
    if (lock === undefined) return;
    await stopServer(around, findPostmaster(site)?.pid ?? server.pid);
    owned.delete(site);
    leaveAddress(site, connection);
    lock.release();
    lock = undefined;
  }
  let stopping: Promise<void> | undefined;

  return {
    connection,
    get isOwner() {
      return lock !== undefined;
    },
    dataPath: site.dataPath,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Owns the server, or finds the one of another process, whichever is possible first. */
async function joinServer(around: Surroundings): Promise<{ lock: FileLock | undefined; server: Postmaster }> {
  const { site, log } = around;
  let obstacle = '';
  return waitFor(
    async () => {
      const lock = tryFileLock(site.lockFile);
      if (lock !== undefined) {
        try {
          const server = await provideServer(around);
          own(site, server);
          return { lock, server };
        } catch (error) {
          lock.release();
          throw error;
        }
      }
      const server = readPostmaster(site);
      if (server?.status !== 'ready') return undefined;
      try {
        await reachDatabase(addressOf(server), readPassword(site) ?? '', 0);
        log(`Using the embedded PostgreSQL of process ${ownerOf(site)}`);
        return { lock, server };
      } catch (error) {
        obstacle = error instanceof Error ? error.message : String(error);
        return undefined;
      }
    },
    seconds => log(`Waiting for the PostgreSQL of process ${ownerOf(site)} (${seconds} s) ${obstacle}`),
  );
}

/** The servers to stop when this process ends by itself without having called `stop`. */
const owned = new Map<Site, number>();

process.once('exit', () => {
  // Windows would kill it; there it stays and the next start takes it over.
  if (process.platform === 'win32') return;
  for (const [site, pid] of owned) if (runsCluster(pid, site)) process.kill(pid, 'SIGINT');
});

/** Records who owns the server: the process number alone may be another process's later. */
function own(site: Site, server: Postmaster): void {
  owned.set(site, server.pid);
  const startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString();
  writeFileSync(site.ownerFile, `${JSON.stringify({ pid: process.pid, startedAt })}\n`, { mode: 0o600 });
  giveToOwnerOf(dirname(site.ownerFile), site.ownerFile);
}

function ownerOf(site: Site): string {
  try {
    return String(JSON.parse(readFileSync(site.ownerFile, 'utf8')).pid);
  } catch {
    return '(unknown)';
  }
}
