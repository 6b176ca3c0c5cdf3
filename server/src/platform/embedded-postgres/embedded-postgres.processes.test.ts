import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  isRoot,
  lostRows,
  newCluster,
  newFolder,
  Other,
  postmasterPid,
  processesOf,
  query,
  start,
  value,
} from '../../../test/support/embedded-postgres.ts';

// Whole servers start and stop here, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

test('of several processes that start at once on a new folder one owns the server and all are connected', async () => {
  const dataDir = newFolder();
  const others = [new Other(dataDir), new Other(dataDir), new Other(dataDir)];
  const started = await Promise.all(others.map(other => other.started()));
  expect(started.map(({ isOwner }) => isOwner).toSorted()).toEqual([false, false, true]);
  const cluster = await Promise.all(
    started.map(({ connection }) => value(connection, 'select system_identifier from pg_control_system()')),
  );
  expect(new Set(cluster).size).toBe(1);

  // Those who do not own it leave without stopping it.
  const owner = others.find(other => other.messages[0]?.isOwner === true);
  for (const other of others) if (other !== owner) other.tell('stop');
  await Promise.all(others.filter(other => other !== owner).map(other => other.ended));
  const last = await start(dataDir);
  expect(last.isOwner).toBe(false);
  owner?.tell('stop');
  await owner?.ended;
});

test('after the owner is killed while writing the next start adopts the running server with every acknowledged row', async () => {
  const dataDir = await newCluster();
  const owner = new Other(dataDir);
  await owner.started();
  const pid = postmasterPid(dataDir);
  owner.tell('load');
  await vi.waitUntil(() => owner.rows().length > 300, { timeout: 60_000, interval: 5 });
  await owner.kill();

  const next = await start(dataDir);
  expect({ isOwner: next.isOwner, pid: postmasterPid(dataDir) }).toEqual({ isOwner: true, pid });
  expect(await lostRows(next.connection, owner.rows())).toEqual([]);
  const clusterName = await value(next.connection, 'show cluster_name');
  await next.stop();
  expect(processesOf(clusterName)).toEqual([]);
});

test('after owner and server are killed while writing the next start recovers every acknowledged row', async () => {
  const dataDir = await newCluster();
  for (let round = 1; round <= 3; round++) {
    const owner = new Other(dataDir);
    const { connection } = await owner.started();
    await query(connection, 'drop table if exists acknowledged');
    const pid = postmasterPid(dataDir);
    owner.tell('load');
    await vi.waitUntil(() => owner.rows().length > 300, { timeout: 60_000, interval: 5 });
    process.kill(pid, 'SIGKILL');
    await owner.kill();

    const next = await start(dataDir);
    expect({ round, isOwner: next.isOwner, lost: await lostRows(next.connection, owner.rows()) }).toEqual({
      round,
      isOwner: true,
      lost: [],
    });
    await next.stop();
  }
});

test('after a kill in the middle of initdb the next start makes the database and leaves no remains', async () => {
  const dataDir = newFolder();
  const first = new Other(dataDir);
  const begun = (): boolean => readdirSync(dataDir).some(name => existsSync(join(dataDir, name, 'data', 'base')));
  await vi.waitUntil(begun, { timeout: 60_000, interval: 1 });
  await first.kill();
  expect(existsSync(join(dataDir, 'postgres'))).toBe(false);

  const next = await start(dataDir);
  expect(await value(next.connection, 'select 1')).toBe(1);
  await next.stop();
  // The orphaned initdb may have needed a moment more.
  const remains = (): string[] => readdirSync(dataDir).filter(name => name.includes('.new'));
  if (remains().length > 0) await (await start(dataDir)).stop();
});

test('a postmaster.pid with the number of a stranger does not prevent a start', async () => {
  const dataDir = await newCluster();
  const { uid, gid } = statSync(join(dataDir, 'postgres'));
  const stranger = spawn('sleep', ['60'], isRoot ? { uid, gid } : {});
  onTestFinished(() => void stranger.kill());
  const socket = join(dataDir, 'postgres');
  const stale = `${stranger.pid}\n${socket}\n1700000000\n5432\n${socket}\n\n 12345 1\nready   \n`;
  writeFileSync(join(socket, 'postmaster.pid'), stale);
  writeFileSync(join(socket, '.s.PGSQL.5432.lock'), stale);

  const next = await start(dataDir);
  expect(next.isOwner).toBe(true);
  expect(stranger.exitCode).toBe(null);
});

test('when the owner ends another process takes over the server or starts it again at the same address', async () => {
  const dataDir = await newCluster();
  const killed = new Other(dataDir);
  await killed.started();
  const guest = await start(dataDir);
  expect(guest.isOwner).toBe(false);
  await killed.kill();
  await vi.waitUntil(() => guest.isOwner, { timeout: 60_000, interval: 20 });

  const second = new Other(dataDir);
  expect(await second.started()).toEqual({ isOwner: false, connection: guest.connection });
  await guest.stop();
  const connected = (): Promise<unknown> => value(guest.connection, 'select 1').catch(() => undefined);
  await vi.waitUntil(connected, { timeout: 60_000, interval: 20 });
  second.tell('stop');
  await second.ended;
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
});

test('when the owner is killed and its guest stops at once, the server stops with it', async () => {
  const dataDir = await newCluster();
  const killed = new Other(dataDir);
  await killed.started();
  const guest = await start(dataDir);
  const clusterName = await value(guest.connection, 'show cluster_name');
  await killed.kill();
  await guest.stop();
  expect(processesOf(clusterName)).toEqual([]);
});

test('when the server is killed its owner starts it again', async () => {
  const dataDir = await newCluster();
  const { connection } = await start(dataDir);
  const pid = postmasterPid(dataDir);
  process.kill(pid, 'SIGKILL');
  const connected = (): Promise<unknown> => value(connection, 'select 1').catch(() => undefined);
  await vi.waitUntil(async () => (await connected()) !== undefined && postmasterPid(dataDir) !== pid, {
    timeout: 60_000,
    interval: 20,
  });
});

test('a process that ends without calling stop is not kept alive by the server, and takes it along', async () => {
  const dataDir = await newCluster();
  const other = new Other(dataDir);
  const { connection } = await other.started();
  const clusterName = await value(connection, 'show cluster_name');
  other.tell('leave');
  await other.ended;
  expect(other.child.exitCode).toBe(0);
  await vi.waitUntil(() => processesOf(clusterName).length === 0, { timeout: 60_000, interval: 20 });
});
