import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundlesFolder, freshBundle, newestBundle, newestFile, serverFolder } from '../bin/bundle.js';
import { packageFolder, runBundler } from './bundler.ts';

/** Whether the server's bundle is missing or not of its sources, and can be made here. */
export function isServerStale(): boolean {
  return existsSync(join(serverFolder, 'src')) && freshBundle() === undefined && canBundle();
}

/** Not where the checkout is read-only, or where the packages of development are left out: the sources run there. */
function canBundle(): boolean {
  try {
    accessSync(existsSync(bundlesFolder) ? bundlesFolder : serverFolder, constants.W_OK);
    packageFolder(serverFolder, 'rolldown');
    return true;
  } catch {
    return false;
  }
}

/** Bundles the server for the next starts (docs/decisions/0074-the-server-starts-from-a-bundle.md). Throws when it cannot. */
export async function buildServer(signal?: AbortSignal): Promise<void> {
  mkdirSync(bundlesFolder, { recursive: true });
  const before = newestBundle();
  const out = join(bundlesFolder, `${Date.now()}-${process.pid}`);
  await runBundler({
    name: 'the server',
    folder: serverFolder,
    bundler: ['rolldown', 'bin/cli.mjs'],
    args: ['--config', 'rolldown.config.js', '--log-level', 'warn', '--dir'],
    out,
    signal,
  });
  const pointer = join(bundlesFolder, `${newestFile}-${process.pid}`);
  writeFileSync(pointer, basename(out));
  renameSync(pointer, join(bundlesFolder, newestFile));
  removeOld(new Set([out, before]));
}

/** A build that has only begun is younger than this. */
const oldMs = 60_000;

/** Removes the bundles that are neither kept nor perhaps being made: of the one before, a process may still load parts. */
function removeOld(kept: ReadonlySet<string | undefined>): void {
  for (const name of readdirSync(bundlesFolder)) {
    const folder = join(bundlesFolder, name);
    const isOld = Date.now() - Number.parseInt(name, 10) > oldMs;
    if (isOld && !kept.has(folder)) rmSync(folder, { recursive: true, force: true });
  }
}
