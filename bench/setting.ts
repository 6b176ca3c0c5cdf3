import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Bench } from './measure.ts';
import type { Options } from './options.ts';
import { startServerProcess } from './processes/server-process.ts';
import { fillShop } from './shop.ts';

const usualCustomers = 20_000;

/** A bench that is set up, with what describes it. */
export interface Setting extends Bench, AsyncDisposable {
  /** Version of the database server. */
  readonly postgres: string;
}

/** Starts an embedded PostgreSQL (or uses that of DATABASE_URL), the two servers and fills the shop. */
export async function setUp(options: Options, log: (message: string) => void): Promise<Setting> {
  await using cleanups = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'clientele-bench-'));
  cleanups.defer(() => rm(folder, { recursive: true, force: true }));
  const profile = options.profile === undefined ? undefined : resolve(options.profile);
  if (profile !== undefined) await mkdir(profile, { recursive: true });

  log('starting PostgreSQL');
  const { url, drop } = await createDatabase(folder);
  cleanups.defer(drop);
  const database = new pg.Pool({ connectionString: url, max: 1 });
  cleanups.defer(() => database.end());
  const version = await database.query<{ server_version: string }>('show server_version');

  log('starting the servers');
  const credentials = { clientId: 'bench', clientSecret: randomBytes(24).toString('base64url') };
  const product = await startServerProcess({
    name: 'product',
    script: '../../server/src/main.ts',
    env: {
      DATABASE_URL: url,
      CLIENTELE_DATA_DIR: join(folder, 'data'),
      CLIENTELE_CLIENT_ID: credentials.clientId,
      CLIENTELE_CLIENT_SECRET: credentials.clientSecret,
    },
    folder,
    profile,
  });
  cleanups.defer(() => product.stop());
  const floor = await startServerProcess({
    name: 'floor',
    script: './floor.ts',
    env: { DATABASE_URL: url },
    folder,
    profile,
  });
  cleanups.defer(() => floor.stop());

  const customers = options.customers ?? usualCustomers;
  log(`creating ${customers} customers`);
  const shop = await fillShop(product.url, credentials, customers);
  await database.query('vacuum analyze');
  const kept = cleanups.move();
  return {
    options,
    product,
    floor,
    database,
    shop,
    postgres: version.rows[0]?.server_version ?? '',
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** A database of its own, in an embedded PostgreSQL or in that of DATABASE_URL. */
export async function createDatabase(folder: string): Promise<{ url: string; drop(): Promise<void> }> {
  const given = process.env.DATABASE_URL;
  if (given === undefined || given === '') {
    const child = fork(fileURLToPath(new URL('./processes/postgres.ts', import.meta.url)), [folder]);
    const exited = once(child, 'exit');
    const started = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
    if (started === undefined) throw new Error('PostgreSQL did not start');
    const drop = async () => {
      if (child.connected) child.disconnect();
      await exited;
    };
    return { url: started[0], drop };
  }
  const name = `clientele_bench_${randomBytes(6).toString('hex')}`;
  const run = async (text: string) => {
    const client = new pg.Client({ connectionString: given });
    await client.connect();
    await client.query(text).finally(() => client.end());
  };
  await run(`create database ${name}`);
  const url = new URL(given);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`drop database ${name} with (force)`) };
}
