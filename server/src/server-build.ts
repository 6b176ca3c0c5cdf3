import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFolder, isBundleFresh } from '../bin/bundle.js';
import { runBundler } from './bundler.ts';

const folder = join(bundleFolder, '..');

/** Whether the server's bundle is missing or not of its sources. False where it came built, without its sources. */
export function isServerStale(): boolean {
  return existsSync(join(folder, 'src')) && !isBundleFresh();
}

/** Bundles the server for the next starts (docs/decisions/0074-the-server-starts-from-a-bundle.md). Throws when it cannot be built. */
export function buildServer(signal?: AbortSignal): Promise<void> {
  return runBundler({
    name: 'the server',
    folder,
    bundler: ['rolldown', 'bin/cli.mjs'],
    args: out => ['--config', 'rolldown.config.ts', '--dir', out, '--log-level', 'warn'],
    signal,
  });
}
