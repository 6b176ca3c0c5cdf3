import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
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
  /** Its arguments, but for `out`, which comes last. */
  readonly args: readonly string[];
  /** The new folder that it writes. */
  readonly out: string;
  readonly signal?: AbortSignal | undefined;
}

/** Where a package is, seen from a workspace. Throws when it is not installed. */
export function packageFolder(workspace: string, name: string): string {
  return join(createRequire(join(workspace, 'package.json')).resolve(`${name}/package.json`), '..');
}

/** Runs a bundler, which `signal` ends. Throws when it fails, and leaves nothing behind then. */
export async function runBundler({ name, folder, bundler, args, out, signal }: Build): Promise<void> {
  const [packageName, file] = bundler;
  const program = join(packageFolder(folder, packageName), file);
  const child = spawn(process.execPath, [program, ...args, out], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
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
}
