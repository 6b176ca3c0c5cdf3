import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import pg from 'pg';
import { pino } from 'pino';
import { expect } from 'vitest';
import { buildApp } from '../../src/app.ts';
import type { JobToDo } from '../../src/background.ts';
import { type Config, parseConfig } from '../../src/config.ts';
import { createKey } from '../../src/modules/access/keys.service.ts';
import { createStore } from '../../src/modules/stores/stores.service.ts';
import type { DatabaseConnection } from '../../src/platform/db/database.ts';
import { findFaults } from '../../src/platform/http/validation.ts';
import { openStorage } from '../../src/storage.ts';
import { createTestDatabase } from './database.ts';

/** An answer, parsed. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  readonly body: any;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
}

type Headers = Readonly<Record<string, string>>;

/** Sends requests with fixed credentials. */
export interface Caller {
  readonly headers: Headers;
  get(url: string, headers?: Headers): Promise<Answer>;
  post(url: string, body?: unknown, headers?: Headers): Promise<Answer>;
  put(url: string, body?: unknown, headers?: Headers): Promise<Answer>;
  delete(url: string, body?: unknown, headers?: Headers): Promise<Answer>;
}

/** A store with a key, and callers with its access tokens. */
export interface TestStore {
  readonly id: string;
  readonly keyId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly admin: Caller;
  readonly storefront: Caller;
  /** The public access token with a customer token. */
  shopper(customerToken: string): Caller;
}

/** A second process beside the app. */
export interface OtherInstance {
  readonly database: DatabaseConnection;
  send(options: InjectOptions): Promise<Answer>;
  /** The same credentials, sent to this process. */
  as(caller: Caller): Caller;
}

export interface TestApp extends TestStore {
  readonly app: FastifyInstance;
  readonly config: Config;
  readonly database: DatabaseConnection;
  readonly databaseUrl: string;
  readonly baseUrl: string;
  /** Every log line so far, as text. */
  readonly logs: string[];
  /** The jobs that background work was told of; none runs here. */
  readonly woken: readonly JobToDo[];
  /** Another store on the same database. */
  addStore(): Promise<TestStore>;
  /** Another key of the first store. */
  addKey(): Promise<TestStore>;
  send(options: InjectOptions): Promise<Answer>;
  /** Any SQL on the database, past the service: to see what is stored, and to prepare what no request can. */
  query(text: string, values?: unknown[]): Promise<pg.QueryResult>;
  /** Sends requests with any headers. */
  caller(headers: Headers): Caller;
  /** Another process on the same database and data folder; closed with the app. */
  addInstance(env?: Readonly<Record<string, string>>): Promise<OtherInstance>;
  close(): Promise<void>;
}

/** One process as far as tests can tell: its own pool, caches and counters. */
interface Instance {
  readonly app: FastifyInstance;
  readonly config: Config;
  readonly database: DatabaseConnection;
  readonly baseUrl: string;
  readonly woken: readonly JobToDo[];
  send(options: InjectOptions): Promise<Answer>;
  caller(headers: Headers): Caller;
  close(): Promise<void>;
}

/** Every answer is checked against the schema that its route declares. */
async function startInstance(env: Readonly<Record<string, string>>, logs: string[]): Promise<Instance> {
  const config = parseConfig(env);
  const log = pino({ level: config.LOG_LEVEL }, { write: (line: string) => logs.push(line) });
  const storage = await openStorage(config, () => {});
  const baseUrl = config.CLIENTELE_PUBLIC_URL ?? 'https://shop.example.test';
  const woken: JobToDo[] = [];
  const app = await buildApp({ config, ...storage, log, baseUrl: () => baseUrl, wake: job => woken.push(job) }).catch(
    async error => {
      await storage.close();
      throw error;
    },
  );

  const undeclared: string[] = [];
  app.addHook('onSend', async (request, reply, payload) => {
    const schemas = request.routeOptions.schema?.response as Record<number, object> | undefined;
    if (schemas === undefined || typeof payload !== 'string' || payload === '' || reply.statusCode >= 400) return;
    const schema = schemas[reply.statusCode];
    const faults = schema === undefined ? ['not declared'] : findFaults(schema, JSON.parse(payload));
    undeclared.push(...faults.map(fault => `${request.method} ${request.url} ${reply.statusCode}: ${fault}`));
  });
  await app.ready();

  async function send(options: InjectOptions): Promise<Answer> {
    const response = await app.inject(options);
    expect(undeclared).toEqual([]);
    const isJson = String(response.headers['content-type'] ?? '').startsWith('application/json');
    return {
      status: response.statusCode,
      body: isJson && response.body !== '' ? response.json() : response.body,
      headers: response.headers,
    };
  }

  const caller = (headers: Headers): Caller => {
    const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown, extra?: Headers) =>
      send({
        method,
        url,
        headers: { 'content-type': 'application/json', ...headers, ...extra },
        ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    return {
      headers,
      get: (url, extra) => call('GET', url, undefined, extra),
      post: (url, body, extra) => call('POST', url, body, extra),
      put: (url, body, extra) => call('PUT', url, body, extra),
      delete: (url, body, extra) => call('DELETE', url, body, extra),
    };
  };

  return {
    app,
    config,
    woken,
    database: storage.database,
    baseUrl,
    send,
    caller,
    close: async () => {
      await app.close();
      await storage.close();
    },
  };
}

/** The app on a database of its own. */
export async function startTestApp(env: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  const testDatabase = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'clientele-app-'));
  const ownEnv = { DATABASE_URL: testDatabase.url, CLIENTELE_DATA_DIR: dataDir, ...env };
  const logs: string[] = [];
  const first = await startInstance(ownEnv, logs);
  const instances = [first];
  const { send, caller, database } = first;

  async function accessToken(form: Record<string, string>): Promise<string> {
    const answer = await send({
      method: 'POST',
      url: '/oauth/access_token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    });
    expect(answer.status).toBe(200);
    return answer.body.access_token;
  }

  async function addStore(): Promise<TestStore> {
    const store = await createStore(database, `Store ${randomBytes(3).toString('hex')}`);
    return addKey(store.id);
  }

  async function addKey(storeId: string): Promise<TestStore> {
    const { key, clientSecret } = await createKey(database, { storeId, name: 'Test key' });
    const client = { client_id: key.client_id };
    const admin = await accessToken({ grant_type: 'client_credentials', ...client, client_secret: clientSecret });
    const storefront = await accessToken({ grant_type: 'implicit', ...client });
    const publicHeaders = { authorization: `Bearer ${storefront}` };
    return {
      id: storeId,
      keyId: key.id,
      clientId: key.client_id,
      clientSecret,
      admin: caller({ authorization: `Bearer ${admin}` }),
      storefront: caller(publicHeaders),
      shopper: token => caller({ ...publicHeaders, 'x-moltin-customer-token': token }),
    };
  }

  const store = await addStore();
  const observer = new pg.Pool({ connectionString: testDatabase.url, max: 1 });
  // A pool has ended before its connection has: the drop of the database may cut it, which the pool throws if nobody listens.
  observer.on('error', () => {});
  return {
    ...store,
    app: first.app,
    config: first.config,
    database,
    databaseUrl: testDatabase.url,
    baseUrl: first.baseUrl,
    logs,
    woken: first.woken,
    addStore,
    addKey: () => addKey(store.id),
    send,
    query: (text, values) => observer.query(text, values),
    caller,
    addInstance: async (more = {}) => {
      const instance = await startInstance({ ...ownEnv, ...more }, logs);
      instances.push(instance);
      return { send: instance.send, as: ({ headers }) => instance.caller(headers), database: instance.database };
    },
    close: async () => {
      for (const instance of instances) await instance.close();
      await observer.end();
      await testDatabase.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
