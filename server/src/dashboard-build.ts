import { existsSync, globSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runBundler } from './bundler.ts';
import { dashboardFolder as folder } from './modules/dashboard/dashboard-folder.ts';

const built = join(folder, 'dist');

/** What the build is made of: the workspace, the packages, and what the forms are checked by. */
const sources = [
  'src/**/*.*',
  'public/*',
  'index.html',
  '*.{ts,json}',
  '../package-lock.json',
  '../server/src/{contract.ts,modules/*/*.{schema,limits}.ts,modules/flows/{core-flows,field-kinds,field-values,slugs}.ts}',
  '../server/src/platform/{errors.ts,http/{schemas,validation-errors}.ts,query/time-operand.ts,text/*.ts}',
];

const changedAt = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Whether the dashboard is missing or older than its sources. False where it came built, without its sources. */
export function isDashboardStale(): boolean {
  if (!existsSync(join(folder, 'src'))) return false;
  const builtAt = changedAt(join(built, 'index.html'));
  return builtAt === 0 || globSync(sources, { cwd: folder }).some(file => changedAt(join(folder, file)) > builtAt);
}

/** Builds the dashboard beside the one that is served, and replaces it when it is whole. Throws when it cannot be built. */
export async function buildDashboard(signal?: AbortSignal): Promise<void> {
  const out = join(folder, `dist-${process.pid}`);
  await runBundler({
    name: 'the dashboard',
    folder,
    bundler: ['vite', 'bin/vite.js'],
    args: ['build', '--logLevel', 'warn', '--outDir'],
    out,
    signal,
  });
  for (const name of readdirSync(join(out, 'assets'))) {
    const file = join(out, 'assets', name);
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
  putInPlace(out);
}

/** Again while another build, which is as good, comes first: processes that start together also end their builds together. */
function putInPlace(out: string): void {
  for (;;) {
    rmSync(built, { recursive: true, force: true });
    try {
      renameSync(out, built);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    }
  }
}

/** Builds the dashboard when it is missing or older than its sources. Throws also when `signal` ends that. */
export async function buildStaleDashboard(say: (text: string) => void, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!isDashboardStale()) return;
  const begin = performance.now();
  say('Building the dashboard, which takes some seconds and is only done when it has changed …\n');
  await buildDashboard(signal);
  say(`Built in ${((performance.now() - begin) / 1000).toFixed(1)} s\n`);
}
