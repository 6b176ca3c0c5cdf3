import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrations } from '../../src/migrations/migrations.ts';
import { migrateToLatest } from '../../src/platform/db/migrate.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.ts';
import { buildServer, isServerStale } from '../../src/server-build.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a database on the test server, from which others can be created. */
    maintenanceUrl: string;
    /** What clones a migrated database. */
    cloning: string;
  }
}

/**
 * One PostgreSQL for the run: that of TEST_DATABASE_URL, or an embedded one in a temporary folder. And the server's bundle, from
 * which the processes of the tests start in half the time.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (isServerStale()) await buildServer();
  const server = await openServer();
  const templateName = `clientele_template_${randomBytes(6).toString('hex')}`;
  await query(server.url, `create database ${templateName}`);
  await migrateToLatest({ connectionString: withDatabase(server.url, templateName) }, migrations);
  project.provide('maintenanceUrl', server.url);
  // Copying files costs a third of the CPU, but waits for the disk where data are to outlive a power cut.
  const strategy = server.outlivesPowerCuts ? '' : ' strategy file_copy';
  project.provide('cloning', `template ${templateName}${strategy}`);
  return async () => {
    await query(server.url, `drop database if exists ${templateName} with (force)`);
    await server.stop();
  };
}

async function openServer(): Promise<{ url: string; outlivesPowerCuts: boolean; stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined && given !== '') return { url: given, outlivesPowerCuts: true, stop: async () => {} };
  const dataDir = await mkdtemp(join(tmpdir(), 'clientele-test-'));
  const embedded = await startEmbeddedPostgres({ dataDir, log: () => {} });
  const { host, port, user, password, database } = embedded.connection;
  const url = `postgres://${user}:${password}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;
  // Its data need not outlive a power cut; tests of durability start servers of their own.
  await query(url, 'alter system set fsync = off');
  await query(url, 'select pg_reload_conf()');
  return {
    url,
    outlivesPowerCuts: false,
    stop: async () => {
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The URL of another database on the same server. */
export function withDatabase(url: string, name: string): string {
  return url.replace(/^(postgres(?:ql)?:\/\/[^/]*\/)[^?]*/, `$1${name}`);
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
