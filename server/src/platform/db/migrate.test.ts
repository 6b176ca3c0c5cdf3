import { type Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/support/database.ts';
import { migrateToLatest } from './migrate.ts';

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
