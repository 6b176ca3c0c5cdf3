import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { version } from '../src/version.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { cleanUp, newFolder, root, run, startServer } from './support/processes.ts';

// Starting whole servers takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let checkout: string;
let bin: string;
let database: TestDatabase;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  env = { DATABASE_URL: database.url, CLIENTELE_DATA_DIR: await newFolder() };
  checkout = await newFolder();
  bin = join(checkout, 'server/bin/clientele.js');
  const parts = ['package-lock.json', 'server/package.json', 'server/rolldown.config.ts', 'server/bin', 'server/src'];
  for (const part of [...parts, 'server/dist'])
    cpSync(join(root, part), join(checkout, part), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  mark();
});
afterAll(async () => {
  await cleanUp();
  await database.drop();
});

/** Lets the bundle tell when it runs. */
function mark(): void {
  appendFileSync(join(checkout, 'server/dist/cli.js'), '\nprocess.stdout.write("from the bundle\\n");');
}

async function runs(): Promise<'bundle' | 'sources'> {
  const { code, stdout, stderr } = await run(process.execPath, [bin, '--version']);
  expect([code, stderr, stdout.split('\n', 1)]).toEqual([0, '', [version]]);
  return stdout.includes('from the bundle') ? 'bundle' : 'sources';
}

test('the bundle runs as long as no source has changed, and serve --build makes it anew for the next start', async () => {
  const { isBundleFresh }: typeof import('../bin/bundle.js') = await import(join(checkout, 'server/bin/bundle.js'));
  expect(await runs()).toBe('bundle');
  for (const changed of [
    'package-lock.json',
    'server/rolldown.config.ts',
    'server/src/modules/health/health.routes.ts',
  ]) {
    utimesSync(join(checkout, changed), new Date(), new Date());
    expect([changed, await runs()]).toEqual([changed, 'sources']);
  }
  const server = await startServer(env, [process.execPath, bin, 'serve', '--build']);
  await vi.waitFor(() => expect(isBundleFresh()).toBe(true), { timeout: 60_000, interval: 50 });
  expect(await server.stop()).toMatchObject({ code: 0, stderr: '' });
  mark();
  expect(await runs()).toBe('bundle');
});

test.runIf(process.platform === 'linux')('passwords are hashed on a thread a core, from the bundle too', async () => {
  const { pid, stop } = await startServer(env, [process.execPath, bin, 'serve']);
  const threads = readdirSync(`/proc/${pid}/task`).map(id =>
    readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8').trim(),
  );
  expect(threads.filter(name => name === 'libuv-worker')).toHaveLength(Math.max(2, availableParallelism()));
  await stop();
});

test('where there are no sources, the bundle runs', async () => {
  rmSync(join(checkout, 'server/src'), { recursive: true });
  expect(await runs()).toBe('bundle');
});
