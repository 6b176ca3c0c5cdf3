import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createAddress, createCustomer, signUp } from '../../../test/support/builders.ts';
import { createTestDatabase } from '../../../test/support/database.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { migrations } from '../../migrations/migrations.ts';
import { restoreArchive } from '../../platform/backup/restore.ts';
import { takeSnapshot } from '../../platform/backup/snapshot.ts';
import { loadMasterKey } from '../../platform/crypto/master-key.ts';
import { endKey } from '../access/keys.service.ts';
import { changeStore } from '../stores/stores.service.ts';
import { backUp, restore } from './backup.service.ts';

// A restore makes a whole schema, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let app: TestApp;
let folder: string;
beforeAll(async () => {
  app = await startTestApp();
  folder = await mkdtemp(join(tmpdir(), 'clientele-backup-'));
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const fileNamed = (name: string) => join(folder, `${name}.gz`);

const makeBackup = (name: string) =>
  backUp({
    connection: app.database.connection,
    history: migrations,
    version: '0.0.0',
    file: fileNamed(name),
    onProgress: () => {},
  });

/** `secretKey`: as on a machine that has another one. */
const restoreFrom = (name: string, options: { url?: string; secretKey?: string } = {}) =>
  restore({
    connection: options.url === undefined ? app.database.connection : { connectionString: options.url },
    history: migrations,
    masterKey: loadMasterKey({ dataDir: app.config.CLIENTELE_DATA_DIR, secretKey: options.secretKey }),
    file: fileNamed(name),
    size: 1,
    replaces: options.url === undefined,
    onProgress: () => {},
  });

test('a backup made while customers come and go holds one moment: counters, customers and addresses agree', async () => {
  const store = await app.addStore();
  let isDone = false;
  let written = 0;
  const writers = Array.from({ length: 4 }, async () => {
    while (!isDone) {
      const { id } = await createCustomer(store);
      await createAddress(store.admin, id);
      const other = await createCustomer(store);
      await store.admin.delete(`/v2/customers/${other.id}`);
      written += 1;
    }
  });
  try {
    for (let round = 1; round <= 3; round += 1) {
      const seen = written;
      await vi.waitUntil(() => written > seen + 10, { timeout: 60_000, interval: 2 });
      await makeBackup(`online-${round}`);
    }
  } finally {
    isDone = true;
    await Promise.all(writers);
  }
  for (let round = 1; round <= 3; round += 1) {
    const target = await createTestDatabase('empty');
    onTestFinished(() => target.drop());
    const { rows } = await restoreFrom(`online-${round}`, { url: target.url });
    const client = new pg.Client({ connectionString: target.url });
    await client.connect();
    const found = await client.query(
      `select (select sum(count)::int from totals where store_id = $1 and resource = 'customers') as counted,
         (select count(*)::int from customers where store_id = $1) as customers,
         (select count(*)::int from addresses where store_id = $1 and customer_id not in
           (select id from customers where store_id = $1)) as orphans`,
      [store.id],
    );
    await client.end();
    expect(found.rows).toEqual([{ counted: rows.customers, customers: rows.customers, orphans: 0 }]);
    expect(rows.customers).toBeGreaterThan(10);
  }
});

test('a running server follows a restore at once: customers, settings, keys and its own prepared statements', async () => {
  const store = await app.addStore();
  const other = await app.addKey();
  const { customer, shopper } = await signUp(store);
  const path = `/v2/customers/${customer.id}`;
  await makeBackup('before');

  const late = await createCustomer(store);
  await store.admin.put(path, { data: { name: 'Changed' } });
  await changeStore(app.database, store.id, { page_length: 7 });
  await endKey(app.database, { storeId: other.id, id: other.keyId });
  await vi.waitUntil(async () => (await other.admin.get('/v2/customers')).status === 401);

  await restoreFrom('before');
  expect((await shopper.get(path)).body.data).toEqual(customer);
  expect((await store.admin.get(`/v2/customers/${late.id}`)).status).toBe(404);
  await vi.waitUntil(async () => (await other.admin.get('/v2/customers')).status === 200);
  expect((await store.admin.get('/v2/customers')).body.meta.page.limit).toBe(100);
  expect((await createCustomer(store)).id).toMatch(/^[0-9a-f-]{36}$/);
});

test('a running server whose signing keys a restore has removed makes new ones, and refuses the old tokens', async () => {
  const store = await app.addStore();
  await makeBackup('elsewhere');
  // As if the backup came from a machine with another secret: none of its keys opens.
  await restoreFrom('elsewhere', { secretKey: 'another secret key, of 32 bytes or more' });

  const signIn = () =>
    app.send({
      method: 'POST',
      url: '/oauth/access_token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `grant_type=implicit&client_id=${store.clientId}`,
    });
  await vi.waitUntil(async () => (await store.admin.get('/v2/customers')).status === 401);
  const { status, body } = await signIn();
  expect(status).toBe(200);
  const shop = app.caller({ authorization: `Bearer ${body.access_token}` });
  expect(
    (await shop.post('/v2/customers', { data: { type: 'customer', name: 'New', email: 'new@example.com' } })).status,
  ).toBe(201);
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** Resolves when somebody waits for a lock on a table. */
async function untilSomebodyWaits(client: pg.Client): Promise<void> {
  const waiting = `select from pg_locks where not granted and locktype = 'relation'
    and database = (select oid from pg_database where datname = current_database())`;
  await vi.waitUntil(async () => ((await client.query(waiting)).rowCount ?? 0) > 0, { timeout: 10_000, interval: 10 });
}

describe('a backup that begins', () => {
  test('amid a restore holds what was restored', async () => {
    await createCustomer(await app.addStore());
    const written = await makeBackup('whole');
    const client = await connect();
    const { promise: isWanted, resolve: goOn } = Promise.withResolvers<void>();
    async function* inTwoParts() {
      const archive = gunzipSync(await readFile(fileNamed('whole')));
      const half = Math.floor(archive.length / 2);
      yield archive.subarray(0, half);
      await isWanted;
      yield archive.subarray(half);
    }
    const restored = restoreArchive({
      connection: app.database.connection,
      history: migrations,
      archive: inTwoParts(),
      allow: async () => {},
      settle: async () => {},
    });
    const isRestoring = `select from pg_locks where locktype = 'relation' and mode = 'AccessExclusiveLock' and granted
      and database = (select oid from pg_database where datname = current_database())`;
    await vi.waitUntil(async () => ((await client.query(isRestoring)).rowCount ?? 0) > 0, { interval: 10 });
    const backedUp = makeBackup('amid');
    await untilSomebodyWaits(client);
    goOn();
    await restored;
    expect(await backedUp).toEqual(written);
  });

  test('amid an upgrade has its tables, and keeps them', async () => {
    const client = await connect();
    onTestFinished(async () => {
      await client.query(
        `rollback; drop table if exists later; delete from schema_migrations where name = '9999_later'`,
      );
    });
    await client.query(`begin; lock table stores; create table later (id int); insert into later values (7);
      insert into schema_migrations values ('9999_later', '')`);
    const pieces = takeSnapshot({
      connection: app.database.connection,
      history: { ...migrations, '9999_later': { creates: ['later'], up: async () => {} } },
      version: '0.0.0',
      onRows: () => {},
      onEstimate: () => {},
    });
    onTestFinished(async () => void (await pieces.return(undefined)));
    const header = pieces.next();
    await untilSomebodyWaits(client);
    await client.query('commit');
    expect(String((await header).value)).toContain('{"name":"later","columns":["id"]}');
    const kept = await client.query(`select from pg_locks where relation = 'later'::regclass and granted`);
    expect(kept.rowCount).toBe(1);
  });
});

test('requests go on while a restore waits for a backup to end', async () => {
  const store = await app.addStore();
  await makeBackup('waited-for');
  const client = await connect();
  await client.query('begin; lock table stores, customers in access share mode');
  let isOver = false;
  const restored = restoreFrom('waited-for').finally(() => {
    isOver = true;
  });
  await untilSomebodyWaits(client);
  for (let round = 0; round < 3; round += 1) {
    expect((await store.admin.get('/v2/customers?filter=eq(name,Nobody)')).status).toBe(200);
    await untilSomebodyWaits(client);
  }
  expect(isOver).toBe(false);
  await client.query('commit');
  await restored;
});

test('a restore finds its turn among slow reads that overlap', async () => {
  await makeBackup('among-reads');
  let isOver = false;
  const readers = Array.from({ length: 3 }, async (_, index) => {
    const client = await connect();
    await client.query('select pg_sleep($1)', [index / 3]);
    while (!isOver) await client.query('select pg_sleep(1) from (select count(*) from customers) counted');
  });
  try {
    await restoreFrom('among-reads');
  } finally {
    isOver = true;
    await Promise.all(readers);
  }
});
