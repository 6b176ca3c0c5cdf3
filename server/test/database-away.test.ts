import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { expect, type onTestFinished, test, vi } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { type RunningServer, startServer } from '../src/start.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { type DatabaseProxy, openDatabaseProxy } from './support/database-proxy.ts';

/**
 * Promised: 3 seconds for a connection and then 5 for the database (platform/db/pool.ts), after the turn of a password that is
 * hashed first. A busy machine gets some more.
 */
const promptMs = 12_000;

const key = { client_id: 'shop', client_secret: 'a-secret-of-the-shop' };

interface Called {
  readonly status: number;
  readonly request: string;
  readonly body: string;
  readonly retryAfter: string | null;
  readonly ms: number;
}

/** A server whose database can go away. */
interface Shop {
  readonly database: TestDatabase;
  readonly proxy: DatabaseProxy;
  readonly server: RunningServer;
  readonly logs: readonly string[];
  /** One request of every kind: reads, writes, a transaction, sign-in, the token endpoint, readiness. */
  readonly requests: readonly (() => Promise<Called>)[];
  readonly customerPath: string;
  call(method: string, path: string, body?: unknown): Promise<Called>;
}

async function openShop(finished: typeof onTestFinished): Promise<Shop> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'clientele-away-'));
  const proxy = await openDatabaseProxy(database.url);
  const logs: string[] = [];
  const config = parseConfig({
    DATABASE_URL: proxy.url,
    PORT: '0',
    CLIENTELE_DATA_DIR: dataDir,
    CLIENTELE_CLIENT_ID: key.client_id,
    CLIENTELE_CLIENT_SECRET: key.client_secret,
  });
  const server = await startServer(config, pino({}, { write: (line: string) => logs.push(line) }));
  finished(async () => {
    await server.stop();
    await proxy.close();
    await database.drop();
    await rm(dataDir, { recursive: true });
  });

  let authorization = '';
  const call = async (method: string, path: string, body?: unknown): Promise<Called> => {
    const begin = performance.now();
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const retryAfter = answer.headers.get('retry-after');
    return {
      request: `${method} ${path}`,
      status: answer.status,
      body: text,
      retryAfter,
      ms: performance.now() - begin,
    };
  };
  const authenticate = () => call('POST', '/oauth/access_token', { grant_type: 'client_credentials', ...key });

  authorization = `Bearer ${JSON.parse((await authenticate()).body).access_token}`;
  const email = `ada-${randomBytes(4).toString('hex')}@example.com`;
  const created = await call('POST', '/v2/customers', { data: { name: 'Ada', email } });
  const customerPath = `/v2/customers/${JSON.parse(created.body).data.id}`;
  const requests = [
    () => call('GET', customerPath),
    () => call('GET', '/v2/customers'),
    () => call('PUT', customerPath, { data: { name: 'Grace' } }),
    () => call('PUT', customerPath, { data: { password: 'correct-horse-9' } }),
    () => call('POST', '/v2/customers', { data: { name: 'Ada', email: 'away@example.com' } }),
    () => call('POST', '/v2/customers/tokens', { data: { type: 'token', email, password: 'wrong-horse-7' } }),
    () => call('GET', `${customerPath}/addresses`),
    authenticate,
    () => call('GET', '/health/ready'),
  ];
  return { database, proxy, server, logs, requests, customerPath, call };
}

async function connectTo({ url }: TestDatabase): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** A connection beside the database, which can change how it is reached, and its name. */
async function connectBeside({ database }: Shop): Promise<{ admin: pg.Client; name: string }> {
  // Of the embedded server the URL has no host, and the folder of its socket behind the name.
  const [, server = '', name = ''] = /^(.*@[^/]*\/)([^?]*)/.exec(database.url) ?? [];
  const admin = await connectTo({ ...database, url: database.url.replace(server + name, `${server}postgres`) });
  return { admin, name };
}

const endConnections = (admin: pg.Client, name: string) =>
  admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);

function expectUnavailable({ request, status, body, retryAfter, ms }: Called): void {
  const error = {
    status: 503,
    title: 'Service Unavailable',
    detail: 'The service is temporarily unavailable, please try again',
    request_id: expect.any(String),
  };
  expect({ status, retryAfter, body: JSON.parse(body) }).toEqual({
    status: 503,
    retryAfter: '2',
    body: { errors: [error] },
  });
  expect(ms, request).toBeLessThan(promptMs);
}

async function expectAway({ requests, call }: Shop): Promise<void> {
  // More than the pool has connections, so that some wait for one.
  const sent = [...requests, ...requests, ...requests].map(request => request());
  const live = await call('GET', '/health/live');
  expect({ status: live.status, body: JSON.parse(live.body) }).toEqual({ status: 200, body: { status: 'live' } });
  for (const called of await Promise.all(sent)) expectUnavailable(called);
}

async function expectBack({ requests, call }: Shop): Promise<void> {
  await vi.waitFor(async () => expect((await call('GET', '/health/ready')).status).toBe(200), { timeout: 10_000 });
  const statuses = [];
  for (const request of requests) statuses.push((await request()).status);
  expect(statuses).toEqual([200, 200, 200, 200, 201, 401, 200, 200, 200]);
}

test.concurrent('while the database refuses connections every request answers 503, then all is well again', async ({
  onTestFinished: finished,
}) => {
  const shop = await openShop(finished);
  await shop.proxy.stop();
  await expectAway(shop);
  await shop.proxy.restore();
  await expectBack(shop);
});

test.concurrent('while the database says nothing every request answers 503 in time, then all is well again', async ({
  onTestFinished: finished,
}) => {
  const shop = await openShop(finished);
  shop.proxy.fallSilent();
  await expectAway(shop);
  await shop.proxy.restore();
  await expectBack(shop);
});

test.concurrent('while tables are locked every request that needs them answers 503 in time, then all is well again', async ({
  onTestFinished: finished,
}) => {
  const shop = await openShop(finished);
  const locker = await connectTo(shop.database);
  finished(() => locker.end());
  await locker.query('begin');
  await locker.query('lock table customers, application_keys, schema_migrations in access exclusive mode');
  await expectAway(shop);
  await locker.query('commit');
  await expectBack(shop);
});

test.concurrent('when the database ends all connections no request answers 500', async ({
  onTestFinished: finished,
}) => {
  const shop = await openShop(finished);
  const killer = await connectTo(shop.database);
  finished(() => killer.end());
  for (let round = 0; round < 5; round += 1) {
    const sent = [...shop.requests, ...shop.requests].map(request => request());
    await killer.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    for (const { status } of await Promise.all(sent)) expect(status).not.toBe(500);
  }
  await vi.waitFor(async () => expect((await shop.call('GET', shop.customerPath)).status).toBe(200), {
    timeout: 10_000,
  });
});

test.concurrent('while the database lets nobody in every request answers 503, then all is well again', async ({
  onTestFinished: finished,
}) => {
  const shop = await openShop(finished);
  const { admin, name } = await connectBeside(shop);
  finished(() => admin.end());
  await admin.query(`alter database "${name}" allow_connections false`);
  await endConnections(admin, name);
  await expectAway(shop);
  await admin.query(`alter database "${name}" allow_connections true`);
  await expectBack(shop);
});

test.concurrent('while the database takes no writes reads are answered, writes and readiness answer 503, then all is well', async ({
  onTestFinished: finished,
}) => {
  const shop = await openShop(finished);
  const { admin, name } = await connectBeside(shop);
  finished(() => admin.end());
  const answers = async () => {
    const all = [];
    for (const request of shop.requests) all.push(await request());
    return all;
  };
  // What a guard against a full disk does. A standby says the same of itself.
  await admin.query(`alter database "${name}" set default_transaction_read_only = on`);
  await endConnections(admin, name);
  // A connection that has just ended may still be tried.
  const statuses = async () => (await answers()).map(({ status }) => status);
  const expected = [200, 200, 503, 503, 503, 503, 200, 200, 503];
  await vi.waitFor(async () => expect(await statuses()).toEqual(expected), { timeout: 20_000 });
  for (const answer of await answers()) if (answer.status !== 200) expectUnavailable(answer);
  expect((await shop.call('GET', '/health/live')).status).toBe(200);

  await admin.query(`alter database "${name}" reset default_transaction_read_only`);
  await endConnections(admin, name);
  await expectBack(shop);
});

test.concurrent('while the database says nothing the process stops all the same', async ({
  onTestFinished: finished,
}) => {
  const shop = await openShop(finished);
  shop.proxy.fallSilent();
  const begin = performance.now();
  await shop.server.stop();
  expect(performance.now() - begin).toBeLessThan(15_000);
});

test.concurrent('what went wrong is logged, without what was asked for', async ({ onTestFinished: finished }) => {
  const shop = await openShop(finished);
  await shop.proxy.stop();
  for (const request of shop.requests) await request();
  const errors = shop.logs.map(line => JSON.parse(line)).filter(line => line.level >= 50);
  expect(errors.length).toBeGreaterThan(0);
  expect(shop.logs.join('')).not.toMatch(/@example\.com|-horse-|a-secret-of-the-shop|Grace/);
});
