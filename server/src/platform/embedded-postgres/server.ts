import { closeSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Address, addressOf, chooseAddress, listenSettings, prepareAddress } from './address.ts';
import { type Binaries, run, startProgram } from './binaries.ts';
import { prepareCluster } from './cluster.ts';
import { reachDatabase } from './database.ts';
import { lastLines, openLog } from './log-file.ts';
import { readPassword } from './password.ts';
import {
  clusterProcesses,
  exists,
  findPostmaster,
  type Postmaster,
  postmasterFile,
  readPostmaster,
  runsCluster,
} from './processes.ts';
import type { Site } from './site.ts';
import { type Log, waitFor } from './wait.ts';

/** What may still stand in the way for a moment after a server was killed. */
const passingObstacles = /lock file .* already exists|shared memory block .* still in use|could not bind/;
const obstaclesPassMs = 15_000;
const leftoverPatienceMs = 3000;
const silentServerPatienceMs = 10_000;

export interface Surroundings {
  readonly site: Site;
  readonly binaries: Binaries;
  readonly log: Log;
  /** Ends the start of a server. */
  readonly signal?: AbortSignal | undefined;
  /** Told when a server has begun to start. */
  readonly onLaunch: (pid: number) => void;
}

/**
 * Makes sure that a server runs on the data and answers: takes over the one that runs, or starts one, at `before` if that
 * is given. Needs the lock.
 */
export async function provideServer(around: Surroundings, before?: Address): Promise<Postmaster> {
  const { site, binaries, log } = around;
  const adopted = await adoptServer(around);
  if (adopted !== undefined) return adopted;
  await clearRemains(site, log);
  await prepareCluster(site, binaries, log);
  const started = await startServer(around, before ?? (await chooseAddress(site)));
  try {
    await reachDatabase(addressOf(started), readPassword(site) ?? '', 10_000);
    return started;
  } catch (error) {
    await stopServer(around, started.pid);
    throw error;
  }
}

/** Uses a server that lost its process; undefined when there is none, or none that still works. */
async function adoptServer(around: Surroundings): Promise<Postmaster | undefined> {
  const { site, binaries, log } = around;
  const found = findPostmaster(site);
  if (found === undefined) return undefined;
  // It may have been told to wait for its clients.
  if (found.status === 'stopping') await signal(binaries, found.pid, 'INT');
  const ready = await untilReady(around, found.pid);
  if (ready === undefined) return undefined;
  const password = readPassword(site);
  try {
    if (password === undefined) throw new Error(`${site.passwordFile} is missing`);
    await reachDatabase(addressOf(ready), password, 5000);
    log(`Took over the PostgreSQL (process ${ready.pid}) of a process that has ended`);
    return ready;
  } catch (error) {
    log(
      `Replacing the PostgreSQL that runs as process ${ready.pid}: ${error instanceof Error ? error.message : error}`,
    );
    await stopServer(around, ready.pid, silentServerPatienceMs);
    return undefined;
  }
}

async function startServer(around: Surroundings, address: Address): Promise<Postmaster> {
  const { site, log } = around;
  for (const giveUpAt = Date.now() + obstaclesPassMs; ; ) {
    around.signal?.throwIfAborted();
    prepareAddress(site, address);
    const { pid, output } = await launch(around, address);
    around.onLaunch(pid);
    const ready = await untilReady(around, pid);
    if (ready !== undefined) return ready;
    const lines = output();
    if (Date.now() > giveUpAt || !passingObstacles.test(lines)) {
      throw new Error(`The embedded PostgreSQL did not start. The end of ${site.logFile}:\n${lines}`);
    }
    await delay(200);
    await clearRemains(site, log);
  }
}

/** Starts the program in a session of its own, so that Ctrl-C in a terminal does not reach it before its owner has finished. */
async function launch(
  { site, binaries }: Surroundings,
  address: Address,
): Promise<{ pid: number; output: () => string }> {
  const { handle, size } = openLog(site.logFile);
  const settings = { ...listenSettings(address), cluster_name: site.clusterName };
  const args = [
    '-D',
    site.dataPath,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  try {
    const child = await startProgram(join(binaries, 'bin', 'postgres'), args, site.user, {
      detached: true,
      stdio: ['ignore', handle, handle],
    });
    child.unref();
    return { pid: child.pid ?? 0, output: () => lastLines(site.logFile, size) };
  } finally {
    closeSync(handle);
  }
}

/**
 * Waits, through a recovery of any length, until the server takes connections; undefined when it has ended instead. Ends it
 * and throws when the start is to end.
 */
async function untilReady(around: Surroundings, pid: number): Promise<Postmaster | undefined> {
  const { site, log, signal } = around;
  const outcome = await waitFor(
    () => {
      if (signal?.aborted) return 'unwanted';
      const postmaster = readPostmaster(site);
      if (postmaster?.pid === pid && postmaster.status === 'ready') return postmaster;
      return runsCluster(pid, site) ? undefined : 'ended';
    },
    seconds =>
      log(`Waiting for PostgreSQL, which is ${readPostmaster(site)?.status ?? 'starting'} (${seconds} s)`, 'waiting'),
  );
  if (outcome === 'unwanted') {
    await stopServer(around, pid);
    throw signal?.reason;
  }
  return outcome === 'ended' ? undefined : outcome;
}

/** Ends the server: its clients are cut off, what they committed is kept. After `patienceMs` it is ended as by a crash. */
export async function stopServer(
  { site, binaries, log }: Surroundings,
  pid: number,
  patienceMs = Number.POSITIVE_INFINITY,
): Promise<void> {
  const begin = Date.now();
  let isForced = false;
  if (runsCluster(pid, site)) await signal(binaries, pid, 'INT');
  await waitFor(
    async () => {
      if (!runsCluster(pid, site)) return true;
      if (!isForced && Date.now() - begin > patienceMs) {
        isForced = true;
        for (const each of [pid, ...clusterProcesses(site)]) await signal(binaries, each, 'KILL');
      }
      return undefined;
    },
    seconds => log(`Waiting for PostgreSQL to stop (${seconds} s)`, 'waiting'),
  );
}

/** Prepares a start after a kill: lets the dead server's children end, and frees its process number's claim on the data. */
async function clearRemains(site: Site, log: Log): Promise<void> {
  const stale = readPostmaster(site);
  if (stale === undefined) return;
  const begin = Date.now();
  await waitFor(
    () => {
      const left = clusterProcesses(site);
      if (left.length === 0) return true;
      if (Date.now() - begin > leftoverPatienceMs) for (const pid of left) kill(pid, 'SIGKILL');
      return undefined;
    },
    seconds => log(`Waiting for the processes of a killed PostgreSQL to end (${seconds} s)`, 'waiting'),
  );
  // Not before: the children that a killed server leaves behind hold its socket for a moment.
  if (stale.socketFolder !== '' && (await listens(addressOf(stale)))) {
    throw new Error(
      `Another PostgreSQL uses ${site.dataPath} and this process cannot see it (it may run in another container): end it first`,
    );
  }
  // The number is a zombie's or a stranger's now, which PostgreSQL cannot tell from a server. A free one it clears itself.
  if (exists(stale.pid)) {
    rmSync(postmasterFile(site), { force: true });
    if (stale.socketFolder !== '') rmSync(join(stale.socketFolder, `.s.PGSQL.${stale.port}.lock`), { force: true });
  }
}

/** Whether anything takes connections on that socket. */
function listens({ host, port }: Address): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(`${host}/.s.PGSQL.${port}`)
      .on('connect', () => {
        socket.destroy();
        resolve(true);
      })
      .on('error', () => resolve(false));
  });
}

async function signal(binaries: Binaries, pid: number, name: 'INT' | 'KILL'): Promise<void> {
  // Windows has no signals; pg_ctl knows how its PostgreSQL takes them.
  if (process.platform === 'win32') await run(join(binaries, 'bin', 'pg_ctl'), ['kill', name, String(pid)], undefined);
  else kill(pid, `SIG${name}`);
}

function kill(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
