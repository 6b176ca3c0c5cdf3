import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { createTestDatabase } from '../../../test/support/database.ts';
import { migrateToLatest } from './migrate.ts';

test('a migration that takes long ends when its start does', async () => {
  const database = await createTestDatabase('empty');
  const connection = { connectionString: database.url };
  const history = {
    '0001-long': {
      creates: [],
      up: async (db: Kysely<unknown>) => {
        await sql`select pg_sleep(600)`.execute(db);
      },
    },
  };
  const start = new AbortController();
  const migrated = migrateToLatest(connection, history, start.signal);
  const watcher = new pg.Client(connection);
  await watcher.connect();
  const sleeping = "select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
  await vi.waitUntil(async () => (await watcher.query(sleeping)).rowCount === 1, { timeout: 10_000, interval: 10 });
  start.abort();
  await expect(migrated).rejects.toThrow(/connection/i);
  await watcher.end();
  await database.drop();
});

test('a migration that was merged after one with a greater name is made up for', async () => {
  const database = await createTestDatabase('empty');
  const connection = { connectionString: database.url };
  const step = { creates: [], up: async () => {} };
  expect(await migrateToLatest(connection, { '0001-a': step, '0003-c': step })).toEqual(['0001-a', '0003-c']);
  const history = { '0001-a': step, '0002-b': step, '0003-c': step, '0004-d': step };
  expect(await migrateToLatest(connection, history)).toEqual(['0002-b', '0004-d']);
  await database.drop();
});

test('a migration that needs an extension which the server does not have says what to install', async () => {
  const database = await createTestDatabase('empty');
  const history = {
    '0001-extension': {
      creates: [],
      up: async (db: Kysely<unknown>) => {
        await sql`create extension no_such_extension`.execute(db);
      },
    },
  };
  await expect(migrateToLatest({ connectionString: database.url }, history)).rejects.toThrow(
    /^PostgreSQL needs the extension no_such_extension: install the contrib modules/,
  );
  await database.drop();
});
