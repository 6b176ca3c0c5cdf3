import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { withDatabase } from './global-setup.ts';

/** A database of a test file's own. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Clones the migrated template, or makes an empty database. */
export async function createTestDatabase(kind: 'migrated' | 'empty' = 'migrated'): Promise<TestDatabase> {
  const name = `clientele_test_${randomBytes(6).toString('hex')}`;
  const cloning = kind === 'migrated' ? inject('cloning') : '';
  await maintain(
    `create database ${name} ${cloning}`,
    // Its data need not outlive a power cut, and whoever reads sees a commit at once all the same.
    `alter database ${name} set synchronous_commit = off`,
  );
  return {
    url: withDatabase(inject('maintenanceUrl'), name),
    drop: () => maintain(`drop database if exists ${name} with (force)`),
  };
}

/** A database with a connection to it, which the drop ends first. */
export interface ConnectedDatabase extends TestDatabase {
  readonly client: pg.Client;
}

/** Clones the migrated template, and connects to the clone; `more` is for the connection. */
export async function connectTestDatabase(more: pg.ClientConfig = {}): Promise<ConnectedDatabase> {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url, ...more });
  await client.connect();
  const drop = async () => {
    await client.end();
    await database.drop();
  };
  return { url: database.url, client, drop };
}

let pool: pg.Pool | undefined;

/** One connection for all files of this process, which share this module: to connect takes as long as to clone. */
function maintenancePool(): pg.Pool {
  const options = { connectionString: inject('maintenanceUrl'), max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true };
  // The server may stop before this process does.
  return new pg.Pool(options).on('error', () => {});
}

async function maintain(...statements: string[]): Promise<void> {
  pool ??= maintenancePool();
  const client = await pool.connect();
  try {
    // Two clones of one template at the same moment exclude each other.
    await client.query('select pg_advisory_lock(1)');
    for (const statement of statements) await client.query(statement);
    await client.query('select pg_advisory_unlock(1)');
    client.release();
  } catch (error) {
    // With the connection its lock ends.
    client.release(true);
    throw error;
  }
}
