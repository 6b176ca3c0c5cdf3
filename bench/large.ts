import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type LargeScenario, type LargeStore, largeScenarios } from './large-scenarios.ts';
import { runLoad } from './load.ts';
import type { Options } from './options.ts';
import { startServerProcess } from './processes/server-process.ts';
import { describeMachine, table } from './report.ts';
import { seedStore } from './seed/seed.ts';
import { createDatabase } from './setting.ts';

const sizes = [10_000, 100_000, 1_000_000];
/** Few, so that the times are those of a request and not of a queue. */
const connections = 2;

interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

type Sized = {
  readonly postgres: string;
  readonly seedSeconds: number;
  readonly latencies: ReadonlyMap<string, Latency>;
};

/** Headers of a request of the back end. */
async function adminHeaders(url: string, form: Record<string, string>): Promise<Record<string, string>> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...form });
  const answer = await fetch(`${url}/oauth/access_token`, { method: 'POST', body });
  const { access_token } = (await answer.json()) as { access_token: string };
  return { authorization: `Bearer ${access_token}` };
}

/** Waits until background work, which looks for new fields every minute, has counted their values. */
async function untilCounted(database: pg.Pool): Promise<void> {
  const uncounted = 'select from fields where id not in (select field_id from value_counts)';
  while ((await database.query(uncounted)).rowCount !== 0) await delay(1000);
}

/** Seeds a store of one size and measures each scenario in it. */
async function measureSize(
  customers: number,
  chosen: readonly LargeScenario[],
  options: Options,
  log: (message: string) => void,
): Promise<Sized> {
  await using cleanups = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'clientele-bench-'));
  cleanups.defer(() => rm(folder, { recursive: true, force: true }));
  const { url, drop } = await createDatabase(folder);
  cleanups.defer(drop);
  const [clientId, clientSecret] = ['bench', randomBytes(24).toString('base64url')];
  const server = await startServerProcess({
    name: 'product',
    script: '../../server/src/main.ts',
    env: {
      DATABASE_URL: url,
      CLIENTELE_DATA_DIR: join(folder, 'data'),
      CLIENTELE_CLIENT_ID: clientId,
      CLIENTELE_CLIENT_SECRET: clientSecret,
    },
    folder,
    profile: undefined,
  });
  cleanups.defer(() => server.stop());
  const database = new pg.Pool({ connectionString: url, max: 1 });
  cleanups.defer(() => database.end());

  log(`${customers} customers: seeding`);
  const stores = await database.query<{ id: string; version: string }>(
    `select id, current_setting('server_version') as version from stores`,
  );
  const [store = { id: '', version: '' }] = stores.rows;
  const started = performance.now();
  await seedStore({ connection: { connectionString: url }, storeId: store.id, customers });
  const seedSeconds = Math.round((performance.now() - started) / 1000);
  await untilCounted(database);

  const headers = await adminHeaders(server.url, { client_id: clientId, client_secret: clientSecret });
  const get = async (path: string) => (await fetch(server.url + path, { headers })).json() as Promise<never>;
  const send: LargeStore['send'] = async (method, path, data) => {
    const body = data === undefined ? null : JSON.stringify({ data });
    const answer = await fetch(server.url + path, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
    return answer.status === 204 ? '' : ((await answer.json()) as { data: { id: string } }).data.id;
  };
  const of: LargeStore = { customers, database, get, send };
  const latencies = new Map<string, Latency>();
  for (const scenario of chosen) {
    log(`${customers} customers: ${scenario.name}`);
    const { measured } = scenario;
    if ('times' in measured) {
      const times = (await measured.times(of)).toSorted((a, b) => a - b);
      const at = (percentile: number) => times[Math.ceil((times.length * percentile) / 100) - 1] ?? 0;
      latencies.set(scenario.name, { p50: at(50), p95: at(95), p99: at(99) });
      continue;
    }
    const paths = await measured.paths(of);
    try {
      const requests = paths.map(path => ({ method: 'GET' as const, path, headers }));
      // What is in memory is measured: the first request for a page of the database tells of the disk.
      const getAll = async () => {
        for (const path of paths) await get(path);
      };
      await Promise.all(Array.from({ length: connections }, getAll));
      const { latency } = await runLoad({ url: server.url, requests, connections, seconds: options.seconds });
      const at = (percentile: number) => latency.percentile(percentile) / 1e6;
      latencies.set(scenario.name, { p50: at(50), p95: at(95), p99: at(99) });
    } catch (error) {
      // Refused: the server gives up on a statement after five seconds.
      log(String(error));
    }
  }
  return { postgres: store.version, seedSeconds, latencies };
}

/** Measures how the time of a request grows with the store, and prints a line for each kind of request. */
export async function measureLarge(options: Options, log: (message: string) => void): Promise<void> {
  const chosen = largeScenarios.filter(
    ({ name }) => options.filters.length === 0 || options.filters.some(part => name.includes(part)),
  );
  if (chosen.length === 0) throw new Error(`the scenarios are: ${largeScenarios.map(each => each.name).join(', ')}`);
  const measured = new Map<number, Sized>();
  for (const size of options.customers === undefined ? sizes : [options.customers]) {
    measured.set(size, await measureSize(size, chosen, options, log));
  }
  const rows = chosen.map(({ name }) => ({
    'p50 / p95 / p99, ms': name,
    ...Object.fromEntries(
      [...measured].map(([size, { latencies }]) => {
        const latency = latencies.get(name);
        const shown = latency && [latency.p50, latency.p95, latency.p99].map(each => each.toFixed(1)).join(' / ');
        return [size.toLocaleString('en'), shown ?? 'refused'];
      }),
    ),
  }));
  const results = [...measured.values()];
  const seeding = results.map(({ seedSeconds }) => `${seedSeconds} s`).join(', ');
  const text = options.json
    ? JSON.stringify(rows, null, 2)
    : `${describeMachine(results[0]?.postgres ?? '')}\n\n${table(rows)}\n\nSeeding: ${seeding}`;
  process.stdout.write(`${text}\n`);
}
