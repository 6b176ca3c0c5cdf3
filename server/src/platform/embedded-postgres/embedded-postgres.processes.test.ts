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

test('of several processes that start at once on a new folder all have the same database, and the last one stops it', async () => {
  const dataDir = newFolder();
  const others = [new Other(dataDir), new Other(dataDir), new Other(dataDir)];
  const connections = await Promise.all(others.map(other => other.started()));
  const cluster = await Promise.all(
    connections.map(connection => value(connection, 'select system_identifier from pg_control_system()')),
  );
  expect(new Set(cluster).size).toBe(1);

  const last = await start(dataDir);
  const pid = postmasterPid(dataDir);
  for (const other of others) other.tell('stop');
  await Promise.all(others.map(other => other.ended));
  expect(await value(last.connection, 'select 1')).toBe(1);
  expect(postmasterPid(dataDir)).toBe(pid);
  const clusterName = await value(last.connection, 'show cluster_name');
  await last.stop();
  expect(processesOf(clusterName)).toEqual([]);
});

test('a process that starts while the last one stops gets a server of its own', async () => {
  const dataDir = await newCluster();
  let last = await start(dataDir);
  for (let round = 1; round <= 5; round++) {
    const stopped = last.stop();
    const next = await start(dataDir);
    await stopped;
    expect(await value(next.connection, 'select 1')).toBe(1);
    last = next;
  }
});

test('several processes that stop at once leave no server', async () => {
  const dataDir = await newCluster();
  for (let round = 1; round <= 5; round++) {
    const all = await Promise.all([1, 2, 3, 4].map(() => start(dataDir)));
    await Promise.all(all.map(each => each.stop()));
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  }
});

test('after a process is killed while writing the next start adopts the running server with every acknowledged row', async () => {
  const dataDir = await newCluster();
  const killed = new Other(dataDir);
  await killed.started();
  const pid = postmasterPid(dataDir);
  killed.tell('load');
  await vi.waitUntil(() => killed.rows().length > 300, { timeout: 60_000, interval: 5 });
  await killed.kill();

  const next = await start(dataDir);
  expect(postmasterPid(dataDir)).toBe(pid);
  expect(await lostRows(next.connection, killed.rows())).toEqual([]);
  const clusterName = await value(next.connection, 'show cluster_name');
  await next.stop();
  expect(processesOf(clusterName)).toEqual([]);
});

test('after process and server are killed while writing the next start recovers every acknowledged row', async () => {
  const dataDir = await newCluster();
  for (let round = 1; round <= 3; round++) {
    const other = new Other(dataDir);
    const connection = await other.started();
    await query(connection, 'drop table if exists acknowledged');
    const pid = postmasterPid(dataDir);
    other.tell('load');
    await vi.waitUntil(() => other.rows().length > 300, { timeout: 60_000, interval: 5 });
    process.kill(pid, 'SIGKILL');
    await other.kill();

    const next = await start(dataDir);
    expect({ round, lost: await lostRows(next.connection, other.rows()) }).toEqual({ round, lost: [] });
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
  expect(await value(next.connection, 'select 1')).toBe(1);
  expect(stranger.exitCode).toBe(null);
});

test('when the one that started the server is killed, the others keep it, and the last one stops it', async () => {
  const dataDir = await newCluster();
  const killed = new Other(dataDir);
  const connection = await killed.started();
  const pid = postmasterPid(dataDir);
  const [second, third] = [await start(dataDir), await start(dataDir)];
  expect([second.connection, third.connection]).toEqual([connection, connection]);
  await killed.kill();
  await second.stop();
  expect(await value(connection, 'select 1')).toBe(1);
  expect(postmasterPid(dataDir)).toBe(pid);
  const clusterName = await value(connection, 'show cluster_name');
  await third.stop();
  expect(processesOf(clusterName)).toEqual([]);
});

test('when the server is killed, those who use it start it again at the same address', async () => {
  const dataDir = await newCluster();
  const { connection } = await start(dataDir);
  await start(dataDir);
  const pid = postmasterPid(dataDir);
  process.kill(pid, 'SIGKILL');
  const connected = (): Promise<unknown> => value(connection, 'select 1').catch(() => undefined);
  await vi.waitUntil(async () => (await connected()) !== undefined && postmasterPid(dataDir) !== pid, {
    timeout: 60_000,
    interval: 20,
  });
});

test('processes that end without calling stop are not kept alive by the server, and the last takes it along', async () => {
  const dataDir = await newCluster();
  const other = new Other(dataDir);
  const connection = await other.started();
  const clusterName = await value(connection, 'show cluster_name');
  const last = new Other(dataDir);
  await last.started();
  other.tell('leave');
  await other.ended;
  expect(await value(connection, 'select 1')).toBe(1);
  last.tell('leave');
  await last.ended;
  expect([other.child.exitCode, last.child.exitCode]).toEqual([0, 0]);
  await vi.waitUntil(() => processesOf(clusterName).length === 0, { timeout: 60_000, interval: 20 });
});
