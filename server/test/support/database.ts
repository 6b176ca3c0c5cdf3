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
  const maintenanceUrl = inject('maintenanceUrl');
  const name = `clientele_test_${randomBytes(6).toString('hex')}`;
  const cloning = kind === 'migrated' ? inject('cloning') : '';
  await run(maintenanceUrl, `create database ${name} ${cloning}`);
  // Its data need not outlive a power cut, and whoever reads sees a commit at once all the same.
  await run(maintenanceUrl, `alter database ${name} set synchronous_commit = off`);
  return {
    url: withDatabase(maintenanceUrl, name),
    drop: () => run(maintenanceUrl, `drop database if exists ${name} with (force)`),
  };
}

async function run(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Two clones of one template at the same moment exclude each other.
    await client.query('select pg_advisory_lock(1)');
    await client.query(text);
  } finally {
    await client.end();
  }
}
