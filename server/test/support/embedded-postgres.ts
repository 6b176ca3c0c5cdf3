import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { onTestFinished, vi } from 'vitest';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/platform/embedded-postgres/embedded-postgres.ts';

export const platformFolder = join(import.meta.dirname, '../../src/platform/embedded-postgres');
export const isRoot = process.geteuid?.() === 0;
export const isLinux = process.platform === 'linux';

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let template: Promise<string> | undefined;

async function makeTemplate(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  const { stop, dataPath } = await startEmbeddedPostgres({ dataDir: folder, log: () => undefined });
  await stop();
  // To touch a gigabyte's headers takes most of a start.
  appendFileSync(join(dataPath, 'postgresql.conf'), 'shared_buffers = 16MB\n');
  // One for all files of this process, which share this module.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A data folder in which a database was made before: a copy, because making one takes longer than most tests. */
export async function newCluster(): Promise<string> {
  template ??= makeTemplate();
  const dataDir = newFolder();
  execFileSync('cp', ['-a', `${await template}/.`, dataDir]);
  return dataDir;
}

/** Starts in this process; stopped at the end of the test. */
export async function start(dataDir: string, log: string[] = []): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: message => log.push(message) });
  onTestFinished(() => postgres.stop());
  return postgres;
}

export type Connection = EmbeddedPostgres['connection'];

export async function query(connection: Connection, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

export async function value(connection: Connection, text: string): Promise<unknown> {
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
  say({ connection: postgres.connection });
`;

interface Message {
  connection?: Connection;
  row?: number;
}

/** Another process that starts the same database. Killed at the end of the test. */
export class Other {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly messages: Message[] = [];

  constructor(dataDir: string, code = join(platformFolder, 'embedded-postgres.ts'), env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, ['--input-type=module', '-e', program, code, dataDir], {
      cwd: platformFolder,
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

  async started(): Promise<Connection> {
    const { connection } = await vi.waitUntil(() => this.messages[0], { timeout: 60_000, interval: 5 });
    if (connection === undefined) throw new Error('the other process did not start');
    return connection;
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

export function postmasterPid(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

/** The processes of the cluster, by the name that stands in their command lines. */
export function processesOf(clusterName: unknown): number[] {
  return execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.includes(String(clusterName)))
    .map(line => Number.parseInt(line, 10));
}

export function modeOf(...path: string[]): string {
  return (statSync(join(...path)).mode & 0o777).toString(8);
}

/** Which of the acknowledged rows are not there. */
export async function lostRows(connection: Connection, acknowledged: number[]): Promise<number[]> {
  const stored = new Set((await query(connection, 'select id from acknowledged')).map(row => row.id));
  return acknowledged.filter(id => !stored.has(id));
}
