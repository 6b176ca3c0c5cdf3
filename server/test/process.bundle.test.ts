import { appendFileSync, cpSync, globSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { hashingThreads } from '../src/platform/crypto/low-priority.ts';
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
  const workspace = ['package.json', 'tsconfig.json', 'rolldown.config.js', 'bin', 'src'].map(each => `server/${each}`);
  for (const part of ['package-lock.json', 'tsconfig.base.json', ...workspace])
    cpSync(join(root, part), join(checkout, part), { recursive: true });
  for (const file of globSync('**/*.*', { cwd: checkout })) age(file, 1);
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
});
afterAll(async () => {
  await cleanUp();
  await database.drop();
});

/** As if a file of the checkout had been written so long ago. */
function age(file: string, minutes: number): void {
  const time = new Date(Date.now() - minutes * 60_000);
  utimesSync(join(checkout, file), time, time);
}

async function runs(): Promise<'bundle' | 'sources'> {
  const { code, stdout, stderr } = await run(process.execPath, [bin, '--version']);
  expect([code, stderr, stdout.split('\n', 1)]).toEqual([0, '', [version]]);
  return stdout.includes('from the bundle') ? 'bundle' : 'sources';
}

/** Starts with --build, waits for another bundle, and lets that tell when it runs. */
async function bundle(): Promise<void> {
  const { newestBundle }: typeof import('../bin/bundle.js') = await import(join(checkout, 'server/bin/bundle.js'));
  const before = newestBundle();
  const server = await startServer(env, [process.execPath, bin, 'serve', '--build']);
  await vi.waitFor(() => expect(newestBundle()).not.toBe(before), { timeout: 60_000, interval: 50 });
  expect(await server.stop()).toMatchObject({ code: 0, stderr: '' });
  appendFileSync(join(newestBundle() ?? '', 'cli.js'), '\nprocess.stdout.write("from the bundle\\n");');
}

test('the bundle runs as long as no source has changed, and serve --build makes it anew for the next start', async () => {
  expect(await runs()).toBe('sources');
  await bundle();
  expect(await runs()).toBe('bundle');
  const sources = ['package-lock.json', 'server/rolldown.config.js', 'server/src/modules/health/health.routes.ts'];
  for (const [index, changed] of sources.entries()) {
    age(changed, 2 + index);
    expect([changed, await runs()]).toEqual([changed, 'sources']);
  }
  await bundle();
  expect(await runs()).toBe('bundle');
});

test('a file that is written while it is bundled may change once more unseen, so that its sources run', async () => {
  // In a minute, which is young however long the start takes.
  age('server/src/version.ts', -1);
  await bundle();
  expect(await runs()).toBe('sources');
  age('server/src/version.ts', 1);
  await bundle();
  expect(await runs()).toBe('bundle');
});

test.runIf(process.platform === 'linux')('passwords are hashed on a thread a core, from the bundle too', async () => {
  const { pid, stop } = await startServer(env, [process.execPath, bin, 'serve']);
  expect(hashingThreads(pid)).toHaveLength(Math.max(2, availableParallelism()));
  await stop();
});

test('where there are no sources, the bundle runs; without either, one line says so', async () => {
  rmSync(join(checkout, 'server/src'), { recursive: true });
  expect(await runs()).toBe('bundle');
  rmSync(join(checkout, 'server/dist'), { recursive: true });
  expect(await run(process.execPath, [bin, '--version'])).toEqual({
    ...{ code: 1, signal: null, stdout: '' },
    stderr: expect.stringMatching(/^clientele: neither .*cli\.ts nor a bundle is there: install it anew\n$/),
  });
});
