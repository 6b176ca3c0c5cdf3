import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/support/database.ts';
import { parseConfig } from '../../config.ts';
import { type DatabaseConnection, openDatabase } from '../../platform/db/database.ts';
import { createStore, listStores } from '../stores/stores.service.ts';
import { createFirstStore } from './first-store.ts';
import { findKeyByCredentials, listKeys } from './keys.service.ts';

let database: DatabaseConnection;
let drop: () => Promise<void>;
/** A migrated database without any store. */
beforeEach(async () => {
  const testDatabase = await createTestDatabase();
  drop = testDatabase.drop;
  database = openDatabase({
    connection: { connectionString: testDatabase.url },
    poolSize: 4,
    preparedStatements: true,
    onError: () => {},
  });
});
afterEach(async () => {
  await database.close();
  await drop();
});

test('the first of several processes makes the store with a key of random credentials, the others make nothing', async () => {
  const config = parseConfig({});
  const made = await Promise.all(Array.from({ length: 4 }, () => createFirstStore(database, config)));
  const [first, ...others] = made.filter(store => store !== undefined);
  expect(others).toEqual([]);
  expect(first).toEqual({
    store: expect.objectContaining({ name: 'Default store', page_length: 100, is_sign_up_open: true }),
    clientId: expect.stringMatching(/^[0-9a-f]{40}$/),
    clientSecret: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect((await listStores(database)).length).toBe(1);
  expect((await listKeys(database)).length).toBe(1);
  expect(await createFirstStore(database, config)).toBeUndefined();
});

test('the credentials of the configuration are taken at the first start, and change nothing later', async () => {
  const configOf = (id: string) => parseConfig({ CLIENTELE_CLIENT_ID: id, CLIENTELE_CLIENT_SECRET: `${id}-secret` });
  expect(await createFirstStore(database, configOf('shop'))).toMatchObject({
    clientId: 'shop',
    clientSecret: 'shop-secret',
  });
  expect(await createFirstStore(database, configOf('other'))).toBeUndefined();
  expect(await findKeyByCredentials(database, 'shop', 'shop-secret')).toMatchObject({ client_id: 'shop' });
  expect(await findKeyByCredentials(database, 'other', 'other-secret')).toBeUndefined();
});

test('a database that has a store gets no other', async () => {
  await createStore(database, 'Mine');
  expect(await createFirstStore(database, parseConfig({}))).toBeUndefined();
  expect(await listKeys(database)).toEqual([]);
});
