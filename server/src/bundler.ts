import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What is built, and where. */
interface Build {
  /** For the message of a failure: what could not be built. */
  readonly name: string;
  /** The workspace: where the bundler runs, and which packages it finds. */
  readonly folder: string;
  /** What runs: the package, and the file in it. */
  readonly bundler: readonly [packageName: string, file: string];
  /** Its arguments, to write to a folder. */
  readonly args: (out: string) => readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** What is left to do in the new folder before it takes the place of the old one. */
  readonly finish?: (out: string) => void;
}

/** Builds a workspace's `dist` beside the one in use, and replaces that when it is whole. Throws when it cannot be built. */
export async function runBundler({ name, folder, bundler, args, signal, finish }: Build): Promise<void> {
  const [packageName, file] = bundler;
  const program = join(createRequire(join(folder, 'package.json')).resolve(`${packageName}/package.json`), '..', file);
  const out = join(folder, `dist-${process.pid}`);
  const child = spawn(process.execPath, [program, ...args(out)], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const end = () => child.kill();
  signal?.addEventListener('abort', end);
  const [code] = await once(child, 'close');
  signal?.removeEventListener('abort', end);
  if (code !== 0) {
    rmSync(out, { recursive: true, force: true });
    throw new Error(`${name} could not be built: see the message above`);
  }
  finish?.(out);
  const built = join(folder, 'dist');
  rmSync(built, { recursive: true, force: true });
  renameSync(out, built);
}
